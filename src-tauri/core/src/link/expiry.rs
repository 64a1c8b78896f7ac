//! When a link really ends: the earliest of what was asked for, seven days, and
//! the end of the credentials that sign it.
//!
//! A signature counts in whole seconds (`X-Amz-Date`, `X-Amz-Expires`), so
//! everything is rounded down: the end that is stated never comes after the real one.

use super::{Expiry, LimitedBy};
use crate::clock::UnixMillis;
use crate::error::{Code, Error, Result};
use crate::store::CredentialsEnd;

/// Signature Version 4 knows no longer link.
/// Source: Amazon S3 API reference, "Authenticating requests: using query parameters".
const MOST_SECONDS: u32 = 7 * 24 * 3_600;

/// The expiry of a link made at `now`.
///
/// # Errors
/// `CredentialsExpired` when the credentials do not last for another second.
pub(super) fn of(now: UnixMillis, requested: u32, end: CredentialsEnd) -> Result<Expiry> {
    let start = now.div_euclid(1_000);
    let mut seconds = i64::from(clamp(requested));
    let mut limited_by = if requested > MOST_SECONDS {
        LimitedBy::SevenDays
    } else {
        LimitedBy::Request
    };
    if let CredentialsEnd::At(end) = end {
        let lasting = end.div_euclid(1_000) - start;
        if lasting < 1 {
            return Err(credentials_ended());
        }
        if lasting < seconds {
            seconds = lasting;
            limited_by = LimitedBy::Credentials;
        }
    }
    Ok(Expiry {
        requested_seconds: requested,
        ends_at: (start + seconds) * 1_000,
        limited_by,
        may_end_sooner: end == CredentialsEnd::Unknown,
    })
}

/// The length that a signature can have.
pub(super) fn clamp(seconds: u32) -> u32 {
    seconds.clamp(1, MOST_SECONDS)
}

/// Whole seconds from the signature's date to `ends_at`; `None` when none is left.
pub(super) fn seconds_left(now: UnixMillis, ends_at: UnixMillis) -> Option<u32> {
    if ends_at <= now {
        return None;
    }
    let seconds = ends_at.div_euclid(1_000) - now.div_euclid(1_000);
    u32::try_from(seconds).ok().filter(|seconds| *seconds > 0)
}

fn credentials_ended() -> Error {
    Error::new(
        Code::CredentialsExpired,
        "The credentials of this connection have ended, and a link would end with them.",
    )
    .next("Sign in again, then make the link.")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    /// 0.789 s past a whole second.
    const NOW: UnixMillis = 1_800_000_000_789;
    const WHOLE: UnixMillis = 1_800_000_000_000;
    const WEEK: u32 = 604_800;

    fn ends(requested: u32, end: CredentialsEnd) -> (UnixMillis, LimitedBy) {
        let expiry = of(NOW, requested, end).unwrap();
        (expiry.ends_at - WHOLE, expiry.limited_by)
    }

    #[test]
    fn a_link_ends_when_it_was_asked_to() {
        assert_eq!(
            ends(3_600, CredentialsEnd::Never),
            (3_600_000, LimitedBy::Request)
        );
        assert_eq!(
            ends(WEEK, CredentialsEnd::Never),
            (i64::from(WEEK) * 1_000, LimitedBy::Request)
        );
    }

    #[test]
    fn a_link_ends_after_seven_days() {
        assert_eq!(
            ends(WEEK + 1, CredentialsEnd::Never),
            (i64::from(WEEK) * 1_000, LimitedBy::SevenDays)
        );
    }

    #[test]
    fn a_link_ends_when_its_credentials_end() {
        let end = CredentialsEnd::At(NOW + 60_000);

        assert_eq!(ends(3_600, end), (60_000, LimitedBy::Credentials));
        assert_eq!(ends(u32::MAX, end), (60_000, LimitedBy::Credentials));
        assert_eq!(ends(59, end), (59_000, LimitedBy::Request));
    }

    #[test]
    fn an_unknown_end_is_said_to_be_unknown() {
        assert!(of(NOW, 60, CredentialsEnd::Unknown).unwrap().may_end_sooner);
        assert!(!of(NOW, 60, CredentialsEnd::Never).unwrap().may_end_sooner);
    }

    #[test]
    fn credentials_that_do_not_last_a_second_make_no_link() {
        for end in [NOW - 5_000, NOW, WHOLE + 999] {
            let error = of(NOW, 60, CredentialsEnd::At(end)).unwrap_err();
            assert_eq!(error.code, Code::CredentialsExpired);
            assert!(error.next_step.is_some());
        }
    }

    #[test]
    fn a_link_lives_at_least_a_second() {
        assert_eq!(ends(0, CredentialsEnd::Never), (1_000, LimitedBy::Request));
    }

    #[test]
    fn nothing_is_left_of_a_link_that_has_ended() {
        assert_eq!(seconds_left(NOW, WHOLE), None);
        assert_eq!(seconds_left(NOW, NOW), None);
        assert_eq!(seconds_left(NOW, WHOLE + 60_000), Some(60));
    }

    proptest! {
        #[test]
        fn the_stated_end_is_never_after_any_of_the_real_ones(
            now in 0i64..4_000_000_000_000,
            requested in any::<u32>(),
            lasting in 2_000i64..10_000_000_000,
        ) {
            let expiry = of(now, requested, CredentialsEnd::At(now + lasting)).unwrap();

            prop_assert!(expiry.ends_at <= now + lasting);
            prop_assert!(expiry.ends_at <= now + i64::from(MOST_SECONDS) * 1_000);
            prop_assert!(expiry.ends_at <= now + i64::from(requested.max(1)) * 1_000);
            prop_assert!(expiry.ends_at > now - 1_000 && expiry.ends_at % 1_000 == 0);
        }
    }
}
