//! Plans: what would be done, kept until it is started or discarded.
//!
//! A plan holds everything that was looked at, so that starting it asks nobody
//! again and does exactly what the person agreed to.

pub(super) mod copy;
pub(super) mod download;
mod filter;
pub(super) mod sync;
pub(super) mod upload;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::model::{
    Answers, Choice, Conflict, Direction, Plan, PlanId, Renamed, SkipReason, Skipped,
};
use super::work::Work;
use crate::connection::ConnectionId;
use crate::error::{Code, Error, Result};

/// Plans that are neither started nor discarded; the oldest are forgotten.
const MOST_OPEN: usize = 32;

#[derive(Default)]
pub(super) struct Plans(Mutex<Open>);

#[derive(Default)]
struct Open {
    last: u32,
    plans: BTreeMap<u32, Planned>,
}

pub(super) struct Planned {
    pub(super) connection: ConnectionId,
    pub(super) direction: Direction,
    pub(super) target: String,
    pub(super) bytes: u64,
    pub(super) files: u32,
    pub(super) conflicts: Vec<Conflict>,
    pub(super) skipped: Vec<Skipped>,
    pub(super) renamed: Vec<Renamed>,
    pub(super) entries: Entries,
}

pub(super) enum Entries {
    Upload(Vec<upload::Entry>),
    Download(download::Entries),
    Copy(Vec<copy::Entry>),
    /// There is nothing to ask.
    Ready(Work),
}

/// What is to be done after the answers, and what was answered with skip.
pub(super) struct Resolved {
    pub(super) work: Work,
    pub(super) skipped: Vec<Skipped>,
}

impl Plans {
    pub(super) fn keep(&self, planned: Planned) -> Plan {
        let mut open = self.open();
        open.last += 1;
        let id = open.last;
        let plan = Plan {
            id: PlanId(id),
            direction: planned.direction,
            target: planned.target.clone(),
            files: planned.files,
            bytes: planned.bytes,
            conflicts: planned.conflicts.clone(),
            skipped: planned.skipped.clone(),
            renamed: planned.renamed.clone(),
        };
        open.plans.insert(id, planned);
        while open.plans.len() > MOST_OPEN {
            open.plans.pop_first();
        }
        plan
    }

    /// Takes the plan, with its answers worked in.
    ///
    /// # Errors
    /// `InvalidInput` when a conflict has no answer (the plan stays), `NotFound`
    /// for one that was started or discarded.
    pub(super) fn take(&self, id: PlanId, answers: &Answers) -> Result<(Planned, Resolved)> {
        let mut open = self.open();
        let planned = open.plans.get(&id.0).ok_or_else(gone)?;
        let choices = choices(planned.conflicts.len(), answers)?;
        let verdicts: Vec<Verdict> = choices
            .iter()
            .zip(&planned.conflicts)
            .map(|(choice, conflict)| verdict(*choice, conflict))
            .collect();
        let resolved = match &planned.entries {
            Entries::Upload(entries) => upload::resolve(entries, &verdicts),
            Entries::Download(entries) => download::resolve(entries, &verdicts),
            Entries::Copy(entries) => copy::resolve(entries, &choices),
            Entries::Ready(work) => Resolved {
                work: work.clone(),
                skipped: Vec::new(),
            },
        };
        let planned = open.plans.remove(&id.0).ok_or_else(gone)?;
        Ok((planned, resolved))
    }

    pub(super) fn discard(&self, id: PlanId) {
        self.open().plans.remove(&id.0);
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One choice for each conflict, in order.
fn choices(conflicts: usize, answers: &Answers) -> Result<Vec<Choice>> {
    let mut choices = vec![answers.for_all; conflicts];
    for (index, choice) in &answers.each {
        let slot = choices.get_mut(*index as usize);
        *slot.ok_or_else(|| Error::invalid("each", "There is no such conflict in this plan."))? =
            Some(*choice);
    }
    choices
        .into_iter()
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| {
            Error::invalid(
                "forAll",
                "Some names are taken, and it was not said what to do with them.",
            )
            .next("Choose to replace, keep both or skip for each of them.")
        })
}

/// What an answer comes to for one name that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Replace,
    /// Of one size: the contents are compared when the item's turn comes.
    ReplaceUnlessSame,
    KeepBoth,
    Skip(SkipReason),
}

/// Nothing is replaced for being newer than something whose date is not known.
fn verdict(choice: Choice, conflict: &Conflict) -> Verdict {
    match choice {
        Choice::Replace => Verdict::Replace,
        Choice::KeepBoth => Verdict::KeepBoth,
        Choice::Skip => Verdict::Skip(SkipReason::Chosen),
        Choice::IfNewer => match (conflict.new_modified_at, conflict.old_modified_at) {
            (Some(new), Some(old)) if new > old => Verdict::Replace,
            _ => Verdict::Skip(SkipReason::NotNewer),
        },
        Choice::IfDifferent if conflict.new_size == conflict.old_size => Verdict::ReplaceUnlessSame,
        Choice::IfDifferent => Verdict::Replace,
    }
}

fn gone() -> Error {
    Error::new(Code::NotFound, "This plan was started or given up already.")
        .next("Choose the files again.")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn answers(for_all: Option<Choice>, each: &[(u32, Choice)]) -> Answers {
        Answers {
            for_all,
            each: each.to_vec(),
            remove_local: false,
        }
    }

    #[test]
    fn a_single_answer_goes_before_the_one_for_all() {
        let each = [(1, Choice::Skip)];
        let choices = choices(2, &answers(Some(Choice::Replace), &each)).unwrap();

        assert_eq!(choices, [Choice::Replace, Choice::Skip]);
    }

    #[test]
    fn a_conflict_without_an_answer_is_asked_for() {
        let error = choices(2, &answers(None, &[(0, Choice::Skip)])).unwrap_err();
        assert_eq!(error.code, Code::InvalidInput);

        assert!(choices(0, &answers(None, &[])).is_ok());
        assert!(choices(1, &answers(None, &[(7, Choice::Skip)])).is_err());
    }
    fn conflict(new: (u64, Option<i64>), old: (u64, Option<i64>)) -> Conflict {
        Conflict {
            name: "a".into(),
            new_size: new.0,
            new_modified_at: new.1,
            old_size: old.0,
            old_modified_at: old.1,
        }
    }

    #[test]
    fn only_what_is_known_to_be_newer_replaces_if_newer() {
        let not_newer = Verdict::Skip(SkipReason::NotNewer);
        for (new, old, expected) in [
            (Some(2), Some(1), Verdict::Replace),
            (Some(1), Some(1), not_newer),
            (Some(1), Some(2), not_newer),
            (None, Some(1), not_newer),
            (Some(1), None, not_newer),
        ] {
            let conflict = conflict((5, new), (5, old));
            assert_eq!(verdict(Choice::IfNewer, &conflict), expected);
        }
    }

    #[test]
    fn what_has_one_size_is_compared_by_content_if_different() {
        let other_size = conflict((5, Some(1)), (6, Some(1)));
        assert_eq!(verdict(Choice::IfDifferent, &other_size), Verdict::Replace);

        let one_size = conflict((5, Some(1)), (5, Some(1)));
        let expected = Verdict::ReplaceUnlessSame;
        assert_eq!(verdict(Choice::IfDifferent, &one_size), expected);
    }
}
