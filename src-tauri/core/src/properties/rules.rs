//! What may describe an object, so that a refusal comes before anything is
//! sent, and in words.
//!
//! Sources: Amazon S3 user guide, "User-defined object metadata" (2 KB, counted
//! in bytes of UTF-8 over names and values) and "Categorizing your objects using
//! object tags" (ten tags, 128 and 256 characters, letters, numbers, spaces and
//! `+ - = . _ : / @`); RFC 9110, "Field Names", "Field Values", "Media Type".

use super::encoded_word;
use super::model::{Headers, Pairs, Wanted};
use crate::error::{Error, Result};

const MOST_METADATA_BYTES: usize = 2 << 10;
const MOST_TAGS: usize = 10;
const MOST_TAG_NAME: usize = 128;
const MOST_TAG_VALUE: usize = 256;
/// All headers of a request together. Source: "User-defined object metadata".
const MOST_HEADER_BYTES: usize = 8 << 10;

/// Names in lower case, as the service keeps them, and sorted; spaces at the
/// ends of values cut off, as on their way. What stays as it is now may be as odd as it is.
///
/// # Errors
/// `InvalidInput`, about the field.
pub(super) fn checked(wanted: &Wanted, now: &Headers) -> Result<Wanted> {
    let content = &now.content;
    let unless_kept = |typed: &str,
                       kept: &Option<String>,
                       check: &dyn Fn(&str) -> Result<String>| {
        match kept.as_deref() == Some(typed) {
            true => Ok(typed.to_owned()),
            false => check(typed),
        }
    };
    Ok(Wanted {
        content_type: unless_kept(&wanted.content_type, &content.content_type, &content_type)?,
        content_disposition: unless_kept(
            &wanted.content_disposition,
            &content.content_disposition,
            &|typed| header("contentDisposition", typed),
        )?,
        cache_control: unless_kept(&wanted.cache_control, &content.cache_control, &|typed| {
            header("cacheControl", typed)
        })?,
        content_language: unless_kept(
            &wanted.content_language,
            &content.content_language,
            &|typed| header("contentLanguage", typed),
        )?,
        metadata: match wanted.metadata == now.metadata {
            true => wanted.metadata.clone(),
            false => metadata(&wanted.metadata)?,
        },
        tags: wanted.tags.as_ref().map(tags).transpose()?,
    })
}

/// `type/subtype`, with parameters or without; or nothing.
pub(super) fn content_type(typed: &str) -> Result<String> {
    let value = header("contentType", typed)?;
    let essence = value.split(';').next().unwrap_or_default().trim();
    let names_both = essence
        .split_once('/')
        .is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype));
    if !value.is_empty() && !names_both {
        return Err(
            Error::invalid("contentType", format!("“{value}” is not a content type."))
                .next("Write it as a type and a subtype, for example application/pdf."),
        );
    }
    Ok(value)
}

fn header(field: &str, typed: &str) -> Result<String> {
    let value = typed.trim();
    if !value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Err(Error::invalid(
            field,
            "This header takes letters, digits and signs of ASCII only.",
        )
        .next("Leave out accents and line breaks."));
    }
    if value.len() > MOST_HEADER_BYTES {
        return Err(Error::invalid(field, "This is too long for a header."));
    }
    Ok(value.to_owned())
}

fn metadata(typed: &Pairs) -> Result<Pairs> {
    let field = "metadata";
    let mut metadata = Pairs::new();
    for (name, value) in typed {
        let name = name.trim().to_ascii_lowercase();
        if !is_token(&name) {
            return Err(Error::invalid(
                field,
                format!("“{name}” cannot be the name of a metadata entry."),
            )
            .next("Use letters, digits and hyphens, without spaces and accents."));
        }
        if value.chars().any(char::is_control) {
            return Err(Error::invalid(
                field,
                format!("The value of “{name}” has a line break or another control character."),
            )
            .next("Write it on one line."));
        }
        // A header has no spaces at its ends.
        metadata.push((name, value.trim().to_owned()));
    }
    metadata.sort();
    if let Some(name) = twice(&metadata) {
        return Err(Error::invalid(
            field,
            format!("There are two metadata entries named “{name}”."),
        )
        .next("Remove one of them. Capital letters make no difference."));
    }
    let kept: usize = metadata.iter().map(|(n, v)| n.len() + v.len()).sum();
    // A store that keeps the encoded form counts that.
    let sent: usize = metadata
        .iter()
        .map(|(name, value)| "x-amz-meta-".len() + name.len() + encoded_word::encode(value).len())
        .sum();
    if kept > MOST_METADATA_BYTES || sent > MOST_HEADER_BYTES {
        return Err(Error::invalid(
            field,
            format!("All metadata together has {kept} bytes; 2,048 are allowed."),
        )
        .next("Shorten or remove some of it."));
    }
    Ok(metadata)
}

