//! The `AWS_*` variables of this process.
//!
//! Names as the AWS SDKs and tools reference guide has them, "Environment
//! variables list".

use std::time::SystemTime;

use super::{Addressing, Connection, ConnectionDraft, ConnectionId, CredentialSource};
use crate::error::{Code, Error, Result};
use crate::lectern::Lectern;

/// What the environment says, read through a function so that tests can say it.
pub(super) struct Environment<F>(pub F);

/// The variables of this process.
pub(super) fn of_process() -> Environment<impl Fn(&str) -> Option<String>> {
    Environment(|name: &str| std::env::var(name).ok())
}

/// Keys as the environment gives them. No `Debug`, as half of it is secret.
pub(super) struct Keys {
    pub access_key_id: String,
    pub secret_access_key: secrecy::SecretString,
    pub session_token: Option<secrecy::SecretString>,
    pub end: Option<SystemTime>,
}

impl<F: Fn(&str) -> Option<String>> Environment<F> {
    fn get(&self, name: &str) -> Option<String> {
        (self.0)(name)
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    }

    pub(super) fn region(&self) -> Option<String> {
        self.get("AWS_REGION")
            .or_else(|| self.get("AWS_DEFAULT_REGION"))
    }

    pub(super) fn endpoint(&self) -> Option<String> {
        self.get("AWS_ENDPOINT_URL_S3")
            .or_else(|| self.get("AWS_ENDPOINT_URL"))
    }

    /// `None`: there are no keys, and perhaps another source.
    ///
    /// # Errors
    /// `NoCredentials` when there is one half only, or an end that cannot be read.
    pub(super) fn keys(&self) -> Result<Option<Keys>> {
        let id = self.get("AWS_ACCESS_KEY_ID");
        let secret = self.get("AWS_SECRET_ACCESS_KEY");
        let (access_key_id, secret_access_key) = match (id, secret) {
            (Some(id), Some(secret)) => (id, secret.into()),
            (None, None) => return Ok(None),
            (Some(_), None) => return Err(half("AWS_SECRET_ACCESS_KEY")),
            (None, Some(_)) => return Err(half("AWS_ACCESS_KEY_ID")),
        };
        let end = match self.get("AWS_CREDENTIAL_EXPIRATION") {
            None => None,
            Some(text) => Some(end_of(&text)?),
        };
        Ok(Some(Keys {
            access_key_id,
            secret_access_key,
            session_token: self.get("AWS_SESSION_TOKEN").map(Into::into),
            end,
        }))
    }

    /// Whether a source of credentials other than keys is named: a profile, a
    /// role for a web identity, or a container's.
    pub(super) fn names_another_source(&self) -> bool {
        [
            "AWS_PROFILE",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        ]
        .iter()
        .any(|name| self.get(name).is_some())
    }
}

fn half(missing: &str) -> Error {
    Error::new(
        Code::NoCredentials,
        format!("The environment has one half of an access key only: {missing} is missing."),
    )
    .about(missing)
    .next(format!("Set {missing}, or choose another source."))
}

fn end_of(text: &str) -> Result<SystemTime> {
    let end: jiff::Timestamp = text.parse().map_err(|_| {
        Error::new(
            Code::NoCredentials,
            "AWS_CREDENTIAL_EXPIRATION is no date and time.",
        )
        .about("AWS_CREDENTIAL_EXPIRATION")
        .next("Write it like 2030-01-31T12:00:00Z, or leave it out.")
    })?;
    let since = std::time::Duration::from_millis(end.as_millisecond().max(0).unsigned_abs());
    Ok(SystemTime::UNIX_EPOCH + since)
}

pub(super) fn nothing_there() -> Error {
    Error::new(Code::NoCredentials, "The environment names no credentials.")
        .next("Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.")
}

/// A connection on a bucket as the environment describes it (`AWS_*`,
/// `AWS_ENDPOINT_URL` included), for one run of the command line. It goes into
/// the catalogue of `lectern`, which should be one that lives in memory
/// ([`Lectern::in_memory`]); no keyring is touched.
///
/// # Errors
/// `NoCredentials`, `InvalidBucketName`, `InvalidInput` for the endpoint or region.
pub fn from_environment(lectern: &Lectern, bucket: &str) -> Result<Connection> {
    let environment = of_process();
    if environment.keys()?.is_none() && !environment.names_another_source() {
        return Err(nothing_there());
    }
    let draft = draft(&environment, bucket);
    let connection = Connection {
        id: ConnectionId::fresh(),
        draft: super::draft::checked(draft)?,
    };
    lectern
        .catalog
        .insert_connection(&connection, lectern.clock.now_ms())?;
    Ok(connection)
}

fn draft<F: Fn(&str) -> Option<String>>(
    environment: &Environment<F>,
    bucket: &str,
) -> ConnectionDraft {
    ConnectionDraft {
        name: bucket.to_owned(),
        bucket: bucket.to_owned(),
        prefix: String::new(),
        region: environment.region(),
        endpoint: environment.endpoint(),
        addressing: Addressing::Auto,
        source: CredentialSource::Environment,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn environment(values: &[(&str, &str)]) -> Environment<impl Fn(&str) -> Option<String>> {
        let values: Vec<(String, String)> = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Environment(move |name: &str| {
            let found = values.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone())
        })
    }

    #[test]
    fn the_environment_names_region_and_endpoint() {
        let environment = environment(&[
            ("AWS_DEFAULT_REGION", "eu-west-1"),
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ]);

        let draft = draft(&environment, "course");

        assert_eq!(draft.region.as_deref(), Some("eu-west-1"));
        assert_eq!(draft.endpoint.as_deref(), Some("http://127.0.0.1:9"));
        assert_eq!(draft.source, CredentialSource::Environment);
    }

    #[test]
    fn one_half_of_a_key_is_refused_by_the_name_of_the_other() {
        let error = environment(&[("AWS_ACCESS_KEY_ID", "AKIA")])
            .keys()
            .err()
            .unwrap();

        assert_eq!(error.subject.as_deref(), Some("AWS_SECRET_ACCESS_KEY"));
    }

    #[test]
    fn temporary_keys_end_when_the_environment_says_so() {
        let keys = environment(&[
            ("AWS_ACCESS_KEY_ID", "ASIA"),
            ("AWS_SECRET_ACCESS_KEY", "s"),
            ("AWS_SESSION_TOKEN", "t"),
            ("AWS_CREDENTIAL_EXPIRATION", "1970-01-01T00:01:00Z"),
        ])
        .keys()
        .unwrap()
        .unwrap();

        let minute = std::time::Duration::from_mins(1);
        assert_eq!(keys.end, Some(SystemTime::UNIX_EPOCH + minute));
    }

    #[test]
    fn an_empty_environment_has_no_keys() {
        assert!(environment(&[]).keys().unwrap().is_none());
        assert!(!environment(&[]).names_another_source());
    }
}
