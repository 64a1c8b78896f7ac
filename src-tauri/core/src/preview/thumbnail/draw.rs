//! From a file's bytes to a small picture. What the bytes are is decided by the
//! bytes, never by a name. Nothing here can be stopped from outside and a
//! damaged file may crash it: see `artist.rs`, which has it done in a process
//! of its own.

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat};

use super::photo;

/// Pixels of the longest side.
pub(super) const LONGEST_SIDE: u32 = 320;

/// Of 100: paler colours at edges can be seen below, larger files buy nothing above.
const JPEG_QUALITY: u8 = 82;

/// A thumbnail, encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub format: PictureFormat,
    pub bytes: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureFormat {
    Jpeg,
    /// For what is transparent.
    Png,
}

impl PictureFormat {
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

/// `None`: this is nothing of which there are thumbnails, or it is damaged.
pub(super) fn draw(bytes: &[u8]) -> Option<Picture> {
    let image = photo::small(bytes)?;
    let transparent = image.color().has_alpha() && image.to_rgba8().pixels().any(|p| p[3] < 255);
    if transparent {
        encoded(&image, PictureFormat::Png)
    } else {
        encoded(&image, PictureFormat::Jpeg)
    }
}

fn encoded(image: &DynamicImage, format: PictureFormat) -> Option<Picture> {
    let mut bytes = Vec::new();
    match format {
        PictureFormat::Jpeg => image
            .to_rgb8()
            .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY))
            .ok()?,
        // Sixteen bits a channel are lost on a thumbnail.
        PictureFormat::Png => DynamicImage::from(image.to_rgba8())
            .write_to(&mut std::io::Cursor::new(&mut bytes), ImageFormat::Png)
            .ok()?,
    }
    Some(Picture { format, bytes })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use image::RgbImage;

    use super::super::samples::{self, BLUE, RED};
    use super::*;

    fn drawn(bytes: &[u8]) -> RgbImage {
        let picture = draw(bytes).unwrap();
        let format = match picture.format {
            PictureFormat::Jpeg => ImageFormat::Jpeg,
            PictureFormat::Png => ImageFormat::Png,
        };
        image::load_from_memory_with_format(&picture.bytes, format)
            .unwrap()
            .to_rgb8()
    }

    /// At a place given in hundredths of the width and the height.
    fn looks(image: &RgbImage, x: u32, y: u32, colour: [u8; 3]) -> bool {
        let pixel = image.get_pixel(image.width() * x / 100, image.height() * y / 100);
        pixel.0.iter().zip(colour).all(|(a, b)| a.abs_diff(b) < 40)
    }

    #[test]
    fn each_kind_of_image_becomes_a_small_one() {
        let kinds = [
            ImageFormat::Png,
            ImageFormat::Jpeg,
            ImageFormat::Gif,
            ImageFormat::WebP,
            ImageFormat::Bmp,
        ];
        for kind in kinds {
            let small = drawn(&samples::of_kind(&samples::two_halves(800, 600), kind));

            assert_eq!(small.dimensions(), (320, 240), "{kind:?}");
            assert!(looks(&small, 50, 20, RED), "{kind:?}");
            assert!(looks(&small, 50, 80, BLUE), "{kind:?}");
        }
    }

    #[test]
    fn a_small_image_stays_as_it_is() {
        assert_eq!(drawn(&samples::png(16, 24)).dimensions(), (16, 24));
    }

    #[test]
    fn what_is_transparent_stays_so() {
        let image = image::RgbaImage::from_pixel(400, 400, image::Rgba([0, 0, 0, 0]));
        let picture = draw(&samples::of_kind(&image.into(), ImageFormat::Png)).unwrap();
        let small = image::load_from_memory(&picture.bytes).unwrap().to_rgba8();

        assert_eq!(picture.format, PictureFormat::Png);
        assert_eq!(small.get_pixel(100, 100)[3], 0);
    }

    #[test]
    fn a_photograph_stands_as_it_was_held() {
        let quarter_turn = drawn(&samples::held(800, 600, 6));
        let upside_down = drawn(&samples::held(800, 600, 3));

        assert_eq!(quarter_turn.dimensions(), (240, 320));
        assert!(looks(&quarter_turn, 80, 50, RED), "its top is on the right");
        assert!(looks(&quarter_turn, 20, 50, BLUE));
        assert!(looks(&upside_down, 50, 80, RED));
    }

    #[test]
    fn of_an_animation_the_first_frame_counts() {
        assert!(looks(&drawn(&samples::gif(1_000)), 50, 50, RED));
    }

    #[test]
    fn the_bytes_say_what_a_file_is() {
        // Neither is asked for its name.
        assert!(draw(b"<!doctype html><script>alert(1)</script>").is_none());
        assert!(draw(br#"<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>"#).is_none());
        assert!(draw(b"").is_none());
    }

    #[test]
    fn a_bomb_is_not_set_off() {
        assert!(draw(&samples::png_that_says(50_000, 50_000)).is_none());
        assert!(draw(&samples::png_that_says(u32::MAX >> 1, 2)).is_none());
        assert!(draw(&samples::png_that_says(0, 10)).is_none());
    }

    #[test]
    fn a_damaged_file_has_no_thumbnail() {
        let png = samples::png(400, 300);
        assert!(draw(&png[..png.len() / 2]).is_none());
        assert!(draw(b"%PDF-1.7\nnothing of the kind").is_none());
        assert!(draw(&[0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2]).is_none());
    }
}
