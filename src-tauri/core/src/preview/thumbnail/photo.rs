//! Images: PNG, JPEG, GIF (its first frame), WebP and BMP, made small and turned
//! the way the camera was held.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::draw::LONGEST_SIDE;

/// Beyond the largest cameras of the day; what has more is a map, or a trap.
const MOST_PIXELS: u64 = 64_000_000;

/// Bytes that a decoder may hold, its output included.
const MOST_MEMORY: u64 = 256 << 20;

/// `None` for what is no such image, is too large, or is damaged.
pub(super) fn small(bytes: &[u8]) -> Option<DynamicImage> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .ok()?;
    reader.format().filter(|format| is_drawn(*format))?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 || pixels > MOST_PIXELS || decoder.total_bytes() > MOST_MEMORY {
        return None;
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let whole = DynamicImage::from_decoder(decoder).ok()?;
    let mut image = if width.max(height) > LONGEST_SIDE {
        whole.thumbnail(LONGEST_SIDE, LONGEST_SIDE)
    } else {
        whole
    };
    image.apply_orientation(orientation);
    Some(image)
}

fn is_drawn(format: ImageFormat) -> bool {
    matches!(
        format,
        ImageFormat::Png
            | ImageFormat::Jpeg
            | ImageFormat::Gif
            | ImageFormat::WebP
            | ImageFormat::Bmp
    )
}
