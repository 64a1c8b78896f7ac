//! Looks for something on the disk that must not be there.

use std::fs;
use std::path::{Path, PathBuf};

/// The files below a folder whose bytes contain `needle`, in any of the forms in
/// which a program would write it: as it is, as UTF-16, as hexadecimal digits.
pub fn files_that_contain(folder: &Path, needle: &str) -> Vec<PathBuf> {
    let utf16: Vec<u8> = needle.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let digits: String = needle.bytes().map(|byte| format!("{byte:02x}")).collect();
    let forms = [needle.as_bytes().to_vec(), utf16, digits.into_bytes()];
    files(folder)
        .into_iter()
        .filter(|file| {
            // A file that went away meanwhile contains nothing.
            let bytes = fs::read(file).unwrap_or_default();
            forms.iter().any(|form| contains(&bytes, form))
        })
        .collect()
}

pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

#[test]
fn a_secret_is_found_in_each_form_it_could_be_written_in() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("deep")).unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    write("deep/plain", b"key=s3cret;");
    write("digits", b"733363726574");
    write(
        "wide",
        &"s3cret"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<_>>(),
    );
    write("innocent", b"s3 cret");

    assert_eq!(files_that_contain(folder.path(), "s3cret").len(), 3);
}
