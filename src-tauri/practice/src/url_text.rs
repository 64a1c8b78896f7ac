//! Text in listings: `encoding-type=url`, and tokens that mean something only here.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use s3s::dto::EncodingType;
use s3s::{S3Result, s3_error};

const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/')
    .remove(b'*');
const TOKEN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// How names are written in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Plain,
    Url,
}

impl Encoding {
    pub fn parse(asked: Option<&EncodingType>) -> S3Result<Self> {
        match asked.map(EncodingType::as_str) {
            None => Ok(Self::Plain),
            Some(EncodingType::URL) => Ok(Self::Url),
            Some(_) => Err(s3_error!(
                InvalidArgument,
                "Invalid Encoding Method specified in Request"
            )),
        }
    }

    pub fn write(self, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Url => utf8_percent_encode(text, KEPT).to_string(),
        }
    }
}

/// Where a listing goes on, as clients carry it.
pub fn write_token(after: &str) -> String {
    format!("1.{}", utf8_percent_encode(after, TOKEN))
}

pub fn read_token(token: &str) -> S3Result<String> {
    let wrong = || {
        s3_error!(
            InvalidArgument,
            "The continuation token provided is incorrect"
        )
    };
    let after = token.strip_prefix("1.").ok_or_else(wrong)?;
    let after = percent_decode_str(after)
        .decode_utf8()
        .map_err(|_| wrong())?;
    Ok(after.into_owned())
}
