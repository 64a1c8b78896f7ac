//! Which [`Code`] an answer is: by the service's code first, by the HTTP
//! status where there is none (an answer to HEAD has no body).
//! Source of the codes: Amazon S3 API reference, "Error responses".

use super::Operation;
use crate::error::Code;

pub(super) fn of_answer(
    operation: Operation,
    service_code: Option<&str>,
    status: Option<u16>,
    message: &str,
) -> Code {
    service_code
        .and_then(|code| of_service_code(operation, code, message))
        .or_else(|| status.and_then(|status| of_status(operation, status)))
        .unwrap_or(Code::ServiceFailed)
}

fn of_service_code(operation: Operation, code: &str, message: &str) -> Option<Code> {
    Some(match code {
        "InvalidAccessKeyId"
        | "InvalidAccessKeyID"
        | "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "NotSignedUp" => Code::WrongAccessKey,
        "SignatureDoesNotMatch" => Code::WrongSecret,
        "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" | "InvalidToken" => {
            Code::CredentialsExpired
        }
        "NoSuchBucket" => Code::BucketNotFound,
        "AuthorizationHeaderMalformed" if !message.to_lowercase().contains("region") => {
            Code::WrongAccessKey
        }
        "AuthorizationHeaderMalformed"
        | "PermanentRedirect"
        | "TemporaryRedirect"
        | "IllegalLocationConstraintException"
        | "InvalidRegionName" => Code::WrongRegion,
        "RequestTimeTooSkewed" | "RequestInTheFuture" => Code::ClockSkew,
        "AccessDenied"
        | "AccessDeniedException"
        | "AllAccessDisabled"
        | "AccountProblem"
        | "Forbidden"
        | "InvalidSecurity"
        | "MissingSecurityHeader" => refused(operation),
        "NoSuchKey" | "NoSuchVersion" | "NoSuchUpload" => Code::NotFound,
        "SlowDown"
        | "Throttling"
        | "ThrottlingException"
        | "TooManyRequests"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "ServiceUnavailable"
        | "Busy" => Code::Throttled,
        "InternalError" | "InternalFailure" | "InsufficientCapacity" | "XMinioStorageFull" => {
            Code::ServiceFailed
        }
        "RequestTimeout" => Code::Timeout,
        "InvalidObjectState" => Code::Archived,
        "NotImplemented" | "MethodNotAllowed" | "InvalidStorageClass" => {
            return of_feature(operation, code);
        }
        "BadDigest"
        | "InvalidDigest"
        | "XAmzContentSHA256Mismatch"
        | "XAmzContentChecksumMismatch"
        | "ChecksumMismatch"
        | "InvalidPart" => Code::ChecksumMismatch,
        "PreconditionFailed" | "ConditionalRequestConflict" | "InvalidRange" => {
            condition(operation, code)
        }
        "InvalidBucketName" => Code::InvalidBucketName,
        "KeyTooLongError"
        | "KeyTooLong"
        | "InvalidURI"
        | "InvalidObjectName"
        | "XMinioInvalidObjectName" => Code::InvalidName,
        _ => return None,
    })
}

fn of_status(operation: Operation, status: u16) -> Option<Code> {
    Some(match status {
        301 | 307 | 308 => Code::WrongRegion,
        // HEAD in another region's signature: no body says so.
        400 if operation == Operation::Other("HeadBucket") => Code::WrongRegion,
        401 | 403 => refused(operation),
        404 if operation == Operation::Other("HeadBucket") => Code::BucketNotFound,
        404 => Code::NotFound,
        405 => return of_feature(operation, "MethodNotAllowed"),
        408 => Code::Timeout,
        409 | 412 | 416 => condition(operation, ""),
        429 | 503 => Code::Throttled,
        501 => Code::Unsupported,
        _ => return None,
    })
}

fn refused(operation: Operation) -> Code {
    match operation {
        Operation::List | Operation::Other("HeadBucket") => Code::NotAllowedToList,
        Operation::Read | Operation::Other("HeadObject") => Code::NotAllowedToRead,
        Operation::Write => Code::NotAllowedToWrite,
        Operation::Delete => Code::NotAllowedToDelete,
        Operation::Other(_) => Code::NotAllowed,
    }
}

/// Reading a delete marker by its version answers 405: there is nothing to read.
fn of_feature(operation: Operation, code: &str) -> Option<Code> {
    Some(match (operation, code) {
        (Operation::Read | Operation::Other("HeadObject"), "MethodNotAllowed") => Code::NotFound,
        _ => Code::Unsupported,
    })
}

