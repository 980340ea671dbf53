//! Durations in quotes: `"60s"`.

use proc_macro2::TokenStream;
use quote::quote;

/// The units of a duration in milliseconds, the longest first.
const UNITS: &[(&str, u64)] = &[("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

/// A duration that is not zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Time {
    Seconds(u64),
    Millis(u64),
}

impl Time {
    /// The value as an expression.
    pub(crate) fn expand(self, core: &TokenStream) -> TokenStream {
        match self {
            Self::Seconds(seconds) => quote!(#core::time::Duration::from_secs(#seconds)),
            Self::Millis(millis) => quote!(#core::time::Duration::from_millis(#millis)),
        }
    }
}

/// Reads a whole number and a unit; zero is nothing.
pub(crate) fn read(text: &str) -> Result<Option<Time>, String> {
    let malformed = |what: &str| {
        let meant = repaired(text).map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
        format!(
            "malformed duration `{text}`: {what}; expected a whole number and one of the units `ms`, `s`, `m`, `h`, `d`{meant}"
        )
    };
    let (number, unit) = split(text, |c| c.is_ascii_digit());
    if text.trim().is_empty() {
        return Err(malformed("it is empty"));
    }
    if text.trim_start().starts_with('-') {
        return Err(malformed("no time is negative"));
    }
    if number.is_empty() {
        return Err(malformed("it does not begin with a number"));
    }
    if unit.is_empty() {
        return Err(malformed("it has no unit"));
    }
    if unit.starts_with(['.', ',']) {
        return Err(malformed("its number has a fraction"));
    }
    let Some(&(unit, millis)) = UNITS.iter().find(|(known, _)| *known == unit) else {
        return Err(malformed(&format!("`{unit}` is not a unit")));
    };
    let too_long = || malformed("it is too long to be told");
    let number: u64 = number.parse().map_err(|_| too_long())?;
    if number == 0 {
        return Ok(None);
    }
    if unit == "ms" {
        return Ok(Some(Time::Millis(number)));
    }
    number.checked_mul(millis / 1000).map(|seconds| Some(Time::Seconds(seconds))).ok_or_else(too_long)
}

/// The duration that was probably meant by a malformed one: `60sec`, `1.5h`, `1m 30s`.
fn repaired(text: &str) -> Option<String> {
    let written: String = text.to_lowercase().chars().filter(|c| !c.is_whitespace() && *c != '_').collect();
    let mut rest = written.strip_prefix('-').unwrap_or(&written);
    let mut total = 0_u64;
    let mut parts = 0;
    let mut last = None;
    while !rest.is_empty() {
        let (number, unit);
        (number, rest) = split(rest, |c| c.is_ascii_digit() || c == '.');
        (unit, rest) = split(rest, char::is_alphabetic);
        let &(unit, millis) = UNITS.iter().find(|(known, _)| *known == unit_called(unit))?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let scale = 10_u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
        let scaled = format!("{whole}{fraction}").parse::<u64>().ok()?.checked_mul(millis)?;
        if !scaled.is_multiple_of(scale) {
            return None;
        }
        total = total.checked_add(scaled / scale)?;
        parts += 1;
        last = fraction.is_empty().then(|| format!("{whole}{unit}"));
    }
    if total == 0 {
        return None;
    }
    // A single whole number stays as it is.
    if parts == 1 && last.is_some() {
        return last;
    }
    let (unit, millis) = UNITS.iter().find(|(_, millis)| total.is_multiple_of(*millis))?;
    Some(format!("{}{unit}", total / millis))
}

/// The unit that goes by this name, or the name.
fn unit_called(name: &str) -> &str {
    match name {
        "" | "sec" | "secs" | "second" | "seconds" => "s",
        "min" | "mins" | "minute" | "minutes" => "m",
        "hr" | "hrs" | "hour" | "hours" => "h",
        "day" | "days" => "d",
        "msec" | "msecs" | "milli" | "millis" | "millisecond" | "milliseconds" => "ms",
        other => other,
    }
}

/// The beginning whose characters are such, and the rest.
fn split(text: &str, such: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !such(c)).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::{Time, read, repaired};

    #[test]
    fn durations() {
        assert_eq!(read("250ms"), Ok(Some(Time::Millis(250))));
        assert_eq!(read("60s"), Ok(Some(Time::Seconds(60))));
        assert_eq!(read("5m"), Ok(Some(Time::Seconds(300))));
        assert_eq!(read("2h"), Ok(Some(Time::Seconds(7200))));
        assert_eq!(read("007d"), Ok(Some(Time::Seconds(604_800))));
        assert_eq!(read("18446744073709551615s"), Ok(Some(Time::Seconds(u64::MAX))));
        assert_eq!(read("0ms"), Ok(None));
        for wrong in ["", " ", "s", "60", "-5s", "+5s", "1.5s", "60 s", " 60s", "60S", "1m30s", "٣s"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        for long in ["18446744073709551616s", "18446744073709551615m", "99999999999999999999ms"] {
            assert!(read(long).unwrap_err().contains("too long"), "{long}");
        }
    }

    #[test]
    fn what_was_meant() {
        for (written, meant) in [
            ("60", "60s"),
            ("-5s", "5s"),
            ("60 S", "60s"),
            ("10_000ms", "10000ms"),
            ("60sec", "60s"),
            ("5 minutes", "5m"),
            ("1.5s", "1500ms"),
            ("1.5h", "90m"),
            (".5m", "30s"),
            ("1m30s", "90s"),
            ("1h 60m", "2h"),
        ] {
            assert_eq!(repaired(written).as_deref(), Some(meant), "{written}");
        }
        for hopeless in ["", "s", "soon", "5x", "0.0001ms", "1..5s", "5,5s", "0", "99999999999999999999d", "5s!"] {
            assert_eq!(repaired(hopeless), None, "{hopeless}");
        }
    }
}
