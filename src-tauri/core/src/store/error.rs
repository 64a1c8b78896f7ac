//! What a service answered, as an [`Error`] with a code.

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::error::{Code, Error, Technical};

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

/// `subject` is the key, prefix or bucket in question.
pub fn classify<E>(operation: Operation, subject: &str, error: SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let code = error.code().unwrap_or_default().to_owned();
    Error::new(Code::ServiceFailed, format!("The service answered {code}."))
        .about(subject)
        .technical(Technical {
            operation: Some(format!("{operation:?}")),
            service_code: Some(code),
            ..Technical::default()
        })
}

pub fn credentials(error: CredentialsError) -> Error {
    Error::new(Code::NoCredentials, "There are no usable credentials.").detail(error.to_string())
}
