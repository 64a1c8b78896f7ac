#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::io::Read as _;

use proptest::prelude::*;
use s3s::S3Result;

use super::*;
use crate::record::{KeyState, NULL};
use crate::store::{Store, Versioning};
use crate::{bucket, staging};

const KEY: &str = "Week 1/notes";

/// What a client may do to one key.
#[derive(Debug, Clone)]
enum Act {
    Put,
    Delete,
    /// Of the versions there are, newest first, the one with this number.
    DeleteVersion(usize),
    Versioning(Versioning),
    /// A person writes the file with another program.
    ByHand,
}

/// One version of the model: its id, and its bytes where it is no delete marker.
type Known = (String, Option<String>);

/// The versions of the key, newest first, as S3 defines them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Model {
    versioning: Versioning,
    versions: Vec<Known>,
}

impl Model {
    fn current(&self) -> Option<String> {
        self.versions.first().and_then(|(_, bytes)| bytes.clone())
    }

    fn push(&mut self, id: Option<&str>, bytes: Option<String>) {
        let id = match self.versioning {
            Versioning::Enabled => id.unwrap_or_default().to_owned(),
            Versioning::Never | Versioning::Suspended => NULL.to_owned(),
        };
        self.versions.retain(|(known, _)| *known != id);
        self.versions.insert(0, (id, bytes));
    }
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => Just(Act::Put),
        3 => Just(Act::Delete),
        4 => (0..4_usize).prop_map(Act::DeleteVersion),
        1 => Just(Act::Versioning(Versioning::Enabled)),
        1 => Just(Act::Versioning(Versioning::Suspended)),
        1 => Just(Act::ByHand),
    ]
}

fn versioning() -> impl Strategy<Value = Versioning> {
    prop::sample::select(vec![
        Versioning::Never,
        Versioning::Enabled,
        Versioning::Suspended,
    ])
}

struct Bench {
    bucket: Bucket,
    writes: u32,
    _folder: tempfile::TempDir,
}

impl Bench {
    fn with(versioning: Versioning) -> (Self, Model) {
        let bench = Self::new();
        bucket::set_versioning(&bench.bucket, versioning).unwrap();
        let versions = Vec::new();
        (
            bench,
            Model {
                versioning,
                versions,
            },
        )
    }

    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (store, _lock) = Store::open(folder.path()).unwrap();
        let bucket = bucket::create(&store, "courses").unwrap();
        Self {
            bucket,
            writes: 0,
            _folder: folder,
        }
    }

    fn next_bytes(&mut self) -> String {
        self.writes += 1;
        format!("bytes {}", self.writes)
    }

    fn put(&self, bytes: &str) -> S3Result<Version> {
        let mut stage = staging::Stage::new(&self.bucket.store, &[]).unwrap();
        stage.write(bytes.as_bytes()).unwrap();
        let staged = stage.finish().unwrap();
        let version = Version {
            size: staged.stamp.size,
            modified: staged.stamp.modified,
            etag: bytes.to_owned(),
            ..Version::default()
        };
        put(
            &self.bucket,
            KEY,
            staged,
            version,
            &WriteConditions::default(),
        )
    }

    /// The versions as they can be read: each with its bytes.
    fn versions(&self) -> Vec<Known> {
        let state: KeyState = self.bucket.state(KEY).unwrap();
        let read = |version: Version| {
            let id = version.name().to_owned();
            if version.delete_marker {
                return (id, None);
            }
            let mut opened = open(&self.bucket, KEY, Some(&id)).unwrap().unwrap();
            let mut bytes = String::new();
            opened
                .file
                .as_mut()
                .unwrap()
                .read_to_string(&mut bytes)
                .unwrap();
            (id, Some(bytes))
        };
        state.versions().into_iter().map(read).collect()
    }

    fn current(&self) -> Option<String> {
        let mut opened = open(&self.bucket, KEY, None).unwrap().ok()?;
        let mut bytes = String::new();
        opened
            .file
            .as_mut()
            .unwrap()
            .read_to_string(&mut bytes)
            .unwrap();
        Some(bytes)
    }

    /// Does it, and says what the model then is. An error where the power failed,
    /// with the model as it would have been.
    fn act(&mut self, act: &Act, model: &Model) -> (S3Result<()>, Model) {
        let mut next = model.clone();
        let done = match act {
            Act::Put => {
                let bytes = self.next_bytes();
                let put = self.put(&bytes);
                let id = put.as_ref().ok().and_then(|version| version.id.clone());
                next.push(id.as_deref(), Some(bytes));
                put.map(|_| ())
            }
            Act::Delete => {
                let deleted = delete(&self.bucket, KEY, None, &WriteConditions::default());
                match model.versioning {
                    Versioning::Never => next.versions.clear(),
                    _ => next.push(
                        deleted
                            .as_ref()
                            .ok()
                            .and_then(|deleted| deleted.version_id.as_deref()),
                        None,
                    ),
                }
                deleted.map(|_| ())
            }
            Act::DeleteVersion(at) => match model.versions.get(*at) {
                Some((id, _)) => {
                    next.versions.remove(*at);
                    delete(&self.bucket, KEY, Some(id), &WriteConditions::default()).map(|_| ())
                }
                None => Ok(()),
            },
            Act::Versioning(versioning) => {
                next.versioning = *versioning;
                bucket::set_versioning(&self.bucket, *versioning).unwrap();
                Ok(())
            }
            Act::ByHand => self.by_hand(&mut next),
        };
        (done, next)
    }

    /// Only over an object that is the null version, or where nothing is: what a
    /// person does to a numbered version has no counterpart in S3.
    fn by_hand(&mut self, next: &mut Model) -> S3Result<()> {
        if next
            .versions
            .first()
            .is_some_and(|(id, bytes)| id != NULL || bytes.is_none())
            || next.versions.len() > 1
        {
            return Ok(());
        }
        let bytes = self.next_bytes();
        let path = self.bucket.tree.root().join(KEY);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let beside = path.with_extension("new");
        fs::write(&beside, &bytes).unwrap();
        fs::rename(&beside, &path).unwrap();
        next.versions = vec![(NULL.to_owned(), Some(bytes))];
        Ok(())
    }
}

