#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use crate::clock::Clock;
use crate::connection::{
    Addressing, Connection, ConnectionDraft, ConnectionId, CredentialSource, Secrets,
};
use crate::transfer::limits::Limits;
use crate::transfer::part_size::MIB;
use crate::transfer::{Answers, Transfers, finished, plan_upload, start};
use crate::{Folders, Lectern};

#[tokio::test(flavor = "multi_thread")]
async fn parts_too_large_to_be_held_are_sent_from_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let lectern = Arc::new(on_practice(folder.path(), Limits::buffering(MIB)));
    let connection = lectern.catalog.connections().unwrap().remove(0);
    let content: Vec<u8> = (0..20 * MIB).map(|n| (n % 251) as u8).collect();
    let path = folder.path().join("large");
    std::fs::write(&path, &content).unwrap();

    let plan = plan_upload(&lectern, &connection.id, "", vec![path]).await;
    let nothing = Answers {
        for_all: None,
        each: Vec::new(),
        remove_local: false,
    };
    let job = start(&lectern, plan.unwrap().id, &nothing).await.unwrap();
    let summary = finished(&lectern, job.id).await.unwrap();

    assert_eq!((summary.failures, summary.verified), (Vec::new(), 1));
    assert_eq!(job.progress.borrow().bytes_done, 20 * MIB);
    let store = lectern.stores.of(&lectern, &connection.id).await.unwrap();
    let client = store.client();
    let stored = client.get_object().bucket(store.bucket()).key("large");
    let body = stored.send().await.unwrap().body.collect().await.unwrap();
    assert!(body.to_vec() == content);
}

fn on_practice(folder: &std::path::Path, limits: Limits) -> Lectern {
    let folders = Folders::below(&folder.join("lectern"));
    let mut lectern =
        Lectern::in_memory(folders, Secrets::session_only(), Clock::system()).unwrap();
    lectern.transfers = Transfers {
        limits: Arc::new(limits),
        ..Transfers::default()
    };
    let connection = Connection {
        id: ConnectionId::fresh(),
        draft: ConnectionDraft {
            name: "Practice".into(),
            bucket: "practice".into(),
            prefix: String::new(),
            region: None,
            endpoint: None,
            addressing: Addressing::Auto,
            source: CredentialSource::Practice {
                folder: Some(folder.join("practice").display().to_string()),
            },
        },
    };
    lectern.catalog.insert_connection(&connection, 0).unwrap();
    lectern
}
