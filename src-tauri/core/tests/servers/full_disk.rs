//! A download to a disk that is full: a small file system of the test's own,
//! where the system lets it make one.
#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};
use std::process::Command;

use lectern_core::Code;

use crate::server::{Bed, Kind};
use crate::transfer::{object, only_failure};

/// Gone with the test.
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    pub fn at(path: PathBuf) -> Option<Self> {
        std::fs::create_dir_all(&path).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=1M", "tmpfs"])
            .arg(&path)
            .status();
        let mounted = mounted.is_ok_and(|status| status.success());
        mounted.then_some(Self(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_ends_the_download_and_keeps_nothing() {
    let bed = Bed::new(Kind::Practice).await;
    let Some(disk) = SmallDisk::at(bed.folder.path().join("small")) else {
        #[allow(clippy::print_stdout, reason = "shown with --nocapture")]
        {
            println!("not tried: only root may mount a small file system");
        }
        return;
    };
    bed.put("small", &vec![1; 1_000]).await;
    bed.put("large", &vec![2; 4 << 20]).await;
    bed.put("in ranges", &vec![3; 20 << 20]).await;

    for (key, size) in [("large", 4 << 20), ("in ranges", 20 << 20)] {
        let summary = bed.down(vec![object(key, size)], disk.path()).await;
        assert_eq!(only_failure(&summary).code, Code::DiskFull);
        assert_eq!(std::fs::read_dir(disk.path()).unwrap().count(), 0);
    }
    // A listing that told too small a size: the space runs out under way.
    let summary = bed.down(vec![object("large", 1)], disk.path()).await;
    assert_eq!(only_failure(&summary).code, Code::DiskFull);

    let summary = bed.down(vec![object("small", 1_000)], disk.path()).await;
    assert_eq!(summary.done, 1);
}
