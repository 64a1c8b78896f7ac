//! Previews, put to every server: what an object is, its bytes by range, and
//! what happens when it is not there any more or another one.

use lectern_core::Code;
use lectern_core::preview::{
    self, Encoding, MOST_BYTES, PreviewId, Range, Reading, Showing, WhyNot,
};

use crate::scripted::{refused, scripted};
use crate::server::Bed;

async fn open(bed: &Bed, key: &str) -> preview::Preview {
    preview::open(&bed.lectern, &bed.connection.id, key)
        .await
        .unwrap()
}

async fn read(bed: &Bed, id: &PreviewId, from: u64, length: u64) -> Result<Vec<u8>, Code> {
    let read = preview::read(&bed.lectern, id, Range { from, length }).await;
    read.map(|bytes| bytes.to_vec()).map_err(|error| error.code)
}

on_every_server!(
    any_part_of_an_object_can_be_read_and_no_more_than_the_bound,
    []
);
async fn any_part_of_an_object_can_be_read_and_no_more_than_the_bound(bed: Bed) {
    let size = usize::try_from(MOST_BYTES).unwrap() + 70_000;
    let bytes: Vec<u8> = (0..size).map(|n| (n % 251) as u8 + 1).collect();
    bed.put("course/film.bin", &bytes).await;

    let preview = open(&bed, "course/film.bin").await;

    assert_eq!(preview.size, size as u64);
    assert_eq!(preview.name, "film.bin");
    assert!(preview.modified_at.is_some());
    let id = &preview.id;
    assert_eq!(read(&bed, id, 0, 5).await.unwrap(), bytes[..5]);
    assert_eq!(
        read(&bed, id, 70_001, 3).await.unwrap(),
        bytes[70_001..70_004]
    );
    let end = size as u64 - 2;
    assert_eq!(read(&bed, id, end, 100).await.unwrap(), bytes[size - 2..]);
    assert_eq!(read(&bed, id, size as u64, 1).await.unwrap(), b"");
    assert_eq!(read(&bed, id, u64::MAX, u64::MAX).await.unwrap(), b"");
    let most = read(&bed, id, 0, u64::MAX).await.unwrap();
    assert_eq!(most.len() as u64, MOST_BYTES);
}

on_every_server!(another_object_of_the_same_name_is_never_mixed_in, []);
async fn another_object_of_the_same_name_is_never_mixed_in(bed: Bed) {
    bed.put("notes.txt", b"the first of them").await;
    let preview = open(&bed, "notes.txt").await;

    bed.put("notes.txt", b"another of that size").await;
    assert_eq!(read(&bed, &preview.id, 0, 5).await, Err(Code::Changed));

    let again = open(&bed, "notes.txt").await;
    assert_eq!(read(&bed, &again.id, 0, 7).await.unwrap(), b"another");
}

on_every_server!(an_object_that_went_away_is_not_there, []);
async fn an_object_that_went_away_is_not_there(bed: Bed) {
    bed.put("notes.txt", b"text").await;
    let preview = open(&bed, "notes.txt").await;
    bed.store
        .client()
        .delete_object()
        .bucket(bed.store.bucket())
        .key("notes.txt")
        .send()
        .await
        .unwrap();

    let read = read(&bed, &preview.id, 0, 4).await;
    assert!(
        matches!(read, Err(Code::NotFound | Code::Changed)),
        "{read:?}"
    );
    let opened = preview::open(&bed.lectern, &bed.connection.id, "notes.txt").await;
    assert_eq!(opened.unwrap_err().code, Code::NotFound);
}

