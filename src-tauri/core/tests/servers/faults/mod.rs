//! Transfers through a proxy that breaks them on purpose.
//!
//! Each row of the table in `docs/faults.md` is a test here: one fault, put in
//! the way of every kind of transfer wherever it can strike. Whatever happens,
//! a transfer ends with identical bytes or with a clear error, and nothing that
//! is half or spoilt is to be seen. The table holds what was counted, and a test
//! fails when the committed one says something else;
//! `LECTERN_WRITE_FAULTS=1` writes it anew.

mod bad_input;
pub mod bed;
mod catalogue;
mod outage;
mod sign_in;
mod spot;
mod stall;
mod storm;
mod table;

use std::time::Duration;

use lectern_core::Code;
use lectern_faults::{Fault, Operation};

use bed::Known;
use spot::{End, Spot, Work};
use table::Row;

const SOON: Duration = Duration::from_millis(300);

/// Puts one fault in the way of everything that it can strike, so often each
/// time, and compares what was counted with the committed table.
async fn row(
    fault: Fault,
    times: u32,
    strikes: impl Fn(Spot) -> bool,
    wanted: impl Fn(Spot) -> End,
) {
    let mut row = Row::of(&fault);
    for known in [Known::AsAmazon, Known::AsOther] {
        let bed = bed::FaultBed::new(known).await;
        for spot in spot::ALL.into_iter().filter(|spot| strikes(*spot)) {
            let met = spot.put_to(&bed, &fault, times).await;
            if met.injected == 0 || met.end() != wanted(spot) {
                row.wrong.push(format!("{known:?} {spot:?}: {met:?}"));
            }
            row.count(&met);
        }
    }
    row.compare();
}

fn anywhere(_: Spot) -> bool {
    true
}

fn sends_a_file(spot: Spot) -> bool {
    matches!(spot.hit, Operation::PutObject | Operation::UploadPart)
}

fn gets_a_file(spot: Spot) -> bool {
    spot.hit == Operation::GetObject
}

fn is_done(_: Spot) -> End {
    End::SameBytes
}

#[tokio::test(flavor = "multi_thread")]
async fn latency() {
    row(Fault::Latency(SOON), 2, anywhere, is_done).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limited_bandwidth() {
    let slow = Fault::Bandwidth {
        bytes_a_second: 8 << 20,
    };
    row(slow, 2, anywhere, is_done).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_not_reachable() {
    row(Fault::Unreachable, 2, anywhere, is_done).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_while_sending() {
    row(
        Fault::ResetRequest { after: 100_000 },
        2,
        sends_a_file,
        is_done,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_while_receiving() {
    let reset = Fault::ResetAnswer { after: 100_000 };
    row(reset, 2, gets_a_file, is_done).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stall_while_sending() {
    let stall = Fault::StallRequest {
        after: 100_000,
        pause: SOON,
    };
    row(stall, 2, sends_a_file, is_done).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stall_while_receiving() {
    let stall = Fault::StallAnswer {
        after: 100_000,
        pause: SOON,
    };
    row(stall, 2, gets_a_file, is_done).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_truncated_answer() {
    let truncated = Fault::TruncatedAnswer { after: 20 };
    let has_one = |spot: Spot| {
        !matches!(
            spot.hit,
            Operation::PutObject | Operation::UploadPart | Operation::HeadObject
        )
    };
    row(truncated, 2, has_one, is_done).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shortened_answer() {
    row(Fault::ShortAnswer { by: 1_000 }, 1, gets_a_file, is_done).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrupt_byte_sent() {
    row(
        Fault::CorruptRequest { at: 100_000 },
        1,
        sends_a_file,
        is_done,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrupt_byte_received() {
    row(
        Fault::CorruptAnswer { at: 100_000 },
        1,
        gets_a_file,
        is_done,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_internal_error() {
    row(refuse(500, "InternalError"), 2, anywhere, is_done).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_down() {
    row(refuse(503, "SlowDown"), 2, anywhere, is_done).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_requests() {
    row(refuse(429, "TooManyRequests"), 2, anywhere, is_done).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_checksum_in_the_answer() {
    let tells = |spot: Spot| {
        matches!(
            spot.hit,
            Operation::PutObject | Operation::UploadPart | Operation::CompleteMultipartUpload
        ) || spot.work == Work::DownloadSingle
    };
    row(Fault::WrongChecksum, 1, tells, is_done).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_region() {
    let moved = Fault::Redirect {
        region: "eu-west-2",
    };
    // A batch that is refused is tried object by object.
    let end = |spot: Spot| match spot.work {
        Work::Delete => End::SameBytes,
        _ => End::Error(Code::WrongRegion),
    };
    row(moved, 1, anywhere, end).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer() {
    row(Fault::LostAnswer, 1, anywhere, is_done).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_delivered_twice() {
    row(Fault::Twice, 1, anywhere, is_done).await;
}

fn refuse(status: u16, code: &'static str) -> Fault {
    Fault::Refuse { status, code }
}

/// What is damaged every time is never kept, and never said to be there.
#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_arrive_damaged_again_and_again_are_an_error() {
    type Case = (Fault, fn(Spot) -> bool);
    let cases: [Case; 3] = [
        (Fault::CorruptRequest { at: 100_000 }, sends_a_file),
        (Fault::CorruptAnswer { at: 100_000 }, gets_a_file),
        (Fault::ShortAnswer { by: 1_000 }, |spot| {
            spot.work == Work::DownloadSingle
        }),
    ];
    for known in [Known::AsAmazon, Known::AsOther] {
        for (fault, strikes) in cases {
            let bed = bed::FaultBed::new(known).await;
            for spot in spot::ALL.into_iter().filter(|spot| strikes(*spot)) {
                let met = spot.put_to(&bed, &fault, u32::MAX).await;
                let expected = End::Error(Code::ChecksumMismatch);
                assert_eq!(
                    (met.end(), &met.sound),
                    (expected, &Ok(())),
                    "{known:?} {spot:?}"
                );
            }
        }
    }
}
