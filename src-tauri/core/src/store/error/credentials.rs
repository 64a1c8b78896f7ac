//! Why there are no credentials to sign with.

use aws_credential_types::provider::error::CredentialsError;

use super::details::{chain, clean};
use crate::error::{Code, Error};

pub(crate) fn credentials(error: &CredentialsError) -> Error {
    // What an external process wrote to its standard error may be anything.
    let text = chain(error);
    let text = clean(text.split("Stderr:").next().unwrap_or_default());
    let lower = text.to_ascii_lowercase();
    let has = |marks: &[&str]| marks.iter().any(|mark| lower.contains(mark));
    let error = if has(&[
        "sso token",
        "sso session",
        "cached sso",
        "unauthorizedexception",
    ]) {
        Error::new(
            Code::SignInNeeded,
            "This profile wants you to sign in with IAM Identity Center first.",
        )
        .next("Run “aws sso login” for the profile in a terminal, then try again.")
    } else if has(&[
        "was not defined",
        "could not find source profile",
        "no profile",
    ]) {
        Error::new(
            Code::ProfileNotFound,
            "The profile is not in the shared AWS configuration of this computer.",
        )
        .next("Choose another profile, or add it to the file ~/.aws/config.")
    } else if has(&["expired"]) {
        Error::new(
            Code::CredentialsExpired,
            "The temporary credentials have ended.",
        )
        .next("Get new ones (sign in again, or run what makes them), then try again.")
    } else if has(&["dispatch failure", "connect error"]) {
        Error::new(
            Code::NoNetwork,
            "The service that gives the credentials could not be reached.",
        )
        .next("Check the network and try again.")
    } else if matches!(error, CredentialsError::ProviderTimedOut(_)) {
        Error::new(
            Code::Timeout,
            "The source of the credentials did not answer in time.",
        )
        .next("Check the network and try again.")
    } else {
        Error::new(Code::NoCredentials, "There are no usable credentials.")
            .next("Check the connection's credentials: the profile, the variables or the keys.")
    };
    error.detail(text)
}
