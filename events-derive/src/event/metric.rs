//! `#[event(metric(…))]`: what a field says in numbers.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{
    Ident, LitStr, Token, ext::IdentExt as _, parenthesized, punctuated::Punctuated, spanned::Spanned as _,
    token::Paren,
};

use super::ast::{EventInput, Field};
use crate::{
    attr::{self, Item, Once},
    ctxt::Ctxt,
    suggest,
};

const KEYS: &[&str] = &["counter", "gauge", "histogram", "name", "unit", "labels"];
const EXAMPLE: &str = "metric(counter, name = \"packets_sent_total\")";

/// What the `MetricsObserver` of `events-core` feeds by itself.
const COUNT: &str = "events_total";

/// What the crate `metrics` knows as units.
const UNITS: &[&str] = &[
    "count",
    "percent",
    "seconds",
    "milliseconds",
    "microseconds",
    "nanoseconds",
    "tebibytes",
    "gibibytes",
    "mebibytes",
    "kibibytes",
    "bytes",
    "terabits_per_second",
    "gigabits_per_second",
    "megabits_per_second",
    "kilobits_per_second",
    "bits_per_second",
    "count_per_second",
];

/// What else people call the units.
const UNIT_ALIASES: &[(&str, &str)] = &[
    ("s", "seconds"),
    ("sec", "seconds"),
    ("second", "seconds"),
    ("ms", "milliseconds"),
    ("us", "microseconds"),
    ("µs", "microseconds"),
    ("ns", "nanoseconds"),
    ("b", "bytes"),
    ("byte", "bytes"),
    ("%", "percent"),
    ("bps", "bits_per_second"),
];

pub(super) struct Metric {
    kind: Kind,
    /// The key that says the kind.
    at: Ident,
    name: Option<LitStr>,
    unit: Option<String>,
    labels: Vec<Ident>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Counter,
    Gauge,
    Histogram,
}

/// Reads what stands behind `metric`; nothing, if there were mistakes inside.
pub(super) fn parse(cx: &Ctxt, item: &Item<'_>) -> syn::Result<Option<Metric>> {
    if !item.input.peek(Paren) {
        let message = format!("`metric` says in parentheses what kind of metric the field feeds, e.g. `{EXAMPLE}`");
        return Err(syn::Error::new(item.key.span(), message));
    }
    let inner;
    parenthesized!(inner in item.input);
    let mut kind = Once::<Kind>::default();
    let mut name = Once::<Option<LitStr>>::default();
    let mut unit = Once::<Option<String>>::default();
    let mut labels = Once::<Vec<Ident>>::default();
    let mut whole = true;
    attr::list_of(cx, &inner, "counter", &mut |item: &Item<'_>| {
        let read = match item.meant(cx, "metric setting", KEYS)? {
            "name" => named(item).map(|literal| name.set(cx, item, Some(literal))),
            "unit" => unit_of(item).map(|text| unit.set(cx, item, Some(text))),
            "labels" => labels_of(item).map(|fields| labels.set(cx, item, fields)),
            key => {
                let this = match key {
                    "counter" => Kind::Counter,
                    "gauge" => Kind::Gauge,
                    _ => Kind::Histogram,
                };
                match kind.key() {
                    Some(first) if *first != item.key => {
                        cx.duplicate(&item.key, first, "a metric is of one kind; give the field a second `metric(…)`");
                    }
                    _ => kind.set(cx, item, this),
                }
                item.flag()
            }
        };
        whole &= read.is_ok();
        read
    })?;
    let (Some(at), Some(kind)) = (kind.key(), kind.get()) else {
        if whole {
            cx.error(
                item.key.span(),
                format_args!("a metric is a `counter`, a `gauge` or a `histogram`; say which, e.g. `{EXAMPLE}`"),
            );
        }
        return Ok(None);
    };
    Ok(Some(Metric {
        kind: *kind,
        at: at.clone(),
        name: name.get().cloned().flatten(),
        unit: unit.get().cloned().flatten(),
        labels: labels.get().cloned().unwrap_or_default(),
    }))
}

/// A name that every store can keep.
fn named(item: &Item<'_>) -> syn::Result<LitStr> {
    let literal = item.string("name = \"packets_sent_total\"")?;
    let text = literal.value();
    if text == COUNT {
        let message =
            format!("`{COUNT}` is the metric that counts the events themselves; give this one another `name`");
        return Err(syn::Error::new(literal.span(), message));
    }
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(letters) {
        return Ok(literal);
    }
    let message = format!(
        "malformed metric name `{text}`: expected lower-case letters, digits and `_`, beginning with a letter, e.g. `packets_sent_total`"
    );
    Err(syn::Error::new(literal.span(), message))
}

fn unit_of(item: &Item<'_>) -> syn::Result<String> {
    let literal = item.string("unit = \"seconds\"")?;
    let text = literal.value();
    if UNITS.contains(&text.as_str()) {
        return Ok(text);
    }
    let hint = match UNIT_ALIASES.iter().find(|(alias, _)| *alias == text.to_lowercase()) {
        Some((_, meant)) => format!("; did you mean `{meant}`?"),
        None => suggest::among(&text, UNITS),
    };
    Err(syn::Error::new(literal.span(), format!("unknown unit `{text}`{hint}")))
}

