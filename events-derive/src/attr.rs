//! The attribute language: `#[name(key, key = value, key(…))]`, read item by item so that one mistake hides no other.

use std::fmt::Display;

use proc_macro2::{Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, Ident, LitInt, LitStr, Meta, Path, Token, ext::IdentExt as _, parse::ParseStream};

use crate::{
    ctxt::Ctxt,
    duration::{self, Time},
    suggest,
};

/// One key of an attribute, at its value.
pub(crate) struct Item<'p> {
    pub(crate) key: Ident,
    pub(crate) input: ParseStream<'p>,
}

impl Item<'_> {
    /// The key as text, without `r#`.
    pub(crate) fn name(&self) -> String {
        self.key.unraw().to_string()
    }

    /// The error for a value of another kind: what was expected, what is there instead, and the right form.
    pub(crate) fn expected(&self, what: &str, example: impl Display) -> syn::Error {
        expected(self.input, what, example)
    }

    /// A value that `T` can be parsed from.
    pub(crate) fn value<T: syn::parse::Parse>(&self, what: &str, example: impl Display) -> syn::Result<T> {
        self.equals(&example)?;
        let at = self.input.fork();
        self.input.parse().map_err(|_| expected(&at, what, example))
    }

    /// A value in quotes that `parse` can read.
    pub(crate) fn quoted<T>(
        &self,
        what: &str,
        example: impl Display,
        parse: impl FnOnce(&LitStr) -> syn::Result<T>,
    ) -> syn::Result<T> {
        let literal = self.string(&example)?;
        parse(&literal).map_err(|error| {
            syn::Error::new(literal.span(), format!("expected {what} in quotes: {error}; e.g. `{example}`"))
        })
    }

    /// No value may follow.
    pub(crate) fn flag(&self) -> syn::Result<()> {
        if self.input.is_empty() || self.input.peek(Token![,]) {
            return Ok(());
        }
        Err(self.input.error(format!("`{}` takes no value; write it by itself", self.key)))
    }

    pub(crate) fn has_value(&self) -> bool {
        self.input.peek(Token![=])
    }

    /// The `=` before a value.
    pub(crate) fn equals(&self, example: impl Display) -> syn::Result<()> {
        if self.input.peek(Token![=]) {
            self.input.parse::<Token![=]>()?;
            return Ok(());
        }
        Err(syn::Error::new(self.key.span(), format!("`{}` needs a value, e.g. `{example}`", self.key)))
    }

    pub(crate) fn string(&self, example: impl Display) -> syn::Result<LitStr> {
        self.value("a string", example)
    }

    /// A duration in quotes; nothing, where it is zero.
    pub(crate) fn duration(&self, example: &str) -> syn::Result<(LitStr, Option<Time>)> {
        duration_of(self.value("a duration in quotes", example)?)
    }

    pub(crate) fn number(&self, example: impl Display) -> syn::Result<u32> {
        const WHAT: &str = "a whole number from 1";
        self.equals(&example)?;
        let at = self.input.fork();
        let literal: Option<LitInt> = self.input.parse().ok();
        let number = literal.and_then(|literal| literal.base10_parse().ok()).filter(|&number| number > 0);
        number.ok_or_else(|| expected(&at, WHAT, example))
    }

    pub(crate) fn path(&self, example: impl Display) -> syn::Result<Path> {
        self.equals(&example)?;
        let at = self.input.fork();
        // A path may be quoted as well, as in serde's attributes.
        let path = if self.input.peek(LitStr) {
            self.input.parse().and_then(|text: LitStr| text.parse())
        } else {
            self.input.parse()
        };
        path.map_err(|_| expected(&at, "a path", example))
    }

    /// Everything up to the next comma that is not inside brackets or the `<…>` of a path; a closure with commas stands in
    /// parentheses.
    pub(crate) fn expression(&self, example: impl Display) -> syn::Result<TokenStream> {
        self.equals(&example)?;
        let mut tokens = TokenStream::new();
        let mut depth = 0_u32;
        // A `<` opens a path where no comparison can stand: at the beginning, and behind another punctuation mark.
        let mut before = Some('=');
        // The first half of a `<<`.
        let mut half = false;
        while !self.input.is_empty() && (depth > 0 || !self.input.peek(Token![,])) {
            let token: TokenTree = self.input.parse()?;
            let mark = if let TokenTree::Punct(punct) = &token { Some(punct.as_char()) } else { None };
            match mark {
                Some('<') if half => {}
                Some('<') if depth > 0 || before.is_some() => depth += 1,
                Some('>') if depth > 0 && !matches!(before, Some('-' | '=')) => depth -= 1,
                _ => {}
            }
            let joint = matches!(&token, TokenTree::Punct(punct) if punct.spacing() == Spacing::Joint);
            half = mark == Some('<') && joint && !half && before.is_none() && depth == 0;
            before = mark;
            token.to_tokens(&mut tokens);
        }
        if tokens.is_empty() {
            return Err(self.expected("an expression", example));
        }
        Ok(tokens)
    }

    /// The key, or the valid one that was probably meant: its mistake is recorded, and what follows is read as its value.
    pub(crate) fn meant(&self, cx: &Ctxt, what: &str, valid: &'static [&'static str]) -> syn::Result<&'static str> {
        let name = self.name();
        if let Some(known) = valid.iter().find(|known| **known == name) {
            return Ok(known);
        }
        match suggest::nearest(&name, valid) {
            Some(nearest) => {
                cx.push(self.unknown(what, valid));
                Ok(*nearest)
            }
            None => Err(self.unknown(what, valid)),
        }
    }

    pub(crate) fn unknown(&self, what: &str, valid: &[&str]) -> syn::Error {
        let name = self.name();
        syn::Error::new(self.key.span(), format!("unknown {what} `{name}`{}", suggest::among(&name, valid)))
    }
}

