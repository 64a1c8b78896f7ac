//! Connections that stay open and carry nothing: nobody ends them but Lectern.

use std::fs;
use std::time::Duration;

use lectern_core::transfer::finished;
use lectern_faults::{Fault, Operation, Rule};

use super::bed::{FaultBed, Known};
use crate::transfer::{assert_all_done, bytes, object};

const SMALL: usize = 300_000;
const LARGE: usize = (17 << 20) + 1;
/// Longer than anybody waits.
const FOR_EVER: Duration = Duration::from_hours(1);
/// More than the minute after which a connection is given up.
const GIVES_UP_WITHIN: Duration = Duration::from_mins(4);

/// Side by side: all of it is waiting.
#[tokio::test(flavor = "multi_thread")]
async fn who_says_nothing_is_given_up_and_the_transfer_goes_on() {
    tokio::join!(
        a_connection_that_carries_nothing_is_given_up(),
        an_answer_that_never_comes_is_not_waited_for_for_ever()
    );
}

async fn a_connection_that_carries_nothing_is_given_up() {
    let bed = FaultBed::new(Known::AsAmazon).await;
    let (small, large) = (bytes(SMALL), bytes(LARGE));
    bed.put("there-small", &small).await;
    bed.put("there-large", &large).await;
    let root = bed.local(&["small", "large"]);
    fs::write(root.join("small"), &small).unwrap();
    fs::write(root.join("large"), &large).unwrap();
    let target = bed.folder.path().join("back");
    let items = vec![
        object("there-small", SMALL as u64),
        object("there-large", LARGE as u64),
    ];
    let up = bed
        .plan_up("", &[root.join("small"), root.join("large")])
        .await;
    let down = bed.plan_down(items, &target).await;

    let sending = Fault::StallRequest {
        after: 100_000,
        pause: FOR_EVER,
    };
    let receiving = Fault::StallAnswer {
        after: 100_000,
        pause: FOR_EVER,
    };
    let stalls = [
        bed.proxy
            .add(Rule::on(Operation::PutObject, sending).times(1)),
        bed.proxy
            .add(Rule::on(Operation::UploadPart, sending).times(1)),
        bed.proxy
            .add(Rule::on(Operation::GetObject, receiving).times(2)),
    ];
    let (up, down) = (bed.begin(&up, None).await, bed.begin(&down, None).await);
    let ends = async {
        for job in [up.id, down.id] {
            assert_all_done(&finished(&bed.lectern, job).await.unwrap(), 2);
        }
    };
    let ended = tokio::time::timeout(GIVES_UP_WITHIN, ends).await;

    assert_eq!(stalls.map(|stall| stall.fired()), [1, 1, 2]);
    assert!(ended.is_ok(), "a transfer waits for ever");
    assert!(bed.get("small").await.unwrap() == small);
    assert!(bed.get("large").await.unwrap() == large);
    assert!(fs::read(target.join("there-small")).unwrap() == small);
    assert!(fs::read(target.join("there-large")).unwrap() == large);
}

async fn an_answer_that_never_comes_is_not_waited_for_for_ever() {
    let bed = FaultBed::new(Known::AsAmazon).await;
    let (small, large) = (bytes(SMALL), bytes(LARGE));
    bed.put("there", &small).await;
    let root = bed.local(&["small", "large", "largest"]);
    fs::write(root.join("small"), &small).unwrap();
    fs::write(root.join("large"), &large).unwrap();
    fs::write(root.join("largest"), &large).unwrap();
    let target = bed.folder.path().join("back");
    let paths = ["small", "large", "largest"].map(|name| root.join(name));
    let up = bed.plan_up("", &paths).await;
    let down = bed
        .plan_down(vec![object("there", SMALL as u64)], &target)
        .await;

    let silent = [
        Operation::PutObject,
        Operation::UploadPart,
        Operation::CompleteMultipartUpload,
        Operation::GetObject,
    ]
    .map(|operation| {
        let silence = Rule::on(operation, Fault::Silence(FOR_EVER));
        bed.proxy.add(silence.times(1))
    });
    let (up, down) = (bed.begin(&up, None).await, bed.begin(&down, None).await);
    let ends = async {
        assert_all_done(&finished(&bed.lectern, up.id).await.unwrap(), 3);
        assert_all_done(&finished(&bed.lectern, down.id).await.unwrap(), 1);
    };
    let ended = tokio::time::timeout(GIVES_UP_WITHIN, ends).await;

    assert_eq!(silent.map(|silent| silent.fired()), [1; 4]);
    let waiting = bed.proxy.log().passed.into_iter();
    let waiting = waiting.filter(|passed| passed.ended.is_none());
    let waiting: Vec<_> = waiting.map(|passed| passed.request.target).collect();
    assert!(ended.is_ok(), "waits for ever for {waiting:?}");
    assert!(bed.get("small").await.unwrap() == small);
    assert!(bed.get("large").await.unwrap() == large);
    assert!(bed.get("largest").await.unwrap() == large);
}
