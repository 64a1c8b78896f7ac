//! What requests say about an object: headers, tags, checksums.

use s3s::dto::*;
use s3s::{S3Error, S3Result, TrailingHeaders, s3_error};

use crate::checksum::{Algorithm, Checksums};
use crate::record::About;
use crate::staging::Staged;
use crate::tags;

/// User metadata may have this many bytes together (S3 user guide, "Working with
/// object metadata").
const MAX_METADATA: usize = 2048;

/// Reads what is said about an object out of a request, leaving the rest in it.
macro_rules! about {
    ($input:expr) => {{
        let input = $input;
        check_asks(&Asks {
            acl: input.acl.as_ref().map(ObjectCannedACL::as_str),
            grants: input.grant_full_control.is_some()
                || input.grant_read.is_some()
                || input.grant_read_acp.is_some()
                || input.grant_write_acp.is_some(),
            encryption: input
                .server_side_encryption
                .as_ref()
                .map(ServerSideEncryption::as_str),
            own_key: input.sse_customer_algorithm.is_some() || input.sse_customer_key.is_some(),
            storage_class: input.storage_class.as_ref().map(StorageClass::as_str),
            lock: input.object_lock_mode.is_some() || input.object_lock_legal_hold_status.is_some(),
        })?;
        let metadata = input.metadata.take().unwrap_or_default();
        let about = About {
            content_type: input.content_type.take(),
            cache_control: input.cache_control.take(),
            content_disposition: input.content_disposition.take(),
            content_encoding: input
                .content_encoding
                .take()
                .and_then(|encoding| not_chunked(&encoding)),
            content_language: input.content_language.take(),
            expires: input
                .expires
                .take()
                .map(|expires| time::OffsetDateTime::from(expires).unix_timestamp()),
            metadata: metadata.into_iter().collect(),
            tags: tags::parse_header(input.tagging.take().as_deref())?,
        };
        check_metadata(&about)?;
        Ok(about)
    }};
}

impl About {
    pub fn of_put(input: &mut PutObjectInput) -> S3Result<Self> {
        about!(input)
    }

    pub fn of_copy(input: &mut CopyObjectInput) -> S3Result<Self> {
        about!(input)
    }

    pub fn of_upload(input: &mut CreateMultipartUploadInput) -> S3Result<Self> {
        about!(input)
    }
}

/// What a request may ask for that a folder does not have.
struct Asks<'a> {
    acl: Option<&'a str>,
    grants: bool,
    encryption: Option<&'a str>,
    own_key: bool,
    storage_class: Option<&'a str>,
    lock: bool,
}

/// Refuses what would be silently left out: nobody is to think that an object is
/// public, encrypted or locked when it is not.
fn check_asks(asks: &Asks<'_>) -> S3Result<()> {
    let closed = asks
        .acl
        .is_none_or(|acl| matches!(acl, "private" | "bucket-owner-full-control"));
    if !closed || asks.grants {
        return Err(s3_error!(
            AccessControlListNotSupported,
            "The bucket does not allow ACLs"
        ));
    }
    if asks.own_key
        || asks
            .encryption
            .is_some_and(|encryption| encryption != "AES256")
    {
        return Err(s3_error!(
            NotImplemented,
            "The practice store does not encrypt with keys of yours"
        ));
    }
    if asks.storage_class.is_some_and(|class| class != "STANDARD") {
        return Err(s3_error!(
            InvalidStorageClass,
            "The storage class you specified is not valid: the practice store has only STANDARD"
        ));
    }
    match asks.lock {
        true => Err(s3_error!(
            InvalidRequest,
            "Bucket is missing Object Lock Configuration"
        )),
        false => Ok(()),
    }
}

fn check_metadata(about: &About) -> S3Result<()> {
    let size: usize = about
        .metadata
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    match size > MAX_METADATA {
        true => Err(s3_error!(
            MetadataTooLarge,
            "Your metadata headers exceed the maximum allowed metadata size"
        )),
        false => Ok(()),
    }
}

/// `aws-chunked` is how the body travelled, not how the object is encoded.
fn not_chunked(encoding: &str) -> Option<String> {
    let kept: Vec<&str> = encoding
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty() && *part != "aws-chunked")
        .collect();
    (!kept.is_empty()).then(|| kept.join(","))
}

/// The checksums that a sender promised, and the algorithm to keep one of.
#[derive(Debug, Default)]
pub struct Wanted {
    given: Checksums,
    trailing: Vec<Algorithm>,
    named: Option<Algorithm>,
    also: Option<Algorithm>,
}

