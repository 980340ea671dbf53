//! The serde attributes that decide what a member is called in the JSON form.

use syn::{Attribute, LitStr, Token, ext::IdentExt as _, meta::ParseNestedMeta};

use crate::case;

/// What serde's attributes on a struct say.
#[derive(Default)]
pub(crate) struct SerdeContainer {
    rename_all: Option<String>,
    /// The payload is written as another type (`into`, `remote`, `transparent`), so its members are not the fields.
    pub(crate) foreign: Option<&'static str>,
}

/// What serde's attributes on a field say.
#[derive(Default)]
pub(crate) struct SerdeField {
    rename: Option<String>,
    pub(crate) flatten: bool,
}

impl SerdeContainer {
    pub(crate) fn from_attrs(attrs: &[Attribute]) -> Self {
        let mut this = Self::default();
        each(attrs, |meta, name| {
            match name {
                "rename_all" => this.rename_all = serialize_name(meta)?,
                "into" => this.foreign = Some("into"),
                "remote" => this.foreign = Some("remote"),
                "transparent" => this.foreign = Some("transparent"),
                _ => {}
            }
            skip_value(meta)
        });
        this
    }

    /// The name of a field in the JSON form.
    pub(crate) fn name(&self, ident: &syn::Ident, field: &SerdeField) -> String {
        let own = ident.unraw().to_string();
        let by_rule = || self.rename_all.as_ref().and_then(|rule| case::rename_field(rule, &own));
        field.rename.clone().or_else(by_rule).unwrap_or(own)
    }
}

impl SerdeField {
    pub(crate) fn from_attrs(attrs: &[Attribute]) -> Self {
        let mut this = Self::default();
        each(attrs, |meta, name| {
            match name {
                "rename" => this.rename = serialize_name(meta)?.or(this.rename.take()),
                "flatten" => this.flatten = true,
                _ => {}
            }
            skip_value(meta)
        });
        this
    }
}

/// Calls `read` for each item. Mistakes are left for serde to report.
fn each(attrs: &[Attribute], mut read: impl FnMut(&ParseNestedMeta<'_>, &str) -> syn::Result<()>) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        let _ = attr.parse_nested_meta(|meta| {
            let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            read(&meta, &name)
        });
    }
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

fn skip_value(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    while !meta.input.is_empty() && !meta.input.peek(Token![,]) {
        meta.input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}
