//! Removing objects (or versions of them) by the thousand, and learning of each
//! what became of it. Source: Amazon S3 API reference, DeleteObjects.

use std::collections::HashMap;

use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use futures::{StreamExt, stream};

use super::error::classify_item;
use super::{Operation, Service, Store, classify};
use crate::error::{Code, Error, Result};

/// The most that one DeleteObjects takes.
pub(crate) const BATCH: usize = 1_000;

/// Objects that are removed side by side where batches are not to be had.
const SIDE_BY_SIDE: usize = 16;

/// What to remove: the object (on a versioned bucket: hide it behind a delete
/// marker), or one version of it for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Doomed {
    pub(crate) key: String,
    pub(crate) version_id: Option<String>,
    /// Only while it is this one, where the service is known to honour that
    /// (`If-Match`); elsewhere it is removed as it is.
    pub(crate) etag: Option<String>,
}

impl Doomed {
    /// Whatever stands at the key.
    pub(crate) fn object(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            version_id: None,
            etag: None,
        }
    }
}

/// Whether the delete markers that are left are to be told: a quiet answer does
/// not tell them, and is much shorter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Markers {
    Wanted,
    Unwanted,
}

/// The delete marker's version, where one was left and the store told of it.
pub(crate) type Verdict = Result<Option<String>>;

/// Removes at most [`BATCH`] of them; the verdicts are in their order. One that
/// is not there any more counts as removed.
pub(crate) async fn remove(store: &Store, doomed: &[Doomed], markers: Markers) -> Vec<Verdict> {
    // What XML cannot carry cannot be named in a batch.
    let (plain, odd): (Vec<usize>, Vec<usize>) =
        (0..doomed.len()).partition(|at| fits_xml(&doomed[*at].key));
    let mut verdicts: Vec<Option<Verdict>> = vec![None; doomed.len()];
    let mut singly = odd;
    if plain.len() > 1 {
        match batch(store, doomed, &plain, markers).await {
            Ok(answers) => {
                for (at, verdict) in answers {
                    verdicts[at] = Some(verdict);
                }
            }
            Err(error) if is_final(&error) => {
                for at in plain {
                    verdicts[at] = Some(Err(error.clone()));
                }
            }
            // Not every store knows batches, and not every policy lets them pass.
            Err(_) => singly.extend(plain),
        }
    } else {
        singly.extend(plain);
    }
    let answers = stream::iter(singly)
        .map(|at| async move { (at, one(store, &doomed[at]).await) })
        .buffer_unordered(SIDE_BY_SIDE)
        .collect::<Vec<_>>()
        .await;
    for (at, verdict) in answers {
        verdicts[at] = Some(verdict);
    }
    verdicts
        .into_iter()
        .map(|verdict| verdict.unwrap_or(Ok(None)))
        .collect()
}

/// Trying one by one would fail in the same way.
fn is_final(error: &Error) -> bool {
    let status = error.technical.as_ref().and_then(|said| said.http_status);
    match error.code {
        Code::NoNetwork
        | Code::Timeout
        | Code::ClockSkew
        | Code::CredentialsExpired
        | Code::SignInNeeded
        | Code::NoCredentials
        | Code::WrongAccessKey
        | Code::WrongSecret
        | Code::BucketNotFound
        | Code::Throttled => true,
        Code::ServiceFailed => status.is_some_and(|status| status >= 500),
        _ => false,
    }
}

/// Whether a refusal leaves no doubt that the object is still there.
pub(crate) fn is_certain(error: &Error) -> bool {
    !matches!(
        error.code,
        Code::NoNetwork | Code::Timeout | Code::ServiceFailed | Code::Cancelled | Code::Internal
    )
}

