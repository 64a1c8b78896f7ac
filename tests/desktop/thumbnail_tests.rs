//! Small pictures in the list's grid and in the inspector, and folder sizes.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use image::{ImageFormat, Rgb, RgbImage};

use crate::desk::Desk;
use crate::disk::files;
use crate::steps::{open_practice, practice_file, put_into_practice, refresh, row, select};
use crate::window::Window;

fn picture(format: ImageFormat) -> Vec<u8> {
    let image = RgbImage::from_fn(640, 400, |x, y| Rgb([(x % 256) as u8, (y % 256) as u8, 90]));
    let mut bytes = Vec::new();
    image
        .write_to(&mut Cursor::new(&mut bytes), format)
        .unwrap();
    bytes
}

/// Written so long ago that its thumbnail is kept.
fn put_settled(desk: &Desk, name: &str, bytes: &[u8]) {
    put_into_practice(desk, name, bytes);
    let file = fs::File::options()
        .append(true)
        .open(practice_file(desk, name))
        .unwrap();
    file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000))
        .unwrap();
}

async fn by_palette(window: &Window, command: &str) {
    window.press("Control+k").await;
    window.part("palette-input").await;
    window.type_text(command).await;
    window.press("Enter").await;
    window.wait_until_gone("palette-input").await;
}

/// Width and height of the picture in the inspector, once it came.
async fn picture_size(window: &Window) -> (u64, u64) {
    window
        .until("a picture in the inspector", async || {
            let size = window
                .script(
                    "const image = document.querySelector('.inspector [data-testid=thumbnail]');
                     return image && image.complete ? [image.naturalWidth, image.naturalHeight] : null",
                    vec![],
                )
                .await;
            let (width, height) = (size.get(0)?.as_u64()?, size.get(1)?.as_u64()?);
            (width > 0).then_some((width, height))
        })
        .await
}

fn kept(desk: &Desk) -> usize {
    let folder = desk.data_folder().join("cache/thumbnails");
    if Path::new(&folder).exists() {
        files(&folder).len()
    } else {
        0
    }
}

#[tokio::test]
async fn an_image_shows_its_picture_and_a_liar_its_icon() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    put_settled(&desk, "photo.jpg", &picture(ImageFormat::Jpeg));
    put_settled(
        &desk,
        "page.png",
        b"<script>document.title = 'owned'</script>",
    );
    refresh(&window).await;

    select(&window, "page.png").await;
    window.wait_for_text("inspector-title", "page.png").await;
    select(&window, "photo.jpg").await;
    window.wait_for_text("inspector-title", "photo.jpg").await;

    assert_eq!(picture_size(&window).await, (320, 200));
    window
        .until("the thumbnail to be kept", async || {
            (kept(&desk) == 1).then_some(())
        })
        .await;
    window.screenshot("thumbnail");
    assert_eq!(
        window.script("return document.title", vec![]).await,
        "Lectern"
    );
    window.close(&desk).await;
}

#[tokio::test]
async fn a_folder_says_its_size_when_asked() {
    let desk = Desk::start();
    let window = open_practice(&desk).await;
    put_into_practice(&desk, "Readings/a.txt", &[b'a'; 700]);
    put_into_practice(&desk, "Readings/deep/b.txt", &[b'b'; 300]);
    refresh(&window).await;
    row(&window, "Readings").await;

    select(&window, "Readings").await;
    by_palette(&window, "folder size").await;

    window
        .until("the size in the row", async || {
            let row = row(&window, "Readings").await;
            let text = window.text_of(&row).await?;
            text.contains("1\u{a0}kB").then_some(())
        })
        .await;
    window.wait_for_text("folder-contents", "2").await;
    window.screenshot("folder-size");
    window.close(&desk).await;
}
