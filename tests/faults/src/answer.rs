//! Answers that are not the store's: refusals of the proxy's own, and what a
//! store answered with its checksums changed.

use crate::head::Head;

/// An S3 error in full. A HEAD has no body.
pub(crate) fn refusal(method: &str, status: u16, code: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let inner: String = more
        .iter()
        .filter(|(name, _)| !name.contains('-'))
        .map(|(name, value)| format!("<{name}>{value}</{name}>"))
        .collect();
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code>\
         <Message>As the test wants it</Message>{inner}<RequestId>FAULT</RequestId></Error>"
    );
    let headers: String = more
        .iter()
        .filter(|(name, _)| name.contains('-'))
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let length = body.len();
    let mut bytes = format!(
        "HTTP/1.1 {status} Refused\r\nContent-Type: application/xml\r\n\
         Content-Length: {length}\r\nx-amz-request-id: FAULT\r\n{headers}\r\n"
    );
    if method != "HEAD" {
        bytes += &body;
    }
    bytes.into_bytes()
}

const CHECKSUM: &str = "x-amz-checksum-";

/// Makes the checksums of a head others. Their type stays.
pub(crate) fn spoil_head(head: &mut Head) -> bool {
    let kind = head.get("x-amz-checksum-type").map(str::to_owned);
    let any = head.change(CHECKSUM, spoil);
    if let Some(kind) = kind {
        head.set("x-amz-checksum-type", &kind);
    }
    any
}

/// Makes the checksums in an XML answer others.
pub(crate) fn spoil_xml(body: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(body).into_owned();
    let mut spoilt = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find("<Checksum") {
        let Some(end) = rest[at..].find('>').map(|end| at + end + 1) else {
            break;
        };
        let name = &rest[at + 1..end - 1];
        spoilt += &rest[..end];
        rest = &rest[end..];
        let close = format!("</{name}>");
        let is_sum = !matches!(name, "ChecksumType" | "ChecksumAlgorithm");
        if is_sum && let Some(length) = rest.find(&close) {
            spoilt += &spoil(&rest[..length]);
            rest = &rest[length..];
        }
    }
    (spoilt + rest).into_bytes()
}

/// Another one of the same shape: base64 stays base64, and `-3` stays.
fn spoil(checksum: &str) -> String {
    let mut characters: Vec<char> = checksum.chars().collect();
    if let Some(first) = characters.first_mut() {
        *first = if *first == 'A' { 'B' } else { 'A' };
    }
    characters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn checksums_are_spoilt_and_nothing_else() {
        let head = b"HTTP/1.1 200 OK\r\nETag: \"e\"\r\nx-amz-checksum-crc32: AQID\r\n\
                     x-amz-checksum-type: COMPOSITE";
        let mut head = Head::parse(head).unwrap();
        assert!(spoil_head(&mut head));
        assert_eq!(head.get("x-amz-checksum-crc32"), Some("BQID"));
        assert_eq!(head.get("x-amz-checksum-type"), Some("COMPOSITE"));
        assert_eq!(head.get("etag"), Some("\"e\""));

        let xml = b"<R><ETag>e</ETag><ChecksumCRC32>xyz-2</ChecksumCRC32>\
                    <ChecksumType>COMPOSITE</ChecksumType></R>";
        let spoilt = String::from_utf8(spoil_xml(xml)).unwrap();
        assert_eq!(
            spoilt,
            "<R><ETag>e</ETag><ChecksumCRC32>Ayz-2</ChecksumCRC32>\
             <ChecksumType>COMPOSITE</ChecksumType></R>"
        );
    }
}
