//! Times as they are written on a command line.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

/// How a text is not a time.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidTime {
    #[error("expected a time as in 2026-11-23T10:00:00Z, or so long ago as in 30s, 10m, 2h, 3d, 4w")]
    Moment,
    #[error("expected a time as in 500ms, 2s, 10m, 2h")]
    Duration,
    #[error("is too long ago")]
    TooLong,
}

/// A time in RFC 3339, or so long ago.
pub(crate) fn moment(text: &str) -> Result<DateTime<Utc>, InvalidTime> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(time.to_utc());
    }
    let ago = duration(text).map_err(|_| InvalidTime::Moment)?;
    let ago = TimeDelta::from_std(ago).map_err(|_| InvalidTime::TooLong)?;
    DateTime::<Utc>::from(SystemTime::now()).checked_sub_signed(ago).ok_or(InvalidTime::TooLong)
}

/// A whole number and its unit.
pub(crate) fn duration(text: &str) -> Result<Duration, InvalidTime> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit()).ok_or(InvalidTime::Duration)?;
    let (number, unit) = text.split_at(unit_at);
    let number: u64 = number.parse().map_err(|_| InvalidTime::Duration)?;
    let seconds = match unit {
        "ms" => return Ok(Duration::from_millis(number)),
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 24 * 3600,
        "w" => 7 * 24 * 3600,
        _ => return Err(InvalidTime::Duration),
    };
    number.checked_mul(seconds).map(Duration::from_secs).ok_or(InvalidTime::Duration)
}

/// As people read it: to the millisecond.
pub(crate) fn millis(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_absolute_or_so_long_ago() {
        let exact = moment("2026-11-23T12:00:00+02:00").unwrap();
        assert_eq!(exact.to_rfc3339(), "2026-11-23T10:00:00+00:00");
        let now = DateTime::<Utc>::from(SystemTime::now());
        for (text, seconds) in [("30s", 30), ("10m", 600), ("2h", 7200), ("3d", 259_200), ("1w", 604_800)] {
            let off = now.signed_duration_since(moment(text).unwrap()).num_seconds() - seconds;
            assert!((-2..=2).contains(&off), "{text} is off by {off} s");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in
            ["", "10", "m", "-5m", "10 m", "1.5h", "10y", "yesterday", "2026-11-23", "99999999999999999999s", "é"]
        {
            assert_eq!(moment(text), Err(InvalidTime::Moment), "{text}");
        }
        assert_eq!(moment("99999999999w"), Err(InvalidTime::TooLong));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("18446744073709551615w"), Err(InvalidTime::Duration));
    }
}
