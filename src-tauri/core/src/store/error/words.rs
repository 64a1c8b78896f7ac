//! What a person is told: one sentence what happened, one what to do next.

use super::Operation;
use crate::error::{Code, Error, Technical};

pub(super) fn put(
    code: Code,
    operation: Operation,
    subject: &str,
    region: Option<String>,
    details: Technical,
) -> Error {
    let error = match code {
        Code::NotAllowedToList
        | Code::NotAllowedToRead
        | Code::NotAllowedToWrite
        | Code::NotAllowedToDelete
        | Code::NotAllowed => refused(code, operation, subject),
        Code::WrongRegion => wrong_region(subject, region),
        _ => plain(code, operation, subject, &details),
    };
    error.technical(details)
}

fn refused(code: Code, operation: Operation, subject: &str) -> Error {
    let permission = permission(operation);
    let what = match code {
        Code::NotAllowedToList => "see what is in this bucket".to_owned(),
        Code::NotAllowedToRead => format!("read “{subject}”"),
        Code::NotAllowedToWrite => format!("add or change “{subject}”"),
        Code::NotAllowedToDelete => format!("delete “{subject}”"),
        _ => "do this".to_owned(),
    };
    Error::new(
        code,
        format!("You are not allowed to {what}: the permission {permission} is missing."),
    )
    .about(&permission)
    .next(format!(
        "Ask whoever looks after the bucket to give these credentials {permission}."
    ))
}

/// The IAM action behind an operation.
/// Source: Service Authorization Reference, "Actions for Amazon S3".
fn permission(operation: Operation) -> String {
    let action = match operation {
        Operation::List => "ListBucket",
        Operation::Read => "GetObject",
        Operation::Write => "PutObject",
        Operation::Delete => "DeleteObject",
        Operation::Other(name) => match name {
            "HeadBucket" | "ListObjects" => "ListBucket",
            "HeadObject" => "GetObject",
            "ListBuckets" => "ListAllMyBuckets",
            "ListObjectVersions" => "ListBucketVersions",
            "CopyObject"
            | "UploadPart"
            | "UploadPartCopy"
            | "CreateMultipartUpload"
            | "CompleteMultipartUpload" => "PutObject",
            "DeleteObjects" => "DeleteObject",
            "ListMultipartUploads" => "ListBucketMultipartUploads",
            "ListParts" => "ListMultipartUploadParts",
            other => other,
        },
    };
    format!("s3:{action}")
}

fn wrong_region(subject: &str, region: Option<String>) -> Error {
    let Some(region) = region else {
        return Error::new(Code::WrongRegion, "The bucket is in another region.")
            .about(subject)
            .next("Leave the connection's region empty, and Lectern asks the service for it.");
    };
    Error::new(
        Code::WrongRegion,
        format!("The bucket is in the region {region}."),
    )
    .next(format!("Set the connection's region to {region}."))
    .about(region)
}

fn plain(code: Code, operation: Operation, subject: &str, details: &Technical) -> Error {
    let (message, next) = match code {
        Code::WrongAccessKey => (
            "The service does not know this access key.".to_owned(),
            "Check the access key ID for missing characters, or ask whether the key was replaced.",
        ),
        Code::WrongSecret => (
            "The secret access key does not belong to this access key ID.".to_owned(),
            "Enter the secret access key again.",
        ),
        Code::CredentialsExpired => (
            "The temporary credentials have ended or are not valid any more.".to_owned(),
            "Get new ones (sign in again, or enter the new keys), then try again.",
        ),
        Code::BucketNotFound => (
            match operation {
                Operation::Other("HeadBucket") => {
                    format!("There is no bucket named “{subject}” here.")
                }
                // Then the subject is a key.
                _ => "The bucket is not there.".to_owned(),
            },
            "Check the bucket's name and the endpoint of the connection.",
        ),
        Code::ClockSkew => (
            "This computer's clock is more than fifteen minutes off, so the service refuses its requests."
                .to_owned(),
            "Set date, time and time zone of this computer (best: automatically), then try again.",
        ),
        Code::NoNetwork => return no_answer(details),
        Code::Timeout => (
            "The service did not answer in time.".to_owned(),
            "Check the network and try again.",
        ),
        Code::NotFound => (
            format!("“{subject}” is not there (any more)."),
            "Refresh the folder to see what is there now.",
        ),
        Code::AlreadyExists => (
            format!("There is a “{subject}” already."),
            "Choose whether to replace it or to keep both.",
        ),
        Code::Changed => (
            format!("“{subject}” was changed by somebody else meanwhile."),
            "Refresh the folder, look at the newer one, and try again.",
        ),
        Code::Throttled => (
            "The service is busy and asked to slow down.".to_owned(),
            "Wait a minute and try again.",
        ),
        Code::ChecksumMismatch => (
            format!("“{subject}” arrived damaged: its checksum differs from what was sent."),
            "Try again. If it happens again, something on the network changes what is sent.",
        ),
        Code::InvalidBucketName => (
            format!("“{subject}” cannot be the name of a bucket."),
            "Check the bucket's name: 3 to 63 small letters, digits, dots and hyphens.",
        ),
        Code::InvalidName => (
            format!("The store accepts no object named “{subject}”."),
            "Give it a shorter or simpler name.",
        ),
        Code::Archived => (
            format!("“{subject}” lies in the archive of the store and cannot be read as it is."),
            "Ask whoever looks after the bucket to restore it, which takes minutes to hours.",
        ),
        Code::Unsupported => (
            format!("This store cannot do this ({}).", operation.name()),
            "Use another way, or ask whoever runs the store.",
        ),
        Code::ServiceFailed if is_refusal(details) => (
            "The service did not accept the request.".to_owned(),
            "Copy the details and show them to whoever looks after the bucket.",
        ),
        Code::ServiceFailed => (
            "The service failed on its side.".to_owned(),
            "Try again in a few minutes.",
        ),
        _ => {
            return Error::internal(details.detail.clone().unwrap_or_default());
        }
    };
    Error::new(code, message).about(subject).next(next)
}

