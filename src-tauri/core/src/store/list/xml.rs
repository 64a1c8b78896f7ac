//! The body of a ListObjectsV2 answer, element by element. Anything that is not
//! such a body (an error, a page of a hotel's network) is `None`, not a guess.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, Event};

use super::{Listed, Object, decoded};
use crate::clock::UnixMillis;

const ROOT: &str = "ListBucketResult";

/// Where in the answer the reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Nothing,
    Root,
    Contents,
    CommonPrefixes,
}

pub(super) fn read(body: &[u8]) -> Option<Listed> {
    let mut reader = Reader::from_str(std::str::from_utf8(body).ok()?);
    let mut reading = Answer::default();
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) => reading.begin(element.local_name().as_ref())?,
            Event::Empty(element) => {
                let name = element.local_name();
                reading.begin(name.as_ref())?;
                reading.end(name.as_ref());
            }
            Event::End(element) => reading.end(element.local_name().as_ref()),
            Event::Text(text) => reading.text.push_str(&text),
            Event::CData(text) => reading.text.push_str(&text),
            Event::GeneralRef(reference) => reading.refer(&reference)?,
            Event::Eof => return reading.whole(),
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
            Event::DocType(_) => return None,
        }
    }
}

struct Answer {
    listed: Listed,
    within: Within,
    /// Of elements inside `within` that are open.
    deeper: u32,
    object: Object,
    text: String,
    encoded: bool,
    ended: bool,
}

impl Default for Answer {
    fn default() -> Self {
        let mut listed = Listed::default();
        listed.page.objects.reserve(1_000);
        Self {
            listed,
            within: Within::Nothing,
            deeper: 0,
            object: Object::default(),
            text: String::new(),
            encoded: false,
            ended: false,
        }
    }
}

impl Answer {
    fn begin(&mut self, name: &str) -> Option<()> {
        self.text.clear();
        match self.within {
            Within::Nothing if name == ROOT && !self.ended => self.within = Within::Root,
            Within::Nothing => return None,
            Within::Root if self.deeper == 0 && name == "Contents" => {
                self.within = Within::Contents;
            }
            Within::Root if self.deeper == 0 && name == "CommonPrefixes" => {
                self.within = Within::CommonPrefixes;
            }
            Within::Root | Within::Contents | Within::CommonPrefixes => self.deeper += 1,
        }
        Some(())
    }

    fn end(&mut self, name: &str) {
        if self.deeper > 0 {
            self.deeper -= 1;
            if self.deeper == 0 {
                self.value(name);
            }
        } else {
            self.within = match self.within {
                Within::Contents => {
                    let object = std::mem::take(&mut self.object);
                    self.listed.page.objects.push(object);
                    Within::Root
                }
                Within::CommonPrefixes => Within::Root,
                Within::Root | Within::Nothing => {
                    self.ended = true;
                    Within::Nothing
                }
            };
        }
        self.text.clear();
    }

    /// An element that holds a text ended.
    fn value(&mut self, name: &str) {
        let text = self.text.as_str();
        match (self.within, name) {
            (Within::Contents, "Key") => text.clone_into(&mut self.object.key),
            (Within::Contents, "Size") => self.object.size = text.trim().parse().unwrap_or(0),
            (Within::Contents, "LastModified") => self.object.modified = moment(text.trim()),
            (Within::Contents, "ETag") => self.object.etag = Some(text.to_owned()),
            (Within::Contents, "StorageClass") => {
                self.object.storage_class = Some(text.to_owned());
            }
            (Within::CommonPrefixes, "Prefix") => self.listed.page.folders.push(text.to_owned()),
            (Within::Root, "NextContinuationToken") => self.listed.token = Some(text.to_owned()),
            (Within::Root, "IsTruncated") => self.listed.truncated = text.trim() == "true",
            (Within::Root, "EncodingType") => self.encoded = text.trim() == "url",
            _ => {}
        }
    }

    /// `&amp;`, `&#13;` and the like.
    fn refer(&mut self, reference: &BytesRef<'_>) -> Option<()> {
        if let Some(character) = reference.resolve_char_ref().ok()? {
            self.text.push(character);
            return Some(());
        }
        self.text.push_str(resolve_xml_entity(reference)?);
        Some(())
    }

    /// How the answer encodes keys may be said after them.
    fn whole(mut self) -> Option<Listed> {
        if !self.ended {
            return None;
        }
        if self.encoded {
            let page = &mut self.listed.page;
            let keys = page.objects.iter_mut().map(|object| &mut object.key);
            for name in keys.chain(&mut page.folders) {
                *name = decoded(std::mem::take(name), true);
            }
        }
        Some(self.listed)
    }
}

