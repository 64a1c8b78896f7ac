//! What an object is, decided from its first bytes. The name is asked only
//! where bytes alone cannot tell: how to read text, and whether a film that may
//! hold sound only is one.

use super::magic::{self, Signature};
use super::text;
use super::{ArchiveFormat, Reading, Showing, WhyNot};
use crate::browse::FileType;
use crate::browse::file_type::{extension, of_name};

/// Pictures are held whole by the window, packed and unfolded.
const MOST_IMAGE_BYTES: u64 = 64 * 1024 * 1024;
/// 256 MiB once unfolded, at four bytes a pixel.
const MOST_PIXELS: u64 = 64 * 1024 * 1024;

/// `head` are the first bytes of `size` in all.
pub(super) fn of(head: &[u8], size: u64, name: &str) -> Showing {
    if size == 0 {
        return Showing::Empty;
    }
    let nothing = Showing::Nothing {
        why: WhyNot::NoPreview,
    };
    match magic::of(head) {
        Some(Signature::Pdf) => Showing::Pdf,
        Some(Signature::Image(mime)) => image(head, size, mime),
        Some(Signature::Audio(mime)) => audio(mime),
        Some(Signature::Video(mime)) => video(mime),
        Some(Signature::Film { audio: sound, .. }) if of_name(name) == FileType::Audio => {
            audio(sound)
        }
        Some(Signature::Film { video: film, .. }) => video(film),
        Some(Signature::Zip) if !is_office(name) => Showing::Archive {
            format: ArchiveFormat::Zip,
        },
        Some(Signature::Tar) => Showing::Archive {
            format: ArchiveFormat::Tar,
        },
        Some(Signature::Gzip) if is_tar_gz(name) => Showing::Archive {
            format: ArchiveFormat::TarGz,
        },
        Some(Signature::Zip | Signature::Gzip | Signature::Other) => nothing,
        None => text_of(head, name).unwrap_or(nothing),
    }
}

impl Showing {
    /// The media type that the bytes are served as. Text of any kind is plain
    /// text: nothing that a browser would run has a type of its own here.
    pub(super) fn mime(&self) -> &str {
        match self {
            Self::Image { mime, .. } | Self::Audio { mime } | Self::Video { mime } => mime,
            Self::Pdf => "application/pdf",
            Self::Text { .. } => "text/plain",
            Self::Archive { .. } | Self::Empty | Self::Nothing { .. } => "application/octet-stream",
        }
    }
}

/// The name announces something else than what is there.
pub(super) fn is_disguised(content: &Showing, name: &str) -> bool {
    use FileType::{Archive, Audio, Code, Image, Pdf, Table, Text, Video};
    let announced = of_name(name);
    let announces_text = matches!(announced, Code | Text)
        || matches!(extension(name).as_str(), "csv" | "tsv" | "svg");
    let announces_bytes =
        matches!(announced, Archive | Audio | Image | Pdf | Video) && !announces_text;
    match content {
        Showing::Empty => false,
        Showing::Text { .. } => announces_bytes || matches!(announced, FileType::Document),
        Showing::Image { .. } => announced != Image && (announces_bytes || announces_text),
        Showing::Pdf => announced != Pdf && (announces_bytes || announces_text),
        Showing::Audio { .. } | Showing::Video { .. } => {
            !matches!(announced, Audio | Video) && (announces_bytes || announces_text)
        }
        Showing::Archive { .. } => {
            announced != Archive && announced != Table && (announces_bytes || announces_text)
        }
        // A form of the announced kind that is not shown, or a text that is none.
        Showing::Nothing { why } => *why == WhyNot::NoPreview && announces_text,
    }
}

fn audio(mime: &str) -> Showing {
    Showing::Audio { mime: mime.into() }
}

fn video(mime: &str) -> Showing {
    Showing::Video { mime: mime.into() }
}

fn image(head: &[u8], size: u64, mime: &str) -> Showing {
    let pixels = imagesize::blob_size(head).ok().and_then(|it| {
        let side = |n: usize| u32::try_from(n).ok();
        Some((side(it.width)?, side(it.height)?))
    });
    let too_many =
        pixels.is_some_and(|(width, height)| u64::from(width) * u64::from(height) > MOST_PIXELS);
    match (too_many, size > MOST_IMAGE_BYTES) {
        (true, _) => Showing::Nothing {
            why: WhyNot::TooManyPixels,
        },
        (_, true) => Showing::Nothing {
            why: WhyNot::TooLarge,
        },
        _ => Showing::Image {
            mime: mime.into(),
            pixels,
        },
    }
}

