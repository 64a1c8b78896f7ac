//! Byte ranges as HTTP spells them (RFC 9110, section 14.2): one range of bytes.
//! Several at once are answered as if none was asked for, as the RFC allows.

/// `length` bytes from `from` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    pub from: u64,
    pub length: u64,
}

/// What a request asks for, of an object of a known size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Everything,
    Part(Range),
    /// To be answered with 416.
    BeyondTheEnd,
}

impl Asked {
    /// `header` is the value of `Range`; `size` the object's bytes.
    pub fn of(header: Option<&str>, size: u64) -> Self {
        let Some(spec) = header.and_then(|header| header.trim().strip_prefix("bytes=")) else {
            return Self::Everything;
        };
        let Some((first, last)) = spec.split_once('-') else {
            return Self::Everything;
        };
        let (first, last) = (first.trim(), last.trim());
        let range = match (first.parse::<u64>(), last.parse::<u64>()) {
            (Ok(from), Ok(to)) if to >= from => from..to.saturating_add(1).min(size),
            (Ok(from), Err(_)) if last.is_empty() => from..size,
            (Err(_), Ok(length)) if first.is_empty() => size.saturating_sub(length)..size,
            _ => return Self::Everything,
        };
        if range.start >= range.end {
            return Self::BeyondTheEnd;
        }
        Self::Part(Range {
            from: range.start,
            length: range.end - range.start,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(from: u64, length: u64) -> Asked {
        Asked::Part(Range { from, length })
    }

    #[test]
    fn a_range_is_read_and_cut_to_the_object() {
        for (header, asked) in [
            ("bytes=0-0", part(0, 1)),
            ("bytes=10-19", part(10, 10)),
            ("bytes=90-", part(90, 10)),
            ("bytes=-5", part(95, 5)),
            ("bytes=-500", part(0, 100)),
            ("bytes=95-18446744073709551615", part(95, 5)),
            ("bytes=100-", Asked::BeyondTheEnd),
            ("bytes=-0", Asked::BeyondTheEnd),
        ] {
            assert_eq!(Asked::of(Some(header), 100), asked, "{header}");
        }
        assert_eq!(Asked::of(Some("bytes=0-"), 0), Asked::BeyondTheEnd);
    }

    #[test]
    fn what_is_no_single_range_asks_for_everything() {
        for header in [
            "bytes=",
            "bytes=a-b",
            "bytes=5-1",
            "lines=1-2",
            "bytes=0-1,5-6",
            "",
        ] {
            assert_eq!(Asked::of(Some(header), 100), Asked::Everything, "{header}");
        }
        assert_eq!(Asked::of(None, 100), Asked::Everything);
    }
}
