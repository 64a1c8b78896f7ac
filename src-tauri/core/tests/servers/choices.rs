//! Names that are taken, replaced only if newer or only if different, put to
//! every server.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use lectern_core::transfer::{Choice, SkipReason, Summary};

use crate::server::Bed;
use crate::transfer::object;

const HOUR: Duration = Duration::from_secs(3_600);

fn date(path: &Path, at: SystemTime) {
    let file = fs::File::options().append(true).open(path).unwrap();
    file.set_modified(at).unwrap();
}

/// By name: they end in any order.
fn left(summary: &Summary) -> Vec<(&str, SkipReason)> {
    assert_eq!(summary.failures, [], "{summary:?}");
    let skipped = summary.skipped.iter();
    let mut left: Vec<_> = skipped.map(|left| (left.name.as_str(), left.why)).collect();
    left.sort_unstable_by_key(|(name, _)| *name);
    left
}

on_every_server!(only_what_is_newer_replaces_when_that_is_asked, []);
async fn only_what_is_newer_replaces_when_that_is_asked(bed: Bed) {
    let root = bed.local(&["older", "newer"]);
    let (older, newer) = (root.join("older"), root.join("newer"));
    bed.put("older", b"theirs").await;
    bed.put("newer", b"theirs").await;
    date(&older, SystemTime::now() - HOUR);
    date(&newer, SystemTime::now() + HOUR);

    let plan = bed.plan_up("", &[older.clone(), newer.clone()]).await;
    let sent = bed.end(&plan, Some(Choice::IfNewer)).await;
    assert_eq!(left(&sent), [("older", SkipReason::NotNewer)]);
    assert_eq!(bed.get("older").await.unwrap(), b"theirs");
    assert_eq!(bed.get("newer").await.unwrap(), b"newer");

    // The other way round what is newer there is newer.
    let chosen = vec![object("older", 6), object("newer", 5)];
    let plan = bed.plan_down(chosen, &root).await;
    let fetched = bed.end(&plan, Some(Choice::IfNewer)).await;
    assert_eq!(left(&fetched), [("newer", SkipReason::NotNewer)]);
    assert_eq!(fs::read(&older).unwrap(), b"theirs");
    assert_eq!(fs::read(&newer).unwrap(), b"newer");
}

on_every_server!(what_is_the_same_stays_when_only_differences_replace, []);
async fn what_is_the_same_stays_when_only_differences_replace(bed: Bed) {
    let names = ["same", "that", "size"];
    let root = bed.local(&names);
    bed.put("same", b"same").await;
    bed.put("that", b"this").await;
    bed.put("size", b"longer").await;
    let paths = names.map(|name| root.join(name));

    let plan = bed.plan_up("", &paths).await;
    let sent = bed.end(&plan, Some(Choice::IfDifferent)).await;
    assert_eq!(left(&sent), [("same", SkipReason::Same)]);
    assert_eq!(sent.done, 2);
    assert_eq!(bed.get("that").await.unwrap(), b"that");

    fs::write(root.join("that"), "mine").unwrap();
    let chosen = names.map(|name| object(name, 4)).to_vec();
    let plan = bed.plan_down(chosen, &root).await;
    let fetched = bed.end(&plan, Some(Choice::IfDifferent)).await;
    let same = [("same", SkipReason::Same), ("size", SkipReason::Same)];
    assert_eq!(left(&fetched), same);
    assert_eq!(fs::read(root.join("that")).unwrap(), b"that");
}
