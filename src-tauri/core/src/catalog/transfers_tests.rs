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

fn row(id: &str) -> TransferRow {
    TransferRow {
        id: id.into(),
        batch: "batch".into(),
        connection_id: ConnectionId("c".into()),
        direction: TransferDirection::Upload,
        bucket: "b".into(),
        key: format!("week 1/{id}.mp4"),
        local_path: Some(format!("/home/{id}.mp4")),
        size: 40 << 20,
        source_modified_at: Some(5),
        part_size: None,
        upload_id: None,
        condition: Some("{}".into()),
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

#[test]
fn what_was_under_way_is_found_with_its_parts() {
    let catalog = catalog();
    catalog.insert_transfers(&[row("a"), row("b")]).unwrap();
    catalog
        .begin_transfer_parts("a", "upload", 8 << 20, 20)
        .unwrap();
    catalog.put_transfer_part("a", &part(2)).unwrap();
    catalog.put_transfer_part("a", &part(1)).unwrap();
    catalog
        .end_transfer("b", TransferState::Done, None, None, None, 30)
        .unwrap();

    let unfinished = catalog.unfinished_transfers().unwrap();

    assert_eq!(unfinished.len(), 1);
    assert_eq!(unfinished[0].upload_id.as_deref(), Some("upload"));
    assert_eq!(unfinished[0].part_size, Some(8 << 20));
    assert_eq!(unfinished[0].state, TransferState::Running);
    assert_eq!(catalog.transfer_parts("a").unwrap(), [part(1), part(2)]);
}

#[test]
fn an_aborted_upload_leaves_no_parts() {
    let catalog = catalog();
    catalog.insert_transfers(&[row("a")]).unwrap();
    catalog.begin_transfer_parts("a", "upload", 1, 20).unwrap();
    catalog.put_transfer_part("a", &part(1)).unwrap();

    catalog.drop_transfer_parts("a", 30).unwrap();

    assert!(catalog.transfer_parts("a").unwrap().is_empty());
    assert_eq!(catalog.transfer("a").unwrap().unwrap().upload_id, None);
}

#[test]
fn history_is_trimmed_but_for_uploads_that_may_still_have_parts() {
    let catalog = catalog();
    let ids = ["done", "failed", "waiting", "left"];
    catalog.insert_transfers(&ids.map(row)).unwrap();
    catalog.begin_transfer_parts("left", "u", 1, 20).unwrap();
    for (id, state) in [
        ("done", TransferState::Done),
        ("failed", TransferState::Failed),
        ("left", TransferState::Failed),
    ] {
        let error = Error::cancelled();
        catalog
            .end_transfer(id, state, None, None, Some(&error), 30)
            .unwrap();
    }

    catalog.trim_transfers(30).unwrap();
    assert!(catalog.transfer("done").unwrap().is_some());
    catalog.trim_transfers(31).unwrap();

    let kept: Vec<bool> = ids
        .iter()
        .map(|id| catalog.transfer(id).unwrap().is_some())
        .collect();
    assert_eq!(kept, [false, false, true, true]);
}