/// Reads the items of every attribute with this name; each mistake is recorded, and reading goes on behind it.
pub(crate) fn items(
    cx: &Ctxt,
    attrs: &[Attribute],
    name: &str,
    example: &str,
    mut each: impl FnMut(&Item<'_>) -> syn::Result<()>,
) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(name)) {
        let Meta::List(list) = &attr.meta else {
            cx.error_at(attr, format_args!("expected `#[{name}(…)]`, e.g. `#[{name}({example})]`"));
            continue;
        };
        let parsed = list.parse_args_with(|input: ParseStream<'_>| list_of(cx, input, example, &mut each));
        cx.ok(parsed);
    }
}

/// Reads what stands in an attribute's brackets, item by item.
pub(crate) fn list_of(
    cx: &Ctxt,
    input: ParseStream<'_>,
    example: &str,
    each: &mut impl FnMut(&Item<'_>) -> syn::Result<()>,
) -> syn::Result<()> {
    while !input.is_empty() {
        if let Err(error) = item(input, example, each) {
            cx.push(error);
            while !input.is_empty() && !input.peek(Token![,]) {
                input.parse::<TokenTree>()?;
            }
        }
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(())
}

fn item(input: ParseStream<'_>, example: &str, each: &mut impl FnMut(&Item<'_>) -> syn::Result<()>) -> syn::Result<()> {
    let at = input.fork();
    let key = input.call(Ident::parse_any).map_err(|_| expected(&at, "a name", example))?;
    each(&Item { key, input })?;
    if input.is_empty() || input.peek(Token![,]) {
        Ok(())
    } else {
        Err(expected(input, "`,`", format_args!("{example}, …")))
    }
}

/// Reads a duration; nothing, where it is zero.
pub(crate) fn duration_of(literal: LitStr) -> syn::Result<(LitStr, Option<Time>)> {
    match duration::read(&literal.value()) {
        Ok(time) => Ok((literal, time)),
        Err(message) => Err(syn::Error::new(literal.span(), message)),
    }
}

/// Reads what stands in brackets. Behind a mistake the rest is passed over: it would be a second error.
pub(crate) fn inside<T>(
    input: ParseStream<'_>,
    read: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<T> {
    let result = read(input);
    while !input.is_empty() {
        input.parse::<TokenTree>()?;
    }
    result
}

/// What was expected, what is there instead, and the right form.
pub(crate) fn expected(input: ParseStream<'_>, what: &str, example: impl Display) -> syn::Error {
    match input.fork().parse::<TokenTree>() {
        Ok(found) => syn::Error::new(found.span(), format!("expected {what}, found `{found}`; e.g. `{example}`")),
        Err(_) => syn::Error::new(input.span(), format!("expected {what}, found nothing; e.g. `{example}`")),
    }
}

/// A value that may be given once.
pub(crate) struct Once<T>(Option<(Ident, T)>);

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Once<T> {
    pub(crate) fn set(&mut self, cx: &Ctxt, item: &Item<'_>, value: T) {
        match &self.0 {
            Some((first, _)) => cx.duplicate(&item.key, first, format_args!("`{}` is given twice", item.key)),
            None => self.0 = Some((item.key.clone(), value)),
        }
    }

    pub(crate) fn get(&self) -> Option<&T> {
        self.0.as_ref().map(|(_, value)| value)
    }

    /// The key that gave the value.
    pub(crate) fn key(&self) -> Option<&Ident> {
        self.0.as_ref().map(|(key, _)| key)
    }
}

impl Once<()> {
    pub(crate) fn is_set(&self) -> bool {
        self.0.is_some()
    }
}

/// The path of the runtime crate: `::events_core`, unless `crate = path` says otherwise.
pub(crate) fn krate(given: &Once<Path>) -> TokenStream {
    given.get().map_or_else(|| quote!(::events_core), ToTokens::to_token_stream)
}

/// An attribute of ours on an item where it has no meaning.
pub(crate) fn misplaced(cx: &Ctxt, attrs: &[Attribute], names: &[&str], belongs: &str) {
    for attr in attrs {
        if let Some(name) = names.iter().find(|name| attr.path().is_ident(name)) {
            cx.error_at(attr, format_args!("`#[{name}]` does not belong here; {belongs}"));
        }
    }
}

/// The lines of a doc comment, without what makes them one: the space after `///`, and the margin of `/** … */`.
pub(crate) fn docs(attrs: &[Attribute]) -> String {
    let lines = attrs.iter().filter_map(|attr| {
        let Meta::NameValue(meta) = &attr.meta else { return None };
        let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &meta.value else { return None };
        meta.path.is_ident("doc").then(|| text.value())
    });
    lines
        .map(|line| block(&line).unwrap_or_else(|| line.strip_prefix(' ').unwrap_or(&line).to_owned()))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The text of a comment of several lines; `None` where it has one.
fn block(text: &str) -> Option<String> {
    let (first, rest) = text.split_once('\n')?;
    let blank = |line: &&str| line.trim().is_empty();
    let starred = rest.lines().all(|line| blank(&line) || line.starts_with(' ') && line.trim_start().starts_with('*'));
    let indent = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let margin = rest.lines().filter(|line| !blank(line)).map(|line| indent(&line)).min().unwrap_or_default();
    let rest = rest.lines().map(|line| {
        let line = if starred { line.trim_start().strip_prefix("*") } else { line.get(margin..) };
        let line = line.unwrap_or_default().trim_end();
        if starred { line.strip_prefix(' ').unwrap_or(line) } else { line }
    });
    let lines: Vec<&str> = [first.trim()].into_iter().chain(rest).collect();
    let from = lines.iter().position(|line| !blank(line)).unwrap_or(lines.len());
    let to = lines.iter().rposition(|line| !blank(line)).map_or(from, |last| last + 1);
    Some(lines[from..to].join("\n"))
}

/// The user's lint levels, for generated items of their own: `allow` as it is, and `expect` as `allow`, for it may have been
/// fulfilled elsewhere.
pub(crate) fn allowed(attrs: &[Attribute]) -> TokenStream {
    let levels = attrs.iter().filter(|attr| attr.path().is_ident("allow") || attr.path().is_ident("expect"));
    levels
        .filter_map(|attr| attr.meta.require_list().ok())
        .map(|list| {
            let lints = &list.tokens;
            quote!(#[allow(#lints)])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use syn::{ItemStruct, parse_str};

    use super::docs;

    #[test]
    fn docs_are_the_same_in_every_form() {
        for source in [
            "/// One.\n///\n///   - two\nstruct S;",
            "/**\n * One.\n *\n *   - two\n */\nstruct S;",
            "/** One.\n  *\n  *   - two */\nstruct S;",
            "/**\n    One.\n\n      - two\n*/\nstruct S;",
            "#[doc = \" One.\"] #[doc = \"\"] #[doc = \"   - two\"] struct S;",
        ] {
            let item: ItemStruct = parse_str(source).unwrap();
            assert_eq!(docs(&item.attrs), "One.\n\n  - two", "{source}");
        }
        let list: ItemStruct = parse_str("#[doc = \"Kinds:\\n* a\\n* b\"] struct S;").unwrap();
        assert_eq!(docs(&list.attrs), "Kinds:\n* a\n* b");
        let blank: ItemStruct = parse_str("/**\n *\n */\nstruct S;").unwrap();
        assert_eq!(docs(&blank.attrs), "");
    }
}
