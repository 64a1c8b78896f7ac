//! What uploads say of an object besides its bytes.

use crate::browse::place;
use crate::transfer::checksum::{Algorithm, Seal};

/// The checksum headers of one request; each is `None` unless it is the one.
#[derive(Default)]
pub(super) struct SealHeaders {
    pub(super) crc64nvme: Option<String>,
    pub(super) crc32: Option<String>,
    pub(super) md5: Option<String>,
}

impl SealHeaders {
    pub(super) fn of(seal: &Seal) -> Self {
        let mut headers = Self::default();
        match seal {
            Seal::Crc(sum) => match sum.algorithm() {
                Algorithm::Crc64Nvme => headers.crc64nvme = Some(sum.base64()),
                // CRC32C is read from stores, never sent.
                Algorithm::Crc32 | Algorithm::Crc32C => headers.crc32 = Some(sum.base64()),
            },
            Seal::Md5(md5) => headers.md5 = Some(aws_smithy_types::base64::encode(md5)),
            Seal::Nothing => {}
        }
        headers
    }
}

/// By the name's extension. Text that is UTF-8 says so, since browsers guess
/// otherwise; `beginning` is as much of the content as is at hand.
pub(super) fn content_type(key: &str, beginning: &[u8]) -> String {
    let guess = mime_guess::from_path(place::last_segment(key)).first_raw();
    let guess = guess.unwrap_or("application/octet-stream");
    let is_utf8_text = guess.starts_with("text/")
        && !beginning.is_ascii()
        && std::str::from_utf8(beginning).is_ok();
    if is_utf8_text {
        format!("{guess}; charset=utf-8")
    } else {
        guess.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_type_follows_the_extension() {
        assert_eq!(content_type("a.b/slides.PDF", b""), "application/pdf");
        assert_eq!(content_type("video.mp4", b""), "video/mp4");
        assert_eq!(content_type("README", b""), "application/octet-stream");
    }

    #[test]
    fn text_says_its_encoding_where_it_matters() {
        assert_eq!(content_type("a.txt", b"plain"), "text/plain");
        assert_eq!(
            content_type("a.txt", "é".as_bytes()),
            "text/plain; charset=utf-8"
        );
        assert_eq!(content_type("a.txt", b"\xe9"), "text/plain");
    }
}
