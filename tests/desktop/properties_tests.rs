//! Looking at what describes a file and changing it, in the window.

use crate::axe::assert_accessible;
use crate::desk::Desk;
use crate::steps::{open_practice, put_into_practice, refresh, row, select};
use crate::window::Window;

#[tokio::test]
async fn what_describes_a_file_is_changed_after_the_difference_was_seen() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    put_into_practice(&desk, "plan.txt", b"the plan");
    refresh(&window).await;
    select(&window, "plan.txt").await;
    shows(&window, "file-details", "text/plain").await;

    window.press("Alt+Enter").await;
    window.part("edit-dialog").await;
    window.fill("edit-content-type", "nonsense").await;
    shows(&window, "edit-dialog", "A type and a subtype").await;
    window.fill("edit-content-type", "text/markdown").await;
    window.click("edit-metadata-add").await;
    window.type_text("Term").await;
    window.press("Tab").await;
    window.type_text("Herbst über").await;
    window.click("edit-tags-add").await;
    window.type_text("course").await;
    window.press("Tab").await;
    window.type_text("Algebra 1").await;
    window.screenshot("edit-properties");
    assert_accessible(&window, "edit dialog").await;

    window.click("edit-review").await;
    window.part("edit-effect").await;
    let told = window.text("edit-dialog").await;
    for part in [
        "text/plain",
        "text/markdown",
        "Metadata term",
        "Tag course",
        "Algebra 1",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
    window.screenshot("edit-properties-review");
    assert_accessible(&window, "edit dialog, the difference").await;
    window.click("edit-save").await;
    window.wait_until_gone("edit-dialog").await;

    shows(&window, "file-details", "text/markdown").await;
    shows(&window, "metadata-section", "Herbst über").await;
    shows(&window, "tags-section", "Algebra 1").await;
    window.screenshot("inspector");

    window.press("Control+z").await;
    shows(&window, "file-details", "text/plain").await;
    shows(&window, "tags-section", "None").await;
    shows(&window, "metadata-section", "None").await;
    window.close(&desk).await;
}

#[tokio::test]
async fn a_file_that_changes_while_its_properties_are_edited_is_not_touched() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    put_into_practice(&desk, "plan.txt", b"the plan");
    refresh(&window).await;
    select(&window, "plan.txt").await;
    window.press("Alt+Enter").await;
    window.part("edit-dialog").await;
    window.fill("edit-content-type", "text/markdown").await;
    put_into_practice(&desk, "plan.txt", b"another plan, by somebody else");

    window.click("edit-review").await;

    shows(&window, "edit-error", "changed in the bucket since").await;
    assert_accessible(&window, "edit dialog with an error").await;
    window.press("Escape").await;
    window.wait_until_gone("edit-dialog").await;
    window.close(&desk).await;
}

#[tokio::test]
async fn several_files_get_a_tag_at_once_and_lose_it_again() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    for name in ["a.txt", "b.txt"] {
        put_into_practice(&desk, &format!("Some/{name}"), b"x");
    }
    refresh(&window).await;
    select(&window, "Some").await;

    window.press("Alt+Enter").await;
    window.part("edit-all-dialog").await;
    window.click("edit-all-add-tag").await;
    window.fill("edit-all-name", "course").await;
    window.fill("edit-all-value", "Algebra 1").await;
    assert_accessible(&window, "change of several files").await;
    window.click("edit-all-look").await;
    window.part("edit-all-effect").await;
    window.screenshot("edit-all");
    assert_accessible(&window, "change of several files, counted").await;
    window.click("edit-all-go").await;
    window.wait_until_gone("edit-all-dialog").await;

    crate::steps::enter(&window, "Some").await;
    for name in ["a.txt", "b.txt"] {
        select(&window, name).await;
        shows(&window, "tags-section", "Algebra 1").await;
    }
    window.press("Control+z").await;
    row(&window, "b.txt").await;
    shows(&window, "tags-section", "None").await;
    window.close(&desk).await;
}

#[tokio::test]
async fn the_inspector_and_its_dialogs_are_accessible_in_light_and_dark() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    put_into_practice(&desk, "plan.txt", b"the plan");
    refresh(&window).await;
    row(&window, "plan.txt").await;
    for theme in ["light", "dark", "highContrast"] {
        window.press("Control+,").await;
        window.click(&format!("theme-{theme}")).await;
        window.click("connection-Practice").await;
        select(&window, "plan.txt").await;
        window.part("technical-section").await;
        assert_accessible(&window, &format!("inspector, {theme}")).await;
        window.screenshot(&format!("inspector-{theme}"));

        window.press("Alt+Enter").await;
        window.part("edit-dialog").await;
        window.click("edit-tags-add").await;
        assert_accessible(&window, &format!("edit dialog, {theme}")).await;
        window.screenshot(&format!("edit-{theme}"));
        window.press("Escape").await;
        window.wait_until_gone("edit-dialog").await;

        window.press("Control+k").await;
        window.part("palette-input").await;
        window.type_text("lnk").await;
        assert_accessible(&window, &format!("palette, {theme}")).await;
        window.screenshot(&format!("palette-{theme}"));
        window.press("Escape").await;
        window.wait_until_gone("palette").await;

        window.press("F1").await;
        window.part("shortcuts-dialog").await;
        window.fill("shortcuts-search", "list").await;
        assert_accessible(&window, &format!("shortcuts, {theme}")).await;
        window.screenshot(&format!("shortcuts-{theme}"));
        window.press("Escape").await;
        window.wait_until_gone("shortcuts-dialog").await;
    }
    window.close(&desk).await;
}

/// Waits until a part shows a text.
async fn shows(window: &Window, part: &str, text: &str) {
    window
        .until(&format!("“{text}” in {part}"), async || {
            // It may be drawn anew meanwhile.
            let script = "return document.querySelector(`[data-testid=\"${arguments[0]}\"]`)?.textContent ?? ''";
            let shown = window.script(script, vec![part.into()]).await;
            shown.as_str()?.contains(text).then_some(())
        })
        .await;
}
