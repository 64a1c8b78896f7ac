//! Receiving bytes into a file beside the objects: hashed while they pass,
//! compared with what the sender promised, flushed to the disk. Until it is
//! moved into place nobody sees it, and if it never is, it is removed.

use std::fs::{File, FileTimes};
use std::io::{self, Read, Write as _};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use futures::StreamExt as _;
use hyper::StatusCode;
use s3s::checksum::ChecksumHasher;
use s3s::crypto::{Checksum as _, Md5};
use s3s::dto::StreamingBlob;
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};
use tempfile::NamedTempFile;
use tokio::sync::mpsc;

use crate::checksum::{Algorithm, Checksums, hasher};
use crate::disk::Stamp;
use crate::error::{disk_error, on_disk};
use crate::store::Store;

/// Pieces of a body that may wait for the disk.
const WAITING: usize = 16;
const BUFFER: usize = 256 * 1024;

/// The largest object or part that one request may carry: 5 GiB (S3 user guide,
/// "Amazon S3 multipart upload limits").
pub const MAX_BODY: u64 = 5 * 1024 * 1024 * 1024;

/// Bytes on the disk that are no object yet.
#[derive(Debug)]
pub struct Staged {
    pub file: NamedTempFile,
    pub stamp: Stamp,
    /// MD5 of all bytes.
    pub md5: [u8; 16],
    /// The checksums that were asked for.
    pub checksums: Checksums,
}

/// A file that bytes are added to, one piece after the other.
pub struct Stage {
    store: Store,
    file: NamedTempFile,
    size: u64,
    md5: Md5,
    hasher: ChecksumHasher,
}

impl Stage {
    pub fn new(store: &Store, algorithms: &[Algorithm]) -> io::Result<Self> {
        Ok(Self {
            store: store.clone(),
            file: store.new_file()?,
            size: 0,
            md5: Md5::new(),
            hasher: hasher(algorithms),
        })
    }

    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.as_file_mut().write_all(bytes)?;
        self.size += bytes.len() as u64;
        self.md5.update(bytes);
        self.hasher.update(bytes);
        Ok(())
    }

    /// Adds `length` bytes of `source`.
    pub fn copy(&mut self, source: &mut File, length: u64) -> io::Result<()> {
        let mut source = source.take(length);
        let mut buffer = vec![0; BUFFER];
        let before = self.size;
        loop {
            match source.read(&mut buffer)? {
                0 => break,
                n => self.write(&buffer[..n])?,
            }
        }
        match self.size - before == length {
            true => Ok(()),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Adds `length` bytes of `source` unhashed, as fast as the disk can.
    pub fn append(&mut self, source: &mut File, length: u64) -> io::Result<()> {
        let copied = io::copy(&mut source.take(length), self.file.as_file_mut())?;
        self.size += copied;
        match copied == length {
            true => Ok(()),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Ends the file: a time of its own, and all of it on the disk.
    pub fn finish(self) -> io::Result<Staged> {
        let time = u64::try_from(self.store.next_time()).unwrap_or_default();
        let time: SystemTime = UNIX_EPOCH + Duration::from_nanos(time);
        let file = self.file.as_file();
        file.set_times(FileTimes::new().set_modified(time))?;
        file.sync_all()?;
        let stamp = Stamp::of(&file.metadata()?)?;
        Ok(Staged {
            stamp,
            file: self.file,
            md5: self.md5.finalize(),
            checksums: self.hasher.finalize().into(),
        })
    }
}

/// Receives a whole body. Ends with an error, and leaves nothing, where the
/// sender stops early or announced another length.
pub async fn receive(
    store: &Store,
    body: StreamingBlob,
    length: Option<u64>,
    algorithms: Vec<Algorithm>,
) -> S3Result<Staged> {
    let (pieces, waiting) = mpsc::channel::<Bytes>(WAITING);
    let store = store.clone();
    let writing = on_disk(move || write_pieces(&store, waiting, &algorithms));
    let (sent, written) = tokio::join!(forward(body, length, pieces), writing);
    let stage = written?;
    sent?;
    on_disk(move || stage.finish().map_err(disk_error)).await
}

fn write_pieces(
    store: &Store,
    mut pieces: mpsc::Receiver<Bytes>,
    algorithms: &[Algorithm],
) -> S3Result<Stage> {
    let mut stage = Stage::new(store, algorithms).map_err(disk_error)?;
    while let Some(piece) = pieces.blocking_recv() {
        stage.write(&piece).map_err(disk_error)?;
    }
    Ok(stage)
}

async fn forward(
    mut body: StreamingBlob,
    length: Option<u64>,
    pieces: mpsc::Sender<Bytes>,
) -> S3Result<()> {
    let mut received = 0;
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|source| body_error(&*source))?;
        received += piece.len() as u64;
        if received > MAX_BODY {
            return Err(s3_error!(
                EntityTooLarge,
                "Your proposed upload exceeds the maximum allowed size"
            ));
        }
        if pieces.send(piece).await.is_err() {
            // The writer gave up; its own error is the one to tell.
            return Ok(());
        }
    }
    match length {
        Some(length) if length != received => Err(s3_error!(
            IncompleteBody,
            "You did not provide the number of bytes specified by the Content-Length HTTP header."
        )),
        _ => Ok(()),
    }
}

fn body_error(source: &(dyn std::error::Error + Send + Sync)) -> S3Error {
    let text = source.to_string();
    tracing::debug!(error = %text, "a body ended early");
    let lower = text.to_lowercase();
    if lower.contains("sha256") || lower.contains("checksum") || lower.contains("hash") {
        let mut error = S3Error::with_message(
            S3ErrorCode::Custom("XAmzContentSHA256Mismatch".into()),
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        );
        error.set_status_code(StatusCode::BAD_REQUEST);
        return error;
    }
    if lower.contains("signature") {
        return s3_error!(
            SignatureDoesNotMatch,
            "The signature of a chunk of the body does not match"
        );
    }
    s3_error!(
        IncompleteBody,
        "The body ended before all of it had arrived"
    )
}
