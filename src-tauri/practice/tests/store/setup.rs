//! A store in a temporary folder, and a client for it.

use std::path::PathBuf;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region, StalledStreamProtectionConfig};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use lectern_practice::{Practice, PracticeOptions, serve};
use secrecy::ExposeSecret;
use tempfile::TempDir;

pub const BUCKET: &str = "courses";

/// A store that runs, with one bucket.
pub struct Store {
    pub practice: Practice,
    pub client: Client,
    folder: TempDir,
}

impl Store {
    /// With a bucket that was never versioned.
    pub async fn plain() -> Self {
        Self::with_bucket(false).await
    }

    /// With a bucket that keeps versions.
    pub async fn versioned() -> Self {
        Self::with_bucket(true).await
    }

    async fn with_bucket(versioned: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = PracticeOptions {
            folder: folder.path().to_path_buf(),
            port: None,
            keys: None,
        };
        let practice = serve(options).await.unwrap();
        practice.create_bucket(BUCKET, versioned).await.unwrap();
        let client = client(&practice);
        Self {
            practice,
            client,
            folder,
        }
    }

    /// A path in the bucket's folder.
    pub fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(BUCKET).join(below)
    }

    pub async fn put(
        &self,
        key: &str,
        body: &str,
    ) -> aws_sdk_s3::operation::put_object::PutObjectOutput {
        let put = self.client.put_object().bucket(BUCKET).key(key);
        put.body(bytes(body)).send().await.unwrap()
    }

    /// The text of an object.
    pub async fn get(&self, key: &str) -> Result<String, String> {
        match self
            .client
            .get_object()
            .bucket(BUCKET)
            .key(key)
            .send()
            .await
        {
            Ok(got) => Ok(text(got.body).await),
            Err(error) => Err(code(&error)),
        }
    }

    pub async fn delete(
        &self,
        key: &str,
    ) -> aws_sdk_s3::operation::delete_object::DeleteObjectOutput {
        self.client
            .delete_object()
            .bucket(BUCKET)
            .key(key)
            .send()
            .await
            .unwrap()
    }

    /// All keys, in the order in which they are listed.
    pub async fn keys(&self) -> Vec<String> {
        let listed = self
            .client
            .list_objects_v2()
            .bucket(BUCKET)
            .send()
            .await
            .unwrap();
        listed
            .contents()
            .iter()
            .map(|object| object.key().unwrap().to_owned())
            .collect()
    }
}

pub fn client(practice: &Practice) -> Client {
    client_with(
        practice,
        practice.access_key_id(),
        practice.secret_access_key().expose_secret(),
    )
}

pub fn client_with(practice: &Practice, access_key_id: &str, secret: &str) -> Client {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(Credentials::new(access_key_id, secret, None, None, "test"))
        .region(Region::new(practice.region().to_owned()))
        .endpoint_url(practice.endpoint())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .force_path_style(true)
        .build();
    Client::from_conf(config)
}

pub fn bytes(body: &str) -> ByteStream {
    ByteStream::from(body.as_bytes().to_vec())
}

pub async fn text(body: ByteStream) -> String {
    String::from_utf8(body.collect().await.unwrap().to_vec()).unwrap()
}

/// The S3 error code, or the HTTP status where the answer has no body.
pub fn code<E: ProvideErrorMetadata + std::fmt::Debug>(
    error: &SdkError<E, aws_sdk_s3::config::http::HttpResponse>,
) -> String {
    match error
        .as_service_error()
        .and_then(ProvideErrorMetadata::code)
    {
        Some(code) => code.to_owned(),
        None => error.raw_response().map_or_else(
            || format!("{error:?}"),
            |raw| raw.status().as_u16().to_string(),
        ),
    }
}
