//! One object looked at closely, and what describes it changed: content
//! headers, user metadata and tags.
//!
//! S3 cannot change a header of an object that is there. The object is copied
//! onto itself with other headers, everything else said again, so that an edit
//! makes a new date and, on a versioned bucket, a new version; tags alone
//! change in place. What stood there before is written down first, and undo
//! puts it back the same way.
//! Source: Amazon S3 user guide, "Editing object metadata".

mod checksum;
mod edit;
mod encoded_word;
mod every;
mod head;
mod model;
mod plan;
mod read;
mod rules;
mod tags;
mod undo;
mod versions;

pub use edit::save;
pub use every::{plan_for_all, save_for_all};
pub use model::{
    Archive, Change, ChecksumValue, Content, EditPlan, EditPlanId, Edited, Effect, Encryption,
    EncryptionKind, ForAll, ForAllPlan, Lock, Looked, Properties, Tags, VersionCount, Wanted, What,
};
pub use plan::{EditPlans, plan};
pub use read::{Glance, glance, properties};
pub use undo::undo;
pub use versions::count_versions;

pub(crate) use model::Description;
