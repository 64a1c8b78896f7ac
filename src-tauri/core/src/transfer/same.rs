//! Whether an object holds the bytes of a local file, without fetching it: its
//! checksum or its ETag is compared with that of the file.
//!
//! Only what is proven counts as the same. An ETag is the MD5 of the bytes for
//! an object sent in one piece, unless it is encrypted with a key of KMS or of
//! the customer (Amazon S3 API reference, "Object"); then it differs, and the
//! checksum decides. A checksum put together from those of the parts proves
//! nothing here.

use md5::{Digest, Md5};

use super::checksum::{Algorithm, Sum};
use super::disk::{Source, blocking};
use super::head::head;
use super::model::ItemPhase;
use super::part_size::MIB;
use super::progress::ItemProgress;
use super::run::{Run, or_cancelled};
use crate::error::{Code, Error, Result};
use crate::store::Store;

/// `etag` is the object's where it was listed. `false` also where nothing can be
/// compared.
///
/// # Errors
/// `SourceVanished`, `LocalFile` or `Changed` for the file; what asking the store
/// says, except that this is not allowed.
pub(super) async fn same(
    store: &Store,
    key: &str,
    etag: Option<&str>,
    source: &Source,
) -> Result<bool> {
    if let Some(md5) = etag.and_then(md5_of_etag)
        && md5_of_file(source).await? == md5
    {
        return Ok(true);
    }
    let head = match head(store, key).await {
        Ok(Some(head)) if head.size == source.size => head,
        Ok(_) => return Ok(false),
        Err(error) if error.code == Code::NotAllowedToRead || error.code == Code::NotAllowed => {
            return Ok(false);
        }
        Err(error) => return Err(error),
    };
    if let Some(told) = &head.checksum {
        let sum = sum_of_file(source, told.algorithm).await?;
        return Ok(sum.base64() == told.base64);
    }
    // What was listed is what was compared already.
    match head.etag.as_deref().filter(|now| Some(*now) != etag) {
        Some(now) => match md5_of_etag(now) {
            Some(md5) => Ok(md5_of_file(source).await? == md5),
            None => Ok(false),
        },
        None => Ok(false),
    }
}

/// For an item that is to be left out when it is the same: as patiently as
/// everything else of its job.
///
/// # Errors
/// As [`same`]; `Cancelled`.
pub(super) async fn is_same(
    run: &Run,
    progress: &ItemProgress,
    key: &str,
    source: &Source,
) -> Result<bool> {
    progress.phase(ItemPhase::Checking);
    let look = || async {
        let store = run.store();
        or_cancelled(progress, same(&store, key, None, source)).await
    };
    run.patiently(progress, look).await
}

/// The hexadecimal MD5, where the ETag can be one.
fn md5_of_etag(etag: &str) -> Option<String> {
    let etag = etag.trim_matches('"');
    let is_md5 = etag.len() == 32 && etag.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_md5.then(|| etag.to_ascii_lowercase())
}

async fn md5_of_file(source: &Source) -> Result<String> {
    let mut md5 = Md5::new();
    let source = source.clone();
    blocking(move || {
        each_piece(&source, |bytes| md5.update(bytes))?;
        let digest: [u8; 16] = md5.finalize().into();
        Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    })
    .await
}

async fn sum_of_file(source: &Source, algorithm: Algorithm) -> Result<Sum> {
    let source = source.clone();
    blocking(move || {
        let mut sum = Sum::of(algorithm, b"");
        each_piece(&source, |bytes| {
            sum = sum.then(Sum::of(algorithm, bytes));
        })?;
        Ok(sum)
    })
    .await
}

/// Reads the file from its begin to its end, still as it was. Blocks.
fn each_piece(source: &Source, mut take: impl FnMut(&[u8])) -> Result<()> {
    let file = source.open()?;
    let mut at = 0;
    while at < source.size {
        let length = (source.size - at).min(MIB);
        let bytes = source.read(
            &file,
            at,
            usize::try_from(length).map_err(|error| Error::internal(error.to_string()))?,
        )?;
        take(&bytes);
        at += length;
    }
    source.check()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn only_an_etag_that_can_be_an_md5_is_one() {
        let md5 = "D41D8CD98F00B204E9800998ECF8427E";
        assert_eq!(md5_of_etag(&format!("\"{md5}\"")), Some(md5.to_lowercase()));
        assert_eq!(md5_of_etag(&format!("\"{md5}-2\"")), None);
        assert_eq!(md5_of_etag("\"1\""), None);
    }

    #[tokio::test]
    async fn a_file_is_summed_piece_by_piece() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let bytes = vec![7; 2 * MIB as usize + 5];
        std::fs::write(&path, &bytes).unwrap();
        let source = Source::look(&path).unwrap();

        let sum = sum_of_file(&source, Algorithm::Crc32).await.unwrap();
        assert_eq!(sum, Sum::of(Algorithm::Crc32, &bytes));
        let empty = folder.path().join("b");
        std::fs::write(&empty, b"").unwrap();
        let md5 = md5_of_file(&Source::look(&empty).unwrap()).await.unwrap();
        assert_eq!(md5, "d41d8cd98f00b204e9800998ecf8427e");
    }
}