/// The ids of versions that the power kept a client from learning.
fn same_but_for_new_ids(one: &[Known], other: &[Known]) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .all(|(one, other)| one.1 == other.1 && (one.0 == other.0 || other.0.is_empty()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn versions_are_what_the_definition_says(
        versioning in versioning(),
        acts in prop::collection::vec(act(), 1..14),
    ) {
        let (mut bench, mut model) = Bench::with(versioning);
        for act in acts {
            let (done, next) = bench.act(&act, &model);
            prop_assert!(done.is_ok(), "{:?}: {:?}", act, done);
            model = next;
            prop_assert_eq!(&bench.versions(), &model.versions, "after {:?}", act);
            prop_assert_eq!(bench.current(), model.current());
        }
    }

    #[test]
    fn where_the_power_fails_a_key_reads_as_before_or_as_after(
        versioning in versioning(),
        acts in prop::collection::vec(act(), 0..8),
        last in act(),
        steps in 0..4_u32,
        more in prop::collection::vec(act(), 0..4),
    ) {
        let (mut bench, mut model) = Bench::with(versioning);
        for act in acts {
            model = bench.act(&act, &model).1;
        }
        mishap::after(Some(steps));
        let (_, next) = bench.act(&last, &model);
        mishap::after(None);

        let found = bench.versions();
        let before = found == model.versions;
        let after = same_but_for_new_ids(&found, &next.versions);
        prop_assert!(before || after, "{:?} is neither {:?} nor {:?}", found, model.versions, next.versions);
        prop_assert_eq!(bench.current(), found.first().and_then(|(_, bytes)| bytes.clone()));
        // And the key goes on as if nothing had been. (A delete that the power stopped and
        // a person who then writes the file can leave a delete marker below that file.)
        let more = more.into_iter().filter(|act| !matches!(act, Act::ByHand));
        model = Model { versioning: if before { model.versioning } else { next.versioning }, versions: found };
        model.versioning = bench.bucket.settings().unwrap().versioning;
        for act in more {
            let (done, next) = bench.act(&act, &model);
            prop_assert!(done.is_ok(), "{:?}: {:?}", act, done);
            model = next;
            prop_assert_eq!(&bench.versions(), &model.versions, "after {:?}", act);
        }
    }
}
