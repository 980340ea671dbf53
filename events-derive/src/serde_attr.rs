//! The serde attributes that decide what the JSON form looks like.
//!
//! What is not known here makes the type [`opaque`](SerdeContainer::opaque): it is written through its `Serialize`.

use syn::{Attribute, Ident, LitStr, Path, Token, ext::IdentExt as _, meta::ParseNestedMeta};

use crate::case;

/// What serde's attributes on a struct, an enum or a variant say.
#[derive(Default)]
pub(crate) struct SerdeContainer {
    rename: Option<String>,
    rename_all: Option<String>,
    rename_all_fields: Option<String>,
    /// The payload is written as another type (`into`, `remote`, `transparent`), so its members are not the fields.
    pub(crate) foreign: Option<&'static str>,
    /// An attribute changes the form in a way that only serde knows, or how its fields are read.
    pub(crate) opaque: bool,
}

/// What serde's attributes on a field say.
#[derive(Default)]
pub(crate) struct SerdeField {
    rename: Option<String>,
    pub(crate) flatten: bool,
    /// Never written.
    pub(crate) skip: bool,
    /// Not written when this function says so.
    pub(crate) skip_if: Option<Path>,
    /// Written by this function.
    pub(crate) with: Option<Path>,
    /// As in [`SerdeContainer`].
    pub(crate) opaque: bool,
}

impl SerdeContainer {
    pub(crate) fn from_attrs(attrs: &[Attribute]) -> Self {
        let mut this = Self::default();
        let known = each(attrs, |meta, name| {
            match name {
                "rename" => this.rename = serialize_name(meta)?.or(this.rename.take()),
                "rename_all" => this.rename_all = serialize_name(meta)?.or(this.rename_all.take()),
                "rename_all_fields" => this.rename_all_fields = serialize_name(meta)?.or(this.rename_all_fields.take()),
                "into" => this.foreign = Some("into"),
                "remote" => this.foreign = Some("remote"),
                "transparent" => this.foreign = Some("transparent"),
                "deny_unknown_fields" | "default" | "bound" | "crate" | "expecting" | "from" | "try_from" | "alias" => {
                }
                _ => this.opaque = true,
            }
            skip_value(meta)
        });
        // `serde_json` knows its numbers and raw values by the names of their structs.
        let reserved = this.rename.as_ref().is_some_and(|name| name.starts_with("$serde_json::private::"));
        this.opaque |= this.foreign.is_some() || reserved || !known || is_packed(attrs);
        this
    }

    /// The name of a field in the JSON form.
    pub(crate) fn field_name(&self, ident: &Ident, field: &SerdeField) -> String {
        renamed(ident, field.rename.as_ref(), self.rename_all.as_ref(), case::rename_field)
    }

    /// The name of a variant of this enum in the JSON form.
    pub(crate) fn variant_name(&self, ident: &Ident, variant: &Self) -> String {
        renamed(ident, variant.rename.as_ref(), self.rename_all.as_ref(), case::rename_variant)
    }

    /// The name of a field of a variant of this enum in the JSON form.
    pub(crate) fn variant_field_name(&self, variant: &Self, ident: &Ident, field: &SerdeField) -> String {
        let rule = variant.rename_all.as_ref().or(self.rename_all_fields.as_ref());
        renamed(ident, field.rename.as_ref(), rule, case::rename_field)
    }
}

fn renamed(
    ident: &Ident,
    rename: Option<&String>,
    rule: Option<&String>,
    apply: fn(&str, &str) -> Option<String>,
) -> String {
    let own = ident.unraw().to_string();
    rename.cloned().or_else(|| rule.and_then(|rule| apply(rule, &own))).unwrap_or(own)
}

/// `#[repr(packed)]`: no reference to a field can be taken, and serde copies them.
fn is_packed(attrs: &[Attribute]) -> bool {
    let mut packed = false;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("repr")) {
        // What is malformed is reported by the compiler.
        let _ = attr.parse_nested_meta(|meta| {
            packed |= meta.path.is_ident("packed");
            skip_value(&meta)
        });
    }
    packed
}

impl SerdeField {
    pub(crate) fn from_attrs(attrs: &[Attribute]) -> Self {
        let mut this = Self::default();
        let known = each(attrs, |meta, name| {
            match name {
                "rename" => this.rename = serialize_name(meta)?.or(this.rename.take()),
                "flatten" => this.flatten = true,
                "skip" | "skip_serializing" => this.skip = true,
                "skip_serializing_if" => this.skip_if = Some(quoted_path(meta)?),
                "serialize_with" => this.with = Some(quoted_path(meta)?),
                "with" => {
                    let mut path = quoted_path(meta)?;
                    path.segments.push(Ident::new("serialize", proc_macro2::Span::call_site()).into());
                    this.with = Some(path);
                }
                "default" | "skip_deserializing" | "deserialize_with" | "alias" | "borrow" | "bound" => {}
                _ => this.opaque = true,
            }
            skip_value(meta)
        });
        this.opaque |= this.flatten || !known;
        this
    }
}

/// Calls `read` for each item; false when something could not be read. Mistakes are left for serde to report.
fn each(attrs: &[Attribute], mut read: impl FnMut(&ParseNestedMeta<'_>, &str) -> syn::Result<()>) -> bool {
    attrs.iter().filter(|attr| attr.path().is_ident("serde")).all(|attr| {
        let parsed = attr.parse_nested_meta(|meta| {
            let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            read(&meta, &name)
        });
        parsed.is_ok()
    })
}

/// `= "name"`, or the part for serializing of `(serialize = "name", deserialize = "other")`.
fn serialize_name(meta: &ParseNestedMeta<'_>) -> syn::Result<Option<String>> {
    if meta.input.peek(Token![=]) {
        return Ok(Some(meta.value()?.parse::<LitStr>()?.value()));
    }
    let mut name = None;
    meta.parse_nested_meta(|inner| {
        let text = inner.value()?.parse::<LitStr>()?.value();
        if inner.path.is_ident("serialize") {
            name = Some(text);
        }
        Ok(())
    })?;
    Ok(name)
}

fn quoted_path(meta: &ParseNestedMeta<'_>) -> syn::Result<Path> {
    meta.value()?.parse::<LitStr>()?.parse()
}

fn skip_value(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    while !meta.input.is_empty() && !meta.input.peek(Token![,]) {
        meta.input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}
