//! What the user wrote, understood.

use proc_macro2::TokenStream;
use syn::{
    Attribute, Data, DeriveInput, Fields, Generics, Ident, LitStr, Path, Token, Type, Visibility, WherePredicate,
    ext::IdentExt as _, parse::ParseStream, punctuated::Punctuated, spanned::Spanned as _,
};

use super::{
    dedup::{self, Dedup},
    metric::{self, Metric},
};
use crate::{
    attr::{self, Item, Once},
    case,
    ctxt::Ctxt,
    grammar,
    serde_attr::{SerdeContainer, SerdeField},
};

const EVENT_KEYS: &[&str] = &[
    "emitter",
    "method",
    "lifecycle",
    "identity",
    "dedup",
    "version",
    "upcast_from",
    "entity_type",
    "validate",
    "serde",
    "bound",
    "crate",
];
const FIELD_KEYS: &[&str] = &["skip_id", "default", "now", "metric"];

pub(super) struct EventInput<'a> {
    pub(super) ident: &'a Ident,
    pub(super) vis: &'a Visibility,
    pub(super) generics: &'a Generics,
    pub(super) docs: String,
    /// The user's lint levels.
    pub(super) allowed: TokenStream,
    /// The event's type; a placeholder where it is missing or malformed.
    pub(super) name: String,
    pub(super) entity_type: String,
    pub(super) attrs: EventAttrs,
    pub(super) serde: SerdeContainer,
    pub(super) fields: Vec<Field<'a>>,
    /// A struct literal of the type can be written: it has named fields or none at all.
    pub(super) constructible: bool,
}

/// `#[event(…)]` on the struct.
#[derive(Default)]
pub(super) struct EventAttrs {
    pub(super) emitter: Once<Type>,
    pub(super) method: Once<Ident>,
    pub(super) lifecycle: Once<Path>,
    pub(super) identity: Once<Identity>,
    pub(super) dedup: Once<Dedup>,
    /// `None` where what was given is no version.
    pub(super) version: Once<Option<u32>>,
    /// `None` where what was given is no type.
    pub(super) upcast_from: Once<Option<Type>>,
    pub(super) entity_type: Once<LitStr>,
    pub(super) validate: Once<Path>,
    /// The whole payload is written through its `Serialize`.
    pub(super) serde: Once<()>,
    pub(super) bound: Once<Punctuated<WherePredicate, Token![,]>>,
    pub(super) krate: Once<Path>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Identity {
    Content,
    Unique,
}

pub(super) struct Field<'a> {
    pub(super) ident: &'a Ident,
    pub(super) ty: &'a Type,
    pub(super) docs: String,
    pub(super) attrs: FieldAttrs,
    pub(super) serde: SerdeField,
    /// The name in the JSON form.
    pub(super) member: String,
}

/// `#[event(…)]` on a field.
#[derive(Default)]
pub(super) struct FieldAttrs {
    pub(super) skip_id: Once<()>,
    pub(super) default: Once<Option<TokenStream>>,
    pub(super) now: Once<()>,
    pub(super) metrics: Vec<Metric>,
}

impl Field<'_> {
    /// Filled in by the emit method instead of being a parameter of it.
    pub(super) fn is_filled(&self) -> bool {
        self.attrs.now.is_set() || self.attrs.default.get().is_some()
    }
}

impl<'a> EventInput<'a> {
    pub(super) fn parse(cx: &Ctxt, input: &'a DeriveInput) -> Self {
        let attrs = EventAttrs::parse(cx, &input.attrs);
        let serde = SerdeContainer::from_attrs(&input.attrs);
        let (fields, constructible) = fields(cx, input, &serde);
        let name = name(event_type(cx, input).as_ref(), &input.ident);
        // All of the event type but its last segment, unless another is given.
        let prefix = || name.rsplit_once('.').map(|(prefix, _)| prefix.to_owned()).unwrap_or_default();
        let entity_type = attrs.entity_type.get().map_or_else(prefix, LitStr::value);
        Self {
            ident: &input.ident,
            vis: &input.vis,
            generics: &input.generics,
            docs: attr::docs(&input.attrs),
            allowed: attr::allowed(&input.attrs),
            name,
            entity_type,
            attrs,
            serde,
            fields,
            constructible,
        }
    }
}

