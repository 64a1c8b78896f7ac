//! The object a link is for, looked at before anything is signed: a signature
//! for what is not there would be a dead link that looks alive.

use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::types::StorageClass;

use crate::browse::place;
use crate::error::{Code, Error, Result};
use crate::store::{Operation, Store, classify};

pub(super) struct Target {
    pub(super) content_type: Option<String>,
}

/// # Errors
/// `NotFound`, `NotAllowedToRead`, … as the service says, and `Unsupported` for
/// an object that lies in an archive.
pub(super) async fn look_at(store: &Store, key: &str) -> Result<Target> {
    let head = store
        .client()
        .head_object()
        .bucket(store.bucket())
        .key(key)
        .send()
        .await
        .map_err(|error| classify(Operation::Read, key, error))?;
    if is_archived(&head) {
        let name = place::last_segment(key);
        return Err(Error::new(
            Code::Unsupported,
            format!("“{name}” lies in an archive: a link to it would not open."),
        )
        .about(name)
        .next("Have the file restored from the archive first."));
    }
    Ok(Target {
        content_type: head.content_type,
    })
}

/// Source: Amazon S3 user guide, "Restoring an archived object".
fn is_archived(head: &HeadObjectOutput) -> bool {
    let class = matches!(
        head.storage_class(),
        Some(StorageClass::Glacier | StorageClass::DeepArchive)
    );
    let restored = head
        .restore()
        .is_some_and(|restore| restore.contains("ongoing-request=\"false\""));
    (class && !restored) || head.archive_status().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archived_object_counts_until_it_is_restored() {
        let archived = HeadObjectOutput::builder().storage_class(StorageClass::DeepArchive);

        assert!(is_archived(&archived.clone().build()));
        assert!(is_archived(
            &archived.clone().restore("ongoing-request=\"true\"").build()
        ));
        assert!(!is_archived(
            &archived
                .restore("ongoing-request=\"false\", expiry-date=\"Fri, 21 Dec 2012 00:00:00 GMT\"")
                .build()
        ));
        assert!(!is_archived(&HeadObjectOutput::builder().build()));
    }
}
