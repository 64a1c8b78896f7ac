//! Lengths of time as people type them: `90s`, `15m`, `2h`, `7d`, `1h30m`.

/// Seconds.
///
/// # Errors
/// A sentence for a usage error.
pub fn seconds(text: &str) -> Result<u32, String> {
    let wrong = || format!("“{text}” is not a length of time; write it like 90s, 15m, 2h or 7d");
    let mut rest = text;
    let mut total: u32 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let number: u32 = rest[..digits].parse().map_err(|_| wrong())?;
        let mut after = rest[digits..].chars();
        let unit = match after.next() {
            Some('s') => 1,
            Some('m') => 60,
            Some('h') => 60 * 60,
            Some('d') => 24 * 60 * 60,
            _ => return Err(wrong()),
        };
        let part = number.checked_mul(unit).ok_or_else(wrong)?;
        total = total.checked_add(part).ok_or_else(wrong)?;
        rest = after.as_str();
    }
    if total == 0 {
        return Err(format!(
            "“{text}” is no time at all; write it like 90s, 15m, 2h or 7d"
        ));
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_with_their_units() {
        assert_eq!(seconds("90s"), Ok(90));
        assert_eq!(seconds("15m"), Ok(900));
        assert_eq!(seconds("1h30m"), Ok(5_400));
        assert_eq!(seconds("7d"), Ok(604_800));
    }

    #[test]
    fn what_is_no_length_is_refused() {
        for text in ["", "90", "s", "0s", "-5m", "1w", "2 h", "99999999d", "5é"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
