//! The tags of one object.

use aws_sdk_s3::types::{Tag, Tagging};

use super::model::Pairs;
use crate::error::{Code, Error, Result};
use crate::store::{Operation, Store, classify};

/// The tags, by name; `None` where the store keeps none.
///
/// # Errors
/// `NotAllowed` without `s3:GetObjectTagging`, …
pub(super) async fn read(store: &Store, key: &str) -> Result<Option<Pairs>> {
    if !store.knows_tags().await? {
        return Ok(None);
    }
    let answer = store
        .client()
        .get_object_tagging()
        .bucket(store.bucket())
        .key(key)
        .send()
        .await;
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            let error = classify(Operation::Other("GetObjectTagging"), key, error);
            return match error.code {
                Code::Unsupported => Ok(None),
                _ => Err(error),
            };
        }
    };
    let mut tags: Pairs = answer
        .tag_set
        .into_iter()
        .map(|tag| (tag.key, tag.value))
        .collect();
    tags.sort();
    Ok(Some(tags))
}

/// Puts these in place of all tags of a version (`None`: of the object as it
/// is). Whoever calls has read them: a store that does not know tags would take
/// this for an upload.
///
/// # Errors
/// `NotAllowed` without `s3:PutObjectTagging`, …
pub(super) async fn put(
    store: &Store,
    key: &str,
    version_id: Option<&str>,
    tags: &Pairs,
) -> Result<()> {
    let tags = tags
        .iter()
        .map(|(name, value)| Tag::builder().key(name).value(value).build())
        .collect::<Result<Vec<_>, _>>()
        .map_err(internal)?;
    let tagging = Tagging::builder().set_tag_set(Some(tags)).build();
    store
        .client()
        .put_object_tagging()
        .bucket(store.bucket())
        .key(key)
        .set_version_id(version_id.map(str::to_owned))
        .tagging(tagging.map_err(internal)?)
        .send()
        .await
        .map_err(|error| classify(Operation::Other("PutObjectTagging"), key, error))?;
    Ok(())
}

fn internal(error: aws_sdk_s3::error::BuildError) -> Error {
    Error::internal(error.to_string())
}
