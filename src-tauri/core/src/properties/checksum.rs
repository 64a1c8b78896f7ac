//! The checksums that a store reports of an object.

use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::types::ChecksumType;

use super::model::ChecksumValue;

/// All of them, the strongest first. A checksum of checksums is marked by its
/// type, and by the number of parts at its end where no type is told.
pub(super) fn all(head: &HeadObjectOutput) -> Vec<ChecksumValue> {
    let composite = head.checksum_type() == Some(&ChecksumType::Composite);
    [
        ("SHA512", head.checksum_sha512()),
        ("SHA256", head.checksum_sha256()),
        ("XXHASH128", head.checksum_xxhash128()),
        ("XXHASH3", head.checksum_xxhash3()),
        ("XXHASH64", head.checksum_xxhash64()),
        ("CRC64NVME", head.checksum_crc64_nvme()),
        ("SHA1", head.checksum_sha1()),
        ("CRC32C", head.checksum_crc32_c()),
        ("CRC32", head.checksum_crc32()),
        ("MD5", head.checksum_md5()),
    ]
    .into_iter()
    .filter_map(|(algorithm, value)| {
        let value = value?;
        Some(ChecksumValue {
            algorithm: algorithm.to_owned(),
            value: value.to_owned(),
            whole: !composite && !value.contains('-'),
        })
    })
    .collect()
}

/// Whether one of them is what the catalogue recorded (`algorithm:base64`).
pub(super) fn agrees(checksums: &[ChecksumValue], recorded: &str) -> bool {
    let Some((algorithm, value)) = recorded.split_once(':') else {
        return false;
    };
    checksums.iter().any(|checksum| {
        checksum.algorithm.eq_ignore_ascii_case(algorithm) && checksum.value == value
    })
}