async fn batch(
    store: &Store,
    doomed: &[Doomed],
    which: &[usize],
    markers: Markers,
) -> Result<Vec<(usize, Verdict)>> {
    let mut objects = Vec::with_capacity(which.len());
    let mut by_name = HashMap::with_capacity(which.len());
    for at in which {
        let Doomed {
            key, version_id, ..
        } = &doomed[*at];
        by_name.insert((key.as_str(), version_id.as_deref()), *at);
        let object = ObjectIdentifier::builder()
            .key(key)
            .set_version_id(version_id.clone())
            .set_e_tag(condition(store, &doomed[*at]))
            .build();
        objects.push(object.map_err(|error| Error::internal(error.to_string()))?);
    }
    let delete = Delete::builder()
        .set_objects(Some(objects))
        .quiet(markers == Markers::Unwanted)
        .build()
        .map_err(|error| Error::internal(error.to_string()))?;
    let answer = store
        .client()
        .delete_objects()
        .bucket(store.bucket())
        .delete(delete)
        .send()
        .await
        .map_err(|error| classify(Operation::Delete, store.bucket(), error))?;
    let mut verdicts = Vec::with_capacity(which.len());
    for error in answer.errors() {
        let key = error.key().unwrap_or_default();
        if let Some(at) = by_name.remove(&(key, error.version_id())) {
            let (code, message) = (error.code(), error.message());
            let error = classify_item(
                Operation::Delete,
                key,
                code.unwrap_or_default(),
                message.unwrap_or_default(),
            );
            verdicts.push((at, verdict_of(error)));
        }
    }
    for gone in answer.deleted() {
        let key = gone.key().unwrap_or_default();
        // A store may name the version only when one was asked for.
        let named = by_name
            .remove(&(key, gone.version_id()))
            .or_else(|| by_name.remove(&(key, None)));
        if let Some(at) = named {
            let marker = gone.delete_marker_version_id().map(str::to_owned);
            verdicts.push((at, Ok(marker.filter(|_| doomed[at].version_id.is_none()))));
        }
    }
    // What is not spoken of went without a complaint.
    verdicts.extend(by_name.into_values().map(|at| (at, Ok(None))));
    Ok(verdicts)
}

async fn one(store: &Store, doomed: &Doomed) -> Verdict {
    let answer = store
        .client()
        .delete_object()
        .bucket(store.bucket())
        .key(&doomed.key)
        .set_version_id(doomed.version_id.clone())
        .set_if_match(condition(store, doomed))
        .send()
        .await;
    match answer {
        Ok(gone) => {
            let marker = gone
                .version_id
                .filter(|_| doomed.version_id.is_none() && gone.delete_marker == Some(true));
            Ok(marker)
        }
        Err(error) => verdict_of(classify(Operation::Delete, &doomed.key, error)),
    }
}

/// Other stores may refuse what they do not know.
fn condition(store: &Store, doomed: &Doomed) -> Option<String> {
    let known = matches!(store.service, Service::Amazon | Service::Practice);
    doomed.etag.clone().filter(|_| known)
}

/// What is not there need not be removed.
fn verdict_of(error: Error) -> Verdict {
    match error.code {
        Code::NotFound => Ok(None),
        _ => Err(error),
    }
}

/// Control characters either may not stand in XML or come back as others.
fn fits_xml(key: &str) -> bool {
    !key.chars()
        .any(|c| c.is_control() || c == '\u{fffe}' || c == '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_xml_cannot_carry_stay_out_of_batches() {
        assert!(fits_xml("Week 1/\u{dc}bung <&>.pdf"));
        for odd in ["a\u{1}", "a\r", "a\n", "a\u{85}", "a\u{ffff}"] {
            assert!(!fits_xml(odd), "{odd:?}");
        }
    }

    #[test]
    fn only_a_clear_refusal_makes_sure_that_an_object_is_still_there() {
        assert!(is_certain(&Error::new(Code::NotAllowedToDelete, "")));
        assert!(!is_certain(&Error::new(Code::Timeout, "")));
        assert!(!is_certain(&Error::new(Code::ServiceFailed, "")));
    }
}
