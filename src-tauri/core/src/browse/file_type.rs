//! What kind of file a name announces. The name only: nothing is opened, so it
//! is for icons, columns and sorting, never for deciding whether to run a file.

use memchr::memrchr;

use super::FileType;

/// Lower-case extension without the dot; empty for none, for a leading dot
/// alone (`.bashrc`) and for more than sixteen characters, which is no extension.
pub(crate) fn extension(name: &str) -> String {
    raw_extension(name).to_lowercase()
}

/// The extension as it is spelt.
pub(super) fn raw_extension(name: &str) -> &str {
    match memrchr(b'.', name.as_bytes()) {
        Some(at) if at > 0 && name[at + 1..].chars().take(17).count() <= 16 => &name[at + 1..],
        _ => "",
    }
}

pub(crate) fn of_name(name: &str) -> FileType {
    // No known extension is longer, and none is anything but ASCII.
    let mut lower = [0; 8];
    let spelt = raw_extension(name).as_bytes();
    let Some(lower) = lower.get_mut(..spelt.len()) else {
        return FileType::Other;
    };
    lower.copy_from_slice(spelt);
    lower.make_ascii_lowercase();
    match std::str::from_utf8(lower).unwrap_or_default() {
        "7z" | "bz2" | "gz" | "rar" | "tar" | "tgz" | "xz" | "zip" | "zst" => FileType::Archive,
        "aac" | "aif" | "aiff" | "flac" | "m4a" | "mid" | "mp3" | "oga" | "ogg" | "opus"
        | "wav" | "wma" => FileType::Audio,
        "bat" | "c" | "cc" | "cpp" | "cs" | "css" | "go" | "h" | "hpp" | "hs" | "htm" | "html"
        | "ipynb" | "java" | "jl" | "js" | "json" | "jsx" | "kt" | "lua" | "m" | "mjs" | "php"
        | "pl" | "ps1" | "py" | "r" | "rb" | "rs" | "scala" | "sh" | "sql" | "swift" | "toml"
        | "ts" | "tsx" | "vue" | "xml" | "yaml" | "yml" => FileType::Code,
        "doc" | "docm" | "docx" | "epub" | "odt" | "pages" | "rtf" => FileType::Document,
        "avif" | "bmp" | "gif" | "heic" | "heif" | "ico" | "jpeg" | "jpg" | "jxl" | "png"
        | "psd" | "svg" | "tif" | "tiff" | "webp" => FileType::Image,
        "pdf" => FileType::Pdf,
        "key" | "odp" | "pps" | "ppsx" | "ppt" | "pptm" | "pptx" => FileType::Presentation,
        "csv" | "numbers" | "ods" | "parquet" | "sav" | "tsv" | "xls" | "xlsm" | "xlsx" => {
            FileType::Table
        }
        "adoc" | "bib" | "ini" | "log" | "markdown" | "md" | "org" | "rst" | "srt" | "tex"
        | "txt" | "vtt" => FileType::Text,
        "avi" | "m4v" | "mkv" | "mov" | "mp4" | "mpeg" | "mpg" | "ogv" | "webm" | "wmv" => {
            FileType::Video
        }
        _ => FileType::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_follows_the_extension_in_any_case() {
        assert_eq!(of_name("Week 1.PPTX"), FileType::Presentation);
        assert_eq!(of_name("notes.tar.gz"), FileType::Archive);
        assert_eq!(of_name("Übung.Pdf"), FileType::Pdf);
        assert_eq!(of_name("README"), FileType::Other);
    }

    #[test]
    fn a_hidden_file_has_no_extension() {
        assert_eq!(extension(".bashrc"), "");
        assert_eq!(extension("a."), "");
        assert_eq!(extension("a.this is a sentence after a dot"), "");
    }
}