fn is_refusal(details: &Technical) -> bool {
    details
        .http_status
        .is_some_and(|status| (400..500).contains(&status))
}

fn no_answer(details: &Technical) -> Error {
    let text = details.detail.as_deref().unwrap_or_default();
    let text = text.to_ascii_lowercase();
    let has = |marks: &[&str]| marks.iter().any(|mark| text.contains(mark));
    let (message, next) = if has(&["certificate", "tls", "handshake"]) {
        (
            "No secure connection to the service could be made.",
            "Check the endpoint, and whether a proxy or virus scanner on this network breaks into secure connections.",
        )
    } else if has(&[
        "dns",
        "lookup address",
        "name or service not known",
        "nodename",
    ]) {
        (
            "The service's address could not be found.",
            "Check the network, and the endpoint's spelling.",
        )
    } else if has(&["refused"]) {
        (
            "Nobody answers at the service's address.",
            "Check that the store is running and that the endpoint and its port are right.",
        )
    } else {
        (
            "The service could not be reached.",
            "Check the network and try again.",
        )
    };
    Error::new(Code::NoNetwork, message).next(next)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn said(code: Code, operation: Operation, detail: &str) -> Error {
        let details = Technical {
            http_status: Some(400),
            detail: Some(detail.to_owned()),
            ..Technical::default()
        };
        put(code, operation, "week 1/a.pdf", None, details)
    }

    #[test]
    fn a_refusal_names_the_permission() {
        let cases = [
            (Code::NotAllowedToList, Operation::List, "s3:ListBucket"),
            (Code::NotAllowedToRead, Operation::Read, "s3:GetObject"),
            (Code::NotAllowedToWrite, Operation::Write, "s3:PutObject"),
            (
                Code::NotAllowedToDelete,
                Operation::Delete,
                "s3:DeleteObject",
            ),
            (
                Code::NotAllowed,
                Operation::Other("ListBuckets"),
                "s3:ListAllMyBuckets",
            ),
        ];
        for (code, operation, permission) in cases {
            let error = said(code, operation, "");

            assert_eq!(error.subject.as_deref(), Some(permission));
            assert!(error.message.contains(permission));
            assert!(error.next_step.unwrap().contains(permission));
        }
    }

    #[test]
    fn a_wrong_region_is_named_where_it_is_known() {
        let details = Technical::default;
        let known = wrong_region("course", Some("eu-west-1".into())).technical(details());
        let unknown = wrong_region("course", None).technical(details());

        assert_eq!(known.subject.as_deref(), Some("eu-west-1"));
        assert!(known.message.contains("eu-west-1"));
        assert_eq!(unknown.subject.as_deref(), Some("course"));
    }

    #[test]
    fn no_answer_is_told_apart() {
        let cases = [
            (
                "dispatch failure: dns error: failed to lookup address",
                "address could not be found",
            ),
            (
                "tcp connect error: Connection refused (os error 111)",
                "Nobody answers",
            ),
            (
                "invalid peer certificate: UnknownIssuer",
                "secure connection",
            ),
            ("connection reset by peer", "could not be reached"),
        ];
        for (detail, expected) in cases {
            let error = said(Code::NoNetwork, Operation::List, detail);
            assert!(error.message.contains(expected), "{detail}: {error:?}");
        }
    }

    #[test]
    fn everything_has_a_next_step() {
        let codes = [
            Code::WrongAccessKey,
            Code::WrongSecret,
            Code::CredentialsExpired,
            Code::BucketNotFound,
            Code::WrongRegion,
            Code::ClockSkew,
            Code::NoNetwork,
            Code::Timeout,
            Code::NotFound,
            Code::AlreadyExists,
            Code::Changed,
            Code::Throttled,
            Code::ChecksumMismatch,
            Code::InvalidBucketName,
            Code::InvalidName,
            Code::Unsupported,
            Code::ServiceFailed,
            Code::NotAllowed,
            Code::Internal,
        ];
        for code in codes {
            let error = said(code, Operation::Read, "");
            assert_eq!(error.code, code);
            assert!(error.next_step.is_some(), "{code:?}");
        }
    }
}
