#![allow(clippy::unwrap_used)]

use super::*;
use crate::connection::{Addressing, Connection, ConnectionDraft, CredentialSource};

fn catalog() -> Catalog {
    let catalog = Catalog::in_memory().unwrap();
    let connection = Connection {
        id: ConnectionId("c".into()),
        draft: ConnectionDraft {
            name: "Materials".into(),
            bucket: "b".into(),
            prefix: String::new(),
            region: None,
            endpoint: None,
            addressing: Addressing::Auto,
            source: CredentialSource::Anonymous,
        },
    };
    catalog.insert_connection(&connection, 1).unwrap();
    catalog
}

fn batch(runner: &str) -> TransferBatch {
    TransferBatch {
        id: format!("batch of {runner}"),
        connection_id: ConnectionId("c".into()),
        direction: TransferDirection::Upload,
        target: "Week 1".into(),
        runner: runner.into(),
        created_at: 10,
    }
}

fn row(id: &str) -> TransferRow {
    TransferRow {
        id: id.into(),
        batch: batch("r").id,
        connection_id: ConnectionId("c".into()),
        direction: TransferDirection::Upload,
        bucket: "b".into(),
        key: format!("week 1/{id}.mp4"),
        size: 40 << 20,
        item: "{}".into(),
        position: 0,
        begun: None,
        state: TransferState::Waiting,
        checksum: None,
        created_at: 10,
    }
}

fn part(number: u32) -> TransferPart {
    TransferPart {
        number,
        etag: format!("\"{number}\""),
        checksum: Some("CRC64NVME:AAAAAAAAAAA=".into()),
    }
}

fn begun(id: &str) -> TransferWrite {
    TransferWrite::Begun {
        id: id.into(),
        begun: Begun {
            upload_id: Some("upload".into()),
            part_size: 8 << 20,
            etag: None,
        },
        checksum: None,
    }
}

fn done_part(id: &str, number: u32) -> TransferWrite {
    TransferWrite::Part {
        id: id.into(),
        part: part(number),
    }
}

fn ended(id: &str, state: TransferState) -> TransferWrite {
    TransferWrite::Ended {
        id: id.into(),
        state,
        key: None,
        checksum: None,
        error: (state == TransferState::Failed).then(Error::cancelled),
    }
}

#[test]
fn what_was_under_way_is_found_with_its_parts() {
    let catalog = catalog();
    let rows = [row("a"), row("b")];
    catalog.insert_transfers(&batch("r"), &rows).unwrap();
    let writes = [
        begun("a"),
        done_part("a", 2),
        done_part("a", 1),
        ended("b", TransferState::Done),
    ];
    catalog.record_transfers(&writes, 20).unwrap();

    assert_eq!(catalog.unfinished_batches().unwrap(), [batch("r")]);
    let unfinished = catalog.unfinished_transfers(&batch("r").id).unwrap();

    assert_eq!(unfinished.len(), 1);
    let found = unfinished[0].begun.as_ref().unwrap();
    assert_eq!(found.upload_id.as_deref(), Some("upload"));
    assert_eq!(found.part_size, 8 << 20);
    assert_eq!(unfinished[0].state, TransferState::Running);
    assert_eq!(catalog.transfer_parts("a").unwrap(), [part(1), part(2)]);
}

#[test]
fn an_action_that_is_over_is_not_unfinished() {
    let catalog = catalog();
    catalog.insert_transfers(&batch("r"), &[row("a")]).unwrap();
    let over = [ended("a", TransferState::Failed)];
    catalog.record_transfers(&over, 20).unwrap();

    assert_eq!(catalog.unfinished_batches().unwrap(), []);
}

#[test]
fn a_run_takes_the_actions_of_another_over() {
    let catalog = catalog();
    catalog.insert_transfers(&batch("r"), &[row("a")]).unwrap();

    catalog.hand_over_batches("r", "s").unwrap();

    assert_eq!(catalog.unfinished_batches().unwrap()[0].runner, "s");
}

#[test]
fn an_aborted_upload_leaves_no_parts() {
    let catalog = catalog();
    catalog.insert_transfers(&batch("r"), &[row("a")]).unwrap();
    let aborted = TransferWrite::NotBegun { id: "a".into() };
    let writes = [begun("a"), done_part("a", 1), aborted];
    catalog.record_transfers(&writes, 30).unwrap();

    assert!(catalog.transfer_parts("a").unwrap().is_empty());
    assert_eq!(catalog.transfer("a").unwrap().unwrap().begun, None);
}

#[test]
fn of_several_writes_all_or_none_are_recorded() {
    let catalog = catalog();
    catalog.insert_transfers(&batch("r"), &[row("a")]).unwrap();
    let nowhere = TransferWrite::Material(Material {
        connection_id: ConnectionId("nobody's".into()),
        bucket: "b".into(),
        key: "k".into(),
        title: "k".into(),
        size: 1,
        etag: None,
        checksum: None,
        content_type: None,
        added_by: "me".into(),
        added_at: 1,
    });

    let refused = catalog.record_transfers(&[begun("a"), nowhere], 20);

    assert!(refused.is_err());
    assert_eq!(catalog.transfer("a").unwrap().unwrap().begun, None);
}

#[test]
fn history_is_trimmed_but_for_uploads_that_may_still_have_parts() {
    let catalog = catalog();
    let ids = ["done", "failed", "waiting", "left"];
    catalog
        .insert_transfers(&batch("r"), &ids.map(row))
        .unwrap();
    let writes = [
        begun("left"),
        ended("done", TransferState::Done),
        ended("failed", TransferState::Failed),
        ended("left", TransferState::Failed),
    ];
    catalog.record_transfers(&writes, 30).unwrap();

    catalog.trim_transfers(30).unwrap();
    assert!(catalog.transfer("done").unwrap().is_some());
    catalog.trim_transfers(31).unwrap();

    let kept: Vec<bool> = ids
        .iter()
        .map(|id| catalog.transfer(id).unwrap().is_some())
        .collect();
    assert_eq!(kept, [false, false, true, true]);
}
