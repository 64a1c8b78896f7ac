//! What becomes of a step that failed: tried again after a pause, held until
//! somebody signs in, or given up.
//!
//! The SDK tries each request again by itself within a second or two. This is
//! for what takes longer: a network that is gone, a service that is busy,
//! credentials that ended. Nothing that was finished is done again.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use tokio::time::Instant;

use super::model::ItemPhase;
use super::progress::ItemProgress;
use super::run::Run;
use crate::error::{Code, Error, Result};
use crate::job::Pause;

/// How long a job goes on with nothing but failures before it gives up.
pub(super) const PATIENCE: Duration = Duration::from_mins(15);

/// How long nothing works before the job is said to stand still.
const NO_NETWORK_AFTER: Duration = Duration::from_secs(4);

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// Failures of one step while others work, or of a service that answers: then
/// it is this step.
const MOST_FAILURES: u32 = 8;

/// Times that what arrived damaged is sent or fetched again.
pub(super) const MOST_DAMAGED: u32 = 3;

/// Since when a job has had nothing but failures.
#[derive(Default)]
pub(super) struct Drought(Mutex<Option<Instant>>);

impl Drought {
    fn ends(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn goes_on(&self) -> Duration {
        let mut since = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        since.get_or_insert_with(Instant::now).elapsed()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outlook {
    /// May pass by itself.
    Passing,
    SignIn,
    /// The bytes were changed on their way.
    Damaged,
    Final,
}

fn outlook(code: Code) -> Outlook {
    match code {
        Code::NoNetwork | Code::Timeout | Code::Throttled | Code::ServiceFailed => Outlook::Passing,
        Code::CredentialsExpired
        | Code::SignInNeeded
        | Code::NoCredentials
        | Code::SecretMissing
        | Code::WrongAccessKey
        | Code::WrongSecret => Outlook::SignIn,
        Code::ChecksumMismatch => Outlook::Damaged,
        _ => Outlook::Final,
    }
}

/// Whether what was finished is worth keeping for another try.
pub(super) fn may_pass(error: &Error) -> bool {
    matches!(outlook(error.code), Outlook::Passing | Outlook::SignIn)
}

impl Run {
    /// Does one step until it works or there is no hope that it will. Before
    /// each try the job's gate is passed, so that a job that stands still
    /// begins nothing.
    ///
    /// # Errors
    /// The step's own; `Cancelled`.
    pub(super) async fn patiently<T, F>(
        &self,
        progress: &ItemProgress,
        mut step: impl FnMut() -> F,
    ) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let mut failures = 0;
        let mut damaged = 0;
        self.pass_gate(progress).await?;
        loop {
            let error = match step().await {
                Ok(done) => {
                    self.drought.ends();
                    self.reporter.gate().open_if(Pause::Network);
                    return Ok(done);
                }
                Err(error) => error,
            };
            if self.reporter.is_cancelled() {
                return Err(Error::cancelled());
            }
            match outlook(error.code) {
                Outlook::Final => return Err(error),
                Outlook::Damaged => {
                    damaged += 1;
                    if damaged >= MOST_DAMAGED {
                        return Err(error);
                    }
                    progress.phase(ItemPhase::Retrying);
                }
                Outlook::SignIn => {
                    self.reporter.gate().close(Pause::SignIn);
                    self.pass_gate(progress).await?;
                }
                Outlook::Passing => {
                    let drought = self.drought.goes_on();
                    failures += 1;
                    let others_work = drought < NO_NETWORK_AFTER;
                    let is_its_own = others_work || error.code == Code::ServiceFailed;
                    if drought >= self.patience || (failures >= MOST_FAILURES && is_its_own) {
                        self.reporter.gate().open_if(Pause::Network);
                        return Err(error);
                    }
                    self.after_a_pause(progress, &error, failures, drought)
                        .await?;
                }
            }
        }
    }

    /// Waits a little longer each time; a job of which nothing works says so.
    async fn after_a_pause(
        &self,
        progress: &ItemProgress,
        error: &Error,
        failures: u32,
        drought: Duration,
    ) -> Result<()> {
        if matches!(error.code, Code::Throttled | Code::Timeout) {
            self.limits.slow_down();
        }
        let no_answer = matches!(error.code, Code::NoNetwork | Code::Timeout);
        if no_answer && drought >= NO_NETWORK_AFTER {
            self.reporter.gate().close(Pause::Network);
        }
        progress.phase(ItemPhase::Retrying);
        let doubled = FIRST_PAUSE * 2_u32.pow((failures - 1).min(10));
        let pause = tokio::time::sleep(doubled.min(LONGEST_PAUSE));
        progress
            .cancel_token()
            .run_until_cancelled(pause)
            .await
            .ok_or_else(Error::cancelled)?;
        // Somebody has to find out whether the network is back.
        match self.reporter.gate().closed() {
            Some(Pause::Person | Pause::SignIn) => self.pass_gate(progress).await,
            Some(Pause::Network) | None => {
                progress.phase(ItemPhase::Running);
                Ok(())
            }
        }
    }

    /// Waits while the job stands still.
    pub(super) async fn pass_gate(&self, progress: &ItemProgress) -> Result<()> {
        if self.reporter.gate().closed().is_none() {
            return Ok(());
        }
        progress.phase(ItemPhase::Paused);
        progress
            .cancel_token()
            .run_until_cancelled(self.reporter.gate().pass())
            .await
            .ok_or_else(Error::cancelled)?;
        progress.phase(ItemPhase::Running);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_is_kept_for_another_try() {
        for code in [Code::NoNetwork, Code::Throttled, Code::CredentialsExpired] {
            assert!(may_pass(&Error::new(code, "")), "{code:?}");
        }
        for code in [
            Code::Changed,
            Code::NotAllowedToWrite,
            Code::ChecksumMismatch,
        ] {
            assert!(!may_pass(&Error::new(code, "")), "{code:?}");
        }
    }
}