/// The event's type; a placeholder where it is missing or malformed, with the last segment as far as it is good.
fn name(event_type: Option<&LitStr>, ident: &Ident) -> String {
    let written = event_type.map_or_else(|| case::snake(&ident.unraw().to_string()), LitStr::value);
    if grammar::is_well_formed(&written) {
        return written;
    }
    let written = grammar::repaired(&written, 1).unwrap_or(written);
    let last = written.rsplit('.').next().unwrap_or_default();
    let placeholder = format!("malformed.{last}");
    if grammar::is_well_formed(&placeholder) { placeholder } else { "malformed.event".to_owned() }
}

fn event_type(cx: &Ctxt, input: &DeriveInput) -> Option<LitStr> {
    const EXAMPLE: &str = "#[event_type(\"quick_test.started\")]";
    let mut found: Option<(&Attribute, Option<LitStr>)> = None;
    for attr in input.attrs.iter().filter(|attr| attr.path().is_ident("event_type")) {
        if let Some((first, _)) = found {
            cx.duplicate(attr, first, "an event has one type, but `#[event_type]` is given twice");
            continue;
        }
        let literal = match &attr.meta {
            syn::Meta::List(list) => {
                let literal = cx.ok(list.parse_args_with(|input: ParseStream<'_>| {
                    let at = input.fork();
                    let literal = input.parse::<LitStr>().map_err(|_| attr::expected(&at, "one string", EXAMPLE))?;
                    if input.is_empty() {
                        return Ok(literal);
                    }
                    Err(attr::expected(input, "nothing behind the event type", EXAMPLE))
                }));
                if let Some(literal) = &literal {
                    grammar::check(cx, literal, "event type", 2);
                }
                literal
            }
            _ => {
                cx.error_at(attr, format_args!("expected the event type in parentheses, e.g. `{EXAMPLE}`"));
                None
            }
        };
        found = Some((attr, literal));
    }
    if found.is_none() {
        cx.error(input.ident.span(), format_args!("an event needs a type; add e.g. `{EXAMPLE}`"));
    }
    found.and_then(|(_, literal)| literal)
}

impl EventAttrs {
    fn parse(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut this = Self::default();
        attr::items(cx, attrs, "event", "version = 2", |item| {
            if FIELD_KEYS.contains(&item.name().as_str()) {
                let message = format!("`{0}` belongs on a field: `#[event({0})]` above the field", item.name());
                return Err(syn::Error::new(item.key.span(), message));
            }
            match item.meant(cx, "event attribute", EVENT_KEYS)? {
                "emitter" => {
                    this.emitter.set(cx, item, item.value("a type without quotes", "emitter = QuickTestEmitter")?);
                }
                "method" => {
                    this.method.set(cx, item, item.value("a name without quotes", "method = emit_started")?);
                }
                "lifecycle" => {
                    const EXAMPLE: &str = "lifecycle = QuickTestLife";
                    let path: Path = item.value("a type without quotes", EXAMPLE)?;
                    this.lifecycle.set(cx, item, path);
                }
                "identity" => {
                    let value: Ident = item.value("`unique` or `content` without quotes", "identity = unique")?;
                    let identity = match value.to_string().as_str() {
                        "content" => Identity::Content,
                        "unique" => Identity::Unique,
                        other => {
                            let hint = crate::suggest::among(other, &["content", "unique"]);
                            return Err(syn::Error::new(value.span(), format!("unknown identity `{other}`{hint}")));
                        }
                    };
                    this.identity.set(cx, item, identity);
                }
                "dedup" => {
                    if let Some(policy) = dedup::parse(cx, item)? {
                        this.dedup.set(cx, item, policy);
                    }
                }
                "version" => {
                    let version = item.number("version = 2");
                    this.version.set(cx, item, version.as_ref().ok().copied());
                    version?;
                }
                "upcast_from" => {
                    const EXAMPLE: &str = "upcast_from = QuickTestStartedV1";
                    let older = item.value("a type without quotes", EXAMPLE);
                    this.upcast_from.set(cx, item, older.as_ref().ok().cloned());
                    older?;
                }
                "entity_type" => {
                    let literal = item.string("entity_type = \"quick_test\"")?;
                    if grammar::check(cx, &literal, "entity type", 1) {
                        this.entity_type.set(cx, item, literal);
                    }
                }
                "validate" => this.validate.set(cx, item, item.path("validate = Self::check")?),
                "serde" => {
                    item.flag()?;
                    this.serde.set(cx, item, ());
                }
                "bound" => {
                    let bounds = item.quoted("where predicates", "bound = \"T: serde::Serialize\"", |text| {
                        text.parse_with(Punctuated::parse_terminated)
                    })?;
                    this.bound.set(cx, item, bounds);
                }
                _ => this.krate.set(cx, item, item.path("crate = ::events_core")?),
            }
            Ok(())
        });
        this
    }
}

