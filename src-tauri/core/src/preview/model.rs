//! The words of previews, as they cross to the window.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::browse::FileType;
use crate::clock::UnixMillis;

/// Stands for one object in one state. Whoever has it may read that object until
/// the preview is closed, so it is made of 122 random bits (UUID version 4).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub struct PreviewId(pub String);

#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Preview {
    pub id: PreviewId,
    /// The last segment of the key.
    pub name: String,
    /// What the name announces.
    pub file_type: FileType,
    /// Lower-case extension without the dot, empty for none.
    pub extension: String,
    /// The contents are of another kind than the name announces.
    pub disguised: bool,
    /// Bytes.
    pub size: u64,
    pub modified_at: Option<UnixMillis>,
    pub content: Showing,
}

/// What can be shown, decided from the contents.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Showing {
    Image {
        mime: String,
        /// Width and height in pixels, where the first bytes tell.
        pixels: Option<(u32, u32)>,
    },
    Pdf,
    Audio {
        mime: String,
    },
    Video {
        mime: String,
    },
    Text {
        encoding: Encoding,
        reading: Reading,
        /// An extension or name by which to choose the highlighting; may be empty.
        syntax: String,
    },
    Archive {
        format: ArchiveFormat,
    },
    /// An object of no bytes.
    Empty,
    Nothing {
        why: WhyNot,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    /// Western European, the superset of Latin-1 that browsers use (WHATWG Encoding).
    Windows1252,
}

/// How text is best read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Reading {
    Plain,
    Markdown,
    /// Comma- or tab-separated values.
    Table,
    /// A picture written as text: shown as text, and as a picture on demand.
    Svg,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ArchiveFormat {
    Zip,
    Tar,
    TarGz,
}

/// Why nothing is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum WhyNot {
    /// There is no preview for this kind of file.
    NoPreview,
    /// A picture that would take too much memory to unfold.
    TooManyPixels,
    /// A picture of too many bytes.
    TooLarge,
}

/// What an archive says it holds. Nothing of it is unpacked: sizes are what the
/// archive claims.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ArchiveListing {
    pub entries: Vec<ArchiveEntry>,
    /// How many the archive says there are; `None` where only reading on would tell.
    pub count: Option<u64>,
    /// Everything is listed.
    pub complete: bool,
    /// It is damaged or cut off: what could be read is listed.
    pub damaged: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ArchiveEntry {
    /// As the archive spells it, to be shown and never to be used as a path.
    pub path: String,
    pub is_folder: bool,
    /// Bytes once unpacked, as claimed.
    pub size: u64,
    /// Bytes in the archive, where each entry has its own.
    pub packed: Option<u64>,
    pub encrypted: bool,
}

/// A block of Markdown, in the order of the text.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Block {
    Heading {
        /// 1 to 6.
        level: u8,
        spans: Vec<TextRun>,
    },
    Paragraph {
        spans: Vec<TextRun>,
    },
    Code {
        language: String,
        text: String,
    },
    Quote {
        blocks: Vec<Block>,
    },
    List {
        /// The first number of a numbered list.
        start: Option<u64>,
        items: Vec<Vec<Block>>,
    },
    Table {
        aligns: Vec<Align>,
        head: Vec<Vec<TextRun>>,
        rows: Vec<Vec<Vec<TextRun>>>,
    },
    /// HTML within Markdown, as the text that it is.
    Html {
        text: String,
    },
    Rule,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Align {
    None,
    Left,
    Center,
    Right,
}

/// A run of text of one look.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TextRun {
    pub text: String,
    pub strong: bool,
    pub emphasis: bool,
    pub strike: bool,
    pub code: bool,
    /// Where a link points: to be shown, and never to be followed by the window.
    pub link: Option<String>,
    /// The text stands for a picture, which is not fetched.
    pub image: bool,
    /// Checkbox of a task list.
    pub task: Option<bool>,
}