/// `2026-01-31T09:30:00.000Z`, as nearly every store writes it, and otherwise
/// whatever the SDK can read.
fn moment(text: &str) -> Option<UnixMillis> {
    plain_moment(text.as_bytes()).or_else(|| {
        let at = DateTime::from_str(text, Format::DateTimeWithOffset).ok()?;
        at.to_millis().ok()
    })
}

fn plain_moment(text: &[u8]) -> Option<UnixMillis> {
    let (date_time, rest) = text.split_at_checked(19)?;
    let millis = match rest {
        b"Z" => 0,
        [b'.', millis @ .., b'Z'] if millis.len() == 3 => number(millis)?,
        _ => return None,
    };
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if marks.iter().any(|(at, mark)| date_time[*at] != *mark) {
        return None;
    }
    let of = |from: usize, to: usize| number(&date_time[from..to]);
    let (year, month, day) = (of(0, 4)?, of(5, 7)?, of(8, 10)?);
    let (hour, minute, second) = (of(11, 13)?, of(14, 16)?, of(17, 19)?);
    let in_order = (1..=12).contains(&month) && (1..=31).contains(&day);
    if !in_order || hour > 23 || minute > 59 || second > 59 || year < 1 {
        return None;
    }
    // Days since 1970 by the civil calendar, with years that begin in March.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day;
    let seconds = (days - 719_469) * 86_400 + hour * 3_600 + minute * 60 + second;
    Some(seconds * 1_000 + millis)
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + i64::from(digit - b'0'))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_page_is_read_with_all_that_it_says() {
        let listed = read(
            br#"<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
            <Name>b</Name><Prefix>p/</Prefix><IsTruncated>true</IsTruncated>
            <Contents><Key>p/a%26+b</Key><LastModified>2026-01-31T09:30:00.250Z</LastModified>
            <ETag>&quot;0&#x31;&quot;</ETag><Size>7</Size><StorageClass>GLACIER_IR</StorageClass>
            <Owner><ID>o</ID><Key>not this</Key></Owner></Contents>
            <CommonPrefixes><Prefix>p/%C3%BC/</Prefix></CommonPrefixes>
            <NextContinuationToken>t&amp;1</NextContinuationToken>
            <EncodingType>url</EncodingType></ListBucketResult>"#,
        )
        .unwrap();

        let object = Object {
            key: "p/a& b".into(),
            size: 7,
            modified: Some(1_769_851_800_250),
            etag: Some("\"01\"".into()),
            storage_class: Some("GLACIER_IR".into()),
        };
        assert_eq!(listed.page.objects, [object]);
        assert_eq!(listed.page.folders, ["p/\u{fc}/"]);
        assert_eq!(listed.token.as_deref(), Some("t&1"));
        assert!(listed.truncated);
    }

    #[test]
    fn keys_that_are_not_encoded_are_taken_as_they_stand() {
        let listed = read(
            b"<ListBucketResult><Contents><Key> a+b%20&lt;<![CDATA[&]]>&#10; </Key></Contents>\
              <Contents><Key/></Contents></ListBucketResult>",
        )
        .unwrap();

        assert_eq!(listed.page.objects[0].key, " a+b%20<&\n ");
        assert_eq!(listed.page.objects[1].key, "");
        assert!(!listed.truncated);
    }

    #[test]
    fn what_is_no_whole_listing_is_not_guessed_at() {
        for odd in [
            "",
            "<html>Welcome</html>",
            "<Error><Code>SlowDown</Code></Error>",
            "<ListBucketResult><Contents><Key>a</Key>",
            "<ListBucketResult><Contents><Key>a</Contents></ListBucketResult>",
            "<ListBucketResult><Contents><Key>&unheard;</Key></Contents></ListBucketResult>",
            "<ListBucketResult/><ListBucketResult/>",
        ] {
            assert_eq!(read(odd.as_bytes()), None, "{odd}");
        }
        assert_eq!(read(b"<ListBucketResult>\xff</ListBucketResult>"), None);
    }

    #[test]
    fn moments_are_read_as_the_sdk_reads_them() {
        for text in [
            "1970-01-01T00:00:00Z",
            "2000-02-29T23:59:59.999Z",
            "2026-03-01T00:00:00.000Z",
            "1969-12-31T23:59:59.001Z",
            "2100-12-31T12:00:00Z",
            "0001-01-01T00:00:00Z",
            "2026-03-01T00:00:00.5Z",
            "2026-03-01T01:00:00+01:00",
            "2026-13-01T00:00:00Z",
            "soon",
        ] {
            let sdk = DateTime::from_str(text, Format::DateTimeWithOffset);
            assert_eq!(
                moment(text),
                sdk.ok().and_then(|at| at.to_millis().ok()),
                "{text}"
            );
        }
    }
}
