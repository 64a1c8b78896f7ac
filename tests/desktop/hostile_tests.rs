//! What comes from outside is text, whatever it says.

use crate::desk::Desk;
use crate::steps::{open_practice, put_into_practice, refresh, row, select};

const NAMES: [&str; 3] = [
    "<img src=x onerror=\"document.title='owned'\">.txt",
    "<b>bold<script>document.title='owned'<∕script>.txt",
    "{@html '<i>x'} ${1} {{2}} &lt;b&gt;.txt",
];

#[tokio::test]
async fn names_made_to_inject_markup_are_shown_as_they_are() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    for name in NAMES {
        put_into_practice(&desk, name, b"x");
    }
    refresh(&window).await;

    for name in NAMES {
        let row = row(&window, name).await;
        let text = window.text_of(&row).await.unwrap();
        assert!(text.contains(name), "{text}");
        select(&window, name).await;
        window.wait_for_text("inspector-title", name).await;
        window.press("Delete").await;
        window.wait_for_text("delete-dialog", name).await;
        window.click("delete-cancel").await;
        window.wait_until_gone("delete-dialog").await;
    }
    assert!(
        window
            .find_all("#app img, #app b, #app i, #app script")
            .await
            .is_empty()
    );
    assert_eq!(
        window.script("return document.title", vec![]).await,
        "Lectern"
    );
    window.close(&desk).await;
}

#[tokio::test]
async fn a_script_that_gets_into_the_page_does_not_run() {
    let desk = Desk::start();
    let window = desk.open(&[]).await;
    window.part("welcome").await;

    let ran = window
        .script_async(
            "const done = arguments[arguments.length - 1];
             const image = document.createElement('div');
             image.innerHTML = '<img src=x onerror=\"window.ran = 1\">';
             const script = document.createElement('script');
             script.textContent = 'window.ran = 2';
             document.body.append(image, script);
             let blocked = 0;
             document.addEventListener('securitypolicyviolation', () => {
                 blocked += 1;
                 if (blocked === 2) done(window.ran ?? 'nothing');
             });",
        )
        .await;

    assert_eq!(ran, "nothing");
    window.close(&desk).await;
}

#[tokio::test]
async fn the_window_may_call_nothing_but_the_apps_own_commands() {
    let desk = Desk::start();
    let window = desk.open(&[]).await;
    window.part("welcome").await;

    for command in [
        "plugin:window|close",
        "plugin:event|emit",
        "plugin:path|resolve_directory",
    ] {
        let answer = window
            .script_async(&format!(
                "const done = arguments[arguments.length - 1];
                 window.__TAURI_INTERNALS__.invoke('{command}', {{ label: 'main', event: 'x', directory: 1 }})
                     .then(() => done('allowed'), (error) => done(String(error)));"
            ))
            .await;
        let answer = answer.as_str().unwrap();
        assert!(answer.contains("not allowed"), "{command}: {answer}");
    }
    window.close(&desk).await;
}
