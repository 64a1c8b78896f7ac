#![allow(clippy::unwrap_used)]

use super::*;
use crate::job::JobPhase;

fn begin(queue: &Arc<Queue>, items: u32) -> (Job, JobReporter) {
    queue.begin(Direction::Delete, "Week 3", items, 0)
}

#[tokio::test]
async fn a_job_is_seen_from_its_begin_to_its_end() {
    let queue = Arc::new(Queue::default());
    let mut seen = queue.watch();

    let (job, reporter) = begin(&queue, 1);
    seen.wait_for(|now| now.jobs.len() == 1).await.unwrap();
    reporter.item_done(5);
    drop(reporter);

    let over = seen
        .wait_for(|now| now.jobs[0].progress.phase == JobPhase::Done)
        .await
        .unwrap();
    assert_eq!(over.jobs[0].id, job.id);
}

#[tokio::test]
async fn the_queue_is_told_at_most_ten_times_a_second() {
    let queue = Arc::new(Queue::default());
    let mut seen = queue.watch();
    let (_, reporter) = begin(&queue, 1_000);

    let began = std::time::Instant::now();
    let mut updates = 0;
    while began.elapsed() < Duration::from_millis(450) {
        reporter.item_done(1);
        tokio::time::sleep(Duration::from_millis(1)).await;
        updates += u32::from(seen.has_changed().unwrap());
        seen.mark_unchanged();
    }

    assert!((2..=6).contains(&updates), "{updates} updates");
}

#[tokio::test]
async fn the_summary_has_what_was_done_and_what_failed() {
    let queue = Arc::new(Queue::default());
    let (job, reporter) = begin(&queue, 2);
    reporter.item_done(7);
    reporter.item_failed("b", Error::new(Code::NotAllowedToDelete, "No."));
    drop(reporter);

    let summary = queue.finished(job.id).await.unwrap();

    assert_eq!(summary.phase, JobPhase::DoneWithFailures);
    assert_eq!((summary.done, summary.bytes), (1, 7));
    assert_eq!(summary.failures[0].name, "b");
}

#[tokio::test]
async fn only_a_job_that_is_over_is_cleared() {
    let queue = Arc::new(Queue::default());
    let (job, reporter) = begin(&queue, 0);
    queue.clear(job.id);
    assert!(queue.cancel(job.id).is_ok());

    drop(reporter);
    queue.clear(job.id);

    assert_eq!(queue.cancel(job.id).unwrap_err().code, Code::NotFound);
}

#[tokio::test]
async fn the_history_trims_itself() {
    let queue = Arc::new(Queue::default());
    for _ in 0..HISTORY + 20 {
        drop(begin(&queue, 0));
    }

    // The newest had not ended when it was put on the list.
    assert_eq!(queue.jobs().len(), HISTORY + 1);
}
