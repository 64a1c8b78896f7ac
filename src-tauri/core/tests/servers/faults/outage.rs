//! A network that is gone for a while, and comes back.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use lectern_core::job::Pause;
use lectern_core::transfer::{self, finished};
use lectern_faults::{Fault, Operation, Request, Rule};

use super::bed::{FaultBed, Known};
use crate::transfer::{assert_all_done, bytes, object};

const SIZE: usize = 40 << 20;

/// Nobody is there any more, once the first part has passed.
fn goes_away(bed: &FaultBed) {
    let (passed, gone) = (AtomicBool::new(false), AtomicBool::new(false));
    let is_gone = move |request: &Request| {
        if request.operation == Operation::UploadPart && passed.swap(true, Ordering::SeqCst) {
            gone.store(true, Ordering::SeqCst);
        }
        gone.load(Ordering::SeqCst)
    };
    bed.proxy.add(Rule::matching(is_gone, Fault::Unreachable));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_comes_back_needs_nobody() {
    let bed = FaultBed::new(Known::AsAmazon).await;
    let content = bytes(SIZE);
    bed.put("there", &content).await;
    let path = bed.local(&["large"]).join("large");
    fs::write(&path, &content).unwrap();
    let target = bed.folder.path().join("back");
    let up = bed.plan_up("", &[path]).await;
    let down = bed
        .plan_down(vec![object("there", SIZE as u64)], &target)
        .await;
    let slow = Fault::Bandwidth {
        bytes_a_second: 40 << 20,
    };
    bed.proxy.add(Rule::matching(|_| true, slow));
    goes_away(&bed);
    let (up, down) = (bed.begin(&up, None).await, bed.begin(&down, None).await);

    let mut seen = transfer::watch(&bed.lectern);
    let gone = seen.wait_for(|now| {
        let said = |job: &transfer::JobState| job.pause == Some(Pause::Network);
        now.jobs.iter().any(said)
    });
    let gone = tokio::time::timeout(Duration::from_mins(2), gone).await;
    gone.expect("it says so").unwrap();
    bed.proxy.clear();

    for job in [up.id, down.id] {
        assert_all_done(&finished(&bed.lectern, job).await.unwrap(), 1);
    }
    assert!(bed.get("large").await.unwrap() == content);
    assert!(fs::read(target.join("there")).unwrap() == content);
    let log = bed.proxy.settled();
    assert_eq!(log.sent_twice(&[], Duration::ZERO), []);
    assert_eq!(log.fetched_twice(&[], Duration::ZERO), []);
}
