//! Turning what the disk says into what an S3 client understands.

use std::io;

use hyper::StatusCode;
use s3s::{S3Error, S3ErrorCode, s3_error};

use crate::key_path::KeyProblem;

/// The S3 error for a failure of the disk. Never names a path.
pub fn disk_error(source: io::Error) -> S3Error {
    use io::ErrorKind as Kind;
    let mut error = match source.kind() {
        Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => {
            let mut full = S3Error::with_message(
                S3ErrorCode::Custom("InsufficientStorage".into()),
                "There is no space left on the disk that holds the practice folder",
            );
            full.set_status_code(StatusCode::INSUFFICIENT_STORAGE);
            full
        }
        Kind::PermissionDenied | Kind::ReadOnlyFilesystem => {
            s3_error!(
                AccessDenied,
                "The disk does not allow this in the practice folder"
            )
        }
        Kind::InvalidFilename => s3_error!(
            KeyTooLongError,
            "The disk cannot hold a path as long as this key"
        ),
        _ => s3_error!(
            InternalError,
            "The practice folder could not be read or written"
        ),
    };
    error.set_source(Box::new(source));
    error
}

impl From<KeyProblem> for S3Error {
    fn from(problem: KeyProblem) -> Self {
        let code = match problem {
            KeyProblem::TooLong => S3ErrorCode::KeyTooLongError,
            KeyProblem::Control | KeyProblem::Empty => S3ErrorCode::InvalidArgument,
        };
        S3Error::with_message(code, problem.to_string())
    }
}

/// A blocking piece of work with the disk, away from the threads that serve requests.
pub async fn on_disk<T, F>(work: F) -> Result<T, S3Error>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, S3Error> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(_) => Err(s3_error!(
            InternalError,
            "The practice store stopped while it worked on this"
        )),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn a_failure_of_the_disk_says_what_it_was_and_no_path() {
        let told = |kind: io::ErrorKind| {
            let error = disk_error(io::Error::new(kind, "/home/somebody/courses"));
            assert!(!error.message().unwrap().contains("/home"));
            (
                error.code().as_str().to_owned(),
                error.status_code().unwrap().as_u16(),
            )
        };
        assert_eq!(
            told(io::ErrorKind::StorageFull),
            ("InsufficientStorage".to_owned(), 507)
        );
        assert_eq!(
            told(io::ErrorKind::QuotaExceeded),
            ("InsufficientStorage".to_owned(), 507)
        );
        assert_eq!(
            told(io::ErrorKind::PermissionDenied),
            ("AccessDenied".to_owned(), 403)
        );
        assert_eq!(
            told(io::ErrorKind::ReadOnlyFilesystem),
            ("AccessDenied".to_owned(), 403)
        );
        assert_eq!(
            told(io::ErrorKind::InvalidFilename),
            ("KeyTooLongError".to_owned(), 400)
        );
        assert_eq!(
            told(io::ErrorKind::Other),
            ("InternalError".to_owned(), 500)
        );
    }

    #[tokio::test]
    async fn work_that_panics_is_an_error_and_not_the_end() {
        let result: Result<(), S3Error> = on_disk(|| panic!("on purpose")).await;
        assert_eq!(result.unwrap_err().code(), &S3ErrorCode::InternalError);
    }
}