fn labels_of(item: &Item<'_>) -> syn::Result<Vec<Ident>> {
    const EXAMPLE: &str = "labels(protocol, role)";
    if !item.input.peek(Paren) {
        let message = format!("`labels` names fields in parentheses, e.g. `{EXAMPLE}`");
        return Err(syn::Error::new(item.key.span(), message));
    }
    let inner;
    parenthesized!(inner in item.input);
    attr::inside(&inner, |inner| {
        let wrong = attr::expected(inner, "the names of fields", EXAMPLE);
        let fields = Punctuated::<Ident, Token![,]>::parse_terminated(inner).map_err(|_| wrong)?;
        Ok(fields.into_iter().collect())
    })
}

/// Labels that are no fields, and names that say two things.
pub(super) fn check(cx: &Ctxt, event: &EventInput<'_>) {
    let names: Vec<String> = event.fields.iter().map(|field| field.ident.unraw().to_string()).collect();
    let mut earlier: Vec<(String, &Metric)> = Vec::new();
    for (field, metric) in metrics(event) {
        for (at, label) in metric.labels.iter().enumerate() {
            let text = label.unraw().to_string();
            if !names.contains(&text) {
                cx.error(label.span(), format_args!("unknown field `{text}`{}", suggest::among(&text, &names)));
            }
            if let Some(first) = metric.labels[..at].iter().find(|first| *first == label) {
                cx.duplicate(label, first, format_args!("`{text}` is a label already"));
            }
        }
        let name = name(event, field, metric);
        if let Some((_, first)) = earlier.iter().find(|(first, _)| *first == name) {
            let message = format!("the metric `{name}` is fed twice by one event; give one of them another `name`");
            match &metric.name {
                Some(literal) => cx.duplicate(literal, &first.at, message),
                None => cx.duplicate(&metric.at, &first.at, message),
            }
        }
        earlier.push((name, metric));
    }
}

/// All metrics of an event, in the order of the source.
fn metrics<'e>(event: &'e EventInput<'_>) -> impl Iterator<Item = (&'e Field<'e>, &'e Metric)> {
    event.fields.iter().flat_map(|field| field.attrs.metrics.iter().map(move |metric| (field, metric)))
}

/// The name that was given, or event and field: `quick_test_completed_packets_sent`, and `_total` where it is a counter.
fn name(event: &EventInput<'_>, field: &Field<'_>, metric: &Metric) -> String {
    let total = if metric.kind == Kind::Counter { "_total" } else { "" };
    metric
        .name
        .as_ref()
        .map_or_else(|| format!("{}_{}{total}", event.name.replace('.', "_"), field.ident.unraw()), LitStr::value)
}

/// `.with_metrics(&[…])`, for the descriptor.
pub(super) fn descriptors(event: &EventInput<'_>, krate: &TokenStream) -> Option<TokenStream> {
    let member = |ident: &Ident| event.fields.iter().find(|field| field.ident == ident).map(|field| &field.member);
    let descriptors: Vec<TokenStream> = metrics(event)
        .map(|(field, metric)| {
            let kind = match metric.kind {
                Kind::Counter => quote!(Counter),
                Kind::Gauge => quote!(Gauge),
                Kind::Histogram => quote!(Histogram),
            };
            let (name, fed_by) = (name(event, field, metric), &field.member);
            let unit = metric.unit.as_ref().map(|unit| quote!(.with_unit(#unit)));
            let labels: Vec<&String> = metric.labels.iter().filter_map(member).collect();
            let labels = (!labels.is_empty()).then(|| quote!(.with_labels(&[#(#labels),*])));
            let docs = Some(&field.docs).filter(|docs| !docs.is_empty()).map(|docs| quote!(.with_docs(#docs)));
            quote!(#krate::MetricDescriptor::new(#krate::MetricKind::#kind, #name, #fed_by) #unit #labels #docs)
        })
        .collect();
    (!descriptors.is_empty()).then(|| quote!(.with_metrics(&[#(#descriptors),*])))
}

/// The method that reads them.
pub(super) fn measure(event: &EventInput<'_>, private: &TokenStream) -> Option<TokenStream> {
    let readings: Vec<TokenStream> = metrics(event)
        .enumerate()
        .map(|(at, (field, metric))| {
            let read = if metric.kind == Kind::Counter { quote!(counter) } else { quote!(number) };
            let (ident, at) = (field.ident, Literal::usize_unsuffixed(at));
            let labels = metric.labels.iter().map(|label| {
                let span = label.span().resolved_at(Span::call_site());
                let value = quote_spanned!(span=> &self.#label);
                quote!(#private::label(#value))
            });
            let span = field.ty.span().resolved_at(Span::call_site());
            let value = quote_spanned!(span=> &self.#ident);
            let read = quote_spanned!(span=> #private::#read);
            quote!(#read(__told, #at, #value, &[#(#labels),*]);)
        })
        .collect();
    (!readings.is_empty()).then(|| {
        quote! {
            #[allow(deprecated)]
            fn measure(&self, __told: &mut dyn #private::core::ops::FnMut(#private::Reading<'_>)) {
                #(#readings)*
            }
        }
    })
}
