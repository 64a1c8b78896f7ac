//! What a service answered, as an [`Error`] with a code.
//!
//! Three steps, each a file: which [`Code`](crate::error::Code) it is
//! ([`codes`]), what a person is told ([`words`]), and the technical details,
//! which hold no secret and no signed URL ([`details`]). Credentials that
//! cannot be had are a matter of their own ([`credentials`]).

mod codes;
mod credentials;
mod details;
mod words;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::error::{Code, Error, Technical};

pub(crate) use credentials::credentials;

/// What was being asked for when the error came: decides which permission a
/// refusal names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    List,
    Read,
    Write,
    Delete,
    /// Anything else, by its API name (e.g. `GetBucketVersioning`).
    Other(&'static str),
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::List => "ListObjectsV2",
            Self::Read => "GetObject",
            Self::Write => "PutObject",
            Self::Delete => "DeleteObject",
            Self::Other(name) => name,
        }
    }
}

/// `subject` is the key, prefix or bucket in question.
pub fn classify<E>(operation: Operation, subject: &str, error: SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    if let Some(error) = credentials_behind(&error) {
        return credentials(error);
    }
    let details = details::of(operation, &error);
    let region = super::region::named_by(&error);
    let code = match &error {
        SdkError::TimeoutError(_) => Code::Timeout,
        SdkError::DispatchFailure(failure) => dispatch_code(failure, &details),
        SdkError::ConstructionFailure(_) => Code::Internal,
        SdkError::ResponseError(_) | SdkError::ServiceError(_) => codes::of_answer(
            operation,
            details.service_code.as_deref(),
            details.http_status,
            error.message().unwrap_or_default(),
        ),
        _ => Code::Internal,
    };
    words::put(code, operation, subject, region, details)
}

/// One key's failure within an answer that as a whole succeeded (DeleteObjects).
pub fn classify_item(operation: Operation, key: &str, code: &str, message: &str) -> Error {
    let details = Technical {
        operation: Some(operation.name().to_owned()),
        service_code: Some(code.to_owned()),
        detail: (!message.is_empty()).then(|| details::clean(message)),
        ..Technical::default()
    };
    let code = codes::of_answer(operation, Some(code), None, message);
    words::put(code, operation, key, None, details)
}

fn dispatch_code(
    failure: &aws_smithy_runtime_api::client::result::DispatchFailure,
    details: &Technical,
) -> Code {
    let text = details.detail.as_deref().unwrap_or_default();
    if failure.is_timeout() || text.contains("minimum throughput") || text.contains("timed out") {
        return Code::Timeout;
    }
    if failure.is_user() {
        return Code::Internal;
    }
    Code::NoNetwork
}

/// Credentials are asked for inside a request; their failure comes wrapped.
fn credentials_behind<'a, E>(error: &'a SdkError<E, HttpResponse>) -> Option<&'a CredentialsError>
where
    E: std::error::Error + 'static,
{
    let mut cause: Option<&'a (dyn std::error::Error + 'static)> = std::error::Error::source(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref::<CredentialsError>() {
            return Some(found);
        }
        cause = error.source();
    }
    None
}
