//! Making one side like the other, put to every server.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use lectern_core::Code;
use lectern_core::transfer::{
    Summary, SyncOptions, SyncPlan, SyncWhat, finished, plan_sync_down, plan_sync_up, remove_extra,
    start,
};

use crate::server::Bed;
use crate::transfer::{answer, assert_all_done};

const HOUR: Duration = Duration::from_secs(3_600);

fn deleting() -> SyncOptions {
    SyncOptions {
        delete: true,
        ..SyncOptions::default()
    }
}

fn comparing() -> SyncOptions {
    SyncOptions {
        checksum: true,
        ..SyncOptions::default()
    }
}

/// Changed an hour before anything is sent.
fn age(path: &Path) {
    let file = fs::File::options().append(true).open(path).unwrap();
    file.set_modified(SystemTime::now() - HOUR).unwrap();
}

impl Bed {
    async fn sync_up(&self, folder: &Path, options: &SyncOptions) -> SyncPlan {
        plan_sync_up(&self.lectern, &self.connection.id, folder, "w/", options)
            .await
            .unwrap()
    }

    async fn sync_down(&self, folder: &Path, options: &SyncOptions) -> SyncPlan {
        plan_sync_down(&self.lectern, &self.connection.id, "w/", folder, options)
            .await
            .unwrap()
    }

    async fn carry_out(&self, plan: &SyncPlan) -> Summary {
        let job = start(&self.lectern, plan.id, &answer(None)).await.unwrap();
        finished(&self.lectern, job.id).await.unwrap()
    }
}

fn names(plan: &SyncPlan, what: SyncWhat) -> Vec<&str> {
    let fitting = plan.changes.iter().filter(|change| change.what == what);
    fitting.map(|change| change.name.as_str()).collect()
}

on_every_server!(a_folder_in_the_bucket_becomes_like_one_here, []);
async fn a_folder_in_the_bucket_becomes_like_one_here(bed: Bed) {
    let root = bed.local(&["a.txt", "sub/b.txt", "sub/c.txt"]);
    for name in ["a.txt", "sub/b.txt", "sub/c.txt"] {
        age(&root.join(name));
    }
    bed.put("w/sub/b.txt", b"another size altogether").await;
    bed.put("w/gone.txt", b"only there").await;
    bed.put("elsewhere.txt", b"not below").await;

    let plan = bed.sync_up(&root, &deleting()).await;
    assert_eq!(names(&plan, SyncWhat::New), ["a.txt", "sub/c.txt"]);
    assert_eq!(names(&plan, SyncWhat::Changed), ["sub/b.txt"]);
    assert_eq!(names(&plan, SyncWhat::Extra), ["gone.txt"]);
    assert_eq!(plan.extra_objects().len(), 1);
    assert_all_done(&bed.carry_out(&plan).await, 3);

    let again = bed.sync_up(&root, &SyncOptions::default()).await;
    assert_eq!((again.same.files, again.extra.files), (3, 1));
    assert_eq!(again.changes, []);
    assert_eq!(bed.get("w/sub/b.txt").await.unwrap(), b"sub/b.txt");
}

on_every_server!(a_folder_here_becomes_like_one_in_the_bucket, []);
async fn a_folder_here_becomes_like_one_in_the_bucket(bed: Bed) {
    bed.put("w/a.txt", b"one").await;
    bed.put("w/sub/b.txt", b"two").await;
    let root = bed.folder.path().join("not there yet");

    let plan = bed.sync_down(&root, &deleting()).await;
    assert!(!root.exists(), "a plan writes nothing");
    fs::create_dir(&root).unwrap();
    assert_all_done(&bed.carry_out(&plan).await, 2);
    assert_eq!(fs::read(root.join("sub/b.txt")).unwrap(), b"two");

    fs::write(root.join("sub/extra.txt"), "only here").unwrap();
    fs::write(root.join("a.txt"), "eno").unwrap();
    age(&root.join("a.txt"));
    let plan = bed.sync_down(&root, &deleting()).await;
    assert_eq!(names(&plan, SyncWhat::Changed), ["a.txt"]);
    assert_eq!(names(&plan, SyncWhat::Extra), ["sub/extra.txt"]);
    assert_all_done(&bed.carry_out(&plan).await, 1);
    let removed = remove_extra(&plan).await.unwrap();
    assert_eq!((removed.files, removed.failures.len()), (1, 0));
    assert!(!root.join("sub/extra.txt").exists());
    assert_eq!(fs::read(root.join("a.txt")).unwrap(), b"one");
}

