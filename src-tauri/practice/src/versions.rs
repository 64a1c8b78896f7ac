//! What a change does to the versions of a key (S3 user guide, "How S3
//! Versioning works"): pure decisions, taken before anything is touched.
//!
//! A plan says which record to write first, what then happens to the files, and
//! which record to write last. Moving the file into (or out of) its place is the
//! moment at which the change happens; a plan that stops before or after it
//! leaves a record which reads the file as it then is.

use uuid::Uuid;

use crate::record::{KeyState, Record, Version};
use crate::store::Versioning;

/// What happens to the file of the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    /// The new file takes the place; the one before is kept as this version, or lost.
    Replace { keep: Option<String> },
    /// The file leaves its place and is kept as this version, or lost.
    Remove { keep: Option<String> },
    /// The bytes of this version come back to the place.
    Restore { version: String },
    /// Nothing.
    Stay,
}

/// A change of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Written before the move.
    pub before: Record,
    pub step: Move,
    /// Written after the move, where it is another.
    pub after: Option<Record>,
    /// Versions whose bytes are no longer wanted.
    pub dropped: Vec<String>,
    /// The version that the change made or removed.
    pub subject: Option<Version>,
}

/// A new id for a version: opaque to clients.
fn new_id() -> String {
    Uuid::new_v4().simple().to_string()
}

/// `new` becomes the current version.
pub fn put(state: &KeyState, versioning: Versioning, mut new: Version) -> Plan {
    let (mut history, kept, dropped) = step_aside(state, versioning);
    new.id = (versioning == Versioning::Enabled).then(new_id);
    new.sequence = state.next_sequence() + 1;
    settle(&mut history, new.sequence);
    let mut current = vec![new.clone()];
    current.extend(state.current().filter(|old| old.stamp() != new.stamp()));
    Plan {
        before: Record { current, history },
        step: Move::Replace { keep: kept },
        after: None,
        dropped,
        subject: Some(new),
    }
}

/// A DELETE without a version id. `now` in nanoseconds since 1970.
pub fn delete(state: &KeyState, versioning: Versioning, now: i64) -> Plan {
    let current = state.current();
    if versioning == Versioning::Never {
        let history = state.history();
        return Plan {
            before: state.record.clone(),
            step: remove_if(current.is_some(), None),
            after: Some(Record {
                current: Vec::new(),
                history,
            }),
            dropped: Vec::new(),
            subject: None,
        };
    }
    let (mut history, kept, dropped) = step_aside(state, versioning);
    let marker = Version {
        id: (versioning == Versioning::Enabled).then(new_id),
        sequence: state.next_sequence() + 1,
        delete_marker: true,
        modified: now,
        ..Version::default()
    };
    settle(&mut history, marker.sequence);
    history.insert(0, marker.clone());
    let mut settled = current.clone().into_iter().collect::<Vec<_>>();
    settle(&mut settled, marker.sequence);
    Plan {
        before: Record {
            current: settled,
            history: history.clone(),
        },
        step: remove_if(current.is_some(), kept),
        after: Some(Record {
            current: Vec::new(),
            history,
        }),
        dropped,
        subject: Some(marker),
    }
}

/// A DELETE of the version `id`. `None` where there is no such version.
pub fn delete_version(state: &KeyState, id: &str) -> Option<Plan> {
    let current = state.current();
    let history = state.history();
    if let Some(subject) = current.clone().filter(|version| version.name() == id) {
        let next = history
            .first()
            .cloned()
            .filter(|version| !version.delete_marker);
        return Some(match next {
            Some(next) => restore(&current, &history, next, subject),
            None => Plan {
                before: state.record.clone(),
                step: Move::Remove { keep: None },
                after: Some(Record {
                    current: Vec::new(),
                    history,
                }),
                dropped: Vec::new(),
                subject: Some(subject),
            },
        });
    }
    let at = history.iter().position(|version| version.name() == id)?;
    let subject = history[at].clone();
    let uncovers = current.is_none() && at == 0 && subject.delete_marker;
    let next = history
        .get(1)
        .cloned()
        .filter(|next| uncovers && !next.delete_marker);
    if let Some(next) = next {
        return Some(restore(&None, &history, next, subject));
    }
    let mut rest = history;
    rest.remove(at);
    let dropped = if subject.delete_marker {
        Vec::new()
    } else {
        vec![id.to_owned()]
    };
    Some(Plan {
        before: Record {
            current: current.into_iter().collect(),
            history: rest,
        },
        step: Move::Stay,
        after: None,
        dropped,
        subject: Some(subject),
    })
}

fn restore(
    current: &Option<Version>,
    history: &[Version],
    next: Version,
    subject: Version,
) -> Plan {
    let mut states = vec![next.clone()];
    states.extend(current.clone());
    let stays = |version: &&Version| version.id != next.id && version.id != subject.id;
    let rest = history.iter().filter(stays).cloned().collect();
    let version = next.name().to_owned();
    Plan {
        before: Record {
            current: states,
            history: history.to_vec(),
        },
        step: Move::Restore { version },
        after: Some(Record {
            current: vec![next],
            history: rest,
        }),
        dropped: Vec::new(),
        subject: Some(subject),
    }
}

/// Makes way for a new current version: the history with the old one in it where
/// it is kept, the id to keep it under, and the ids whose bytes go.
fn step_aside(
    state: &KeyState,
    versioning: Versioning,
) -> (Vec<Version>, Option<String>, Vec<String>) {
    let mut history = state.history();
    let mut kept = None;
    let mut dropped = Vec::new();
    let current = state.current();
    let takes_null = versioning != Versioning::Enabled;
    let keeps = match (&current, versioning) {
        (None, _) | (_, Versioning::Never) => false,
        (Some(_), Versioning::Enabled) => true,
        (Some(current), Versioning::Suspended) => current.id.is_some(),
    };
    // There is one null version at most.
    let becomes_null = takes_null
        || current
            .as_ref()
            .is_some_and(|version| keeps && version.id.is_none());
    if becomes_null {
        let gone = history
            .iter()
            .filter(|version| version.id.is_none() && !version.delete_marker);
        dropped.extend(gone.map(|version| version.name().to_owned()));
        history.retain(|version| version.id.is_some());
    }
    if let Some(current) = current.filter(|_| keeps) {
        kept = Some(current.name().to_owned());
        // The bytes of this name are written anew: not to be dropped after that.
        dropped.retain(|name| Some(name) != kept.as_ref());
        history.insert(0, current);
    }
    (history, kept, dropped)
}

/// A file that a person put there has no number yet: just below the new one.
fn settle(versions: &mut [Version], newest: u64) {
    for version in versions
        .iter_mut()
        .filter(|version| version.sequence == u64::MAX)
    {
        version.sequence = newest - 1;
    }
}

fn remove_if(there: bool, keep: Option<String>) -> Move {
    match there {
        true => Move::Remove { keep },
        false => Move::Stay,
    }
}
