//! Files for the tests: good ones, odd ones and traps.

#![allow(clippy::unwrap_used)]

use std::io::Cursor;

use crc_fast::{CrcAlgorithm, checksum};
use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

pub(super) const RED: [u8; 3] = [220, 20, 20];
pub(super) const BLUE: [u8; 3] = [20, 20, 220];

/// Its upper half red, its lower one blue.
pub(super) fn two_halves(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |_, y| {
        Rgb(if y < height / 2 { RED } else { BLUE })
    })
    .into()
}

pub(super) fn of_kind(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    image
        .write_to(&mut Cursor::new(&mut bytes), format)
        .unwrap();
    bytes
}

pub(super) fn png(width: u32, height: u32) -> Vec<u8> {
    of_kind(&two_halves(width, height), ImageFormat::Png)
}

/// A JPEG with an Exif tag for how the camera was held (Exif 2.32, tag 0x0112).
pub(super) fn held(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let plain = of_kind(&two_halves(width, height), ImageFormat::Jpeg);
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let mut bytes = plain[..2].to_vec();
    bytes.extend([0xff, 0xe1]);
    bytes.extend(length);
    bytes.extend(exif);
    bytes.extend(&plain[2..]);
    bytes
}

/// A PNG whose head announces a size that it does not have.
pub(super) fn png_that_says(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(2, 2);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = u32::try_from(checksum(CrcAlgorithm::Crc32IsoHdlc, &bytes[12..29])).unwrap();
    bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    bytes
}

/// The first frame red, all others blue.
pub(super) fn gif(frames: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    {
        let mut encoder = GifEncoder::new(&mut bytes);
        for frame in 0..frames {
            let [r, g, b] = if frame == 0 { RED } else { BLUE };
            let image = RgbaImage::from_pixel(40, 40, Rgba([r, g, b, 255]));
            encoder.encode_frame(Frame::new(image)).unwrap();
        }
    }
    bytes
}
