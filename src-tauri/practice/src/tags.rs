//! Object tags and their rules (S3 user guide, "Categorizing your objects using tags").

use hyper::StatusCode;
use percent_encoding::percent_decode_str;
use s3s::dto::Tag;
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};

const MAX_TAGS: usize = 10;
const MAX_KEY: usize = 128;
const MAX_VALUE: usize = 256;

/// Reads the header `x-amz-tagging`: `key=value` pairs as in a URL's query.
pub fn parse_header(header: Option<&str>) -> S3Result<Vec<(String, String)>> {
    let Some(header) = header.filter(|header| !header.is_empty()) else {
        return Ok(Vec::new());
    };
    let decode = |text: &str| -> S3Result<String> {
        let text = text.replace('+', " ");
        let decoded = percent_decode_str(&text).decode_utf8();
        let decoded = decoded.map_err(|_| s3_error!(InvalidArgument, "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters"))?;
        Ok(decoded.into_owned())
    };
    let mut tags = Vec::new();
    for pair in header.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        tags.push((decode(key)?, decode(value)?));
    }
    check(&tags)?;
    Ok(tags)
}

/// Reads the tags of a PutObjectTagging.
pub fn from_dto(tags: Vec<Tag>) -> S3Result<Vec<(String, String)>> {
    let tags: Vec<_> = tags
        .into_iter()
        .map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default()))
        .collect();
    check(&tags)?;
    Ok(tags)
}

pub fn to_dto(tags: &[(String, String)]) -> Vec<Tag> {
    let dto = |(key, value): &(String, String)| Tag {
        key: Some(key.clone()),
        value: Some(value.clone()),
    };
    tags.iter().map(dto).collect()
}

fn check(tags: &[(String, String)]) -> S3Result<()> {
    if tags.len() > MAX_TAGS {
        let code = S3ErrorCode::Custom("BadRequest".into());
        let mut error = S3Error::with_message(code, "Object tags cannot be greater than 10");
        error.set_status_code(StatusCode::BAD_REQUEST);
        return Err(error);
    }
    for (at, (key, value)) in tags.iter().enumerate() {
        if key.is_empty()
            || key.chars().count() > MAX_KEY
            || key.starts_with("aws:")
            || !key.chars().all(allowed)
        {
            return Err(s3_error!(
                InvalidTag,
                "The TagKey you have provided is invalid"
            ));
        }
        if value.chars().count() > MAX_VALUE || !value.chars().all(allowed) {
            return Err(s3_error!(
                InvalidTag,
                "The TagValue you have provided is invalid"
            ));
        }
        if tags[..at].iter().any(|(other, _)| other == key) {
            return Err(s3_error!(
                InvalidTag,
                "Cannot provide multiple Tags with the same key"
            ));
        }
    }
    Ok(())
}

fn allowed(c: char) -> bool {
    c.is_alphanumeric() || c == ' ' || "+-=._:/@".contains(c)
}
