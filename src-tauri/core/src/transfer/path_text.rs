//! Local paths in JSON, those that are not Unicode included: a string where
//! the path is one, otherwise its units (bytes, or UTF-16 on Windows).

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum PathText {
    Text(String),
    Units(Vec<u16>),
}

pub(super) fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    let text = match path.to_str() {
        Some(text) => PathText::Text(text.to_owned()),
        None => PathText::Units(units(path)),
    };
    text.serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
    Ok(match PathText::deserialize(deserializer)? {
        PathText::Text(text) => text.into(),
        PathText::Units(units) => of_units(units)
            .ok_or_else(|| serde::de::Error::custom("a path of another system"))?
            .into(),
    })
}

#[cfg(unix)]
fn units(path: &Path) -> Vec<u16> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str()
        .as_bytes()
        .iter()
        .map(|b| (*b).into())
        .collect()
}

#[cfg(unix)]
fn of_units(units: Vec<u16>) -> Option<OsString> {
    use std::os::unix::ffi::OsStringExt;
    let bytes: Result<Vec<u8>, _> = units.into_iter().map(u8::try_from).collect();
    bytes.ok().map(OsString::from_vec)
}

#[cfg(windows)]
fn units(path: &Path) -> Vec<u16> {
    use std::os::windows::ffi::OsStrExt;
    path.as_os_str().encode_wide().collect()
}

#[cfg(windows)]
fn of_units(units: Vec<u16>) -> Option<OsString> {
    use std::os::windows::ffi::OsStringExt;
    Some(OsString::from_wide(&units))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Place(#[serde(with = "super")] PathBuf);

    #[cfg(unix)]
    #[test]
    fn a_path_that_is_not_unicode_comes_back_as_it_was() {
        use std::os::unix::ffi::OsStringExt;
        let odd = OsString::from_vec(b"/home/\xff\xfe/slides.pdf".to_vec());
        for path in [PathBuf::from("/home/\u{fc}/slides.pdf"), odd.into()] {
            let place = Place(path);
            let text = serde_json::to_string(&place).unwrap();
            assert_eq!(serde_json::from_str::<Place>(&text).unwrap(), place);
        }
    }
}
