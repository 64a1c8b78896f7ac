//! Looking at files: each kind is shown, by keyboard too, and none can do anything.

use std::fs;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use crate::axe::assert_accessible;
use crate::desk::Desk;
use crate::preview_files::{film, pdf, png, tar_gz, wav, zip};
use crate::steps::{open_practice, practice_file, put_into_practice, refresh, row, select};
use crate::window::Window;

/// A name, its bytes, the part that shows it, and words that are seen of it.
type Sample = (&'static str, Vec<u8>, &'static str, &'static str);

fn samples() -> Vec<Sample> {
    let noise: Vec<u8> = (0..4000_u32).map(|n| (n * n >> 3) as u8).collect();
    let markdown =
        "# Week 3\n\nRead **this**.\n\n- [x] done\n\n|a|b|\n|-|-|\n|1|2|\n\n```py\nx = 1\n```\n";
    let utf16: Vec<u8> = "\u{feff}Grüße 你好"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    vec![
        (
            "archive.tar.gz",
            tar_gz(&["data/one.csv"]),
            "preview-archive",
            "data/one.csv",
        ),
        (
            "archive.zip",
            zip(&["week 1/", "week 1/slides.pdf"]),
            "preview-archive",
            "week 1/slides.pdf",
        ),
        (
            "code.py",
            b"def f(x):\n    return 'a'\n".to_vec(),
            "preview-text",
            "return 'a'",
        ),
        ("empty.txt", vec![], "no-preview", "empty"),
        ("film.webm", film(), "preview-media", ""),
        (
            "grades.csv",
            b"Name;Grade\n\"M\xfcller; A\";1,7\n".to_vec(),
            "preview-table",
            "M\u{fc}ller; A",
        ),
        (
            "latin.txt",
            b"Gr\xfc\xdfe aus K\xf6ln".to_vec(),
            "preview-text",
            "Gr\u{fc}\u{df}e aus K\u{f6}ln",
        ),
        ("notes.md", markdown.into(), "preview-markdown", "Week 3"),
        ("noise.txt", noise, "no-preview", "something else"),
        ("photo.png", png(320, 200), "preview-image", ""),
        (
            "slides.pdf",
            pdf(3, ""),
            "preview-pdf",
            "Page 1 of the lecture",
        ),
        ("sound.wav", wav(20), "preview-media", ""),
        ("unknown.pptx", zip(&["ppt/"]), "no-preview", "no preview"),
        ("wide.txt", utf16, "preview-text", "Grüße 你好"),
    ]
}

#[tokio::test]
async fn every_kind_of_file_is_shown_and_accessible() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    let samples = samples();
    for (name, bytes, _, _) in &samples {
        put_into_practice(&desk, name, bytes);
    }
    refresh(&window).await;

    for (theme, keeps) in [("light", true), ("dark", true), ("highContrast", false)] {
        window.press("Control+,").await;
        window.click(&format!("theme-{theme}")).await;
        window.click("connection-Practice").await;
        for (name, _, part, words) in &samples {
            open(&window, name).await;
            window.part(part).await;
            window.wait_for_text("preview-content", words).await;
            if *part == "preview-media" {
                wait_for_script(&window, "the length to be known", DURATION).await;
            }
            if keeps {
                window.screenshot(&format!("preview-{name}-{theme}"));
            }
            assert_accessible(&window, &format!("preview of {name}, {theme}")).await;
            close(&window).await;
        }
    }
    window.close(&desk).await;
}

const DURATION: &str = "return document.querySelector('audio, video')?.duration > 1";

#[tokio::test]
async fn sound_and_film_can_be_sought_in() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    put_into_practice(&desk, "film.webm", &film());
    // Twenty minutes of it: more than is ever read at once.
    put_into_practice(&desk, "sound.wav", &wav(1200));
    refresh(&window).await;

    for (name, to) in [("film.webm", 7.0), ("sound.wav", 1100.0)] {
        open(&window, name).await;
        wait_for_script(&window, "the length to be known", DURATION).await;
        window
            .script(
                "document.querySelector('audio, video').currentTime = arguments[0]",
                vec![json!(to)],
            )
            .await;
        let there = "const it = document.querySelector('audio, video');
            return !it.seeking && it.readyState >= 2 && it.currentTime > 6";
        wait_for_script(&window, "the place to be reached", there).await;
        close(&window).await;
    }
    window.close(&desk).await;
}