on_every_server!(contents_are_compared_without_fetching_them, []);
async fn contents_are_compared_without_fetching_them(bed: Bed) {
    let root = bed.local(&["same.txt", "other.txt"]);
    bed.put("w/same.txt", b"same.txt").await;
    bed.put("w/other.txt", b"another!!").await;
    // By time, what is the same would go and what differs would stay.
    let future = SystemTime::now() + HOUR;
    let same = fs::File::options().append(true).open(root.join("same.txt"));
    same.unwrap().set_modified(future).unwrap();
    age(&root.join("other.txt"));

    let plan = bed.sync_up(&root, &comparing()).await;

    assert_eq!(names(&plan, SyncWhat::Changed), ["other.txt"]);
    assert_eq!(plan.same.files, 1);
}

on_every_server!(
    what_changed_since_the_plan_is_not_written_over,
    [ConditionalWrites]
);
async fn what_changed_since_the_plan_is_not_written_over(bed: Bed) {
    let root = bed.local(&["old.txt", "new.txt"]);
    bed.put("w/old.txt", b"as it was").await;
    let plan = bed.sync_up(&root, &SyncOptions::default()).await;
    bed.put("w/old.txt", b"somebody's").await;
    bed.put("w/new.txt", b"somebody's").await;

    let summary = bed.carry_out(&plan).await;

    assert_eq!(summary.failures.len(), 2, "{summary:?}");
    assert_eq!(bed.get("w/old.txt").await.unwrap(), b"somebody's");
    assert_eq!(bed.get("w/new.txt").await.unwrap(), b"somebody's");
}

on_every_server!(an_empty_source_is_no_wish_to_delete_everything, []);
async fn an_empty_source_is_no_wish_to_delete_everything(bed: Bed) {
    bed.put("w/a.txt", b"one").await;
    let root = bed.folder.path().join("empty");
    fs::create_dir(&root).unwrap();
    let (lectern, id) = (&bed.lectern, &bed.connection.id);

    let refused = plan_sync_up(lectern, id, &root, "w/", &deleting()).await;
    let error = refused.unwrap_err();
    assert_eq!(error.code, Code::InvalidInput);
    assert_eq!(error.subject.as_deref(), Some("source"));

    let forced = SyncOptions {
        force: true,
        ..deleting()
    };
    let plan = bed.sync_up(&root, &forced).await;
    assert_eq!(names(&plan, SyncWhat::Extra), ["a.txt"]);
    // And where nothing would be lost there is nothing to refuse.
    let nowhere = plan_sync_up(lectern, id, &root, "nothing/", &deleting()).await;
    assert_eq!(nowhere.unwrap().changes, []);
}

on_every_server!(another_spelling_in_the_bucket_is_the_same_file, [AnyKey]);
async fn another_spelling_in_the_bucket_is_the_same_file(bed: Bed) {
    let root = bed.local(&["\u{dc}bung.txt"]);
    age(&root.join("\u{dc}bung.txt"));
    // As a client puts it that does not normalise names.
    bed.put("w/U\u{308}bung.txt", b"another size").await;

    let plan = bed.sync_up(&root, &deleting()).await;
    assert_eq!(plan.changed.files, 1);
    assert_all_done(&bed.carry_out(&plan).await, 1);

    assert_eq!(bed.keys().await, ["w/U\u{308}bung.txt"]);
}
