//! Deleting where the store refuses something on the way.

use std::sync::{Arc, OnceLock};

use lectern_core::bin::{self, Undo};
use lectern_core::browse::Item;
use lectern_core::job::{JobId, JobPhase};
use lectern_core::{Code, Lectern, transfer};

use crate::scripted::{Answer, Request, Scripted, fine, refused, scripted};

fn is_upload(request: &Request) -> bool {
    request.method == "POST" && request.target.contains("?uploads")
}

fn is_batch(request: &Request) -> bool {
    request.method == "POST" && request.target.contains("?delete")
}

fn is_delete(request: &Request) -> bool {
    request.method == "DELETE" && !request.target.contains("uploadId")
}

fn versioning(request: &Request, status: &str) -> Option<Answer> {
    request.target.contains("?versioning").then(|| {
        Answer::Now(
            200,
            format!("<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>"),
        )
    })
}

fn upload_begun() -> Answer {
    Answer::Now(
        200,
        "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"
            .into(),
    )
}

async fn planned(store: &Scripted) -> bin::DeletionPlan {
    let items = ["a.txt", "b.txt"].map(|key| Item::Object {
        key: key.into(),
        size: 1,
    });
    bin::plan(&store.lectern, &store.connection, items.into())
        .await
        .unwrap()
}

#[tokio::test]
async fn without_versions_and_without_a_bin_nothing_is_promised() {
    let store = scripted(|request, _| {
        if is_upload(request) {
            return refused(403, "AccessDenied");
        }
        if is_batch(request) {
            return Answer::Now(
                200,
                "<DeleteResult><Deleted><Key>a.txt</Key></Deleted>\
                 <Deleted><Key>b.txt</Key></Deleted></DeleteResult>"
                    .into(),
            );
        }
        fine()
    })
    .await;

    let plan = planned(&store).await;
    let Undo::None { why } = &plan.undo else {
        panic!("{:?}", plan.undo);
    };
    assert_eq!(why.code, Code::NotAllowedToWrite);
    assert!(why.next_step.is_some());

    let deleted = bin::delete(&store.lectern, plan.id).await.unwrap();
    assert_eq!((deleted.deletion_id, deleted.files), (None, 2));
    let listed = bin::list(&store.lectern).unwrap();
    assert_eq!((listed[0].files, listed[0].can_undo), (2, false));
    let error = bin::undo(&store.lectern, &listed[0].id).await.unwrap_err();
    assert_eq!(error.code, Code::Unsupported);
}

#[tokio::test]
async fn versions_that_may_not_be_removed_again_are_no_way_back() {
    let store = scripted(|request, _| {
        if let Some(answer) = versioning(request, "Enabled") {
            return answer;
        }
        if is_delete(request) && request.target.contains("versionId=null") {
            return refused(403, "AccessDenied");
        }
        if is_upload(request) {
            return upload_begun();
        }
        fine()
    })
    .await;

    assert_eq!(planned(&store).await.undo, Undo::Bin);
    let aborted = store.count(|request| request.target.contains("uploadId=u"));
    assert_eq!(aborted, 1, "nothing is left of the question");
}

#[tokio::test]
async fn a_store_without_batches_is_asked_one_by_one() {
    let store = scripted(|request, _| {
        if let Some(answer) = versioning(request, "Enabled") {
            return answer;
        }
        if is_batch(request) {
            return refused(501, "NotImplemented");
        }
        fine()
    })
    .await;

    let plan = planned(&store).await;
    let deleted = bin::delete(&store.lectern, plan.id).await.unwrap();

    assert_eq!((deleted.files, deleted.failures.len()), (2, 0));
    let singly = |request: &Request| is_delete(request) && !request.target.contains("versionId");
    assert_eq!(store.count(singly), 2);
}

#[tokio::test]
async fn an_object_that_may_not_be_deleted_is_named_and_not_claimed() {
    let store = scripted(|request, _| {
        if let Some(answer) = versioning(request, "Enabled") {
            return answer;
        }
        if is_batch(request) {
            return Answer::Now(
                200,
                "<DeleteResult><Deleted><Key>a.txt</Key><DeleteMarker>true</DeleteMarker>\
                 <DeleteMarkerVersionId>m</DeleteMarkerVersionId></Deleted>\
                 <Error><Key>b.txt</Key><Code>AccessDenied</Code><Message>no</Message></Error>\
                 </DeleteResult>"
                    .into(),
            );
        }
        fine()
    })
    .await;

    let plan = planned(&store).await;
    let deleted = bin::delete(&store.lectern, plan.id).await.unwrap();

    assert_eq!(deleted.files, 1);
    assert_eq!(deleted.failures[0].name, "b.txt");
    assert_eq!(deleted.failures[0].error.code, Code::NotAllowedToDelete);
    let rows = store
        .lectern
        .catalog
        .bin_rows(deleted.deletion_id.as_deref().unwrap(), None, 10)
        .unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].marker_version_id.as_deref(), Some("m"));
}

#[tokio::test]
async fn an_answer_that_never_came_leaves_the_way_back_written_down() {
    let store = scripted(|request, _| {
        if let Some(answer) = versioning(request, "Enabled") {
            return answer;
        }
        if is_batch(request) || is_delete(request) && !request.target.contains("versionId") {
            return refused(500, "InternalError");
        }
        fine()
    })
    .await;

    let plan = planned(&store).await;
    let deleted = bin::delete(&store.lectern, plan.id).await.unwrap();

    assert_eq!((deleted.files, deleted.failures.len()), (0, 2));
    let rows = store
        .lectern
        .catalog
        .bin_rows(deleted.deletion_id.as_deref().unwrap(), None, 10)
        .unwrap();
    assert!(rows.len() == 2 && rows.iter().all(|row| row.deleted_at.is_none()));
}

#[tokio::test]
async fn a_cancelled_deletion_stops_and_knows_what_went() {
    let lectern: Arc<OnceLock<Arc<Lectern>>> = Arc::default();
    let known = Arc::clone(&lectern);
    let store = scripted(move |request, _| {
        if let Some(answer) = versioning(request, "Enabled") {
            return answer;
        }
        if is_batch(request) {
            transfer::cancel(known.get().unwrap(), JobId(1)).unwrap();
            return Answer::Now(200, "<DeleteResult></DeleteResult>".into());
        }
        fine()
    })
    .await;
    lectern.set(Arc::clone(&store.lectern)).ok().unwrap();
    let items = (0..20_000).map(|n| Item::Object {
        key: format!("{n:05}"),
        size: 1,
    });
    let plan = bin::plan(&store.lectern, &store.connection, items.collect())
        .await
        .unwrap();

    let deleted = bin::delete(&store.lectern, plan.id).await.unwrap();

    // Those that were under way, and no other.
    let batches = u32::try_from(store.count(is_batch)).unwrap();
    assert!((1..=8).contains(&batches), "{batches}");
    let gone = batches * 1_000;
    assert_eq!((deleted.files, deleted.failures.len()), (gone, 0));
    let listed = &bin::list(&store.lectern).unwrap()[0];
    assert_eq!((listed.files, listed.can_undo), (gone, true));
    let summary = transfer::finished(&store.lectern, JobId(1)).await.unwrap();
    assert_eq!(summary.phase, JobPhase::Cancelled);
}
