//! Who may speak to the store: one pair of access keys, signature version 4, the
//! region of the store, presigned URLs of at most seven days. `s3s` verifies the
//! signatures, expiry and clock; what it leaves open is refused here, with the
//! codes S3 uses (S3 API reference, "Error responses").

use hyper::header::{AUTHORIZATION, HeaderName, HeaderValue};
use hyper::{HeaderMap, Uri};
use percent_encoding::percent_decode_str;
use s3s::auth::{S3Auth, SecretKey};
use s3s::{S3Error, S3Result, s3_error};
use secrecy::{ExposeSecret as _, SecretString};

use crate::REGION;

/// The longest that a presigned URL may be good for, in seconds: seven days (S3
/// user guide, "Download and upload objects with presigned URLs").
const MAX_EXPIRES: i64 = 604_800;

/// The one pair of keys.
pub struct Keys {
    pub access_key_id: String,
    pub secret_access_key: SecretString,
}

#[async_trait::async_trait]
impl S3Auth for Keys {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        if access_key != self.access_key_id {
            return Err(s3_error!(
                InvalidAccessKeyId,
                "The AWS Access Key Id you provided does not exist in our records."
            ));
        }
        Ok(SecretKey::from(self.secret_access_key.expose_secret()))
    }
}

/// Refuses what S3 refuses before it looks at a signature.
pub fn check(uri: &Uri, headers: &HeaderMap) -> S3Result<()> {
    let query = Query::of(uri);
    let authorization = headers
        .get(AUTHORIZATION)
        .map(HeaderValue::to_str)
        .transpose();
    let authorization = authorization
        .map_err(|_| s3_error!(InvalidArgument, "The Authorization header is not text"))?;
    if query.get("AWSAccessKeyId").is_some()
        || authorization.is_some_and(|value| value.starts_with("AWS "))
    {
        return Err(s3_error!(
            InvalidRequest,
            "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
        ));
    }
    if query.get("X-Amz-Signature").is_some() {
        check_presigned(&query)?;
    }
    let scope = match query.get("X-Amz-Credential") {
        Some(credential) => Some(credential),
        None => authorization.and_then(credential_of),
    };
    check_region(scope.as_deref())
}

fn check_presigned(query: &Query<'_>) -> S3Result<()> {
    for name in [
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-SignedHeaders",
    ] {
        if query.get(name).is_none() {
            return Err(s3_error!(
                AuthorizationQueryParametersError,
                "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
            ));
        }
    }
    let expires = query.get("X-Amz-Expires").unwrap_or_default();
    match expires.parse::<i64>() {
        Err(_) => Err(s3_error!(
            AuthorizationQueryParametersError,
            "X-Amz-Expires should be a number"
        )),
        Ok(seconds) if seconds < 0 => Err(s3_error!(
            AuthorizationQueryParametersError,
            "X-Amz-Expires must be non-negative"
        )),
        Ok(seconds) if seconds > MAX_EXPIRES => Err(s3_error!(
            AuthorizationQueryParametersError,
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds"
        )),
        Ok(_) => Ok(()),
    }
}

/// A request that is signed for another region is told which one it is.
fn check_region(credential: Option<&str>) -> S3Result<()> {
    let region = credential.and_then(|credential| credential.rsplit('/').nth(2));
    match region {
        None | Some(REGION) => Ok(()),
        Some(other) => {
            let mut error: S3Error = s3_error!(
                AuthorizationHeaderMalformed,
                "The authorization header is malformed; the region '{other}' is wrong; expecting '{REGION}'"
            );
            let headers = [(BUCKET_REGION, HeaderValue::from_static(REGION))];
            error.set_headers(HeaderMap::from_iter(headers));
            Err(error)
        }
    }
}

/// Tells a client which region a bucket is in.
pub const BUCKET_REGION: HeaderName = HeaderName::from_static("x-amz-bucket-region");

fn credential_of(authorization: &str) -> Option<String> {
    let (_, after) = authorization.split_once("Credential=")?;
    let end = after.find([',', ' ']).unwrap_or(after.len());
    Some(after[..end].to_owned())
}

struct Query<'a>(&'a str);

impl<'a> Query<'a> {
    fn of(uri: &'a Uri) -> Self {
        Self(uri.query().unwrap_or_default())
    }

    fn get(&self, name: &str) -> Option<String> {
        self.0.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (key == name).then(|| percent_decode_str(value).decode_utf8_lossy().into_owned())
        })
    }
}
