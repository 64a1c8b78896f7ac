//! What local disks hold and do, while files go up or come down.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::time::Duration;

use lectern_core::Code;
use lectern_core::job::JobPhase;
use lectern_core::transfer::{self, finished};
use lectern_faults::{Fault, Operation, Rule};

use super::bed::{FaultBed, Known};
use crate::server::{Bed, Kind};
use crate::transfer::{assert_all_done, bytes, object, only_failure};

const LARGE: usize = (17 << 20) + 1;

/// Once the proxy has seen the operation.
async fn begun(bed: &FaultBed, operation: Operation) {
    while bed.proxy.log().of(operation).next().is_none() {
        tokio::task::yield_now().await;
    }
}

fn slowly(bed: &FaultBed, operation: Operation) {
    let pause = Fault::Latency(Duration::from_millis(500));
    bed.proxy.add(Rule::on(operation, pause));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_folder_that_disappears_under_way_is_told_and_nothing_is_left() {
    let bed = FaultBed::new(Known::AsAmazon).await;
    bed.put("large", &bytes(LARGE)).await;
    bed.put("small", &bytes(1_000)).await;
    slowly(&bed, Operation::GetObject);
    let parent = bed.folder.path().join("parent");

    for (key, size) in [("large", LARGE), ("small", 1_000)] {
        let target = parent.join("gone");
        let plan = bed.plan_down(vec![object(key, size as u64)], &target).await;
        let job = bed.begin(&plan, None).await;
        begun(&bed, Operation::GetObject).await;
        fs::remove_dir_all(&target).unwrap();
        let summary = finished(&bed.lectern, job.id).await.unwrap();

        assert_eq!(only_failure(&summary).code, Code::LocalFile);
        assert_eq!(fs::read_dir(&parent).unwrap().count(), 0);
        bed.proxy.clear();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_grows_shrinks_or_goes_while_it_is_sent_is_not_stored() {
    let bed = FaultBed::new(Known::AsAmazon).await;
    slowly(&bed, Operation::UploadPart);
    let grows = |path: &std::path::Path| {
        let mut file = fs::File::options().append(true).open(path).unwrap();
        file.write_all(b"more").unwrap();
    };
    let shrinks = |path: &std::path::Path| {
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_len(9 << 20).unwrap();
    };
    let goes = |path: &std::path::Path| fs::remove_file(path).unwrap();
    type Change<'a> = &'a dyn Fn(&std::path::Path);
    let changes: [(Change<'_>, Code); 3] = [
        (&grows, Code::Changed),
        (&shrinks, Code::Changed),
        (&goes, Code::SourceVanished),
    ];

    for (index, (change, code)) in changes.into_iter().enumerate() {
        let path = bed.local(&["large"]).join("large");
        fs::write(&path, bytes(LARGE)).unwrap();
        let seen = bed.proxy.log().of(Operation::UploadPart).count();
        let plan = bed.plan_up("", std::slice::from_ref(&path)).await;
        let job = bed.begin(&plan, None).await;
        while bed.proxy.log().of(Operation::UploadPart).count() == seen {
            tokio::task::yield_now().await;
        }
        change(&path);
        let summary = finished(&bed.lectern, job.id).await.unwrap();

        assert_eq!(only_failure(&summary).code, code, "{index}");
        assert_eq!(bed.keys().await, Vec::<String>::new());
        assert_eq!(bed.unfinished_uploads().await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sparse_file_arrives_with_its_holes() {
    let bed = Bed::new(Kind::Practice).await;
    let path = bed.local(&["sparse"]).join("sparse");
    let mut file = fs::File::create(&path).unwrap();
    file.seek(SeekFrom::Start(20 << 20)).unwrap();
    file.write_all(b"the end").unwrap();

    assert_all_done(&bed.up("", std::slice::from_ref(&path)).await, 1);

    let stored = bed.get("sparse").await.unwrap();
    assert!(stored == fs::read(&path).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_files_in_one_drop_are_one_job_that_can_be_stopped() {
    const FILES: usize = 100_000;
    let bed = Bed::new(Kind::Practice).await;
    let root = bed.folder.path().join("drop");
    for folder in 0..100 {
        let folder = root.join(format!("{folder:02}"));
        fs::create_dir_all(&folder).unwrap();
        for file in 0..FILES / 100 {
            fs::write(folder.join(file.to_string()), b"").unwrap();
        }
    }

    let plan = bed.plan_up("", &[root]).await;
    assert_eq!((plan.files as usize, plan.conflicts.len()), (FILES, 0));
    let mut seen = transfer::watch(&bed.lectern);
    let job = bed.begin(&plan, None).await;
    let under_way = seen
        .wait_for(|now| {
            now.jobs
                .first()
                .is_some_and(|job| job.progress.items_done >= 50)
        })
        .await
        .unwrap()
        .clone();
    transfer::cancel(&bed.lectern, job.id).unwrap();
    let summary = finished(&bed.lectern, job.id).await.unwrap();

    assert!(under_way.jobs[0].items.len() <= 50, "not all are told");
    assert_eq!(under_way.jobs[0].progress.items_total as usize, FILES);
    assert_eq!(
        (summary.phase, summary.failures.len()),
        (JobPhase::Cancelled, 0)
    );
    assert!((50..FILES as u32).contains(&summary.done));
    assert_eq!(bed.lectern.catalog.unfinished_batches().unwrap(), []);
}
