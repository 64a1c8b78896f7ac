//! Moving where the store refuses something on the way.

use std::sync::Arc;

use lectern_core::Code;
use lectern_core::browse::Item;
use lectern_core::connection::{Connection, ConnectionId};
use lectern_core::transfer::{Summary, move_to, rename};

use crate::scripted::{Answer, Request, Scripted, fine, refused, scripted};

fn is_batch(request: &Request) -> bool {
    request.method == "POST" && request.target.contains("?delete")
}

fn is_delete(request: &Request) -> bool {
    request.method == "DELETE"
}

/// A listing of so many objects below `w/`, and of nothing elsewhere.
fn listing(request: &Request, count: usize) -> Option<Answer> {
    if request.method != "GET" || !request.target.contains("list-type=2") {
        return None;
    }
    let count = match request.target.contains("prefix=w") {
        true => count,
        false => 0,
    };
    let objects: String = (0..count)
        .map(|n| {
            format!("<Contents><Key>w/{n:03}</Key><Size>1</Size><ETag>\"e\"</ETag></Contents>")
        })
        .collect();
    let body =
        format!("<ListBucketResult><KeyCount>{count}</KeyCount>{objects}</ListBucketResult>");
    Some(Answer::Now(200, body))
}

fn copied(request: &Request) -> Option<Answer> {
    let body = "<CopyObjectResult><ETag>\"e\"</ETag></CopyObjectResult>";
    (request.method == "PUT").then(|| Answer::Now(200, body.into()))
}

fn removed(count: usize) -> Answer {
    let keys: String = (0..count)
        .map(|n| format!("<Deleted><Key>w/{n:03}</Key></Deleted>"))
        .collect();
    Answer::Now(200, format!("<DeleteResult>{keys}</DeleteResult>"))
}

async fn moved(store: &Scripted) -> Summary {
    let folder = Item::Folder {
        prefix: "w/".into(),
    };
    rename(&store.lectern, &store.connection, folder, "v")
        .await
        .unwrap()
}

/// A connection to another bucket of the same store.
fn beside(store: &Scripted) -> ConnectionId {
    let catalog = &store.lectern.catalog;
    let mut connection = catalog.connection(&store.connection).unwrap();
    connection.draft.bucket = "beside".into();
    connection.draft.name = "Beside".into();
    let connection = Connection {
        id: ConnectionId::fresh(),
        ..connection
    };
    catalog.insert_connection(&connection, 0).unwrap();
    let secrets = &store.lectern.secrets;
    secrets.keep_for_session(&connection.id, crate::server::secret());
    connection.id
}

#[tokio::test]
async fn originals_are_removed_together() {
    let store = scripted(|request, _| {
        listing(request, 200)
            .or_else(|| copied(request))
            .unwrap_or_else(|| {
                if is_batch(request) {
                    removed(200)
                } else {
                    fine()
                }
            })
    })
    .await;

    let summary = moved(&store).await;

    assert_eq!((summary.done, summary.failures.len()), (200, 0));
    let requests = store.count(|request| is_batch(request) || is_delete(request));
    assert!(requests < 100, "{requests} requests for 200 originals");
}

#[tokio::test]
async fn originals_are_removed_one_by_one_where_the_store_knows_no_batches() {
    let store = scripted(|request, _| {
        if is_batch(request) {
            return refused(501, "NotImplemented");
        }
        listing(request, 20)
            .or_else(|| copied(request))
            .unwrap_or_else(fine)
    })
    .await;

    let summary = moved(&store).await;

    assert_eq!((summary.done, summary.failures.len()), (20, 0));
    assert_eq!(store.count(is_delete), 20);
}

#[tokio::test]
async fn an_original_that_could_not_be_removed_is_said_to_be_in_both_places() {
    let store = scripted(|request, _| {
        if is_batch(request) || is_delete(request) {
            return refused(403, "AccessDenied");
        }
        listing(request, 1)
            .or_else(|| copied(request))
            .unwrap_or_else(fine)
    })
    .await;

    let summary = moved(&store).await;

    assert_eq!(summary.done, 0);
    let error = &summary.failures[0].error;
    assert_eq!(error.code, Code::NotAllowedToDelete);
    assert!(error.message.contains("both places"), "{error}");
    assert_eq!(summary.move_id, None, "there is nothing to take back");
}

#[tokio::test]
async fn who_may_not_read_the_source_is_named() {
    let store = scripted(|request, _| {
        if matches!(&*request.method, "PUT" | "HEAD") {
            return refused(403, "AccessDenied");
        }
        listing(request, 1).unwrap_or_else(fine)
    })
    .await;
    let beside = beside(&store);

    let items = vec![Item::Object {
        key: "w/000".into(),
        size: 1,
    }];
    let lectern = Arc::clone(&store.lectern);
    let summary = move_to(&lectern, &store.connection, items, &beside, "v/")
        .await
        .unwrap();

    let error = &summary.failures[0].error;
    assert_eq!(error.code, Code::NotAllowedToRead);
    assert!(error.message.contains("Beside"), "{error}");
    assert!(error.message.contains("scripted"), "{error}");
    assert_eq!(store.count(is_delete), 0);
}
