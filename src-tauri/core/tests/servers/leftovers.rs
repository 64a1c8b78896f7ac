//! Uploads that nobody finished, put to every server that lists them.

use lectern_core::Code;
use lectern_core::transfer::{
    LeftoverUpload, UploadRef, Whose, abort_uploads, cancel, finished, leftover_uploads,
};

use crate::server::{Bed, Kind};
use crate::transfer::large_file;

impl Bed {
    /// An upload with one part of six bytes, begun past the product.
    async fn leave_an_upload(&self, key: &str) -> String {
        let (client, bucket) = (self.store.client(), self.store.bucket());
        let begun = client.create_multipart_upload().bucket(bucket).key(key);
        let id = begun.send().await.unwrap().upload_id.unwrap();
        let part = client.upload_part().bucket(bucket).key(key);
        let part = part.upload_id(&id).part_number(1);
        part.body(b"a part".to_vec().into()).send().await.unwrap();
        id
    }

    async fn leftovers(&self, prefix: &str) -> Vec<LeftoverUpload> {
        leftover_uploads(&self.lectern, &self.connection.id, prefix)
            .await
            .unwrap()
    }
}

fn named(upload: &LeftoverUpload) -> UploadRef {
    UploadRef {
        key: upload.key.clone(),
        upload_id: upload.upload_id.clone(),
    }
}

on_every_server!(
    an_upload_that_nobody_finished_is_found_and_aborted,
    [ListsUploads, Multipart]
);
async fn an_upload_that_nobody_finished_is_found_and_aborted(bed: Bed) {
    let id = bed.leave_an_upload("w/a+b ü.mp4").await;
    bed.leave_an_upload("v/other.mp4").await;

    let found = bed.leftovers("w/").await;

    assert_eq!(found.len(), 1);
    assert_eq!(found[0].key, "w/a+b ü.mp4");
    assert_eq!(found[0].upload_id, id);
    // moto answers ListParts with an element that is not in the API.
    if bed.kind != Kind::Moto {
        assert_eq!((found[0].parts, found[0].bytes), (Some(1), Some(6)));
        assert!(found[0].cost_a_month.unwrap() > 0.0);
    }
    assert!(found[0].started_at.is_some());
    assert_eq!(found[0].whose, Whose::Foreign);
    let which = vec![named(&found[0])];
    let aborted = abort_uploads(&bed.lectern, &bed.connection.id, which.clone());
    assert_eq!(aborted.await.unwrap().aborted, 1);
    assert_eq!(bed.leftovers("").await.len(), 1);
    let again = abort_uploads(&bed.lectern, &bed.connection.id, which).await;
    assert_eq!(again.unwrap().aborted, 1, "what is gone is gone");
}

on_every_server!(
    an_upload_that_a_transfer_needs_is_not_aborted,
    [ListsUploads, Multipart]
);
async fn an_upload_that_a_transfer_needs_is_not_aborted(bed: Bed) {
    let path = large_file(&bed, "film.mp4");
    let plan = bed.plan_up("", &[path]).await;
    let job = bed.begin(&plan, None).await;
    bed.upload_begun().await;
    let found = loop {
        // The id is written down as soon as it is known.
        let found = bed.leftovers("").await;
        if found.iter().any(|upload| upload.whose == Whose::InUse) {
            break found;
        }
        assert!(bed.get("film.mp4").await.is_none(), "it was missed");
    };

    let which = found.iter().map(named).collect();
    let aborted = abort_uploads(&bed.lectern, &bed.connection.id, which).await;

    let aborted = aborted.unwrap();
    assert_eq!(aborted.aborted, 0);
    assert_eq!(aborted.failures[0].error.code, Code::Unsupported);
    cancel(&bed.lectern, job.id).unwrap();
    finished(&bed.lectern, job.id).await.unwrap();
}
