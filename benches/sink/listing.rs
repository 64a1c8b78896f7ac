//! Pages of ListObjectsV2 (and of its first version, which some clients still
//! ask for), from memory.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Bound;

use crate::objects::Object;
use crate::xml::escape;

/// What a listing's query asks for.
pub struct Asked<'a> {
    pub prefix: &'a str,
    pub delimiter: &'a str,
    /// Only what comes after it.
    pub after: &'a str,
    pub most: usize,
    /// Keys are to be percent-encoded.
    pub encoded: bool,
}

pub fn page(objects: &BTreeMap<String, Object>, asked: &Asked<'_>) -> String {
    let mut xml = String::with_capacity(256 * asked.most);
    xml.push_str("<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
    let mut folders = String::new();
    let mut from = match asked.after {
        after if after < asked.prefix => Bound::Included(asked.prefix.to_owned()),
        after => Bound::Excluded(after.to_owned()),
    };
    let (mut count, mut last) = (0, String::new());
    let mut truncated = false;
    'page: loop {
        let mut skip_to = None;
        for (key, object) in objects.range((from.clone(), Bound::Unbounded)) {
            let Some(rest) = key.strip_prefix(asked.prefix) else {
                break 'page;
            };
            if count == asked.most {
                truncated = true;
                break 'page;
            }
            count += 1;
            let folder = match asked.delimiter {
                "" => None,
                delimiter => rest.find(delimiter).map(|at| at + delimiter.len()),
            };
            if let Some(end) = folder {
                let folder = &key[..asked.prefix.len() + end];
                folders.push_str("<CommonPrefixes><Prefix>");
                name(folder, asked.encoded, &mut folders);
                folders.push_str("</Prefix></CommonPrefixes>");
                // Past everything that begins with the folder.
                last = format!("{folder}\u{10ffff}");
                skip_to = Some(last.clone());
                break;
            }
            xml.push_str("<Contents><Key>");
            name(key, asked.encoded, &mut xml);
            let _ = write!(
                xml,
                "</Key><LastModified>{}</LastModified><ETag>{}</ETag>\
                 <Size>{}</Size><StorageClass>STANDARD</StorageClass></Contents>",
                object.modified.listed,
                object.etag.replace('"', "&quot;"),
                object.size,
            );
            last.clone_from(key);
        }
        match skip_to {
            Some(after) => from = Bound::Excluded(after),
            None => break,
        }
    }
    xml.push_str(&folders);
    let _ = write!(
        xml,
        "<KeyCount>{count}</KeyCount><MaxKeys>{}</MaxKeys>",
        asked.most
    );
    if asked.encoded {
        xml.push_str("<EncodingType>url</EncodingType>");
    }
    if truncated {
        for element in ["NextContinuationToken", "NextMarker"] {
            let _ = write!(xml, "<{element}>");
            escape(&last, &mut xml);
            let _ = write!(xml, "</{element}>");
        }
    }
    let _ = write!(
        xml,
        "<IsTruncated>{truncated}</IsTruncated></ListBucketResult>"
    );
    xml
}

fn name(key: &str, encoded: bool, into: &mut String) {
    if encoded {
        into.extend(percent_encoding::utf8_percent_encode(key, KEPT));
    } else {
        escape(key, into);
    }
}

const KEPT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.');

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::texts;

    fn objects(keys: &[&str]) -> BTreeMap<String, Object> {
        keys.iter()
            .map(|key| ((*key).to_owned(), Object::of(0)))
            .collect()
    }

    fn asked(prefix: &str) -> Asked<'_> {
        Asked {
            prefix,
            delimiter: "",
            after: "",
            most: 2,
            encoded: false,
        }
    }

    #[test]
    fn pages_follow_one_another_to_the_end() {
        let objects = objects(&["a", "b/1", "b/2", "b/3", "c"]);

        let first = page(&objects, &asked("b/"));
        let second = page(
            &objects,
            &Asked {
                after: "b/2",
                ..asked("b/")
            },
        );

        assert_eq!(texts(&first, "Key").collect::<Vec<_>>(), ["b/1", "b/2"]);
        assert_eq!(
            texts(&first, "NextContinuationToken").next().as_deref(),
            Some("b/2")
        );
        assert_eq!(texts(&second, "Key").collect::<Vec<_>>(), ["b/3"]);
        assert_eq!(
            texts(&second, "IsTruncated").next().as_deref(),
            Some("false")
        );
    }

    #[test]
    fn folders_are_told_once() {
        let objects = objects(&["a", "b/1", "b/2", "c/1"]);

        let first = page(
            &objects,
            &Asked {
                delimiter: "/",
                ..asked("")
            },
        );
        let after = texts(&first, "NextContinuationToken")
            .next()
            .unwrap_or_default();
        let second = page(
            &objects,
            &Asked {
                delimiter: "/",
                after: &after,
                ..asked("")
            },
        );

        assert_eq!(texts(&first, "Prefix").collect::<Vec<_>>(), ["b/"]);
        assert_eq!(texts(&second, "Prefix").collect::<Vec<_>>(), ["c/"]);
    }
}
