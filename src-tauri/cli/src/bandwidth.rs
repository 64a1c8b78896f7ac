//! Rates as people type them: `500K`, `2M`, `1.5MiB`; bytes a second.

use clap::Args;
use lectern_core::{Lectern, transfer};

/// Slower than this, services end connections that seem to stand still.
const LEAST: u64 = 1_000;

/// The option that every command which moves bytes has.
#[derive(Args, Clone, Copy)]
pub struct Bandwidth {
    /// Bytes a second for all files together, like 500K, 2M or 1.5MiB; without it, as
    /// fast as it goes
    #[arg(long, value_name = "RATE", value_parser = bytes_a_second)]
    limit_rate: Option<u64>,
}

impl Bandwidth {
    pub fn apply(self, lectern: &Lectern) {
        transfer::limit_rate(lectern, self.limit_rate);
    }
}

/// K, M and G count by the thousand (with or without a B), KiB, MiB and GiB by 1,024.
///
/// # Errors
/// A sentence for a usage error.
fn bytes_a_second(text: &str) -> Result<u64, String> {
    let wrong = || format!("“{text}” is not a rate; write it like 500K, 2M or 1.5MiB");
    let unit_begins = text.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (number, unit) = text.split_at(unit_begins.unwrap_or(text.len()));
    let unit: u64 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return Err(wrong()),
    };
    let number: f64 = number.parse().map_err(|_| wrong())?;
    // Saturates; what a fraction of a byte would be is of no interest.
    let rate = (number * unit as f64) as u64;
    if rate < LEAST {
        return Err(format!(
            "“{text}” is too slow to be kept; the least is 1K (1,000 bytes a second)"
        ));
    }
    Ok(rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_with_their_units() {
        for (text, rate) in [
            ("4096", 4_096),
            ("500K", 500_000),
            ("500kB", 500_000),
            ("2M", 2_000_000),
            ("1.5MiB", 1_572_864),
            ("1GiB", 1 << 30),
        ] {
            assert_eq!(bytes_a_second(text), Ok(rate), "{text}");
        }
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        for text in [
            "", "K", "fast", "2X", "1.2.3M", "-5M", "2 M", "é", "0", "999", "0.5K",
        ] {
            assert!(bytes_a_second(text).is_err(), "{text}");
        }
    }
}
