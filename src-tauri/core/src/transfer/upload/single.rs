//! An object in one request.

use std::sync::Arc;

use bytes::Bytes;

use super::request::{SealHeaders, content_type};
use super::{Sending, mismatch};
use crate::error::{Error, Result};
use crate::store::{Operation, classify};
use crate::transfer::body::payload;
use crate::transfer::checksum::Seal;
use crate::transfer::disk::{Source, blocking};
use crate::transfer::record::Stored;
use crate::transfer::run::or_cancelled;

impl Sending<'_> {
    pub(super) async fn folder(&self) -> Result<Stored> {
        let seal = Seal::of(self.can.checksum, b"");
        let content_type = "application/x-directory".to_owned();
        or_cancelled(self.progress, self.put(Bytes::new(), &seal, content_type)).await
    }

    /// Read, checked to be as it was, and only then sent: what leaves is what
    /// the file was at one moment.
    pub(super) async fn at_once(&self, source: &Source) -> Result<Stored> {
        or_cancelled(self.progress, self.read_and_put(source)).await
    }

    async fn read_and_put(&self, source: &Source) -> Result<Stored> {
        let _slot = self.run.limits.slot(source.size).await;
        let (source, checksum) = (source.clone(), self.can.checksum);
        let buffers = Arc::clone(&self.run.limits.buffers);
        let (bytes, seal) = blocking(move || {
            let file = source.open()?;
            let length =
                usize::try_from(source.size).map_err(|e| Error::internal(e.to_string()))?;
            let read = buffers.filled(length, |bytes| {
                source.read_sealed(&file, 0, bytes, checksum)
            })?;
            source.check()?;
            Ok(read)
        })
        .await?;
        let content_type = content_type(self.key, &bytes);
        Box::pin(self.put(bytes, &seal, content_type)).await
    }

    async fn put(&self, bytes: Bytes, seal: &Seal, content_type: String) -> Result<Stored> {
        self.look_first().await?;
        let size = bytes.len() as u64;
        let ours = Stored {
            key: self.key.to_owned(),
            size,
            etag: None,
            checksum: seal.record(),
            content_type: Some(content_type.clone()),
            verified: false,
        };
        let outcome = Box::pin(self.put_once(bytes, seal, content_type, &ours)).await;
        self.or_ours(outcome, &ours).await
    }

    async fn put_once(
        &self,
        bytes: Bytes,
        seal: &Seal,
        content_type: String,
        ours: &Stored,
    ) -> Result<Stored> {
        let headers = SealHeaders::of(seal);
        let store = self.run.store();
        let payload = payload(bytes, store.signs_payloads(), self.progress);
        self.progress.rate().pass(payload.uncounted).await;
        let request = store
            .client()
            .put_object()
            .bucket(store.bucket())
            .key(self.key)
            .content_type(content_type)
            .content_length(i64::try_from(ours.size).unwrap_or(i64::MAX))
            .set_if_none_match(self.if_none_match())
            .set_if_match(self.if_match())
            .set_checksum_crc64_nvme(headers.crc64nvme.clone())
            .set_checksum_crc32(headers.crc32.clone())
            .set_content_md5(headers.md5)
            .body(payload.body)
            .send();
        let answer = self.run.limits.heeding(&store, request).await;
        let answer = answer.map_err(|error| classify(Operation::Write, self.key, error))?;
        self.progress.add(payload.uncounted);
        let told = [
            (answer.checksum_crc64_nvme(), &headers.crc64nvme),
            (answer.checksum_crc32(), &headers.crc32),
        ];
        let mut verified = answer.e_tag().is_some_and(|etag| seal.is_etag(etag));
        for (theirs, ours) in told {
            if let (Some(theirs), Some(ours)) = (theirs, ours) {
                if theirs != ours {
                    return Err(mismatch(self.key));
                }
                verified = true;
            }
        }
        Ok(Stored {
            etag: answer.e_tag,
            verified,
            ..ours.clone()
        })
    }
}
