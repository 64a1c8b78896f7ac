//! A store in a temporary folder, and a client for it.

use std::path::PathBuf;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region, StalledStreamProtectionConfig};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use lectern_practice::{Practice, PracticeOptions, serve};
use secrecy::ExposeSecret;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

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

    /// Stops the store and serves the same folder again.
    pub async fn restarted(self) -> Self {
        self.practice.stop().await;
        let options = PracticeOptions {
            folder: self.folder.path().to_path_buf(),
            port: None,
            keys: None,
        };
        let practice = serve(options).await.unwrap();
        let client = client(&practice);
        Self {
            practice,
            client,
            folder: self.folder,
        }
    }

    /// How many files are being written, or were left behind half written.
    pub fn unfinished_files(&self) -> usize {
        let tmp = self.folder.path().join(".lectern/tmp");
        std::fs::read_dir(tmp).unwrap().count()
    }

    /// Waits until every file that was being written is gone.
    pub async fn until_no_file_is_unfinished(&self) {
        let gone = async {
            while self.unfinished_files() > 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(10), gone)
            .await
            .unwrap();
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
    let credentials = Credentials::new(access_key_id, secret, None, None, "test");
    Client::from_conf(
        config_for(practice)
            .credentials_provider(credentials)
            .build(),
    )
}

/// What a client for this store needs, to be changed before it is built.
pub fn config_for(practice: &Practice) -> aws_sdk_s3::config::Builder {
    let secret = practice.secret_access_key().expose_secret();
    let credentials = Credentials::new(practice.access_key_id(), secret, None, None, "test");
    aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(credentials)
        .region(Region::new(practice.region().to_owned()))
        .endpoint_url(practice.endpoint())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .retry_config(RetryConfig::disabled())
        .force_path_style(true)
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

/// Announces a body of `length` bytes, sends less, and hangs up.
pub async fn cut_off(url: &str, length: usize, body: &[u8]) {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_at(rest.find('/').unwrap());
    let mut stream = TcpStream::connect(host).await.unwrap();
    let head = format!("PUT {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    assert!(!String::from_utf8_lossy(&answer).starts_with("HTTP/1.1 200"));
}

/// An answer to a bare request.
pub struct Answer {
    pub status: u16,
    pub headers: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// A bare HTTP request, for what no SDK would send.
pub async fn fetch(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let path = if path.is_empty() { "/" } else { path };
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        request.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    request.push_str("\r\n");
    let mut stream = TcpStream::connect(host).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let end = answer
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .unwrap();
    let headers = String::from_utf8_lossy(&answer[..end]).into_owned();
    let status = headers.split(' ').nth(1).unwrap().parse().unwrap();
    let body = answer[end + 4..].to_vec();
    Answer {
        status,
        headers,
        body,
    }
}
