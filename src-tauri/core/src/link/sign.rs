//! Signing: a GetObject as a URL, with Signature Version 4 in its query.

use std::time::{Duration, UNIX_EPOCH};

use aws_sdk_s3::config::ResponseChecksumValidation;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::{Client, Config};
use secrecy::{ExposeSecret, SecretString};

use super::target::Target;
use super::{Disposition, Link, disposition};
use crate::clock::UnixMillis;
use crate::error::{Error, Result};
use crate::store::{Operation, classify};

/// A presigned URL: whoever has it can read the file, so it is treated as a secret.
pub struct SignedUrl(SecretString);

impl SignedUrl {
    /// The URL itself, for the clipboard or a pipe; never for a log.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl std::fmt::Debug for SignedUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignedUrl(…)")
    }
}

/// Signs the link as of `now`, so that it ends at `link.ends_at`.
pub(super) async fn sign(
    client: &Client,
    link: &Link,
    target: &Target,
    now: UnixMillis,
) -> Result<SignedUrl> {
    let content_type = match link.disposition {
        Disposition::View => {
            disposition::content_type(&link.file_name, target.content_type.as_deref())
        }
        Disposition::Download => None,
    };
    let signed = client
        .get_object()
        .bucket(&link.bucket)
        .key(&link.key)
        .response_content_disposition(disposition::header(link.disposition, &link.file_name))
        .set_response_content_type(content_type)
        .customize()
        // A browser cannot send the header with which the SDK asks for a checksum.
        .config_override(
            Config::builder()
                .response_checksum_validation(ResponseChecksumValidation::WhenRequired),
        )
        .presigned(lifetime(now, link.ends_at)?)
        .await
        .map_err(|error| classify(Operation::Read, &link.key, error))?;
    if signed.headers().next().is_some() {
        return Err(Error::internal("a link must not need headers"));
    }
    Ok(SignedUrl(SecretString::from(signed.uri())))
}

fn lifetime(now: UnixMillis, ends_at: UnixMillis) -> Result<PresigningConfig> {
    let start = u64::try_from(now.div_euclid(1_000)).unwrap_or(0);
    let end = u64::try_from(ends_at.div_euclid(1_000)).unwrap_or(0);
    PresigningConfig::builder()
        .start_time(UNIX_EPOCH + Duration::from_secs(start))
        .expires_in(Duration::from_secs(end.saturating_sub(start)))
        .build()
        .map_err(|error| Error::internal(error.to_string()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use aws_sdk_s3::config::{Credentials, Region, SharedCredentialsProvider};

    use super::*;
    use crate::connection::ConnectionId;
    use crate::link::LimitedBy;

    /// 2027-01-15T08:00:00.4Z
    const NOW: UnixMillis = 1_800_000_000_400;

    fn client() -> Client {
        let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
        let config = Config::builder()
            .behavior_version_latest()
            .region(Region::new("eu-central-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build();
        Client::from_conf(config)
    }

    fn link(disposition: Disposition) -> Link {
        Link {
            id: "1".into(),
            connection_id: ConnectionId::fresh(),
            bucket: "materials".into(),
            key: "week 1/\u{fc}bung+1.txt".into(),
            file_name: "\u{fc}bung+1.txt".into(),
            made_by: "somebody".into(),
            made_at: NOW,
            requested_seconds: 90,
            ends_at: 1_800_000_090_000,
            limited_by: LimitedBy::Request,
            disposition,
            note: None,
            ended: false,
        }
    }

    async fn signed(disposition: Disposition) -> SignedUrl {
        let target = Target {
            content_type: Some("text/plain".into()),
        };
        sign(&client(), &link(disposition), &target, NOW)
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn a_link_begins_and_ends_by_the_clock_it_was_given() {
        let url = signed(Disposition::View).await;

        assert!(url.expose().contains("X-Amz-Date=20270115T080000Z"));
        assert!(url.expose().contains("X-Amz-Expires=90"));
    }

    #[tokio::test]
    async fn a_link_needs_no_header_but_the_host() {
        let url = signed(Disposition::View).await;

        assert!(url.expose().contains("X-Amz-SignedHeaders=host&"));
        assert!(!url.expose().contains("checksum-mode"));
    }

    #[tokio::test]
    async fn a_link_says_how_the_browser_is_to_treat_the_file() {
        let view = signed(Disposition::View).await;
        let download = signed(Disposition::Download).await;

        assert!(
            view.expose()
                .contains("response-content-disposition=inline")
        );
        assert!(view.expose().contains("response-content-type=text%2Fplain"));
        assert!(
            download
                .expose()
                .contains("response-content-disposition=attachment")
        );
        assert!(!download.expose().contains("response-content-type"));
    }

    #[tokio::test]
    async fn a_signed_url_is_never_printed() {
        let url = signed(Disposition::View).await;

        assert_eq!(format!("{url:?}"), "SignedUrl(…)");
    }
}
