//! A catalogue that cannot be written to: nothing begins that could not be
//! taken up, and nothing that is done is undone.

use std::fs;
use std::time::Duration;

use lectern_core::Code;
use lectern_core::transfer::{finished, start};
use lectern_faults::{Fault, Operation, Rule};

use super::bed::FaultBed;
use crate::transfer::{answer, assert_all_done, bytes};

/// Held by another program until it is dropped.
fn lock(bed: &FaultBed) -> rusqlite::Connection {
    let other = rusqlite::Connection::open(bed.lectern.folders.catalogue()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    other
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catalogue_that_another_program_locks_lets_nothing_begin_and_says_so() {
    let data = tempfile::tempdir().unwrap();
    let bed = FaultBed::recording_in(data.path()).await;
    let path = bed.local(&["a.txt"]).join("a.txt");
    let plan = bed.plan_up("", std::slice::from_ref(&path)).await;

    let other = lock(&bed);
    let refused = start(&bed.lectern, plan.id, &answer(None)).await;
    assert_eq!(refused.err().unwrap().code, Code::Catalogue);
    assert_eq!(bed.keys().await, Vec::<String>::new());

    drop(other);
    assert_all_done(&bed.up("", &[path]).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catalogue_that_is_locked_for_a_while_under_way_loses_no_record() {
    let data = tempfile::tempdir().unwrap();
    let bed = FaultBed::recording_in(data.path()).await;
    let content = bytes(20 << 20);
    let path = bed.local(&["large"]).join("large");
    fs::write(&path, &content).unwrap();
    let slow = Fault::Latency(Duration::from_millis(300));
    bed.proxy.add(Rule::on(Operation::UploadPart, slow));
    let plan = bed.plan_up("", &[path]).await;
    let job = bed.begin(&plan, None).await;
    while bed.proxy.log().of(Operation::UploadPart).next().is_none() {
        tokio::task::yield_now().await;
    }
    let other = lock(&bed);
    while bed.keys().await.is_empty() && bed.proxy.log().completed(Operation::UploadPart).len() < 3
    {
        tokio::task::yield_now().await;
    }
    drop(other);

    assert_all_done(&finished(&bed.lectern, job.id).await.unwrap(), 1);
    assert!(bed.get("large").await.unwrap() == content);
    let (id, bucket) = (&bed.connection.id, bed.store.bucket());
    let material = bed.lectern.catalog.material(id, bucket, "large").unwrap();
    assert_eq!(material.unwrap().size, content.len() as u64);
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_catalogue_on_a_full_disk_lets_nothing_begin_and_says_so() {
    use crate::full_disk::SmallDisk;

    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::at(folder.path().join("small")) else {
        return;
    };
    let bed = FaultBed::recording_in(disk.path()).await;
    let names: Vec<String> = (0..2_000).map(|number| format!("{number}.txt")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let root = bed.local(&names);
    let plan = bed.plan_up("", &[root]).await;
    let filler = disk.path().join("filler");
    // As much as there is.
    let _ = fs::write(&filler, vec![0; 1 << 20]);

    let refused = start(&bed.lectern, plan.id, &answer(None)).await;
    assert_eq!(refused.err().unwrap().code, Code::Catalogue);
    assert_eq!(bed.keys().await, Vec::<String>::new());

    fs::remove_file(filler).unwrap();
    let path = bed.local(&["a.txt"]).join("a.txt");
    assert_all_done(&bed.up("", &[path]).await, 1);
}