#[tokio::test]
async fn arrows_go_to_the_next_file_and_space_or_escape_go_back_to_the_list() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    for (name, text) in [
        ("x1.txt", "first"),
        ("x2.txt", "second"),
        ("x3.txt", "third"),
    ] {
        put_into_practice(&desk, name, text.as_bytes());
    }
    refresh(&window).await;

    open(&window, "x2.txt").await;
    window.wait_for_text("preview-content", "second").await;
    for (key, name, text) in [
        ("Right", "x3.txt", "third"),
        ("Down", "x3.txt", "third"),
        ("Up", "x2.txt", "second"),
        ("Left", "x1.txt", "first"),
    ] {
        window.press(key).await;
        window.wait_for_text("preview-title", name).await;
        window.wait_for_text("preview-content", text).await;
    }
    // What is seen is what commands act on.
    window.press("Delete").await;
    window.wait_for_text("delete-dialog", "x1.txt").await;
    window.press("Escape").await;
    window.wait_until_gone("delete-dialog").await;
    assert!(window.shows("preview").await);

    window.press("Space").await;
    window.wait_until_gone("preview").await;
    window.press("Down").await;
    window.press("Space").await;
    window.wait_for_text("preview-title", "x2.txt").await;
    window.press("Escape").await;
    window.wait_until_gone("preview").await;
    window.press("Down").await;
    let third = row(&window, "x3.txt").await;
    let selected = third.attr("aria-selected").await.unwrap();
    assert_eq!(
        selected.as_deref(),
        Some("true"),
        "the list has the keyboard again"
    );
    window.close(&desk).await;
}

#[tokio::test]
async fn files_that_lie_or_are_damaged_are_said_to_be_so() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    let mut bomb = png(2, 2);
    bomb[16..24].copy_from_slice(&[0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0]);
    let files: [Sample; 6] = [
        (
            "broken.jpg",
            b"\xff\xd8\xff\xe0nothing of the kind".to_vec(),
            "no-preview",
            "damaged",
        ),
        ("huge.png", bomb, "no-preview", "too many pixels"),
        (
            "broken.pdf",
            b"%PDF-1.7\nnothing of the kind".to_vec(),
            "no-preview",
            "damaged",
        ),
        (
            "cut.zip",
            zip(&["a", "b"])[..60].to_vec(),
            "archive-damaged",
            "damaged",
        ),
        (
            "silence.mp3",
            b"ID3nothing to hear".to_vec(),
            "no-preview",
            "cannot be played",
        ),
        (
            "page.jpg",
            b"<!DOCTYPE html><h1>I am a page</h1>".to_vec(),
            "preview-text",
            "<h1>I am a page</h1>",
        ),
    ];
    for (name, bytes, _, _) in &files {
        put_into_practice(&desk, name, bytes);
    }
    refresh(&window).await;

    for (name, _, part, words) in &files {
        open(&window, name).await;
        window.part(part).await;
        window.wait_for_text("preview-content", words).await;
        window.screenshot(&format!("preview-{name}"));
        close(&window).await;
    }
    open(&window, "page.jpg").await;
    window.wait_for_text("preview-disguised", "name").await;
    window.close(&desk).await;
}

#[tokio::test]
async fn a_file_that_changes_or_goes_while_it_is_looked_at_says_so() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    let long = "a line of a very long file\n".repeat(20_000);
    put_into_practice(&desk, "changed.log", long.as_bytes());
    put_into_practice(&desk, "gone.log", long.as_bytes());
    refresh(&window).await;

    open(&window, "changed.log").await;
    window.wait_for_text("preview-content", "a line of").await;
    window.click("preview-more").await;
    put_into_practice(&desk, "changed.log", long.to_uppercase().as_bytes());
    until_more_fails(&window, "changed").await;
    close(&window).await;

    open(&window, "gone.log").await;
    window.wait_for_text("preview-content", "a line of").await;
    fs::remove_file(practice_file(&desk, "gone.log")).unwrap();
    until_more_fails(&window, "not there").await;
    window.close(&desk).await;
}

/// Reading on may have been on its way already.
async fn until_more_fails(window: &Window, words: &str) {
    window
        .until("the failure to be told", async || {
            if window.shows("no-preview").await {
                return Some(());
            }
            let press = "document.querySelector('[data-testid=preview-more]')?.click()";
            window.script(press, vec![]).await;
            None
        })
        .await;
    window.wait_for_text("preview-content", words).await;
}

