//! Going on after a run of Lectern ended in the middle: from the finished
//! parts, by another run, with what the first one wrote down.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use lectern_core::browse::Item;
use lectern_core::clock::Clock;
use lectern_core::connection::{
    Addressing, Connection, ConnectionDraft, ConnectionId, CredentialSource, Secrets,
};
use lectern_core::job::{Job, JobPhase, Pause};
use lectern_core::transfer::{self, IfChanged};
use lectern_core::{Code, Folders, Lectern};

use crate::transfer::{answer, bytes};

const MIB: usize = 1 << 20;
const SIZE: usize = 40 * MIB;

/// Slow enough to be met under way, in bytes a second.
const SLOW: u64 = 16 << 20;

struct Place {
    folder: tempfile::TempDir,
}

/// One run of Lectern, with threads of its own, so that it can end at once.
struct Lifetime {
    runtime: tokio::runtime::Runtime,
    lectern: Arc<Lectern>,
    connection: ConnectionId,
}

impl Place {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn large_file(&self) -> (std::path::PathBuf, Vec<u8>) {
        let content = bytes(SIZE);
        std::fs::write(self.path("large.bin"), &content).unwrap();
        (self.path("large.bin"), content)
    }

    fn run(&self) -> Lifetime {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .worker_threads(2)
            .build()
            .unwrap();
        let folders = Folders::below(&self.path("lectern"));
        let lectern = Lectern::open(folders, Secrets::session_only(), Clock::system()).unwrap();
        let lectern = Arc::new(lectern);
        let known = lectern.catalog.connections().unwrap().pop();
        let connection = known.unwrap_or_else(|| {
            let connection = practice(&self.path("store"));
            lectern.catalog.insert_connection(&connection, 0).unwrap();
            connection
        });
        Lifetime {
            runtime,
            lectern,
            connection: connection.id.clone(),
        }
    }
}

fn practice(folder: &Path) -> Connection {
    Connection {
        id: ConnectionId::fresh(),
        draft: ConnectionDraft {
            name: "Practice".into(),
            bucket: "practice".into(),
            prefix: String::new(),
            region: None,
            endpoint: None,
            addressing: Addressing::Auto,
            source: CredentialSource::Practice {
                folder: Some(folder.display().to_string()),
            },
        },
    }
}

impl Lifetime {
    /// Begins to upload a file, slowly.
    fn upload(&self, file: &Path) -> Job {
        transfer::limit_rate(&self.lectern, Some(SLOW));
        self.runtime.block_on(async {
            let files = vec![file.to_owned()];
            let plan = transfer::plan_upload(&self.lectern, &self.connection, "", files);
            let plan = plan.await.unwrap();
            let answers = answer(None);
            let start = transfer::start(&self.lectern, plan.id, &answers);
            start.await.unwrap()
        })
    }

    fn download(&self, key: &str, target: &Path) -> Job {
        transfer::limit_rate(&self.lectern, Some(SLOW));
        self.runtime.block_on(async {
            let key = key.to_owned();
            let size = SIZE as u64;
            let items = vec![Item::Object { key, size }];
            let plan = transfer::plan_download(&self.lectern, &self.connection, "", items, target);
            let plan = plan.await.unwrap();
            let answers = answer(None);
            let start = transfer::start(&self.lectern, plan.id, &answers);
            start.await.unwrap()
        })
    }

