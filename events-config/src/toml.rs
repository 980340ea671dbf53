//! TOML, read into the tree.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{
    error::Errors,
    node::{Key, Node, Value},
};

/// The tree of a text, without what is malformed in it: that is among the errors.
pub(crate) fn read(text: &str, errors: &mut Errors) -> Node {
    let (document, mistakes) = DeTable::parse_recoverable(text);
    for mistake in mistakes {
        errors.syntax(mistake.span().unwrap_or_default(), mistake.message());
    }
    Node { span: 0..0, value: table(document.get_ref(), errors) }
}

fn table(table: &DeTable<'_>, errors: &mut Errors) -> Value {
    let entry = |(key, value): (&Spanned<_>, _)| {
        let key: &Spanned<std::borrow::Cow<'_, str>> = key;
        (Key { span: key.span(), name: key.get_ref().to_string() }, node(value, errors))
    };
    let mut entries: Vec<_> = table.iter().map(entry).collect();
    entries.sort_by_key(|(key, _)| key.span.start);
    Value::Table(entries)
}

fn node(value: &Spanned<DeValue<'_>>, errors: &mut Errors) -> Node {
    let span = value.span();
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(integer) => match i128::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(integer) => Value::Integer(integer),
            Err(_) => {
                errors.syntax(span.clone(), "integer too large");
                Value::Nothing
            }
        },
        // The parser knows only floats that Rust reads; `inf` and `nan` are among them.
        DeValue::Float(float) => match float.as_str().parse() {
            Ok(float) => Value::Float(float),
            Err(_) => {
                errors.syntax(span.clone(), "malformed float");
                Value::Nothing
            }
        },
        DeValue::Boolean(boolean) => Value::Boolean(*boolean),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(list) => Value::List(list.iter().map(|item| node(item, errors)).collect()),
        DeValue::Table(entries) => table(entries, errors),
    };
    Node { span, value }
}