impl FieldAttrs {
    fn parse(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        attr::misplaced(cx, attrs, &["event_type"], "it names the type of the whole event, above the struct");
        let mut this = Self::default();
        attr::items(cx, attrs, "event", "skip_id", |item: &Item<'_>| {
            if EVENT_KEYS.contains(&item.name().as_str()) {
                let message =
                    format!("`{0}` belongs to the whole event: `#[event({0} …)]` above the struct", item.name());
                return Err(syn::Error::new(item.key.span(), message));
            }
            match item.meant(cx, "field attribute", FIELD_KEYS)? {
                "skip_id" => {
                    item.flag()?;
                    this.skip_id.set(cx, item, ());
                }
                "now" => {
                    item.flag()?;
                    this.now.set(cx, item, ());
                }
                "metric" => this.metrics.extend(metric::parse(cx, item)?),
                // Without a value, or with a broken one, the field is still none of the emit method's parameters.
                _ => {
                    let value = if item.has_value() {
                        item.expression("default = Vec::new()").map(Some)
                    } else {
                        let wrong = |_| item.expected("`=` and an expression, or no value", "default = Vec::new()");
                        item.flag().map(|()| None).map_err(wrong)
                    };
                    this.default.set(cx, item, value.as_ref().ok().cloned().flatten());
                    value?;
                }
            }
            Ok(())
        });
        this
    }
}

fn fields<'a>(cx: &Ctxt, input: &'a DeriveInput, serde: &SerdeContainer) -> (Vec<Field<'a>>, bool) {
    let ident = &input.ident;
    let data = match &input.data {
        Data::Struct(data) => data,
        Data::Enum(data) => {
            cx.error(
                data.enum_token.span,
                format_args!("an event is a struct; for a set of events use `#[derive(EventEnum)]` on `{ident}`"),
            );
            return (Vec::new(), false);
        }
        Data::Union(data) => {
            cx.error(data.union_token.span, "an event is a struct with named fields, not a union");
            return (Vec::new(), false);
        }
    };
    match &data.fields {
        Fields::Named(named) => {
            let fields = named.named.iter().filter_map(|field| {
                let ident = field.ident.as_ref()?;
                let attrs = FieldAttrs::parse(cx, &field.attrs);
                let serde_field = SerdeField::from_attrs(&field.attrs);
                let member = serde.field_name(ident, &serde_field);
                Some(Field { ident, ty: &field.ty, docs: attr::docs(&field.attrs), attrs, serde: serde_field, member })
            });
            (fields.collect(), true)
        }
        Fields::Unit => (Vec::new(), true),
        Fields::Unnamed(unnamed) => {
            cx.error(
                unnamed.span(),
                format_args!(
                    "an event's payload is a JSON object, so its fields need names: `struct {ident} {{ name: Type }}`"
                ),
            );
            (Vec::new(), false)
        }
    }
}
