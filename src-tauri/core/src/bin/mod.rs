//! Removal that says truly what can be taken back.
//!
//! On a versioned bucket a deletion leaves delete markers, and Undo removes
//! just those. Elsewhere objects move to the bin prefix first, and back. What
//! is about to be deleted is written down beforehand, so that a crash never
//! loses the way back. The catalogue's records go and come with the objects.

mod delete;
mod model;
mod plan;
mod restore;
mod undo;
mod versions;
mod way;

use crate::error::Result;
use crate::lectern::Lectern;

pub use delete::delete;
pub use model::{Deleted, Deletion, DeletionPlan, DeletionPlanId, Restored, Undo};
pub use plan::{DeletionPlans, plan};
pub use undo::undo;

/// Where deleted objects lie on a bucket without versions; never shown in a listing.
pub const BIN_PREFIX: &str = ".lectern-bin/";

/// Objects that are copied or looked at side by side.
const SIDE_BY_SIDE: usize = 16;

/// The deletions of this app, newest first.
pub fn list(lectern: &Lectern) -> Result<Vec<Deletion>> {
    lectern.catalog.deletions()
}
