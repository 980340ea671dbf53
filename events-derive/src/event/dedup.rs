//! `#[event(dedup(…))]`: whether and how long repeats of an event are noticed.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{parenthesized, token::Paren};

use crate::{
    attr::{self, Item, Once},
    ctxt::Ctxt,
    duration::Time,
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

pub(super) enum Dedup {
    Off,
    Window { count: u32, time: Time },
}

impl Dedup {
    /// The value of `DEDUP`.
    pub(super) fn policy(&self, krate: &TokenStream) -> TokenStream {
        match self {
            Self::Off => quote!(#krate::DedupPolicy::Off),
            Self::Window { count, time } => {
                let count = usize::try_from(*count).unwrap_or(usize::MAX);
                let time = time.expand(&quote!(#krate::__private::core));
                quote!(#krate::DedupPolicy::Window(#krate::DedupWindow::new(#count, #time)))
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
                let time = item.duration(WINDOW).and_then(|(literal, time)| {
                    time.ok_or_else(|| {
                        let message = format!(
                            "a window of `{}` notices no repeat; give it a time, e.g. `{WINDOW}`, or turn it off: `dedup(none)`",
                            literal.value()
                        );
                        syn::Error::new(literal.span(), message)
                    })
                });
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
