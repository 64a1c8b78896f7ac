//! Taking up what runs that ended early left.

use std::sync::Arc;

use super::model::{IfChanged, Unfinished};
use crate::error::Result;
use crate::job::Job;
use crate::lectern::Lectern;

#[expect(clippy::unused_async, reason = "the reading follows")]
pub(super) async fn unfinished(_: &Arc<Lectern>) -> Result<Unfinished> {
    Ok(Unfinished::default())
}

#[expect(clippy::unused_async, reason = "the reading follows")]
pub(super) async fn take_up(_: &Arc<Lectern>, _: IfChanged) -> Result<Vec<Job>> {
    Ok(Vec::new())
}
