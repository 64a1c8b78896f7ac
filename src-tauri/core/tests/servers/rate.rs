//! The bandwidth limit, kept against a store that would be faster.

use std::fs;
use std::time::{Duration, Instant};

use lectern_core::transfer::limit_rate;

use crate::server::Bed;
use crate::transfer::{assert_all_done, bytes, folder};

const RATE: u64 = 1 << 20;
/// A second and a half, of which 0.1 s are there at once.
const BYTES: u64 = 3 << 19;
const AT_LEAST: Duration = Duration::from_millis(1_400);

on_every_server!(the_limit_is_kept_both_ways_and_for_all_files_together, []);
async fn the_limit_is_kept_both_ways_and_for_all_files_together(bed: Bed) {
    let root = bed.folder.path().join("w");
    fs::create_dir(&root).unwrap();
    for name in ["a", "b", "c"] {
        fs::write(root.join(name), bytes(BYTES as usize / 3)).unwrap();
    }
    limit_rate(&bed.lectern, Some(RATE));

    let began = Instant::now();
    assert_all_done(&bed.up("", &[root]).await, 3);
    assert!(began.elapsed() >= AT_LEAST, "{:?}", began.elapsed());

    let target = bed.folder.path().join("back");
    let began = Instant::now();
    assert_all_done(&bed.down(vec![folder("w/")], &target).await, 3);
    assert!(began.elapsed() >= AT_LEAST, "{:?}", began.elapsed());
    assert!(fs::read(target.join("w/c")).unwrap() == bytes(BYTES as usize / 3));
}
