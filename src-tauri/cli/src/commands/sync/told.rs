//! What a sync says: before, what it would do; after, what it did.

use lectern_core::job::ItemFailure;
use lectern_core::transfer::{Extent, Summary, SyncPlan, SyncWhat};
use serde_json::{Value, json};

use super::{lost, nothing_sent};
use crate::exit::Failure;
use crate::output::Output;
use crate::{plan as plans, shown};

/// Names that are listed before the question; --dry-run lists them all.
const NAMED: usize = 10;

/// What was done.
#[derive(Default)]
pub struct Outcome {
    pub sent: Option<Summary>,
    pub deleted: u32,
    pub deletion_id: Option<String>,
    /// Of what was to be deleted.
    pub failures: Vec<ItemFailure>,
    is_dry: bool,
}

impl Outcome {
    pub fn dry() -> Self {
        Self {
            is_dry: true,
            ..Self::default()
        }
    }
}

/// What would be done, before anything is.
pub fn plan(output: &mut Output, plan: &SyncPlan, dry_run: bool) {
    if output.is_json() {
        output.event(&plan_json(plan, dry_run));
        output.event_end();
        return;
    }
    output.note(&sentence(plan));
    if dry_run {
        return;
    }
    for change in plan.changes.iter().take(NAMED) {
        output.note(&format!(
            "  {} {}",
            sign(change.what),
            shown::name(&change.name)
        ));
    }
    let more = plan.changes.len().saturating_sub(NAMED);
    if more > 0 {
        output.note(&format!("  and {more} more (--dry-run lists them)"));
    }
}

/// Every file that would change.
pub fn changes(output: &mut Output, plan: &SyncPlan) -> Result<(), Failure> {
    for change in &plan.changes {
        if output.is_json() {
            output.object(&json!({
                "event": "would",
                "what": word(change.what),
                "name": change.name,
                "bytes": change.bytes,
            }))?;
        } else {
            let size = shown::size(change.bytes);
            let name = shown::name(&change.name);
            output.line(&format!("{} {name} ({size})", sign(change.what)))?;
        }
    }
    Ok(())
}

/// What was done, and how that went.
pub fn summary(output: &mut Output, plan: &SyncPlan, outcome: &Outcome) -> Result<(), Failure> {
    let mut sent = outcome.sent.clone().unwrap_or_else(|| nothing_sent(plan));
    sent.failures.extend(outcome.failures.iter().cloned());
    if output.is_json() {
        let mut value = plans::summary_json(&sent, &plan.renamed);
        value["same"] = Value::from(plan.same.files);
        value["deleted"] = Value::from(outcome.deleted);
        value["deletion_id"] = Value::from(outcome.deletion_id.clone());
        value["dry_run"] = Value::from(outcome.is_dry);
        output.object(&value)?;
    } else {
        if !outcome.is_dry {
            output.line(&ending(plan, &sent, outcome))?;
        }
        for remark in plans::remarks(&sent, &plan.renamed) {
            output.note(&remark);
        }
    }
    let done = sent.done.saturating_add(outcome.deleted);
    let others = done.saturating_add(plan.same.files) > 0;
    plans::failures(output, &sent.failures, others, lost(plan, sent.done))
}

fn ending(plan: &SyncPlan, sent: &Summary, outcome: &Outcome) -> String {
    if plan.changes.is_empty() {
        let same = shown::count(plan.same.files, "file is", "files are");
        return format!("nothing to do: {same} the same");
    }
    let mut text = plans::sentence(sent);
    if outcome.deleted > 0 {
        text.push_str(&format!(", {} deleted", outcome.deleted));
    }
    text
}

fn sentence(plan: &SyncPlan) -> String {
    let delete = plan.changes.iter().any(|c| c.what == SyncWhat::Extra);
    let extra = if delete { "to delete" } else { "only there" };
    format!(
        "{}: {} new, {} to replace, {} the same, {} {extra}.",
        shown::name(&plan.target),
        extent(plan.new),
        extent(plan.changed),
        extent(plan.same),
        extent(plan.extra),
    )
}

fn extent(extent: Extent) -> String {
    match extent.files {
        0 => "0".to_owned(),
        files => format!("{files} ({})", shown::size(extent.bytes)),
    }
}

fn sign(what: SyncWhat) -> char {
    match what {
        SyncWhat::New => '+',
        SyncWhat::Changed => '~',
        SyncWhat::Extra => '-',
    }
}

fn word(what: SyncWhat) -> &'static str {
    match what {
        SyncWhat::New => "new",
        SyncWhat::Changed => "changed",
        SyncWhat::Extra => "delete",
    }
}

fn plan_json(plan: &SyncPlan, dry_run: bool) -> Value {
    let extent = |extent: Extent| json!({ "files": extent.files, "bytes": extent.bytes });
    json!({
        "event": "plan",
        "direction": shown::word(&plan.direction),
        "target": plan.target,
        "files": plan.new.files.saturating_add(plan.changed.files),
        "bytes": plan.new.bytes.saturating_add(plan.changed.bytes),
        "conflicts": 0,
        "new": extent(plan.new),
        "changed": extent(plan.changed),
        "same": extent(plan.same),
        "extra": extent(plan.extra),
        "delete": plan.changes.iter().any(|change| change.what == SyncWhat::Extra),
        "dry_run": dry_run,
    })
}
