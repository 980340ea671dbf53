//! `#[event(dedup(…))]`: whether and how long repeats of an event are noticed.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{LitStr, parenthesized, token::Paren};

use crate::{
    attr::{self, Item, Once},
    ctxt::Ctxt,
};

const KEYS: &[&str] = &["window", "count", "none"];
const WINDOW: &str = "window = \"60s\"";
/// How many ids a window holds whose `count` is not given.
const DEFAULT_COUNT: u32 = 10_000;

/// What else people call the keys.
const ALIASES: &[(&str, &str)] = &[
    ("off", "none"),
    ("no", "none"),
    ("never", "none"),
    ("false", "none"),
    ("disabled", "none"),
    ("time", "window"),
    ("duration", "window"),
    ("ttl", "window"),
    ("size", "count"),
    ("ids", "count"),
    ("capacity", "count"),
];

/// The units of a duration in milliseconds, the longest first.
const UNITS: &[(&str, u64)] = &[("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

pub(super) enum Dedup {
    Off,
    Window { count: u32, time: Time },
}

/// A duration that is not zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Time {
    Seconds(u64),
    Millis(u64),
}

impl Dedup {
    /// The value of `DEDUP`.
    pub(super) fn policy(&self, krate: &TokenStream) -> TokenStream {
        match self {
            Self::Off => quote!(#krate::DedupPolicy::Off),
            Self::Window { count, time } => {
                let count = usize::try_from(*count).unwrap_or(usize::MAX);
                let time = match time {
                    Time::Seconds(seconds) => quote!(from_secs(#seconds)),
                    Time::Millis(millis) => quote!(from_millis(#millis)),
                };
                quote! {
                    #krate::DedupPolicy::Window(
                        #krate::DedupWindow::new(#count, #krate::__private::core::time::Duration::#time)
                    )
                }
            }
        }
    }
}

/// Reads what stands behind `dedup`; nothing, if there were mistakes inside.
pub(super) fn parse(cx: &Ctxt, item: &Item<'_>) -> syn::Result<Option<Dedup>> {
    if !item.input.peek(Paren) {
        return Err(syn::Error::new(
            item.key.span(),
            format!(
                "`dedup` says in parentheses how long repeats are noticed, e.g. `dedup({WINDOW})`, or `dedup(none)`"
            ),
        ));
    }
    let inner;
    parenthesized!(inner in item.input);
    if inner.is_empty() {
        return Err(attr::expected(&inner, "`window` or `none`", format_args!("dedup({WINDOW})")));
    }
    // A value that is malformed is there all the same, as `None`.
    let mut window = Once::<Option<Time>>::default();
    let mut count = Once::<Option<u32>>::default();
    let mut none = Once::<()>::default();
    attr::list_of(cx, &inner, WINDOW, &mut |item: &Item<'_>| {
        match key(cx, item)? {
            "window" => {
                let time = duration(item);
                window.set(cx, item, time.as_ref().ok().copied());
                time?;
            }
            "count" => {
                let number = item.number("count = 10_000");
                count.set(cx, item, number.as_ref().ok().copied());
                number?;
            }
            _ => {
                none.set(cx, item, ());
                item.flag()?;
            }
        }
        Ok(())
    })?;
    if let Some(none) = none.key() {
        if let Some(other) = window.key().or(count.key()) {
            cx.contradiction(
                none,
                format_args!("`none` turns deduplication off and stands alone; remove it, or `{other}`"),
                other,
                format_args!("`{other}` is given here"),
            );
            return Ok(None);
        }
        return Ok(Some(Dedup::Off));
    }
    if let (Some(count), None) = (count.key(), window.key()) {
        cx.error(count.span(), format_args!("`count` needs the time as well, e.g. `dedup({WINDOW}, count = 10_000)`"));
    }
    Ok(match (window.get(), count.get()) {
        (Some(&Some(time)), None) => Some(Dedup::Window { count: DEFAULT_COUNT, time }),
        (Some(&Some(time)), Some(&Some(count))) => Some(Dedup::Window { count, time }),
        _ => None,
    })
}

/// The key, or the one that was probably meant.
fn key(cx: &Ctxt, item: &Item<'_>) -> syn::Result<&'static str> {
    const WHAT: &str = "dedup setting";
    let name = item.name();
    let Some((_, meant)) = ALIASES.iter().find(|(alias, _)| *alias == name) else {
        return item.meant(cx, WHAT, KEYS);
    };
    cx.error(
        item.key.span(),
        format_args!("unknown {WHAT} `{name}`; did you mean `{meant}`? expected one of `window`, `count`, `none`"),
    );
    Ok(meant)
}

fn duration(item: &Item<'_>) -> syn::Result<Time> {
    let literal: LitStr = item.value("a duration in quotes", WINDOW)?;
    let text = literal.value();
    read(&text).map_err(|message| syn::Error::new(literal.span(), message))
}

/// Reads an integer and a unit.
fn read(text: &str) -> Result<Time, String> {
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
        return Err(format!(
            "a window of `{text}` notices no repeat; give it a time, e.g. `{WINDOW}`, or turn it off: `dedup(none)`"
        ));
    }
    if unit == "ms" {
        return Ok(Time::Millis(number));
    }
    number.checked_mul(millis / 1000).map(Time::Seconds).ok_or_else(too_long)
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
        assert_eq!(read("250ms"), Ok(Time::Millis(250)));
        assert_eq!(read("60s"), Ok(Time::Seconds(60)));
        assert_eq!(read("5m"), Ok(Time::Seconds(300)));
        assert_eq!(read("2h"), Ok(Time::Seconds(7200)));
        assert_eq!(read("007d"), Ok(Time::Seconds(604_800)));
        assert_eq!(read("18446744073709551615s"), Ok(Time::Seconds(u64::MAX)));
        for wrong in ["", " ", "s", "60", "-5s", "+5s", "1.5s", "60 s", " 60s", "60S", "1m30s", "0ms", "٣s"] {
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
