//! Thumbnails: what is asked of the store for them.

use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::time::{Duration, SystemTime};

use image::{ImageFormat, Rgb, RgbImage};
use lectern_core::Code;
use lectern_core::browse::ViewId;
use lectern_core::connection;
use lectern_core::preview::thumbnail::{self, Wanted};
use lectern_faults::{Fault, Operation, Rule};

use crate::faults::bed::{FaultBed, Known};
use crate::listed::{rows, watch};

/// A picture that cannot be made smaller: a little over a mebibyte.
fn noise() -> Vec<u8> {
    let mut state = 1_u32;
    let mut byte = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let image = RgbImage::from_fn(700, 600, |_, _| Rgb([byte(), byte(), byte()]));
    let mut bytes = Vec::new();
    image
        .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
        .unwrap();
    bytes
}

/// Every file below a folder was written an hour ago.
fn an_hour_ago(folder: &Path) {
    let then = SystemTime::now() - Duration::from_hours(1);
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            an_hour_ago(&path);
        } else if path.extension().is_some_and(|end| end == "png") {
            let file = fs::File::options().append(true).open(&path).unwrap();
            file.set_modified(then).unwrap();
        }
    }
}

/// A bed with `week/photo.png` in it, settled, and the row that shows it.
async fn with_photo() -> (FaultBed, Wanted) {
    let bed = FaultBed::new(Known::AsOther).await;
    bed.put("week/photo.png", &noise()).await;
    an_hour_ago(bed.folder.path());
    let wanted = row_of_photo(&bed).await;
    (bed, wanted)
}

async fn row_of_photo(bed: &FaultBed) -> Wanted {
    let mut view = watch(&bed.lectern, &bed.connection.id, "week/").await;
    view.finished().await;
    let row = rows(&bed.lectern, view.id).await.remove(0);
    Wanted {
        view: view.id,
        name: row.name,
        size: row.size.unwrap(),
        modified: row.modified_at,
    }
}

fn reads(bed: &FaultBed) -> Vec<(u64, u64)> {
    let log = bed.proxy.settled();
    let reads = log.of(Operation::GetObject);
    reads.filter_map(|read| read.request.range).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_read_in_ranges_and_only_once() {
    let (bed, wanted) = with_photo().await;
    assert!(wanted.size > 1 << 20, "{}", wanted.size);

    let first = thumbnail::thumbnail(&bed.lectern, wanted.clone()).await;
    let after_first = reads(&bed);
    let again = thumbnail::thumbnail(&bed.lectern, wanted.clone()).await;

    let picture = first.unwrap().unwrap();
    let small = image::load_from_memory(&picture.bytes).unwrap();
    assert_eq!((small.width(), small.height()), (320, 274));
    assert_eq!(again.unwrap().unwrap(), picture);
    assert_eq!(
        after_first,
        [(0, (1 << 20) - 1), (1 << 20, wanted.size - 1)]
    );
    assert_eq!(reads(&bed), after_first, "the second one was kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_unknown_age_is_drawn_and_not_kept() {
    let bed = FaultBed::new(Known::AsOther).await;
    bed.put("week/photo.png", &noise()).await;
    let mut wanted = row_of_photo(&bed).await;
    // As of a store that tells no time: nobody knows how old it is.
    wanted.modified = None;

    for _ in 0..2 {
        let made = thumbnail::thumbnail(&bed.lectern, wanted.clone()).await;
        assert!(made.unwrap().is_some());
    }

    assert_eq!(reads(&bed).len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_what_was_listed_has_none() {
    let (bed, wanted) = with_photo().await;
    bed.put("week/photo.png", b"something else").await;

    let made = thumbnail::thumbnail(&bed.lectern, wanted).await;

    assert_eq!(made.unwrap_err().code, Code::Changed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_left_the_screen_ends_its_request() {
    let (bed, wanted) = with_photo().await;
    let stall = bed
        .proxy
        .add(Rule::on(Operation::GetObject, Fault::Silence(Duration::from_mins(5))).times(1));
    let (lectern, row) = (bed.lectern.clone(), wanted.clone());
    let asked = tokio::spawn(async move { thumbnail::thumbnail(&lectern, row).await });
    while stall.fired() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }

    thumbnail::cancel(&bed.lectern, wanted.view, vec![wanted.name.clone()]);

    let ended = tokio::time::timeout(Duration::from_mins(1), asked).await;
    assert_eq!(ended.unwrap().unwrap().unwrap_err().code, Code::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_thumbnail_is_not_read() {
    let (bed, wanted) = with_photo().await;
    let odd = [
        Wanted {
            name: "notes.svg".into(),
            ..wanted.clone()
        },
        Wanted {
            size: thumbnail::MOST_FILE_BYTES + 1,
            ..wanted.clone()
        },
        Wanted { size: 0, ..wanted },
    ];
    for wanted in odd {
        assert_eq!(
            thumbnail::thumbnail(&bed.lectern, wanted).await.unwrap(),
            None
        );
    }

    assert!(reads(&bed).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_takes_its_thumbnails_along() {
    let (bed, wanted) = with_photo().await;
    let made = thumbnail::thumbnail(&bed.lectern, wanted).await;
    assert!(made.unwrap().is_some());
    let folder = bed.lectern.folders.cache.join("thumbnails");
    let folder = folder.join(&bed.connection.id.0);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);

    connection::remove(&bed.lectern, &bed.connection.id)
        .await
        .unwrap();

    assert!(!folder.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_is_closed_shows_nothing() {
    let (bed, wanted) = with_photo().await;
    let closed = Wanted {
        view: ViewId(9_999),
        ..wanted
    };

    let made = thumbnail::thumbnail(&bed.lectern, closed).await;

    assert_eq!(made.unwrap_err().code, Code::NotFound);
}
