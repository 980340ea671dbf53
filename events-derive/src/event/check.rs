//! Rules that need more than one attribute or the type of a field.

use syn::GenericParam;

use super::{
    ast::{EventInput, Field, Identity},
    metric, upcast,
};
use crate::{ctxt::Ctxt, types, unstable};

pub(super) fn check(cx: &Ctxt, event: &EventInput<'_>) {
    check_lifetimes(cx, event);
    check_foreign_members(cx, event);
    check_method(cx, event);
    metric::check(cx, event);
    upcast::check(cx, event);
    check_lifecycle(cx, event);
    for field in &event.fields {
        check_one_source(cx, field);
        check_flatten(cx, field);
        check_skip_name(cx, field);
        let identified = !field.attrs.skip_id.is_set() && event.attrs.identity.get() != Some(&Identity::Unique);
        if identified && !field.serde.skip && field.serde.with.is_none() {
            unstable::check(cx, field.ty, "leave the field out of the id with `#[event(skip_id)]`");
        }
    }
}

/// `struct Started<'a> { name: &'a str }`
fn check_lifetimes(cx: &Ctxt, event: &EventInput<'_>) {
    for param in &event.generics.params {
        if let GenericParam::Lifetime(lifetime) = param {
            cx.error_at(
                lifetime,
                "an event owns its data and outlives its scope; use owned types such as `String` instead of borrowing",
            );
        }
    }
}

/// `#[event(method = emit_it)]` without an emitter.
fn check_method(cx: &Ctxt, event: &EventInput<'_>) {
    if let (Some(key), None) = (event.attrs.method.key(), event.attrs.emitter.get()) {
        cx.error(key.span(), "`method` names the method on the emitter; say which with `emitter = …`");
    }
}

/// `#[event(lifecycle = QuickTestLife)]` without an emitter; `QuickTestLife<Created>`; an emitter with parameters.
fn check_lifecycle(cx: &Ctxt, event: &EventInput<'_>) {
    let (Some(key), Some(path)) = (event.attrs.lifecycle.key(), event.attrs.lifecycle.get()) else { return };
    let Some(emitter) = event.attrs.emitter.get() else {
        cx.error(key.span(), "the life cycle emits through the event's emitter; say which with `emitter = …`");
        return;
    };
    if let Some(last) = path.segments.last().filter(|last| !last.arguments.is_empty()) {
        cx.error_at(
            &last.arguments,
            format_args!(
                "the event is emitted in the states that the machine says; write `lifecycle = {}` alone",
                last.ident
            ),
        );
    }
    if types::mentions(emitter, &event.generics.params) {
        cx.error_at(emitter, "the emitter of a life cycle is one type, and cannot have parameters of the event");
    }
}

/// `#[serde(into = "Other")]` with `#[event(skip_id)]`: the members are those of the other type.
fn check_foreign_members(cx: &Ctxt, event: &EventInput<'_>) {
    let Some(attribute) = event.serde.foreign else { return };
    for field in &event.fields {
        if let Some(key) = field.attrs.skip_id.key() {
            cx.error(
                key.span(),
                format_args!(
                    "`skip_id` needs the field to be a member of the JSON form, which `#[serde({attribute})]` prevents"
                ),
            );
        }
    }
}

/// `#[event(now, default)]`
fn check_one_source(cx: &Ctxt, field: &Field<'_>) {
    if let (Some(now), Some(default)) = (field.attrs.now.key(), field.attrs.default.key()) {
        cx.contradiction(
            default,
            "a field is filled by `now` or by `default`, not by both; remove one of them",
            now,
            "filled by `now` here",
        );
    }
}

/// `#[serde(flatten)]` with `#[event(skip_id)]`
fn check_flatten(cx: &Ctxt, field: &Field<'_>) {
    if let (true, Some(key)) = (field.serde.flatten, field.attrs.skip_id.key()) {
        cx.error(
            key.span(),
            "`skip_id` needs the field to be one member of the JSON form, which `#[serde(flatten)]` prevents",
        );
    }
}

/// `#[serde(rename = "a,b")]` or `#[serde(rename = "")]` with `#[event(skip_id)]`: the wire form joins the names with commas.
fn check_skip_name(cx: &Ctxt, field: &Field<'_>) {
    let Some(key) = field.attrs.skip_id.key() else { return };
    if field.member.contains(',') {
        cx.error(
            key.span(),
            "`skip_id` needs a member name without commas, for the wire form joins the names with them",
        );
    } else if field.member.is_empty() {
        cx.error(key.span(), "`skip_id` needs a member with a name, for the wire form says which members are left out");
    }
}