    /// Waits until so many parts of the only transfer are written down.
    fn parts_done(&self, count: usize) {
        self.runtime.block_on(async {
            loop {
                let batches = self.lectern.catalog.unfinished_batches().unwrap();
                let rows = self
                    .lectern
                    .catalog
                    .unfinished_transfers(&batches[0].id)
                    .unwrap();
                let parts = self.lectern.catalog.transfer_parts(&rows[0].id).unwrap();
                if parts.len() >= count {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
    }

    /// As by a power cut: nothing is said, nothing is waited for.
    fn dies(self) {
        self.runtime.shutdown_background();
        // The system would let go of the lock; here the last owner does.
        while Arc::strong_count(&self.lectern) > 1 {
            std::thread::yield_now();
        }
    }

    fn take_up(&self, changed: IfChanged) -> Vec<Job> {
        self.runtime
            .block_on(transfer::take_up(&self.lectern, changed))
            .unwrap()
    }

    fn unfinished(&self) -> transfer::Unfinished {
        self.runtime
            .block_on(transfer::unfinished(&self.lectern))
            .unwrap()
    }

    fn finished(&self, job: &Job) -> transfer::Summary {
        self.runtime
            .block_on(transfer::finished(&self.lectern, job.id))
            .unwrap()
    }

    fn stored(&self, key: &str) -> Vec<u8> {
        self.runtime.block_on(async {
            let store = self.lectern.stores.of(&self.lectern, &self.connection);
            let store = store.await.unwrap();
            let get = store.client().get_object().bucket(store.bucket()).key(key);
            let body = get.send().await.unwrap().body.collect().await.unwrap();
            body.to_vec()
        })
    }
}

#[test]
fn an_upload_goes_on_from_its_finished_parts_in_another_run() {
    let place = Place::new();
    let (file, content) = place.large_file();
    let first = place.run();
    first.upload(&file);
    first.parts_done(2);
    first.dies();

    let second = place.run();
    let left = second.unfinished();
    assert_eq!((left.files, left.bytes), (1, SIZE as u64));
    assert!(left.bytes_done >= 16 << 20, "{left:?}");
    assert_eq!((left.changed.len(), left.elsewhere), (0, 0));
    let jobs = second.take_up(IfChanged::LeaveOut);
    assert_eq!(jobs.len(), 1);
    let summary = second.finished(&jobs[0]);

    assert_eq!((summary.phase, summary.verified), (JobPhase::Done, 1));
    assert!(second.stored("large.bin") == content);
    assert_eq!(second.unfinished(), transfer::Unfinished::default());
}

#[test]
fn a_download_goes_on_from_its_finished_ranges_in_another_run() {
    let place = Place::new();
    let (file, content) = place.large_file();
    let target = place.path("target");
    std::fs::create_dir(&target).unwrap();
    let first = place.run();
    transfer::limit_rate(&first.lectern, None);
    let job = first.upload(&file);
    transfer::limit_rate(&first.lectern, None);
    first.finished(&job);
    first.download("large.bin", &target);
    first.parts_done(2);
    first.dies();
    assert!(
        !target.join("large.bin").exists(),
        "nothing half-written is visible"
    );

    let second = place.run();
    let jobs = second.take_up(IfChanged::LeaveOut);
    let summary = second.finished(&jobs[0]);

    assert_eq!((summary.phase, summary.verified), (JobPhase::Done, 1));
    assert!(std::fs::read(target.join("large.bin")).unwrap() == content);
    let names = std::fs::read_dir(&target).unwrap();
    assert_eq!(names.count(), 1, "the temporary file is gone");
}

#[test]
fn a_file_that_changed_since_is_told_and_left_out_or_sent_as_it_is() {
    let place = Place::new();
    let (file, _) = place.large_file();
    let first = place.run();
    first.upload(&file);
    first.parts_done(1);
    first.dies();
    let changed = bytes(SIZE + 1);
    std::fs::write(&file, &changed).unwrap();

    let second = place.run();
    let told = second.unfinished().changed;
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].name.as_str(), told[0].old_size, told[0].new_size),
        ("large.bin", SIZE as u64, Some(SIZE as u64 + 1))
    );
    let jobs = second.take_up(IfChanged::SendAsItIs);
    let summary = second.finished(&jobs[0]);

    assert_eq!((summary.phase, summary.verified), (JobPhase::Done, 1));
    assert!(second.stored("large.bin") == changed);
}

#[test]
fn what_needs_no_decision_goes_on_while_the_rest_waits_for_one() {
    let place = Place::new();
    let (file, _) = place.large_file();
    let other = place.path("other.bin");
    std::fs::write(&other, bytes(SIZE)).unwrap();
    let first = place.run();
    first.upload(&file);
    first.upload(&other);
    first.parts_done(1);
    first.dies();
    std::fs::write(&file, b"another").unwrap();

    let second = place.run();
    let jobs = second.take_up(IfChanged::NotYet);
    assert_eq!(jobs.len(), 1);
    assert_eq!(second.finished(&jobs[0]).phase, JobPhase::Done);
    assert!(second.stored("other.bin") == bytes(SIZE));
    let left = second.unfinished();
    assert_eq!((left.files, left.changed.len()), (1, 1));

    let jobs = second.take_up(IfChanged::SendAsItIs);
    assert_eq!(second.finished(&jobs[0]).phase, JobPhase::Done);
    assert_eq!(second.stored("large.bin"), b"another");
}

#[test]
fn a_changed_file_that_is_left_out_leaves_nothing_to_be_done() {
    let place = Place::new();
    let (file, _) = place.large_file();
    let first = place.run();
    first.upload(&file);
    first.parts_done(1);
    first.dies();
    std::fs::write(&file, b"another").unwrap();

    let second = place.run();
    assert!(second.take_up(IfChanged::LeaveOut).is_empty());

    assert_eq!(second.unfinished(), transfer::Unfinished::default());
}

#[test]
fn what_another_lectern_has_in_hand_is_left_to_it() {
    let place = Place::new();
    let (file, _) = place.large_file();
    let first = place.run();
    let job = first.upload(&file);

    let second = place.run();
    assert_eq!(second.unfinished().elsewhere, 1);
    assert!(second.take_up(IfChanged::LeaveOut).is_empty());

    transfer::limit_rate(&first.lectern, None);
    assert_eq!(first.finished(&job).phase, JobPhase::Done);
}

#[test]
fn a_paused_job_begins_nothing_and_goes_on_when_told() {
    let place = Place::new();
    let (file, content) = place.large_file();
    let run = place.run();
    let job = run.upload(&file);
    run.parts_done(1);

    transfer::pause(&run.lectern, job.id).unwrap();
    let mut snapshots = transfer::watch(&run.lectern);
    run.runtime.block_on(async {
        let paused = |now: &transfer::Snapshot| now.jobs[0].progress.phase == JobPhase::Paused;
        let now = snapshots.wait_for(paused).await.unwrap();
        assert_eq!(now.jobs[0].pause, Some(Pause::Person));
    });
    transfer::limit_rate(&run.lectern, None);
    run.runtime
        .block_on(transfer::resume(&run.lectern, job.id))
        .unwrap();

    assert_eq!(run.finished(&job).phase, JobPhase::Done);
    assert!(run.stored("large.bin") == content);
}

#[test]
fn a_local_file_goes_once_its_upload_is_verified() {
    let place = Place::new();
    let (file, content) = place.large_file();
    let run = place.run();

    let summary = run.runtime.block_on(async {
        let files = vec![file.clone()];
        let plan = transfer::plan_upload(&run.lectern, &run.connection, "", files);
        let answers = transfer::Answers {
            remove_local: true,
            ..answer(None)
        };
        let plan = plan.await.unwrap();
        let start = transfer::start(&run.lectern, plan.id, &answers);
        let job = start.await.unwrap();
        transfer::finished(&run.lectern, job.id).await.unwrap()
    });

    assert_eq!((summary.verified, summary.kept_local.len()), (1, 0));
    assert!(!file.exists());
    assert!(run.stored("large.bin") == content);
}

#[test]
fn a_job_that_cannot_be_written_down_does_not_begin() {
    let place = Place::new();
    let (file, _) = place.large_file();
    let run = place.run();
    // A folder where the run's lock would be.
    std::fs::write(place.path("lectern").join("running"), b"").unwrap();

    let refused = run.runtime.block_on(async {
        let plan = transfer::plan_upload(&run.lectern, &run.connection, "", vec![file]);
        let plan = plan.await.unwrap();
        transfer::start(&run.lectern, plan.id, &answer(None)).await
    });

    assert_eq!(refused.err().unwrap().code, Code::Catalogue);
}
