//! Credentials that end while a transfer is under way: it stands still, nothing
//! fails, and after a sign-in it goes on from the parts that are there.

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use lectern_core::connection::KeySecret;
use lectern_core::job::{Job, Pause};
use lectern_core::transfer::{self, finished};
use lectern_faults::{Fault, Log, Operation, Request, Rule};

use super::bed::{FaultBed, Known};
use crate::running::SECRET_ACCESS_KEY;
use crate::transfer::{assert_all_done, bytes, object};

const SIZE: usize = 72 << 20;
/// Parts, or ranges, that pass before the credentials end.
const PASS: u32 = 3;

fn signed_in(bed: &FaultBed, token: &str) {
    let secret = KeySecret {
        secret_access_key: SECRET_ACCESS_KEY.into(),
        session_token: Some(token.into()),
    };
    bed.lectern
        .secrets
        .keep_for_session(&bed.connection.id, secret);
}

/// The store takes the first token no more once so much has passed.
fn the_first_token_ends_during(bed: &FaultBed, operation: Operation) {
    let (passed, ended) = (AtomicU32::new(0), AtomicBool::new(false));
    let is_over = move |request: &Request| {
        if request.operation == operation && passed.fetch_add(1, Ordering::SeqCst) >= PASS {
            ended.store(true, Ordering::SeqCst);
        }
        ended.load(Ordering::SeqCst) && request.session.as_deref() == Some("first")
    };
    let expired = Fault::Refuse {
        status: 400,
        code: "ExpiredToken",
    };
    bed.proxy.add(Rule::matching(is_over, expired));
}

async fn stands_still(bed: &FaultBed, job: &Job) {
    let mut seen = transfer::watch(&bed.lectern);
    let paused = seen.wait_for(|now| {
        let job = now.jobs.iter().find(|state| state.id == job.id);
        job.is_some_and(|state| {
            assert!(!state.progress.phase.is_over(), "{state:?}");
            assert_eq!(state.progress.items_failed, 0, "{state:?}");
            state.pause == Some(Pause::SignIn)
        })
    });
    let paused = tokio::time::timeout(Duration::from_mins(1), paused).await;
    paused.expect("it stands still").unwrap();
}

fn done(log: &Log, operation: Operation) -> usize {
    log.of(operation).filter(|passed| passed.is_done()).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_goes_on_from_the_same_part_after_a_sign_in() {
    let bed = FaultBed::new(Known::AsOther).await;
    signed_in(&bed, "first");
    the_first_token_ends_during(&bed, Operation::UploadPart);
    let content = bytes(SIZE);
    let path = bed.local(&["large.bin"]).join("large.bin");
    fs::write(&path, &content).unwrap();
    let plan = bed.plan_up("", &[path]).await;
    let job = bed.begin(&plan, None).await;
    stands_still(&bed, &job).await;
    let before = bed.proxy.settled();
    assert!(done(&before, Operation::UploadPart) >= PASS as usize);
    assert_eq!(bed.keys().await, Vec::<String>::new());

    signed_in(&bed, "second");
    transfer::resume(&bed.lectern, job.id).await.unwrap();
    let summary = finished(&bed.lectern, job.id).await.unwrap();

    assert_all_done(&summary, 1);
    assert!(bed.get("large.bin").await.unwrap() == content);
    let log = bed.proxy.settled();
    assert_eq!(log.sent_twice(&[], Duration::ZERO), []);
    assert_eq!(done(&log, Operation::CreateMultipartUpload), 1);
    assert_eq!(done(&log, Operation::AbortMultipartUpload), 0);
    let parts = SIZE.div_ceil(8 << 20);
    assert_eq!(done(&log, Operation::UploadPart), parts);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_goes_on_from_the_same_range_after_a_sign_in() {
    let bed = FaultBed::new(Known::AsOther).await;
    signed_in(&bed, "first");
    let content = bytes(SIZE);
    bed.put("large.bin", &content).await;
    the_first_token_ends_during(&bed, Operation::GetObject);
    let target = bed.folder.path().join("back");
    let plan = bed
        .plan_down(vec![object("large.bin", SIZE as u64)], &target)
        .await;
    let job = bed.begin(&plan, None).await;
    stands_still(&bed, &job).await;

    signed_in(&bed, "second");
    transfer::resume(&bed.lectern, job.id).await.unwrap();
    let summary = finished(&bed.lectern, job.id).await.unwrap();

    assert_all_done(&summary, 1);
    assert!(fs::read(target.join("large.bin")).unwrap() == content);
    let log = bed.proxy.settled();
    assert_eq!(log.fetched_twice(&[], Duration::ZERO), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_waits_for_a_sign_in_can_be_cancelled() {
    let bed = FaultBed::new(Known::AsOther).await;
    signed_in(&bed, "first");
    the_first_token_ends_during(&bed, Operation::UploadPart);
    let path = bed.local(&["large.bin"]).join("large.bin");
    fs::write(&path, bytes(SIZE)).unwrap();
    let plan = bed.plan_up("", &[path]).await;
    let job = bed.begin(&plan, None).await;
    stands_still(&bed, &job).await;

    transfer::cancel(&bed.lectern, job.id).unwrap();
    let summary = finished(&bed.lectern, job.id).await.unwrap();

    assert_eq!(summary.phase, lectern_core::job::JobPhase::Cancelled);
    assert_eq!(bed.keys().await, Vec::<String>::new());
}
