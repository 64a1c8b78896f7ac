//! The accessibility scan: axe-core, run in the app's own page.

use std::path::Path;

use serde_json::{Value, json};

use crate::window::Window;

const RUN: &str = "
    const done = arguments[arguments.length - 1];
    const moving = document.getAnimations().filter(
        (animation) => animation.effect.getComputedTiming().endTime !== Infinity,
    );
    const still = Promise.allSettled(moving.map((animation) => animation.finished));
    still.then(() => axe.run(document, { resultTypes: ['violations'] })).then(
        (found) => done(found.violations.map((violation) => ({
            rule: violation.id,
            help: violation.help,
            nodes: violation.nodes.map((node) => node.html + ' — ' + node.failureSummary),
        }))),
        (error) => done([{ rule: 'axe itself', help: String(error), nodes: [] }]),
    );
";

/// Panics with every violation on the screen that is shown now.
pub async fn assert_accessible(window: &Window, screen: &str) {
    let found = violations(window).await;
    assert!(found.is_empty(), "{screen}: {}", json!(found));
}

pub async fn violations(window: &Window) -> Vec<Value> {
    if window.script("return typeof axe", vec![]).await == "undefined" {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/node_modules/axe-core/axe.min.js");
        let source = std::fs::read_to_string(path).unwrap();
        window
            .script(&format!("{source}; window.axe = axe;"), vec![])
            .await;
    }
    match window.script_async(RUN).await {
        Value::Array(found) => found,
        other => panic!("axe answered {other}"),
    }
}
