//! Files known by their first bytes.
//! Source of the signatures: the WHATWG MIME Sniffing standard, section 6, and
//! the formats' own specifications.

/// What the first bytes announce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signature {
    Image(&'static str),
    Audio(&'static str),
    Video(&'static str),
    /// Holds sound, pictures or both: the name decides.
    Film {
        audio: &'static str,
        video: &'static str,
    },
    Pdf,
    Zip,
    Gzip,
    Tar,
    /// Known, and nothing that is shown.
    Other,
}

/// `None` for what begins like nothing known, which text does.
pub(super) fn of(head: &[u8]) -> Option<Signature> {
    fixed(head)
        .or_else(|| riff(head))
        .or_else(|| iso_media(head))
        .or_else(|| mpeg_audio(head).then_some(Signature::Audio("audio/mpeg")))
        .or_else(|| (head.get(257..262) == Some(b"ustar".as_slice())).then_some(Signature::Tar))
}

fn fixed(head: &[u8]) -> Option<Signature> {
    use Signature::{Audio, Film, Gzip, Image, Other, Pdf, Video, Zip};
    const TABLE: &[(&[u8], Signature)] = &[
        (b"%PDF-", Pdf),
        (b"\x89PNG\r\n\x1a\n", Image("image/png")),
        (b"\xff\xd8\xff", Image("image/jpeg")),
        (b"GIF87a", Image("image/gif")),
        (b"GIF89a", Image("image/gif")),
        (b"\x00\x00\x01\x00", Image("image/x-icon")),
        (b"II*\x00", Image("image/tiff")),
        (b"MM\x00*", Image("image/tiff")),
        (b"PK\x03\x04", Zip),
        (b"PK\x05\x06", Zip),
        (b"\x1f\x8b\x08", Gzip),
        (b"ID3", Audio("audio/mpeg")),
        (b"fLaC", Audio("audio/flac")),
        (
            b"OggS",
            Film {
                audio: "audio/ogg",
                video: "video/ogg",
            },
        ),
        (
            b"\x1a\x45\xdf\xa3",
            Film {
                audio: "audio/webm",
                video: "video/webm",
            },
        ),
        (b"\x00\x00\x01\xba", Video("video/mpeg")),
        (b"{\\rtf", Other),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Other),
        (b"7z\xbc\xaf\x27\x1c", Other),
        (b"Rar!\x1a\x07", Other),
        (b"\xfd7zXZ\x00", Other),
        (b"BZh", Other),
        (b"\x28\xb5\x2f\xfd", Other),
        (b"SQLite format 3\x00", Other),
        (b"\x7fELF", Other),
        (b"8BPS", Other),
    ];
    let bitmap = head.starts_with(b"BM") && head.get(6..10) == Some(&[0; 4]);
    if bitmap {
        return Some(Image("image/bmp"));
    }
    let found = TABLE.iter().find(|(begin, _)| head.starts_with(begin));
    found.map(|(_, signature)| *signature)
}

fn riff(head: &[u8]) -> Option<Signature> {
    match (head.get(..4)?, head.get(8..12)?) {
        (b"RIFF", b"WEBP") => Some(Signature::Image("image/webp")),
        (b"RIFF", b"WAVE") => Some(Signature::Audio("audio/wav")),
        (b"RIFF", b"AVI ") => Some(Signature::Video("video/x-msvideo")),
        (b"FORM", b"AIFF") => Some(Signature::Audio("audio/aiff")),
        _ => None,
    }
}

/// ISO/IEC 14496-12: a box `ftyp` with the major brand.
fn iso_media(head: &[u8]) -> Option<Signature> {
    if head.get(4..8)? != b"ftyp" {
        return None;
    }
    Some(match head.get(8..12)? {
        b"avif" | b"avis" => Signature::Image("image/avif"),
        b"heic" | b"heix" | b"mif1" | b"msf1" => Signature::Image("image/heic"),
        b"M4A " | b"M4B " => Signature::Audio("audio/mp4"),
        _ => Signature::Film {
            audio: "audio/mp4",
            video: "video/mp4",
        },
    })
}

/// The sync word of an MPEG audio frame of layer II or III, with none of the
/// reserved values. Layer I is nowhere, and a byte order mark looks like it.
fn mpeg_audio(head: &[u8]) -> bool {
    let &[0xff, second, third, ..] = head else {
        return false;
    };
    let (version, layer) = (second >> 3 & 3, second >> 1 & 3);
    let (bitrate, sampling) = (third >> 4, third >> 2 & 3);
    second & 0xe0 == 0xe0
        && version != 1
        && matches!(layer, 1 | 2)
        && bitrate != 15
        && sampling != 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_first_bytes() {
        for (head, signature) in [
            (b"%PDF-1.7\n".as_slice(), Signature::Pdf),
            (
                b"RIFF\x00\x00\x00\x00WEBPVP8 ",
                Signature::Image("image/webp"),
            ),
            (b"\x00\x00\x00\x20ftypavif", Signature::Image("image/avif")),
            (b"\x00\x00\x00\x20ftypM4A ", Signature::Audio("audio/mp4")),
            (b"\xff\xfb\x90\x00", Signature::Audio("audio/mpeg")),
            (b"PK\x03\x04...", Signature::Zip),
        ] {
            assert_eq!(of(head), Some(signature), "{head:?}");
        }
    }

    #[test]
    fn what_merely_resembles_one_is_not_taken_for_it() {
        for head in [
            b"BMW is a make of cars".as_slice(),
            b"\xff\xfe\x41\x00",
            b"plain text",
            b"",
            b"RIF",
        ] {
            assert_eq!(of(head), None, "{head:?}");
        }
    }
}
