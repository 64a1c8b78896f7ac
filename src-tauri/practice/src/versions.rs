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
    new.id = (versioning == Versioning::Enabled).then(new_id);
    new.sequence = state.next_sequence() + 1;
    let aside = step_aside(state, versioning, new.sequence);
    let mut current = vec![new.clone()];
    current.extend(aside.current.clone());
    Plan {
        after: aside.tidied(vec![new.clone()]),
        before: Record {
            current,
            history: aside.history,
        },
        step: Move::Replace { keep: aside.kept },
        dropped: aside.dropped,
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
    let marker = Version {
        id: (versioning == Versioning::Enabled).then(new_id),
        sequence: state.next_sequence() + 1,
        delete_marker: true,
        modified: now,
        ..Version::default()
    };
    let mut aside = step_aside(state, versioning, marker.sequence);
    aside.history.insert(0, marker.clone());
    Plan {
        after: aside.tidied(Vec::new()),
        before: Record {
            current: aside.current.into_iter().collect(),
            history: aside.history,
        },
        step: remove_if(current.is_some(), aside.kept),
        dropped: aside.dropped,
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

/// What making way for a new current version (or delete marker) means.
struct Aside {
    /// The version that was current, numbered.
    current: Option<Version>,
    /// All that is not current, the version that makes way included where it is
    /// kept: also what goes only once the change has happened.
    history: Vec<Version>,
    /// The id under which the bytes of the old current version are kept.
    kept: Option<String>,
    /// The ids whose bytes go.
    dropped: Vec<String>,
}

fn step_aside(state: &KeyState, versioning: Versioning, newest: u64) -> Aside {
    let mut history = state.history();
    // A file that a person put there has no number yet: just below the new one.
    let current = state.current().map(|mut version| {
        version.sequence = version.sequence.min(newest - 1);
        version
    });
    let keeps = |version: &&Version| match versioning {
        Versioning::Never => false,
        Versioning::Enabled => true,
        Versioning::Suspended => version.id.is_some(),
    };
    let kept = current.as_ref().filter(keeps).cloned();
    // There is one null version at most: the new one takes its place.
    let null = |version: &&Version| version.id.is_none() && versioning != Versioning::Enabled;
    let gone = history
        .iter()
        .filter(null)
        .filter(|version| !version.delete_marker);
    let dropped = gone.map(|version| version.name().to_owned()).collect();
    let name = kept.as_ref().map(|version| version.name().to_owned());
    if let Some(kept) = kept {
        history.insert(0, kept);
    }
    Aside {
        current,
        history,
        kept: name,
        dropped,
    }
}

impl Aside {
    /// The record for afterwards, where the one before the change said too much:
    /// an old null version beside the one that is null now.
    fn tidied(&self, current: Vec<Version>) -> Option<Record> {
        let nulls = current
            .iter()
            .chain(&self.history)
            .filter(|version| version.id.is_none());
        if nulls.count() < 2 {
            return None;
        }
        let mut null_seen = current.iter().any(|version| version.id.is_none());
        let mut history = self.history.clone();
        history.retain(|version| version.id.is_some() || !std::mem::replace(&mut null_seen, true));
        Some(Record { current, history })
    }
}

fn remove_if(there: bool, keep: Option<String>) -> Move {
    match there {
        true => Move::Remove { keep },
        false => Move::Stay,
    }
}
