//! What this computer does not let the program read or write. Root may do
//! anything, so that the program then runs as nobody.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;

use crate::bench::{Bench, Ran};

const NOBODY: u32 = 65_534;

/// `None` where the program cannot be run as somebody who may not do everything.
fn run_with_few_rights(bench: &Bench, arguments: &[&str]) -> Option<Ran> {
    let mut command = bench.command(&[&["--from-env"], arguments].concat());
    let is_root = fs::metadata("/proc/self").is_ok_and(|this| this.uid() == 0);
    if is_root {
        may(bench.folder.path(), 0o755);
        command.uid(NOBODY).gid(NOBODY);
    }
    match command.output() {
        Ok(output) => Some(Ran::of(output)),
        Err(error) => {
            #[allow(clippy::print_stdout, reason = "shown with --nocapture")]
            {
                println!("not tried: {error}");
            }
            None
        }
    }
}

fn may(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_file_that_may_not_be_read_is_left_out_and_named() {
    let bench = Bench::practice();
    bench.write("week/open.txt", "open");
    let closed = bench.write("week/closed.txt", "closed");
    may(&closed, 0);

    let Some(ran) = run_with_few_rights(&bench, &["put", "--json", "week", &bench.s3("")]) else {
        return;
    };

    assert!(ran.out.contains("closed.txt"), "{ran:#?}");
    assert!(ran.out.contains("unreadable"), "{ran:#?}");
    assert_eq!(bench.keys(), ["week/open.txt"]);
}

#[test]
fn a_folder_that_may_not_be_written_to_gets_nothing_and_it_is_said() {
    let bench = Bench::practice();
    bench.put("a.txt", "a");
    let out = bench.path("out");
    fs::create_dir(&out).unwrap();
    may(&out, 0o555);

    let get = ["get", "--json", &bench.s3("a.txt"), "out"];
    let Some(ran) = run_with_few_rights(&bench, &get) else {
        return;
    };

    assert_ne!(ran.status, 0, "{ran:#?}");
    assert!(format!("{ran:?}").contains("cannot be written"), "{ran:#?}");
    assert_eq!(fs::read_dir(&out).unwrap().count(), 0);
}