#[tokio::test]
async fn hostile_files_do_nothing() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    let canary = Canary::start();
    let url = format!("http://127.0.0.1:{}/", canary.port);
    let script = format!("parent.__pwned = window.__pwned = 1; fetch('{url}script')");
    let files: [(&str, String, &str); 6] = [
        (
            "script.svg",
            format!(
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9' onload=\"{script}\">\
                 <script>{script}</script><image href='{url}image'/>\
                 <style>@import url('{url}style');</style>\
                 <foreignObject><iframe xmlns='http://www.w3.org/1999/xhtml' src='{url}frame'/></foreignObject>\
                 <circle cx='5' cy='5' r='4'/></svg>"
            ),
            "preview-text",
        ),
        (
            "picture.png",
            format!("<!DOCTYPE html><script>{script}</script><img src='{url}img'>"),
            "preview-text",
        ),
        (
            "page.html",
            format!("<html><body onload=\"{script}\"><iframe src='{url}frame'></iframe>"),
            "preview-text",
        ),
        (
            "table.csv",
            format!(
                "a,b\n=HYPERLINK(\"{url}x\"),\"=cmd|' /C calc'!A0\"\n<img src={url}csv onerror=\"{script}\">,1\n"
            ),
            "preview-table",
        ),
        (
            "notes.md",
            format!(
                "# Hi\n\n<script>{script}</script>\n\n<img src='{url}raw' onerror=\"{script}\">\n\n\
                 ![remote]({url}remote.png)\n\n[click](javascript:parent.__pwned=1) <{url}auto>\n\n\
                 [a]: {url}ref\n\n```html\n<script>{script}</script>\n```\n"
            ),
            "preview-markdown",
        ),
        ("form.pdf", String::new(), "preview-pdf"),
    ];
    let action =
        format!("app.alert(1); this.submitForm('{url}form'); app.launchURL('{url}launch');");
    for (name, text, _) in &files {
        put_into_practice(&desk, name, text.as_bytes());
    }
    put_into_practice(&desk, "form.pdf", &pdf(2, &action));
    refresh(&window).await;

    for (name, _, part) in &files {
        open(&window, name).await;
        window.part(part).await;
        if *name == "script.svg" {
            window.click("preview-as-picture").await;
            window.part("preview-image").await;
            wait_for_script(
                &window,
                "the picture",
                "return document.querySelector('[data-testid=preview-image]').complete",
            )
            .await;
            window.screenshot("preview-svg-picture");
        }
        if *name == "notes.md" {
            let links = window
                .find_all("[data-testid=preview-markdown] a, [data-testid=preview-markdown] img")
                .await;
            assert!(links.is_empty());
            for link in window
                .find_all("[data-testid=preview-markdown] .link")
                .await
            {
                link.click().await.unwrap();
            }
        }
        if *name == "form.pdf" {
            window
                .wait_for_text("preview-content", "Page 1 of the lecture")
                .await;
        }
        window.screenshot(&format!("preview-hostile-{name}"));
        close(&window).await;
    }

    let pwned = window.script("return String(window.__pwned)", vec![]).await;
    assert_eq!(pwned, "undefined");
    assert_eq!(canary.calls(), 0, "something was fetched");
    canary.call_it();
    assert_eq!(canary.calls(), 1, "the canary sings when it is touched");
    window.close(&desk).await;
}

#[tokio::test]
async fn the_scheme_gives_open_previews_by_range_and_nothing_else() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    put_into_practice(&desk, "x.html", b"<script>1</script>");
    refresh(&window).await;
    open(&window, "x.html").await;
    window.part("preview-text").await;

    let answers = window
        .script_async(
            "const done = arguments[arguments.length - 1];
             const { invoke, convertFileSrc } = window.__TAURI_INTERNALS__;
             const get = async (id, init) => {
                 const answer = await fetch(convertFileSrc(id, 'lectern-preview'), init);
                 return [answer.status, answer.headers.get('content-type'), await answer.text()];
             };
             const range = { headers: { Range: 'bytes=1-6' } };
             (async () => {
                 const at = Number(document.querySelector('[data-name=\"x.html\"]').dataset.at);
                 let opened;
                 for (let view = 1; view < 40 && !opened; view++) {
                     const rows = await invoke('browse_rows', { view, start: at, count: 1 }).catch(() => undefined);
                     if (rows?.rows[0]?.name !== 'x.html') continue;
                     const row = { listing: rows.listing, id: rows.rows[0].id };
                     opened = await invoke('preview_open', { view, row });
                 }
                 const open = await get(opened.id, range);
                 const beyond = (await get(opened.id, { headers: { Range: 'bytes=99-' } }))[0];
                 const made = (await get('0'.repeat(32), range))[0];
                 const path = (await get('../../etc/passwd', range))[0];
                 await invoke('preview_close', { id: opened.id });
                 const closed = (await get(opened.id, range))[0];
                 done([open, beyond, made, path, closed]);
             })().catch((error) => done(String(error)));",
        )
        .await;

    assert_eq!(
        answers,
        json!([[206, "text/plain", "script"], 416, 404, 404, 404])
    );
    window.close(&desk).await;
}

async fn open(window: &Window, name: &str) {
    select(window, name).await;
    window.press("Space").await;
    window.part("preview").await;
    window.wait_for_text("preview-title", name).await;
}

async fn close(window: &Window) {
    window.press("Escape").await;
    window.wait_until_gone("preview").await;
}

async fn wait_for_script(window: &Window, what: &str, source: &str) {
    window
        .until(what, async || {
            let answer = window.script(source, vec![]).await;
            answer.as_bool().unwrap_or(false).then_some(())
        })
        .await;
}

/// A listener that hostile files point to, and that nothing should ever call.
struct Canary {
    port: u16,
    calls: Arc<AtomicUsize>,
}

impl Canary {
    fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                counted.fetch_add(1, Ordering::SeqCst);
                let _ =
                    stream.map(|mut stream| stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n"));
            }
        });
        Self { port, calls }
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// Proves that it would have been heard.
    fn call_it(&self) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        std::io::Read::read(&mut stream, &mut [0; 8]).unwrap();
    }
}
