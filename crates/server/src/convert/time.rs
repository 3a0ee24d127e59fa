//! Dates and durations on the wire.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::{SignedDuration, Span};
use model::Timestamp;

/// `2026-08-10T03:05:48Z`.
pub fn seconds(at: Timestamp) -> String {
    format(at, "%Y-%m-%dT%H:%M:%SZ")
}

/// `2023-04-27T13:20:41.598Z`.
pub fn millis(at: Timestamp) -> String {
    format(at, "%Y-%m-%dT%H:%M:%S.%3fZ")
}

fn format(at: Timestamp, pattern: &str) -> String {
    EPOCH
        .checked_add(SignedDuration::from_micros(at.micros()))
        .map(|at| at.strftime(pattern).to_string())
        .unwrap_or_else(|_| "9999-12-31T23:59:59Z".to_owned())
}

// Days and times without a zone: the library's own moments end a day before the year 9999 does.
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
const FIRST: DateTime = DateTime::constant(0, 1, 1, 0, 0, 0, 0);
const LAST: DateTime = DateTime::constant(9999, 12, 31, 23, 59, 59, 999_999_999);

/// A date with its offset, in ISO 8601: `2026-08-10T03:05:48Z`, `2026-08-10T05:05:48+02:00`. Its
/// year is one of 0 to 9999, there and in UTC, so that it can be written again.
pub fn parse(text: &str) -> Option<Timestamp> {
    let pieces = Pieces::parse(text).ok()?;
    let ahead = match pieces.offset()? {
        PiecesOffset::Zulu => 0,
        PiecesOffset::Numeric(offset) => offset.offset().seconds(),
        _ => return None,
    };
    let there = pieces.date().to_datetime(pieces.time()?);
    let here = there.checked_sub(SignedDuration::from_secs(ahead.into())).ok()?;
    let written = FIRST..=LAST;
    if !written.contains(&there) || !written.contains(&here) {
        return None;
    }
    let micros = i64::try_from(here.duration_since(EPOCH).as_micros()).ok()?;
    Some(Timestamp::from_micros(micros))
}

/// `PT168H`; zero is `PT0S`.
pub fn duration(of: Duration) -> String {
    let seconds = of.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let mut text = "PT".to_owned();
    for (n, unit) in [(hours, 'H'), (minutes, 'M'), (seconds, 'S')] {
        if n > 0 {
            text.push_str(&format!("{n}{unit}"));
        }
    }
    if text == "PT" { "PT0S".to_owned() } else { text }
}

/// A positive ISO 8601 duration of weeks, days (of 24 hours), hours, minutes and seconds.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let span: Span = text.starts_with(['P', 'p']).then(|| text.parse().ok())??;
    if span.get_years() != 0 || span.get_months() != 0 || span.is_negative() {
        return None;
    }
    let days = i64::from(span.get_weeks()) * 7 + i64::from(span.get_days());
    let seconds = days
        .checked_mul(86_400)?
        .checked_add(i64::from(span.get_hours()).checked_mul(3_600)?)?
        .checked_add(span.get_minutes().checked_mul(60)?)?
        .checked_add(span.get_seconds())?;
    let whole = Duration::from_secs(u64::try_from(seconds).ok()?)
        + Duration::from_millis(u64::try_from(span.get_milliseconds()).ok()?);
    (!whole.is_zero()).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_in_seconds_and_read_with_any_offset() {
        let at = parse("2026-08-10T05:05:48.9+02:00").expect("a date");
        assert_eq!(seconds(at), "2026-08-10T03:05:48Z");
        assert_eq!(millis(at), "2026-08-10T03:05:48.900Z");
        let last = parse("9999-12-31T23:59:59Z").expect("the last second that can be written");
        assert_eq!(seconds(last), "9999-12-31T23:59:59Z");
        assert_eq!(parse("1969-12-31T23:59:59Z"), Some(Timestamp::from_seconds(-1)));
        let noon = parse("9999-12-31T12:00:00Z").expect("later than the library's last moment");
        assert_eq!(seconds(noon), "9999-12-31T12:00:00Z");
        let first = parse("0000-01-01T00:00:00Z").expect("the first second that can be written");
        assert_eq!(seconds(first), "0000-01-01T00:00:00Z");
        let outside =
            ["-002026-08-10T05:05:48+00:00", "0000-01-01T00:00:00+02:00", "9999-12-31T23:59:59-02:00"];
        for text in outside {
            assert_eq!(parse(text), None, "{text}");
        }
        for text in ["2026-08-10", "tomorrow", "2026-08-10T05:05:48", "2026-13-01T00:00:00Z", ""] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn durations_are_positive_and_read_back() {
        for (text, seconds) in [("PT168H", 604_800), ("P7D", 604_800), ("P1W", 604_800), ("PT90S", 90)] {
            assert_eq!(parse_duration(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "P", "PT", "PT0S", "-PT1H", "P1M", "P1Y", "7 days", "168h", "PT1e9H"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
        assert_eq!(duration(Duration::from_secs(604_800)), "PT168H");
        assert_eq!(duration(Duration::from_secs(3_661)), "PT1H1M1S");
        assert_eq!(duration(Duration::ZERO), "PT0S");
    }
}
