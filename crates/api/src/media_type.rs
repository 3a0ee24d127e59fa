//! Dated media types: `application/vnd.atlas.2023-01-01+json`.
//!
//! A caller asks for a date; it gets the newest version of the operation at or below that date.

use std::fmt;

/// A version of an operation: a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    year: u16,
    month: u8,
    day: u8,
}

impl Version {
    /// The version of that date.
    pub const fn new(year: u16, month: u8, day: u8) -> Self {
        Self { year, month, day }
    }

    /// Reads `YYYY-MM-DD`. `None` if that is no date of the calendar.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let number = |range: std::ops::Range<usize>| {
            let digits = text.get(range)?;
            digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<u16>().ok())?
        };
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let n_days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        let month = u8::try_from(month).ok()?;
        let day = u8::try_from(day).ok().filter(|day| (1..=n_days).contains(day))?;
        Some(Self { year, month, day })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The media type of v1.0, of errors, and of our own control API.
pub const JSON: &str = "application/json";

/// The media type of an answer in a version.
pub fn versioned(version: Version) -> String {
    format!("application/vnd.atlas.{version}+json;charset=utf-8")
}

/// What became of an `Accept` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Answer in this version.
    Version(Version),
    /// This version was there and is gone.
    Gone(Version),
    /// Nothing that is asked for can be had.
    NotAcceptable,
}

/// Chooses among an operation's versions: the first dated JSON type in the header that resolves.
pub fn choose(accept: &str, versions: &[Version], gone: &[Version]) -> Choice {
    let mut choice = Choice::NotAcceptable;
    for asked in accept.split(',').filter_map(dated) {
        let newest = |among: &[Version]| among.iter().copied().filter(|version| *version <= asked).max();
        match (newest(versions), newest(gone)) {
            (Some(live), past) if past.is_none_or(|past| live >= past) => return Choice::Version(live),
            (_, Some(past)) => choice = Choice::Gone(past),
            (_, None) => {}
        }
    }
    choice
}

/// The date of one dated JSON media type that is not refused by a weight of zero.
fn dated(media_type: &str) -> Option<Version> {
    let mut parts = media_type.split(';').map(str::trim);
    let essence = parts.next()?;
    if parts.any(is_zero_weight) {
        return None;
    }
    let prefix = "application/vnd.atlas.";
    let head = essence.get(..prefix.len())?;
    if !head.eq_ignore_ascii_case(prefix) {
        return None;
    }
    let rest = &essence[prefix.len()..];
    let (date, suffix) = rest.split_once('+')?;
    suffix.eq_ignore_ascii_case("json").then(|| Version::parse(date))?
}

/// Whether a parameter is `q=0`, which says "not this" (RFC 9110, 12.4.2).
fn is_zero_weight(parameter: &str) -> bool {
    let Some((name, weight)) = parameter.split_once('=') else { return false };
    name.trim_ascii_end().eq_ignore_ascii_case("q")
        && weight.trim_ascii_start().strip_prefix('0').is_some_and(|rest| {
            rest.is_empty() || rest.strip_prefix('.').is_some_and(|digits| digits.bytes().all(|b| b == b'0'))
        })
}

/// Whether a request's `Content-Type` is JSON: plain or dated.
pub fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == JSON || (essence.starts_with("application/vnd.atlas.") && essence.ends_with("+json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const V1: Version = Version::new(2023, 1, 1);
    const V2: Version = Version::new(2024, 8, 5);

    #[test]
    fn a_date_resolves_down_to_the_newest_version_at_or_below_it() {
        let choose = |accept: &str| choose(accept, &[V1, V2], &[]);
        assert_eq!(choose("application/vnd.atlas.2023-01-01+json"), Choice::Version(V1));
        assert_eq!(choose("application/vnd.atlas.2024-08-04+json"), Choice::Version(V1));
        assert_eq!(choose("application/vnd.atlas.2025-03-12+json; charset=utf-8"), Choice::Version(V2));
        assert_eq!(choose("application/vnd.atlas.2022-12-31+json"), Choice::NotAcceptable);
    }

    #[test]
    fn anything_but_a_dated_json_type_is_not_acceptable() {
        for accept in [
            "",
            "*/*",
            "application/json",
            "application/vnd.atlas.preview+json",
            "application/vnd.atlas.2023-02-30+json",
            "application/vnd.atlas.2023-01-01+csv",
            "application/vnd.atlas.+2023-1-1+json",
            "é",
        ] {
            assert_eq!(choose(accept, &[V1], &[]), Choice::NotAcceptable, "{accept}");
        }
        assert_eq!(
            choose("*/*, application/vnd.atlas.2023-01-01+json;q=0.5", &[V1], &[]),
            Choice::Version(V1)
        );
    }

    #[test]
    fn a_type_with_a_weight_of_zero_is_not_wanted() {
        let choose = |accept: &str| choose(accept, &[V1, V2], &[]);
        for weight in ["q=0", "Q=0.0", "charset=utf-8; q=0.000", "q = 0.", "q=0;x=y"] {
            let refused = format!("application/vnd.atlas.2024-08-05+json;{weight}");
            assert_eq!(choose(&refused), Choice::NotAcceptable, "{weight}");
            let other = format!("{refused}, application/vnd.atlas.2023-01-01+json");
            assert_eq!(choose(&other), Choice::Version(V1), "{weight}");
        }
        for weight in ["q=0.001", "q=1", "q", "x=0", "q=01"] {
            let wanted = format!("application/vnd.atlas.2024-08-05+json;{weight}");
            assert_eq!(choose(&wanted), Choice::Version(V2), "{weight}");
        }
    }

    #[test]
    fn a_version_that_was_removed_is_gone() {
        let accept = "application/vnd.atlas.2023-02-01+json";
        assert_eq!(
            choose(accept, &[V2], &[Version::new(2023, 2, 1)]),
            Choice::Gone(Version::new(2023, 2, 1))
        );
        assert_eq!(
            choose("application/vnd.atlas.2024-08-05+json", &[V2], &[Version::new(2023, 2, 1)]),
            Choice::Version(V2)
        );
    }
}