on_every_server!(what_is_shown_follows_the_contents, []);
async fn what_is_shown_follows_the_contents(bed: Bed) {
    bed.put("a.md", "# Grüße".as_bytes()).await;
    bed.put("page.png", b"<!doctype html><script>x</script>")
        .await;
    bed.put("empty.txt", b"").await;
    bed.put("noise.txt", b"\x00\x01\x02").await;

    assert_eq!(
        open(&bed, "a.md").await.content,
        Showing::Text {
            encoding: Encoding::Utf8,
            reading: Reading::Markdown,
            syntax: "md".into()
        }
    );
    let page = open(&bed, "page.png").await;
    assert!(matches!(page.content, Showing::Text { .. }) && page.disguised);
    assert_eq!(open(&bed, "empty.txt").await.content, Showing::Empty);
    let noise = open(&bed, "noise.txt").await;
    let why = WhyNot::NoPreview;
    assert_eq!(noise.content, Showing::Nothing { why });
}

on_every_server!(an_archive_is_listed_without_being_fetched_whole, []);
async fn an_archive_is_listed_without_being_fetched_whole(bed: Bed) {
    let mut tar = tar::Builder::new(Vec::new());
    for (path, size) in [("week 1/film.mp4", 600_000), ("week 1/notes.txt", 3)] {
        let mut header = tar::Header::new_gnu();
        header.set_size(size);
        let bytes = vec![7; usize::try_from(size).unwrap()];
        tar.append_data(&mut header, path, bytes.as_slice())
            .unwrap();
    }
    bed.put("all.tar", &tar.into_inner().unwrap()).await;
    bed.put("all.zip", &zip(&["a/", "a/b.txt"])).await;
    bed.put("cut.zip", &zip(&["a"])[..20]).await;

    let tar = open(&bed, "all.tar").await;
    let tar = preview::listing(&bed.lectern, &tar.id).await.unwrap();
    assert!(tar.complete && !tar.damaged);
    assert_eq!(tar.entries[1].path, "week 1/notes.txt");
    assert_eq!(tar.entries[0].size, 600_000);

    let whole = open(&bed, "all.zip").await;
    let whole = preview::listing(&bed.lectern, &whole.id).await.unwrap();
    assert!(whole.complete && whole.entries[0].is_folder);
    assert_eq!(whole.entries[1].path, "a/b.txt");

    let cut = open(&bed, "cut.zip").await;
    let cut = preview::listing(&bed.lectern, &cut.id).await.unwrap();
    assert!(cut.damaged && cut.entries.is_empty());
}

/// An archive of empty files: local headers, the directory, its end.
fn zip(names: &[&str]) -> Vec<u8> {
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for name in names {
        let at = u32::try_from(archive.len()).unwrap();
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        archive.extend(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0");
        archive.extend([0; 12]);
        archive.extend(length);
        archive.extend([0; 2]);
        archive.extend(name.as_bytes());
        directory.extend(b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0");
        directory.extend([0; 12]);
        directory.extend(length);
        directory.extend([0; 12]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let count = u16::try_from(names.len()).unwrap().to_le_bytes();
    let from = u32::try_from(archive.len()).unwrap().to_le_bytes();
    let bytes = u32::try_from(directory.len()).unwrap().to_le_bytes();
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend([count, count].concat());
    archive.extend([bytes, from].concat());
    archive.extend([0; 2]);
    archive
}

on_every_server!(a_closed_preview_gives_nothing, []);
async fn a_closed_preview_gives_nothing(bed: Bed) {
    bed.put("notes.txt", b"text").await;
    let preview = open(&bed, "notes.txt").await;
    preview::close(&bed.lectern, &preview.id);

    assert_eq!(read(&bed, &preview.id, 0, 4).await, Err(Code::NotFound));
    let made_up = PreviewId("0".repeat(32));
    assert_eq!(read(&bed, &made_up, 0, 4).await, Err(Code::NotFound));
}

#[tokio::test]
async fn an_archived_object_says_so() {
    let store = scripted(|_, _| refused(403, "InvalidObjectState")).await;

    let opened = preview::open(&store.lectern, &store.connection, "old.pdf").await;
    let error = opened.unwrap_err();

    assert_eq!(error.code, Code::Archived);
    assert!(error.message.contains("archive"), "{error}");
}
