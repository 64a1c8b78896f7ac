//! Finding the region of a bucket by the service's own answer.
//!
//! Amazon S3 names it in `x-amz-bucket-region` with every answer to HeadBucket,
//! a redirect or a refusal included; other stores name the region that they
//! expect in the body of the error.
//! Source: Amazon S3 API reference, HeadBucket; user guide, "Redirection".

use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::error::{Operation, classify};
use crate::error::Result;

const HEADER: &str = "x-amz-bucket-region";
/// A person waits for the first listing behind this question.
const ATTEMPTS: u32 = 2;

/// The region that the service names for the bucket, where it names one.
///
/// # Errors
/// Only when there is no answer at all, or nobody to ask as.
pub(super) async fn of_bucket(client: &Client, bucket: &str) -> Result<Option<String>> {
    let question = client.head_bucket().bucket(bucket).customize();
    let question = question.config_override(
        aws_sdk_s3::config::Builder::new()
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS)),
    );
    let error = match question.send().await {
        Ok(answer) => return Ok(answer.bucket_region.filter(|region| is_region(region))),
        Err(error) => error,
    };
    if let Some(region) = named_by(&error) {
        return Ok(Some(region));
    }
    let status = error.raw_response().map(|raw| raw.status().as_u16());
    if status == Some(400) {
        // An answer to HEAD has no body; the same question with one.
        let listing = client.list_objects_v2().bucket(bucket).max_keys(1);
        return Ok(match listing.send().await {
            Ok(_) => None,
            Err(error) => named_by(&error),
        });
    }
    if status.is_some() {
        return Ok(None);
    }
    Err(classify(Operation::Other("HeadBucket"), bucket, error))
}

/// The region that an error names, in its header or its body.
pub(super) fn named_by<E>(error: &SdkError<E, HttpResponse>) -> Option<String>
where
    E: ProvideErrorMetadata,
{
    let raw = error.raw_response()?;
    if let Some(region) = raw.headers().get(HEADER).filter(|name| is_region(name)) {
        return Some(region.to_owned());
    }
    if !matches!(raw.status().as_u16(), 301 | 307 | 400) {
        return None;
    }
    let body = std::str::from_utf8(raw.body().bytes()?).ok()?;
    region_element(body).or_else(|| expected_in(body))
}

/// `<Region>eu-central-1</Region>`, as Amazon S3 writes it.
fn region_element(body: &str) -> Option<String> {
    let (_, rest) = body.split_once("<Region>")?;
    let (region, _) = rest.split_once("</Region>")?;
    is_region(region.trim()).then(|| region.trim().to_owned())
}

/// `… the region 'a' is wrong; expecting 'b'`, quotes escaped or not.
fn expected_in(body: &str) -> Option<String> {
    let (_, rest) = body.split_once("expecting ")?;
    let rest = rest.replace("&#39;", "'").replace("&apos;", "'");
    let region = rest.strip_prefix('\'')?.split('\'').next()?;
    is_region(region).then(|| region.to_owned())
}

/// Letters, digits, `-` and `_`: it becomes part of a host name and of a
/// signature, and may come from a service we do not trust.
pub(crate) fn is_region(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 63
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_region_is_read_from_the_body_of_an_error() {
        let element =
            "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>";
        let sentence =
            "<Error><Message>the region 'x' is wrong; expecting 'garage'</Message></Error>";
        let escaped =
            "<Message>the region &#39;x&#39; is wrong; expecting &#39;eu-west-1&#39;</Message>";

        assert_eq!(region_element(element).as_deref(), Some("eu-west-1"));
        assert_eq!(expected_in(sentence).as_deref(), Some("garage"));
        assert_eq!(expected_in(escaped).as_deref(), Some("eu-west-1"));
    }

    #[test]
    fn what_cannot_be_a_region_is_not_taken_for_one() {
        for text in ["", "a.b", "evil.example/", "a b", "<x>", &"r".repeat(64)] {
            assert!(!is_region(text), "{text}");
        }
        assert_eq!(region_element("<Region>a/b</Region>"), None);
    }
}
