//! What one observer of a configuration is to be: its table, read key by key, so that every mistake in it is found.

use events_core::{EntityId, EventBus, Pattern, SubscriptionBuilder};

use crate::{
    error::{ConfigErrorKind, Errors},
    node::{Key, Node, Value},
    source::Span,
};

/// The keys of an observer.
const KEYS: [&str; 10] = ["kind", "name", "id", "pattern", "entity", "priority", "once", "take", "enabled", "options"];

/// A text, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// What one observer is to be.
#[derive(Debug)]
pub(crate) struct Settings {
    /// `None` when it is missing, which is an error.
    pub(crate) kind: Option<Text>,
    pub(crate) name: Option<Text>,
    pub(crate) id: Option<Text>,
    patterns: Vec<Pattern>,
    entity: Option<EntityId>,
    priority: i32,
    take: Option<usize>,
    enabled: bool,
    /// What the factory reads: an empty table if nothing is said. `None` when it is no table, which is an error.
    pub(crate) options: Option<Node>,
}

impl Settings {
    /// Reads an observer's table. What is malformed is left out, and is among the errors.
    pub(crate) fn read(span: &Span, entries: Vec<(Key, Node)>, errors: &mut Errors) -> Self {
        let mut settings = Self {
            kind: None,
            name: None,
            id: None,
            patterns: Vec::new(),
            entity: None,
            priority: 0,
            take: None,
            enabled: true,
            options: Some(Node { span: span.clone(), value: Value::Table(Vec::new()) }),
        };
        let (mut has_kind, mut once) = (false, None);
        for (key, node) in entries {
            let field = Field { key: &key.name, node: &node };
            match key.name.as_str() {
                "kind" => {
                    has_kind = true;
                    settings.kind = field.text(errors);
                }
                "name" => settings.name = field.text(errors),
                "id" => settings.id = field.text(errors),
                "pattern" => settings.patterns = field.patterns(errors),
                "entity" => settings.entity = field.entity(errors),
                "priority" => settings.priority = field.integer(i32::MIN, i32::MAX, errors).unwrap_or_default(),
                "once" => once = field.boolean(errors).filter(|once| *once).map(|_| key.span),
                "take" => {
                    settings.take =
                        field.integer(1, u32::MAX, errors).map(|take| take.try_into().unwrap_or(usize::MAX));
                }
                "enabled" => settings.enabled = field.boolean(errors).unwrap_or(true),
                "options" => settings.options = field.table(errors),
                _ => errors.push(&key.span, unknown_key(&key.name, &KEYS)),
            }
        }
        if !has_kind {
            errors.push(span, ConfigErrorKind::MissingKey { key: "kind".to_owned() });
        }
        if let Some(once) = once {
            if settings.take.is_some() {
                errors.push(&once, ConfigErrorKind::Exclusive { key: "once", other: "take" });
            }
            settings.take = Some(1);
        }
        settings
    }

    /// What it is called: its name, else its id, else its kind.
    pub(crate) fn label(&self) -> &str {
        let text = self.name.as_ref().or(self.id.as_ref()).or(self.kind.as_ref());
        text.map_or("", |text| &text.text)
    }

    /// A subscription as it is to be. An id that the bus has already is among the errors.
    pub(crate) fn subscription<'b>(&self, bus: &'b EventBus, errors: &mut Errors) -> Option<SubscriptionBuilder<'b>> {
        let mut subscription =
            bus.subscription().name(self.label().to_owned()).priority(self.priority).enabled(self.enabled);
        if let Some(id) = &self.id {
            subscription = match subscription.id(id.text.clone()) {
                Ok(subscription) => subscription,
                Err(error) => {
                    errors.push(&id.span, ConfigErrorKind::IdTaken(error));
                    return None;
                }
            };
        }
        subscription = self.patterns.iter().cloned().fold(subscription, SubscriptionBuilder::pattern);
        if let Some(entity) = &self.entity {
            subscription = subscription.entity(entity);
        }
        Some(match self.take {
            Some(events) => subscription.take(events),
            None => subscription,
        })
    }
}

/// The error of a key that nobody reads.
pub(crate) fn unknown_key(key: &str, expected: &[&str]) -> ConfigErrorKind {
    let expected = expected.iter().map(ToString::to_string).collect();
    ConfigErrorKind::UnknownKey { key: key.to_owned(), expected }
}

/// One entry of a table.
#[derive(Clone, Copy)]
pub(crate) struct Field<'n> {
    pub(crate) key: &'n str,
    pub(crate) node: &'n Node,
}

impl Field<'_> {
    /// Text that says something.
    fn text(self, errors: &mut Errors) -> Option<Text> {
        let Value::Text(text) = &self.node.value else { return self.refuse("a string", errors) };
        if text.is_empty() {
            errors.push(&self.node.span, ConfigErrorKind::Empty { key: self.key.to_owned() });
            return None;
        }
        Some(Text { text: text.clone(), span: self.node.span.clone() })
    }

    fn boolean(self, errors: &mut Errors) -> Option<bool> {
        let Value::Boolean(boolean) = self.node.value else { return self.refuse("a boolean", errors) };
        Some(boolean)
    }

    fn integer<T: TryFrom<i128> + Into<i128>>(self, least: T, most: T, errors: &mut Errors) -> Option<T> {
        let Value::Integer(found) = self.node.value else { return self.refuse("an integer", errors) };
        let (least, most) = (least.into(), most.into());
        if !(least..=most).contains(&found) {
            let key = self.key.to_owned();
            errors.push(&self.node.span, ConfigErrorKind::OutOfRange { key, least, most, found });
            return None;
        }
        T::try_from(found).ok()
    }

    /// One pattern, or a list of them.
    fn patterns(self, errors: &mut Errors) -> Vec<Pattern> {
        let Value::List(items) = &self.node.value else {
            return self.pattern("a string or a list of strings", errors).into_iter().collect();
        };
        if items.is_empty() {
            errors.push(&self.node.span, ConfigErrorKind::Empty { key: self.key.to_owned() });
        }
        let item = |node| Field { key: self.key, node }.pattern("a list of strings", errors);
        items.iter().filter_map(item).collect()
    }

    fn pattern(self, expected: &'static str, errors: &mut Errors) -> Option<Pattern> {
        let Value::Text(text) = &self.node.value else { return self.refuse(expected, errors) };
        Pattern::new(text).map_err(|error| errors.push(&self.node.span, ConfigErrorKind::Pattern(error))).ok()
    }

    fn entity(self, errors: &mut Errors) -> Option<EntityId> {
        let Value::Text(text) = &self.node.value else { return self.refuse("a string", errors) };
        let id = EntityId::from(text);
        id.validate().map_err(|error| errors.push(&self.node.span, ConfigErrorKind::Entity(error))).ok()?;
        Some(id)
    }

    /// A table; nothing stands for an empty one.
    fn table(self, errors: &mut Errors) -> Option<Node> {
        match self.node.value {
            Value::Table(_) => Some(self.node.clone()),
            Value::Nothing => Some(Node { span: self.node.span.clone(), value: Value::Table(Vec::new()) }),
            _ => self.refuse("a table", errors),
        }
    }

    /// Reports that the value is of another type.
    pub(crate) fn refuse<T>(self, expected: &'static str, errors: &mut Errors) -> Option<T> {
        let (key, found) = (self.key.to_owned(), self.node.value.describe());
        errors.push(&self.node.span, ConfigErrorKind::WrongType { key, expected, found });
        None
    }
}
