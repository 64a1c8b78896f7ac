//! As whom requests are signed. Credentials are kept here until they are about
//! to end, so that a link and the end it is told come from the same ones.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use tokio::sync::Mutex;

use super::{CredentialsEnd, error};
use crate::error::Result;

/// Temporary credentials are renewed this long before their end.
const MARGIN: Duration = Duration::from_mins(5);
/// Credentials that name no end are asked for again after this long: a file
/// may have been given newer ones.
const AGE: Duration = Duration::from_mins(15);

#[derive(Clone)]
pub(crate) enum Identity {
    Signed(Arc<Current>),
    Anonymous,
}

impl Identity {
    pub(crate) fn signed(provider: SharedCredentialsProvider) -> Self {
        Self::Signed(Arc::new(Current {
            provider,
            kept: Mutex::new(None),
        }))
    }

    pub(crate) fn keys(access_key_id: &str, secret: &str, session_token: Option<&str>) -> Self {
        Self::signed(SharedCredentialsProvider::new(Credentials::new(
            access_key_id,
            secret,
            session_token.map(str::to_owned),
            None,
            "lectern",
        )))
    }

    pub(super) async fn end(&self) -> Result<CredentialsEnd> {
        let Self::Signed(current) = self else {
            return Ok(CredentialsEnd::Never);
        };
        let credentials = current
            .get()
            .await
            .map_err(|error| error::credentials(&error))?;
        Ok(match credentials.expiry() {
            Some(end) => CredentialsEnd::At(unix_millis(end)),
            None if credentials.session_token().is_some() => CredentialsEnd::Unknown,
            None => CredentialsEnd::Never,
        })
    }
}

/// The credentials of now, and where the next come from.
pub(crate) struct Current {
    provider: SharedCredentialsProvider,
    kept: Mutex<Option<Kept>>,
}

struct Kept {
    credentials: Credentials,
    since: SystemTime,
}

impl Kept {
    fn is_fresh(&self, now: SystemTime) -> bool {
        match self.credentials.expiry() {
            Some(end) => end > now + MARGIN,
            None => now < self.since + AGE,
        }
    }

    fn is_good(&self, now: SystemTime) -> bool {
        self.credentials.expiry().is_none_or(|end| end > now)
    }
}

impl std::fmt::Debug for Current {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Current")
    }
}

impl Current {
    async fn get(
        &self,
    ) -> Result<Credentials, aws_credential_types::provider::error::CredentialsError> {
        let now = SystemTime::now();
        // Held while asking, so that many requests cause one sign-in.
        let mut kept = self.kept.lock().await;
        if let Some(kept) = kept.as_ref().filter(|kept| kept.is_fresh(now)) {
            return Ok(kept.credentials.clone());
        }
        match self.provider.provide_credentials().await {
            Ok(credentials) => {
                *kept = Some(Kept {
                    credentials: credentials.clone(),
                    since: now,
                });
                Ok(credentials)
            }
            Err(error) => match kept.as_ref().filter(|kept| kept.is_good(now)) {
                Some(kept) => Ok(kept.credentials.clone()),
                None => Err(error),
            },
        }
    }
}

/// What the client asks at each request.
#[derive(Debug, Clone)]
pub(super) struct Signer(pub(super) Arc<Current>);

impl ProvideCredentials for Signer {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.0.get())
    }
}

fn unix_millis(at: SystemTime) -> i64 {
    at.duration_since(UNIX_EPOCH).map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::atomic::{AtomicU32, Ordering};

    use aws_credential_types::provider::error::CredentialsError;

    use super::*;

    /// Gives credentials that end `lives` from now, `times` times, then fails.
    #[derive(Debug)]
    struct Source {
        lives: Option<Duration>,
        times: u32,
        asked: Arc<AtomicU32>,
    }

    impl ProvideCredentials for Source {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
            if number > self.times {
                return future::ProvideCredentials::ready(Err(CredentialsError::provider_error(
                    "no more",
                )));
            }
            future::ProvideCredentials::ready(Ok(Credentials::new(
                format!("KEY{number}"),
                "s",
                Some("t".to_owned()),
                self.lives.map(|lives| SystemTime::now() + lives),
                "test",
            )))
        }
    }

    fn current(lives: Option<Duration>, times: u32) -> (Current, Arc<AtomicU32>) {
        let asked = Arc::new(AtomicU32::new(0));
        let source = Source {
            lives,
            times,
            asked: asked.clone(),
        };
        let current = Current {
            provider: SharedCredentialsProvider::new(source),
            kept: Mutex::new(None),
        };
        (current, asked)
    }

    #[tokio::test]
    async fn credentials_with_time_left_are_asked_for_once() {
        for lives in [Some(Duration::from_hours(1)), None] {
            let (current, asked) = current(lives, 9);

            for _ in 0..3 {
                assert_eq!(current.get().await.unwrap().access_key_id(), "KEY1");
            }

            assert_eq!(asked.load(Ordering::SeqCst), 1);
        }
    }

    #[tokio::test]
    async fn credentials_that_are_about_to_end_are_renewed() {
        let (current, _) = current(Some(Duration::from_mins(1)), 9);

        assert_eq!(current.get().await.unwrap().access_key_id(), "KEY1");
        assert_eq!(current.get().await.unwrap().access_key_id(), "KEY2");
    }

    #[tokio::test]
    async fn credentials_that_cannot_be_renewed_serve_until_they_end() {
        let (current, _) = current(Some(Duration::from_mins(1)), 1);

        assert_eq!(current.get().await.unwrap().access_key_id(), "KEY1");
        assert_eq!(current.get().await.unwrap().access_key_id(), "KEY1");
    }

    #[tokio::test]
    async fn credentials_that_ended_and_cannot_be_renewed_are_none() {
        let (current, _) = current(Some(Duration::ZERO), 1);

        current.get().await.unwrap();

        assert!(current.get().await.is_err());
    }

    #[tokio::test]
    async fn a_link_is_told_the_end_of_the_credentials_that_sign() {
        let ends = |lives| async move {
            let (current, _) = current(lives, 9);
            Identity::Signed(Arc::new(current)).end().await.unwrap()
        };

        assert!(matches!(
            ends(Some(Duration::from_hours(1))).await,
            CredentialsEnd::At(_)
        ));
        assert_eq!(ends(None).await, CredentialsEnd::Unknown);
        let keys = Identity::keys("AKIA", "s", None);
        assert_eq!(keys.end().await.unwrap(), CredentialsEnd::Never);
        let anonymous = Identity::Anonymous.end().await.unwrap();
        assert_eq!(anonymous, CredentialsEnd::Never);
    }
}