/// # Errors
/// `InvalidInput` about `tags`.
pub(super) fn tags(typed: &Pairs) -> Result<Pairs> {
    let mut tags = Pairs::new();
    for (name, value) in typed {
        tags.push(tag(name, value)?);
    }
    tags.sort();
    if let Some(name) = twice(&tags) {
        return Err(
            Error::invalid("tags", format!("There are two tags named “{name}”."))
                .next("Remove one of them."),
        );
    }
    if tags.len() > MOST_TAGS {
        return Err(Error::invalid(
            "tags",
            format!("There are {} tags; ten are allowed.", tags.len()),
        )
        .next("Remove some of them."));
    }
    Ok(tags)
}

/// One tag, spaces at the ends of its name cut off.
///
/// # Errors
/// `InvalidInput` about `tags`.
pub(super) fn tag(name: &str, value: &str) -> Result<(String, String)> {
    let (name, field) = (name.trim(), "tags");
    if name.is_empty() {
        return Err(Error::invalid(field, "A tag has no name.").next("Enter a name."));
    }
    if name.chars().count() > MOST_TAG_NAME || value.chars().count() > MOST_TAG_VALUE {
        return Err(
            Error::invalid(field, format!("The tag “{name}” is too long."))
                .next("A name has at most 128 characters, a value at most 256."),
        );
    }
    if name.to_ascii_lowercase().starts_with("aws:") {
        return Err(
            Error::invalid(field, "Names that begin with “aws:” belong to the service.")
                .next("Choose another name."),
        );
    }
    if !name.chars().chain(value.chars()).all(is_tag_sign) {
        return Err(Error::invalid(
            field,
            format!("The tag “{name}” has a character that tags cannot hold."),
        )
        .next("Use letters, digits, spaces and + - = . _ : / @"));
    }
    Ok((name.to_owned(), value.to_owned()))
}

fn is_tag_sign(c: char) -> bool {
    c.is_alphanumeric() || c == ' ' || "+-=._:/@".contains(c)
}

fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// A name that occurs twice among sorted pairs.
fn twice(sorted: &Pairs) -> Option<&str> {
    sorted
        .windows(2)
        .find(|two| two[0].0 == two[1].0)
        .map(|two| two[0].0.as_str())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Pairs {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn a_content_type_has_two_parts() {
        for good in [
            "text/plain",
            " text/html; charset=utf-8 ",
            "image/svg+xml",
            "",
        ] {
            assert_eq!(content_type(good).unwrap(), good.trim());
        }
        for bad in [
            "text",
            "text/",
            "/plain",
            "a b/c",
            "text/pläin",
            "text/plain\r\nX: y",
        ] {
            assert_eq!(
                content_type(bad).unwrap_err().subject.unwrap(),
                "contentType",
                "{bad}"
            );
        }
    }

    #[test]
    fn names_of_metadata_are_tokens_and_kept_small() {
        let kept = metadata(&pairs(&[("Term", " Herbst ü "), ("author", "")])).unwrap();
        assert_eq!(kept, pairs(&[("author", ""), ("term", "Herbst ü")]));

        for name in ["", "a b", "ä", "a:b", "a\nb"] {
            assert!(metadata(&pairs(&[(name, "x")])).is_err(), "{name:?}");
        }
        assert!(metadata(&pairs(&[("A", "1"), ("a", "2")])).is_err());
        assert!(metadata(&pairs(&[("a", "1\n2")])).is_err());
    }

    #[test]
    fn metadata_is_counted_in_bytes_of_names_and_values() {
        let most = "x".repeat(MOST_METADATA_BYTES - 1);
        assert!(metadata(&pairs(&[("a", &most)])).is_ok());
        assert!(metadata(&pairs(&[("ab", &most)])).is_err());

        let umlauts = "ü".repeat(MOST_METADATA_BYTES / 2);
        assert!(metadata(&pairs(&[("a", &umlauts)])).is_err());
    }

    #[test]
    fn ten_tags_are_allowed_each_within_its_length() {
        let many = |count: usize| -> Pairs {
            (0..count)
                .map(|n| (format!("n{n}"), String::new()))
                .collect()
        };
        assert!(tags(&many(10)).is_ok());
        assert!(tags(&many(11)).is_err());
        assert!(tag(&"ü".repeat(128), &"v".repeat(256)).is_ok());
        assert!(tag(&"n".repeat(129), "").is_err());
        assert!(tag("n", &"v".repeat(257)).is_err());
    }

    #[test]
    fn tags_hold_letters_of_any_script_and_a_few_signs() {
        assert!(tag("Größe 日本", "a+b-c=d._:/@1").is_ok());
        for (name, value) in [
            ("", "v"),
            ("a&b", "v"),
            ("a", "<b>"),
            ("AWS:x", ""),
            ("a", "\t"),
        ] {
            assert!(tag(name, value).is_err(), "{name:?} {value:?}");
        }
        assert!(tags(&pairs(&[("a", "1"), ("a", "2")])).is_err());
        // Unlike names of metadata, those of tags tell capital letters apart.
        assert!(tags(&pairs(&[("a", "1"), ("A", "2")])).is_ok());
    }
}