fn text_of(head: &[u8], name: &str) -> Option<Showing> {
    let encoding = text::encoding(head)?;
    let extension = extension(name);
    let markup = markup(head);
    let reading = match extension.as_str() {
        "md" | "markdown" | "mkd" => Reading::Markdown,
        "csv" | "tsv" | "tab" => Reading::Table,
        _ if markup == Some("svg") => Reading::Svg,
        _ => Reading::Plain,
    };
    let syntax = markup.map_or(extension, str::to_owned);
    Some(Showing::Text {
        encoding,
        reading,
        syntax,
    })
}

/// Text that a browser would take for a page or a picture, whatever its name.
fn markup(head: &[u8]) -> Option<&'static str> {
    let begin = &head[..head.len().min(1024)];
    let begin = String::from_utf8_lossy(begin).to_ascii_lowercase();
    let begin = begin.trim_start_matches('\u{feff}').trim_start();
    if begin.starts_with("<!doctype html") || begin.starts_with("<html") {
        return Some("html");
    }
    let is_xml = begin.starts_with("<?xml")
        || begin.starts_with("<!--")
        || begin.starts_with("<!doctype svg");
    let is_svg = begin.starts_with("<svg") || is_xml && begin.contains("<svg");
    is_svg.then_some("svg")
}

/// Formats that are zip archives inside, which is nothing to show a person.
fn is_office(name: &str) -> bool {
    let extension = extension(name);
    matches!(
        of_name(name),
        FileType::Document | FileType::Presentation | FileType::Table
    ) || matches!(extension.as_str(), "jar" | "apk")
}

fn is_tar_gz(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with(".tar.gz") || name.ends_with(".tgz")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::Encoding;

    fn content(head: &[u8], name: &str) -> Showing {
        of(head, head.len() as u64, name)
    }

    fn reading(head: &[u8], name: &str) -> Option<(Reading, String)> {
        match content(head, name) {
            Showing::Text {
                reading, syntax, ..
            } => Some((reading, syntax)),
            _ => None,
        }
    }

    /// A picture's header, with sides in pixels.
    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 6, 0, 0, 0, 0, 0, 0, 0]);
        bytes
    }

    #[test]
    fn a_page_called_a_picture_is_text() {
        let page = b"<!DOCTYPE html><script>alert(1)</script>";
        let content = content(page, "photo.png");

        assert_eq!(content.mime(), "text/plain");
        assert_eq!(
            content,
            Showing::Text {
                encoding: Encoding::Utf8,
                reading: Reading::Plain,
                syntax: "html".into()
            }
        );
        assert!(is_disguised(&content, "photo.png"));
    }

    #[test]
    fn svg_is_text_under_any_name() {
        let svg = b"<?xml version='1.0'?>\n<svg onload='x()'/>";
        for name in ["a.svg", "a.png", "a"] {
            assert_eq!(reading(svg, name), Some((Reading::Svg, "svg".into())));
        }
        assert!(!is_disguised(&content(svg, "a.svg"), "a.svg"));
    }

    #[test]
    fn text_is_read_as_its_name_says() {
        assert_eq!(
            reading(b"# A", "a.MD"),
            Some((Reading::Markdown, "md".into()))
        );
        assert_eq!(
            reading(b"a,b", "a.csv"),
            Some((Reading::Table, "csv".into()))
        );
        assert_eq!(
            reading(b"fn a()", "a.rs"),
            Some((Reading::Plain, "rs".into()))
        );
    }

    #[test]
    fn binary_called_text_has_no_preview_and_says_so() {
        let binary = content(b"\x00\x01\x02\x03", "notes.txt");
        assert_eq!(
            binary,
            Showing::Nothing {
                why: WhyNot::NoPreview
            }
        );
        assert!(is_disguised(&binary, "notes.txt"));
    }

    #[test]
    fn a_picture_that_would_unfold_to_gigabytes_is_not_shown() {
        assert_eq!(
            content(&png(100_000, 100_000), "a.png"),
            Showing::Nothing {
                why: WhyNot::TooManyPixels
            }
        );
        assert_eq!(
            content(&png(640, 480), "a.png"),
            Showing::Image {
                mime: "image/png".into(),
                pixels: Some((640, 480))
            }
        );
        assert_eq!(
            of(&png(640, 480), MOST_IMAGE_BYTES + 1, "a.png"),
            Showing::Nothing {
                why: WhyNot::TooLarge
            }
        );
    }

    #[test]
    fn an_office_file_is_not_shown_as_the_archive_it_is_inside() {
        let zip = b"PK\x03\x04rest";
        assert!(matches!(content(zip, "a.docx"), Showing::Nothing { .. }));
        assert!(matches!(content(zip, "a.zip"), Showing::Archive { .. }));
    }

    #[test]
    fn a_film_with_a_name_of_sound_is_sound() {
        let film = b"\0\0\0\x20ftypisom\0\0\0\0";
        assert_eq!(content(film, "a.m4a").mime(), "audio/mp4");
        assert_eq!(content(film, "a.mp4").mime(), "video/mp4");
    }
}