/// `If-None-Match: *` guards writes, `If-Match` guards everything else.
fn condition(operation: Operation, code: &str) -> Code {
    match (operation, code) {
        (_, "ConditionalRequestConflict" | "InvalidRange") => Code::Changed,
        (Operation::Write | Operation::Other("CopyObject" | "CompleteMultipartUpload"), _) => {
            Code::AlreadyExists
        }
        _ => Code::Changed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: Operation = Operation::Other("HeadBucket");

    #[test]
    fn every_answer_has_its_code() {
        let cases: &[(Operation, &str, u16, Code)] = &[
            (
                Operation::List,
                "InvalidAccessKeyId",
                403,
                Code::WrongAccessKey,
            ),
            (
                Operation::List,
                "SignatureDoesNotMatch",
                403,
                Code::WrongSecret,
            ),
            (Operation::List, "NoSuchBucket", 404, Code::BucketNotFound),
            (Operation::List, "PermanentRedirect", 301, Code::WrongRegion),
            (
                Operation::List,
                "RequestTimeTooSkewed",
                403,
                Code::ClockSkew,
            ),
            (
                Operation::List,
                "ExpiredToken",
                400,
                Code::CredentialsExpired,
            ),
            (Operation::List, "AccessDenied", 403, Code::NotAllowedToList),
            (Operation::Read, "AccessDenied", 403, Code::NotAllowedToRead),
            (
                Operation::Write,
                "AccessDenied",
                403,
                Code::NotAllowedToWrite,
            ),
            (
                Operation::Delete,
                "AccessDenied",
                403,
                Code::NotAllowedToDelete,
            ),
            (
                Operation::Other("GetBucketPolicy"),
                "AccessDenied",
                403,
                Code::NotAllowed,
            ),
            (Operation::Read, "NoSuchKey", 404, Code::NotFound),
            (Operation::Read, "MethodNotAllowed", 405, Code::NotFound),
            (Operation::Read, "InvalidObjectState", 403, Code::Archived),
            (Operation::Write, "MethodNotAllowed", 405, Code::Unsupported),
            (Operation::Write, "NotImplemented", 501, Code::Unsupported),
            (Operation::Write, "SlowDown", 503, Code::Throttled),
            (Operation::Write, "InternalError", 500, Code::ServiceFailed),
            (Operation::Write, "BadDigest", 400, Code::ChecksumMismatch),
            (
                Operation::Write,
                "PreconditionFailed",
                412,
                Code::AlreadyExists,
            ),
            (Operation::Read, "PreconditionFailed", 412, Code::Changed),
            (Operation::Read, "InvalidRange", 416, Code::Changed),
            (Operation::Write, "RequestTimeout", 400, Code::Timeout),
            (Operation::Write, "KeyTooLongError", 400, Code::InvalidName),
            (
                Operation::List,
                "InvalidBucketName",
                400,
                Code::InvalidBucketName,
            ),
            (Operation::List, "SomethingNew", 400, Code::ServiceFailed),
        ];
        for (operation, code, status, expected) in cases {
            assert_eq!(
                of_answer(*operation, Some(code), Some(*status), ""),
                *expected,
                "{operation:?} {code}"
            );
        }
    }

    #[test]
    fn an_answer_without_a_body_has_its_code_by_status() {
        let cases: &[(Operation, u16, Code)] = &[
            (HEAD, 301, Code::WrongRegion),
            (HEAD, 400, Code::WrongRegion),
            (HEAD, 403, Code::NotAllowedToList),
            (HEAD, 404, Code::BucketNotFound),
            (Operation::Other("HeadObject"), 403, Code::NotAllowedToRead),
            (Operation::Other("HeadObject"), 404, Code::NotFound),
            (Operation::Write, 412, Code::AlreadyExists),
            (Operation::List, 429, Code::Throttled),
            (Operation::List, 503, Code::Throttled),
            (Operation::List, 500, Code::ServiceFailed),
            (Operation::List, 418, Code::ServiceFailed),
        ];
        for (operation, status, expected) in cases {
            assert_eq!(
                of_answer(*operation, None, Some(*status), ""),
                *expected,
                "{operation:?} {status}"
            );
        }
    }

    #[test]
    fn a_malformed_header_is_the_region_only_where_the_service_says_so() {
        let region = "The authorization header is malformed; the region 'a' is wrong";
        let key = "The authorization header is malformed; the Credential is mal-formed";
        let code = "AuthorizationHeaderMalformed";

        assert_eq!(
            of_answer(Operation::List, Some(code), Some(400), region),
            Code::WrongRegion
        );
        assert_eq!(
            of_answer(Operation::List, Some(code), Some(400), key),
            Code::WrongAccessKey
        );
    }
}