macro_rules! wanted {
    ($input:expr, $trailers:expr) => {{
        let input = $input;
        let given = Checksums {
            crc32: input.checksum_crc32.clone(),
            crc32c: input.checksum_crc32c.clone(),
            crc64nvme: input.checksum_crc64nvme.clone(),
            sha1: input.checksum_sha1.clone(),
            sha256: input.checksum_sha256.clone(),
            composite: false,
        };
        Wanted::new(given, input.checksum_algorithm.as_ref(), $trailers)
    }};
}

impl Wanted {
    pub fn of_put(input: &PutObjectInput, trailers: Option<&TrailingHeaders>) -> S3Result<Self> {
        wanted!(input, trailers)
    }

    pub fn of_part(input: &UploadPartInput, trailers: Option<&TrailingHeaders>) -> S3Result<Self> {
        wanted!(input, trailers)
    }

    fn new(
        given: Checksums,
        algorithm: Option<&ChecksumAlgorithm>,
        trailers: Option<&TrailingHeaders>,
    ) -> S3Result<Self> {
        let named = algorithm.map(Algorithm::parse).transpose()?;
        if given.algorithms().len() > 1 {
            return Err(s3_error!(
                InvalidRequest,
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
            ));
        }
        for algorithm in given.algorithms() {
            check_form(algorithm, given.get(algorithm).unwrap_or_default())?;
        }
        let trailing = match trailers {
            Some(_) => named.into_iter().collect(),
            None => Vec::new(),
        };
        Ok(Self {
            given,
            trailing,
            named,
            also: None,
        })
    }

    /// Also compute this one (which a multipart upload keeps of its parts).
    pub fn and(mut self, algorithm: Algorithm) -> Self {
        self.also = Some(algorithm);
        self
    }

    /// What to compute. S3 keeps a CRC64NVME where nothing else is asked for.
    pub fn algorithms(&self) -> Vec<Algorithm> {
        let mut all = self.given.algorithms();
        all.extend(self.named.filter(|named| !all.contains(named)));
        all.extend(self.also.filter(|also| !all.contains(also)));
        if all.is_empty() {
            all.push(Algorithm::Crc64Nvme);
        }
        all
    }

    /// Compares what arrived with what was promised, in headers and trailers.
    pub fn verify(
        &self,
        staged: &Staged,
        md5: Option<[u8; 16]>,
        trailers: Option<&TrailingHeaders>,
    ) -> S3Result<()> {
        if md5.is_some_and(|md5| md5 != staged.md5) {
            return Err(s3_error!(
                BadDigest,
                "The Content-MD5 you specified did not match what we received."
            ));
        }
        staged.checksums.verify(&self.given)?;
        staged.checksums.verify(&self.promised_after(trailers)?)
    }

    fn promised_after(&self, trailers: Option<&TrailingHeaders>) -> S3Result<Checksums> {
        let mut promised = Checksums::default();
        for algorithm in &self.trailing {
            let name = format!("x-amz-checksum-{}", algorithm.name().to_lowercase());
            let value = trailers.and_then(|trailers| {
                trailers
                    .read(|headers| headers.get(&name).cloned())
                    .flatten()
            });
            let Some(value) = value else { continue };
            let value = value.to_str().map_err(|_| bad_form(*algorithm))?;
            check_form(*algorithm, value)?;
            promised.set(*algorithm, Some(value.to_owned()));
        }
        Ok(promised)
    }
}

fn check_form(algorithm: Algorithm, value: &str) -> S3Result<()> {
    let bytes = match algorithm {
        Algorithm::Crc32 | Algorithm::Crc32c => 4,
        Algorithm::Crc64Nvme => 8,
        Algorithm::Sha1 => 20,
        Algorithm::Sha256 => 32,
    };
    match decode(value) {
        Some(decoded) if decoded.len() == bytes => Ok(()),
        _ => Err(bad_form(algorithm)),
    }
}

fn bad_form(algorithm: Algorithm) -> S3Error {
    s3_error!(
        InvalidRequest,
        "Value for x-amz-checksum-{} header is invalid.",
        algorithm.name().to_lowercase()
    )
}

/// Reads the Content-MD5 header.
pub fn decode_md5(header: Option<&str>) -> S3Result<Option<[u8; 16]>> {
    let Some(header) = header else {
        return Ok(None);
    };
    let decoded = decode(header).and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
    match decoded {
        Some(md5) => Ok(Some(md5)),
        None => Err(s3_error!(
            InvalidDigest,
            "The Content-MD5 you specified was invalid."
        )),
    }
}

fn decode(base64: &str) -> Option<Vec<u8>> {
    base64_simd::STANDARD.decode_to_vec(base64).ok()
}
