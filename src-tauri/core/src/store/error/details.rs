//! The technical side of an error, for the details panel: codes and the
//! service's own sentence, never a header, a body or a signed URL.

use std::error::Error as StdError;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::Operation;
use crate::error::Technical;

const LONGEST: usize = 600;
/// What a signed URL carries; a sentence with one of them is left out.
const SIGNED: &[&str] = &[
    "x-amz-signature",
    "x-amz-credential",
    "x-amz-security-token",
    "signature=",
    "awsaccesskeyid=",
];

pub(super) fn of<E>(operation: Operation, error: &SdkError<E, HttpResponse>) -> Technical
where
    E: ProvideErrorMetadata + StdError + 'static,
{
    let raw = error.raw_response();
    let request_id = raw.and_then(|raw| {
        let id = raw.headers().get("x-amz-request-id")?;
        Some(clean(id))
    });
    let message = match error {
        SdkError::ServiceError(_) => error.message().map(str::to_owned),
        _ => Some(chain(error)),
    };
    Technical {
        operation: Some(operation.name().to_owned()),
        service_code: error.code().map(clean),
        http_status: raw.map(|raw| raw.status().as_u16()),
        request_id,
        detail: message
            .filter(|text| !text.is_empty())
            .map(|text| clean(&text)),
    }
}

/// The error and its causes, outermost first, each said once.
pub(super) fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let line = error.to_string();
        if !text.contains(&line) {
            text.push_str(": ");
            text.push_str(&line);
        }
        cause = error.source();
    }
    text
}

/// Cut to a bearable length, without control characters, and empty of anything signed.
pub(super) fn clean(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    if SIGNED.iter().any(|mark| lower.contains(mark)) {
        return "(left out, because it holds a signature)".to_owned();
    }
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_url_never_reaches_the_details() {
        let text = "GET https://b.example/k?X-Amz-Signature=abc123 failed";

        assert!(!clean(text).contains("abc123"));
    }

    #[test]
    fn details_are_cut_and_hold_no_control_characters() {
        let text = clean(&format!("a\nb{}", "x".repeat(10_000)));

        assert!(text.starts_with("a b"));
        assert_eq!(text.chars().count(), LONGEST);
    }
}
