//! Uploads and downloads, put to every server.

use std::fs;
use std::path::{Path, PathBuf};

use lectern_core::browse::Item;
use lectern_core::job::{Job, JobPhase};
use lectern_core::transfer::{
    self, Answers, Choice, ItemPhase, Plan, SkipReason, Summary, finished, plan_download,
    plan_upload, start,
};
use lectern_core::{Code, Error};

use crate::server::{Bed, Kind};

const MIB: usize = 1 << 20;

/// Bytes that no two places of have in common.
pub fn bytes(length: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

pub fn answer(for_all: Option<Choice>) -> Answers {
    Answers {
        for_all,
        each: Vec::new(),
        remove_local: false,
    }
}

impl Bed {
    /// Writes local files, each with its name as content, and gives their folder.
    pub fn local(&self, files: &[&str]) -> PathBuf {
        let root = self.folder.path().join("local");
        for file in files {
            let path = root.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        root
    }

    pub async fn plan_up(&self, prefix: &str, paths: &[PathBuf]) -> Plan {
        plan_upload(&self.lectern, &self.connection.id, prefix, paths.to_vec())
            .await
            .unwrap()
    }

    pub async fn end(&self, plan: &Plan, choice: Option<Choice>) -> Summary {
        let job = self.begin(plan, choice).await;
        finished(&self.lectern, job.id).await.unwrap()
    }

    pub async fn begin(&self, plan: &Plan, choice: Option<Choice>) -> Job {
        start(&self.lectern, plan.id, &answer(choice))
            .await
            .unwrap()
    }

    pub async fn up(&self, prefix: &str, paths: &[PathBuf]) -> Summary {
        let plan = self.plan_up(prefix, paths).await;
        assert!(plan.conflicts.is_empty(), "{:?}", plan.conflicts);
        self.end(&plan, None).await
    }

    pub async fn plan_down(&self, items: Vec<Item>, target: &Path) -> Plan {
        fs::create_dir_all(target).unwrap();
        plan_download(&self.lectern, &self.connection.id, "", items, target)
            .await
            .unwrap()
    }

    pub async fn down(&self, items: Vec<Item>, target: &Path) -> Summary {
        let plan = self.plan_down(items, target).await;
        self.end(&plan, None).await
    }

    pub async fn keys(&self) -> Vec<String> {
        let client = self.store.client();
        let answer = client.list_objects_v2().bucket(self.store.bucket()).send();
        let objects = answer.await.unwrap().contents.into_iter().flatten();
        objects.filter_map(|object| object.key).collect()
    }

    pub async fn unfinished_uploads(&self) -> usize {
        let client = self.store.client();
        let answer = client.list_multipart_uploads().bucket(self.store.bucket());
        answer.send().await.unwrap().uploads().len()
    }
}

pub fn folder(prefix: &str) -> Item {
    Item::Folder {
        prefix: prefix.into(),
    }
}

pub fn object(key: &str, size: u64) -> Item {
    Item::Object {
        key: key.into(),
        size,
    }
}

pub fn assert_all_done(summary: &Summary, done: u32) {
    assert_eq!(summary.failures, [], "{summary:?}");
    assert_eq!((summary.phase, summary.done), (JobPhase::Done, done));
}

pub fn only_failure(summary: &Summary) -> &Error {
    assert_eq!(summary.phase, JobPhase::DoneWithFailures, "{summary:?}");
    assert_eq!(summary.failures.len(), 1, "{:?}", summary.failures);
    &summary.failures[0].error
}

/// Long enough to be met under way.
const LARGE: u64 = 128 << 20;

/// A large file that takes no room on the disk.
pub fn large_file(bed: &Bed, name: &str) -> PathBuf {
    let path = bed.local(&[name]).join(name);
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_len(LARGE).unwrap();
    path
}

impl Bed {
    /// Waits until the store has begun to take an upload in parts.
    pub async fn upload_begun(&self) {
        while self.unfinished_uploads().await == 0 {
            tokio::task::yield_now().await;
        }
    }
}

on_every_server!(bytes_are_the_same_after_both_ways, []);
async fn bytes_are_the_same_after_both_ways(bed: Bed) {
    there_and_back(&bed, &[0, 1, 16 * MIB - 1, 16 * MIB]).await;
}

on_every_server!(bytes_in_parts_are_the_same_after_both_ways, [Multipart]);
async fn bytes_in_parts_are_the_same_after_both_ways(bed: Bed) {
    there_and_back(&bed, &[16 * MIB + 1, 40 * MIB]).await;
}

async fn there_and_back(bed: &Bed, lengths: &[usize]) {
    let root = bed.local(&["Week 1/x"]);
    fs::remove_file(root.join("Week 1/x")).unwrap();
    for length in lengths {
        fs::write(root.join(format!("Week 1/{length}.bin")), bytes(*length)).unwrap();
    }
    let count = u32::try_from(lengths.len()).unwrap();

    let sent = bed.up("", &[root.join("Week 1")]).await;
    assert_all_done(&sent, count);
    let target = bed.folder.path().join("back");
    let fetched = bed.down(vec![folder("Week 1/")], &target).await;
    assert_all_done(&fetched, count);

    for length in lengths {
        let back = fs::read(target.join(format!("Week 1/{length}.bin"))).unwrap();
        assert!(back == bytes(*length), "{length}");
    }
    assert_eq!(count_files(&target), lengths.len());
    if matches!(bed.kind, Kind::Practice | Kind::PracticeVersioned) {
        assert_eq!((sent.verified, fetched.verified), (count, count));
    }
}

on_every_server!(nothing_is_written_before_the_conflicts_are_answered, []);
async fn nothing_is_written_before_the_conflicts_are_answered(bed: Bed) {
    let root = bed.local(&["a.txt", "b.txt"]);
    bed.put("w/a.txt", b"theirs").await;

    let plan = bed
        .plan_up("w/", &[root.join("a.txt"), root.join("b.txt")])
        .await;

    assert_eq!(plan.conflicts.len(), 1);
    assert_eq!(plan.conflicts[0].name, "a.txt");
    assert_eq!(
        (plan.conflicts[0].new_size, plan.conflicts[0].old_size),
        (5, 6)
    );
    let unanswered = start(&bed.lectern, plan.id, &answer(None)).await;
    assert_eq!(unanswered.err().unwrap().code, Code::InvalidInput);
    assert_eq!(bed.keys().await, ["w/a.txt"]);
    assert_all_done(&bed.end(&plan, Some(Choice::Skip)).await, 1);

    let again = start(&bed.lectern, plan.id, &answer(Some(Choice::Skip))).await;
    assert_eq!(again.err().unwrap().code, Code::NotFound);
}

on_every_server!(each_answer_does_what_it_says, []);
async fn each_answer_does_what_it_says(bed: Bed) {
    let names = ["replace.txt", "both.txt", "skip.txt"];
    let root = bed.local(&names);
    for name in names {
        bed.put(name, b"theirs").await;
    }
    bed.put("both (2).txt", b"theirs too").await;
    let paths: Vec<PathBuf> = names.iter().map(|name| root.join(name)).collect();
    let plan = bed.plan_up("", &paths).await;
    let each = plan.conflicts.iter().enumerate().map(|(index, conflict)| {
        let choice = match conflict.name.as_str() {
            "replace.txt" => Choice::Replace,
            "both.txt" => Choice::KeepBoth,
            _ => Choice::Skip,
        };
        (u32::try_from(index).unwrap(), choice)
    });
    let answers = Answers {
        for_all: None,
        each: each.collect(),
        remove_local: false,
    };
    let job = start(&bed.lectern, plan.id, &answers).await.unwrap();

    let summary = finished(&bed.lectern, job.id).await.unwrap();

    assert_all_done(&summary, 2);
    assert_eq!(summary.skipped.len(), 1);
    assert_eq!(summary.skipped[0].why, SkipReason::Chosen);
    assert_eq!(bed.get("replace.txt").await.unwrap(), b"replace.txt");
    assert_eq!(bed.get("skip.txt").await.unwrap(), b"theirs");
    assert_eq!(bed.get("both.txt").await.unwrap(), b"theirs");
    if bed.kind != Kind::Rclone {
        // Without conditions a name taken outside the plan cannot be noticed.
        assert_eq!(bed.get("both (2).txt").await.unwrap(), b"theirs too");
        assert_eq!(bed.get("both (3).txt").await.unwrap(), b"both.txt");
    }
}

on_every_server!(
    what_somebody_else_writes_meanwhile_is_not_lost,
    [ConditionalWrites]
);
async fn what_somebody_else_writes_meanwhile_is_not_lost(bed: Bed) {
    let root = bed.local(&["new.txt", "old.txt"]);
    bed.put("old.txt", b"as it was").await;
    let plan = bed
        .plan_up("", &[root.join("new.txt"), root.join("old.txt")])
        .await;
    bed.put("new.txt", b"somebody's").await;
    bed.put("old.txt", b"somebody's change").await;

    let summary = bed.end(&plan, Some(Choice::Replace)).await;

    let code = |name: &str| {
        let failure = summary.failures.iter().find(|failure| failure.name == name);
        failure.unwrap().error.code
    };
    assert_eq!(code("new.txt"), Code::AlreadyExists);
    assert_eq!(code("old.txt"), Code::Changed);
    assert_eq!(bed.get("new.txt").await.unwrap(), b"somebody's");
    assert_eq!(bed.get("old.txt").await.unwrap(), b"somebody's change");
}

on_every_server!(
    a_large_file_is_not_written_over_a_new_one,
    [ConditionalWrites, ListsUploads]
);
async fn a_large_file_is_not_written_over_a_new_one(bed: Bed) {
    let root = bed.local(&["x"]);
    fs::write(root.join("x"), bytes(17 * MIB)).unwrap();
    let plan = bed.plan_up("", &[root.join("x")]).await;
    bed.put("x", b"somebody's").await;

    let summary = bed.end(&plan, None).await;

    assert_eq!(only_failure(&summary).code, Code::AlreadyExists);
    assert_eq!(bed.get("x").await.unwrap(), b"somebody's");
    assert_eq!(bed.unfinished_uploads().await, 0);
}

on_every_server!(a_cancelled_upload_leaves_nothing, [ListsUploads]);
async fn a_cancelled_upload_leaves_nothing(bed: Bed) {
    let path = large_file(&bed, "large.bin");
    let plan = bed.plan_up("", &[path]).await;
    let job = bed.begin(&plan, None).await;
    bed.upload_begun().await;

    transfer::cancel(&bed.lectern, job.id).unwrap();
    let summary = finished(&bed.lectern, job.id).await.unwrap();

    assert_eq!((summary.phase, summary.done), (JobPhase::Cancelled, 0));
    assert_eq!(bed.unfinished_uploads().await, 0);
    assert_eq!(bed.keys().await, Vec::<String>::new());
    assert_eq!(bed.lectern.catalog.unfinished_batches().unwrap(), []);
}

on_every_server!(a_file_changed_under_way_is_not_stored, [ListsUploads]);
async fn a_file_changed_under_way_is_not_stored(bed: Bed) {
    let path = large_file(&bed, "large.bin");
    let plan = bed.plan_up("", std::slice::from_ref(&path)).await;
    let job = bed.begin(&plan, None).await;
    bed.upload_begun().await;

    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_len(LARGE + 1).unwrap();
    let summary = finished(&bed.lectern, job.id).await.unwrap();

    assert_eq!(only_failure(&summary).code, Code::Changed);
    assert_eq!(bed.keys().await, Vec::<String>::new());
    assert_eq!(bed.unfinished_uploads().await, 0);
}

on_every_server!(
    what_changed_or_went_since_the_plan_fails_and_can_be_retried,
    []
);
async fn what_changed_or_went_since_the_plan_fails_and_can_be_retried(bed: Bed) {
    let root = bed.local(&["ok", "changes", "goes"]);
    let paths = ["ok", "changes", "goes"].map(|name| root.join(name));
    let plan = bed.plan_up("", &paths).await;
    fs::write(root.join("changes"), "something else").unwrap();
    fs::remove_file(root.join("goes")).unwrap();

    let job = bed.begin(&plan, None).await;
    let summary = finished(&bed.lectern, job.id).await.unwrap();
    let code = |name: &str| {
        let failure = summary.failures.iter().find(|failure| failure.name == name);
        failure.unwrap().error.code
    };
    assert_eq!(code("changes"), Code::Changed);
    assert_eq!(code("goes"), Code::SourceVanished);
    assert_eq!(bed.keys().await, ["ok"]);

    fs::write(root.join("goes"), "is back").unwrap();
    let again = transfer::retry(&bed.lectern, job.id).await.unwrap();
    assert_all_done(&finished(&bed.lectern, again.id).await.unwrap(), 2);
    assert_eq!(bed.get("changes").await.unwrap(), b"something else");
    assert_eq!(bed.get("goes").await.unwrap(), b"is back");
}

on_every_server!(names_are_composed_and_litter_stays_here, []);
async fn names_are_composed_and_litter_stays_here(bed: Bed) {
    let root = bed.local(&[
        "Cafe\u{301}/re\u{301}sume\u{301}.txt",
        "Cafe\u{301}/.DS_Store",
    ]);

    let summary = bed.up("", &[root.join("Cafe\u{301}")]).await;

    assert_all_done(&summary, 1);
    assert_eq!(bed.keys().await, ["Caf\u{e9}/r\u{e9}sum\u{e9}.txt"]);
    assert_eq!(summary.skipped.len(), 1);
    assert_eq!(summary.skipped[0].why, SkipReason::Junk);
}

on_every_server!(an_upload_is_recorded_with_its_type, [Metadata]);
async fn an_upload_is_recorded_with_its_type(bed: Bed) {
    let root = bed.local(&["slides.pdf"]);

    assert_all_done(&bed.up("w/", &[root.join("slides.pdf")]).await, 1);

    let (id, bucket) = (&bed.connection.id, bed.store.bucket());
    let material = bed.lectern.catalog.material(id, bucket, "w/slides.pdf");
    let material = material.unwrap().unwrap();
    assert_eq!((material.title.as_str(), material.size), ("slides.pdf", 10));
    assert_eq!(material.content_type.as_deref(), Some("application/pdf"));
    assert!(material.checksum.is_some());
    let activity = bed.lectern.catalog.recent_activity(1).unwrap();
    assert_eq!(
        (activity[0].action.as_str(), activity[0].subject.as_str()),
        ("upload", "w/slides.pdf")
    );
    let client = bed.store.client();
    let head = client.head_object().bucket(bucket).key("w/slides.pdf");
    assert_eq!(
        head.send().await.unwrap().content_type(),
        Some("application/pdf")
    );
}

on_every_server!(empty_folders_are_kept_both_ways, [AnyKey]);
async fn empty_folders_are_kept_both_ways(bed: Bed) {
    let root = bed.local(&["w/a"]);
    fs::create_dir(root.join("w/empty")).unwrap();

    assert_all_done(&bed.up("", &[root.join("w")]).await, 2);
    assert_eq!(bed.keys().await, ["w/a", "w/empty/"]);
    assert!(bed.plan_up("", &[root.join("w")]).await.conflicts.len() == 1);

    let target = bed.folder.path().join("back");
    bed.down(vec![folder("w/")], &target).await;
    assert!(target.join("w/empty").is_dir());
}

on_every_server!(no_key_is_written_outside_the_folder, [AnyKey]);
async fn no_key_is_written_outside_the_folder(bed: Bed) {
    let long = format!("{}/{}", "d".repeat(500), "f".repeat(523));
    // The practice store refuses control characters.
    let control = if bed.kind == Kind::Moto {
        "tab\there"
    } else {
        "tab_here"
    };
    let keys = [
        "../up",
        "/lead",
        "a//b",
        "CON",
        "nul.txt",
        control,
        "a/..",
        "trailing. ",
        &long,
        "<img src=x onerror=alert(1)>",
    ];
    for key in keys {
        bed.put(key, key.as_bytes()).await;
    }
    let target = bed.folder.path().join("deep/back");
    let items = keys.map(|key| object(key, key.len() as u64)).to_vec();

    let summary = bed.down(items, &target).await;

    assert_all_done(&summary, 10);
    let deep: Vec<_> = fs::read_dir(bed.folder.path().join("deep"))
        .unwrap()
        .collect();
    assert_eq!(deep.len(), 1, "only the folder itself");
    assert_eq!(count_files(&target), 10);
    assert_eq!(fs::read(target.join("_/up")).unwrap(), b"../up");
    assert_eq!(fs::read(target.join("lead")).unwrap(), b"/lead");
    assert_eq!(
        fs::read(target.join("tab_here")).unwrap(),
        control.as_bytes()
    );
}

fn count_files(folder: &Path) -> usize {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| if path.is_dir() { count_files(&path) } else { 1 })
        .sum()
}

on_every_server!(
    names_that_differ_in_case_or_composition_all_arrive,
    [AnyKey]
);
async fn names_that_differ_in_case_or_composition_all_arrive(bed: Bed) {
    let keys = ["w/Notes", "w/notes", "w/e\u{301}", "w/\u{e9}"];
    for key in keys {
        bed.put(key, key.as_bytes()).await;
    }
    let target = bed.folder.path().join("back");

    assert_all_done(&bed.down(vec![folder("w/")], &target).await, 4);

    assert_eq!(count_files(&target), 4);
}

on_every_server!(a_local_file_is_never_replaced_unasked, []);
async fn a_local_file_is_never_replaced_unasked(bed: Bed) {
    bed.put("a.txt", b"from the bucket").await;
    let target = bed.local(&["a.txt"]);
    let items = || vec![object("a.txt", 15)];

    let plan = bed.plan_down(items(), &target).await;
    assert_eq!(plan.conflicts.len(), 1);
    assert_all_done(&bed.end(&plan, Some(Choice::KeepBoth)).await, 1);
    assert_eq!(fs::read(target.join("a.txt")).unwrap(), b"a.txt");
    assert_eq!(
        fs::read(target.join("a (2).txt")).unwrap(),
        b"from the bucket"
    );

    let plan = bed.plan_down(items(), &target).await;
    fs::write(target.join("a.txt"), "changed meanwhile").unwrap();
    let summary = bed.end(&plan, Some(Choice::Replace)).await;
    assert_eq!(only_failure(&summary).code, Code::Changed);
    assert_eq!(
        fs::read(target.join("a.txt")).unwrap(),
        b"changed meanwhile"
    );

    let plan = bed.plan_down(items(), &target).await;
    assert_all_done(&bed.end(&plan, Some(Choice::Replace)).await, 1);
    assert_eq!(fs::read(target.join("a.txt")).unwrap(), b"from the bucket");
}

on_every_server!(an_object_that_is_gone_fails_alone, []);
async fn an_object_that_is_gone_fails_alone(bed: Bed) {
    bed.put("a", b"a").await;
    let target = bed.folder.path().join("back");

    let items = vec![
        object("gone", 4),
        object("gone too", 20 << 20),
        object("a", 1),
    ];
    let summary = bed.down(items, &target).await;

    assert_eq!(summary.done, 1);
    assert!(
        summary
            .failures
            .iter()
            .all(|f| f.error.code == Code::NotFound)
    );
    assert_eq!(
        fs::read_dir(&target).unwrap().count(),
        1,
        "no temporary file"
    );
}

on_every_server!(a_cancelled_download_leaves_nothing, [Multipart]);
async fn a_cancelled_download_leaves_nothing(bed: Bed) {
    let path = large_file(&bed, "large.bin");
    assert_all_done(&bed.up("", &[path]).await, 1);
    let target = bed.folder.path().join("back");
    let plan = bed
        .plan_down(vec![object("large.bin", LARGE)], &target)
        .await;
    let job = bed.begin(&plan, None).await;
    while fs::read_dir(&target).unwrap().count() == 0 {
        tokio::task::yield_now().await;
    }

    transfer::cancel(&bed.lectern, job.id).unwrap();
    let summary = finished(&bed.lectern, job.id).await.unwrap();

    assert_eq!(summary.phase, JobPhase::Cancelled);
    assert_eq!(fs::read_dir(&target).unwrap().count(), 0);
}

on_every_server!(the_queue_shows_what_becomes_of_each_file, []);
async fn the_queue_shows_what_becomes_of_each_file(bed: Bed) {
    let root = bed.local(&["a", "b"]);
    let mut seen = transfer::watch(&bed.lectern);

    let plan = bed.plan_up("", &[root.join("a"), root.join("b")]).await;
    let job = bed.begin(&plan, None).await;
    finished(&bed.lectern, job.id).await.unwrap();

    let over = seen
        .wait_for(|now| {
            now.jobs.iter().all(|job| job.progress.phase.is_over()) && !now.jobs.is_empty()
        })
        .await
        .unwrap()
        .clone();
    let items = &over.jobs[0].items;
    assert_eq!(items.len(), 2);
    assert!(
        items
            .iter()
            .all(|item| matches!(item.phase, ItemPhase::Verified | ItemPhase::Done))
    );
    transfer::clear(&bed.lectern, job.id);
    seen.wait_for(|now| now.jobs.is_empty()).await.unwrap();
}
