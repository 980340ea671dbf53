//! A configuration: read and checked as a whole, then attached as a whole.

use std::{collections::HashMap, fmt, fs, path::Path, sync::Arc};

use events_core::{EventBus, Observer};

use crate::{
    ConfigErrors, ConfiguredObservers, ObserverRegistry,
    error::{ConfigError, ConfigErrorKind, Errors},
    node::{Key, Node, Value},
    refusal::{Reason, Refusal},
    registry::Factory,
    settings::{Field, Settings, Text, unknown_key},
    source::{Source, Span},
    toml,
};

/// The observers that a file asks for: read, checked against a registry, and ready to be attached to any bus.
///
/// A configuration that exists can be attached: its keys, patterns, kinds and options are right. What can still fail is a
/// factory, and an id that the bus has already. See the [crate's page](crate) for what the file says.
///
/// ```
/// use events_config::{ObserverConfig, ObserverRegistry};
/// use events_core::{AnyEnvelope, EventBus};
///
/// let registry = ObserverRegistry::new().with("print", |(): ()| |event: &AnyEnvelope| println!("{}", event.id()));
/// let config = ObserverConfig::from_toml(
///     r#"
///     [[observer]]
///     kind = "print"
///     name = "failures on screen"
///     pattern = ["*.failed", "*.refused"]
///     "#,
///     &registry,
/// )?;
///
/// let (bus, other) = (EventBus::new(), EventBus::new());
/// let observers = config.attach(&bus)?;
/// let of_other = config.attach(&other)?;
/// assert_eq!((bus.stats().subscriptions, other.stats().subscriptions), (1, 1));
/// drop(observers);
/// assert_eq!((bus.stats().subscriptions, other.stats().subscriptions), (0, 1));
/// # Ok::<(), events_config::ConfigErrors>(())
/// ```
#[must_use = "a configuration does nothing until it is attached"]
pub struct ObserverConfig {
    source: Arc<Source>,
    observers: Vec<Configured>,
}

/// One observer, and what makes it.
struct Configured {
    settings: Settings,
    kind: Text,
    options: Node,
    factory: Arc<dyn Factory>,
}

impl ObserverConfig {
    /// Reads a TOML text.
    ///
    /// # Errors
    ///
    /// [`ConfigErrors`]: everything that is wrong with it.
    pub fn from_toml(text: &str, registry: &ObserverRegistry) -> Result<Self, ConfigErrors> {
        Self::read(Source::text_only("<toml>", text), toml::read, registry)
    }

    /// Reads a YAML 1.2 text, of one document, nested at most 24 levels deep.
    ///
    /// ```
    /// use events_config::{ObserverConfig, ObserverRegistry};
    /// use events_core::{AnyEnvelope, EventBus};
    ///
    /// let registry = ObserverRegistry::new().with("print", |(): ()| |event: &AnyEnvelope| println!("{}", event.id()));
    /// let text = "
    /// observer:
    ///   - kind: print
    ///     name: failures on screen
    ///     pattern: '*.failed'
    /// ";
    /// let observers = ObserverConfig::from_yaml(text, &registry)?.attach(&EventBus::new())?;
    /// assert!(observers.get("failures on screen").is_some());
    /// # Ok::<(), events_config::ConfigErrors>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigErrors`]: everything that is wrong with it. Of malformed YAML, the first mistake.
    #[cfg(feature = "yaml")]
    #[cfg_attr(docsrs, doc(cfg(feature = "yaml")))]
    pub fn from_yaml(text: &str, registry: &ObserverRegistry) -> Result<Self, ConfigErrors> {
        Self::read(Source::text_only("<yaml>", text), crate::yaml::read, registry)
    }

    /// Reads a file: `.toml`, and with the feature `yaml` also `.yaml` and `.yml`.
    ///
    /// ```
    /// use events_config::{ConfigErrorKind, ObserverConfig, ObserverRegistry};
    ///
    /// let errors = ObserverConfig::from_path("observers.ini", &ObserverRegistry::standard()).unwrap_err();
    /// assert!(matches!(errors.errors()[0].kind(), ConfigErrorKind::UnknownFormat { .. }));
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigErrors`]: the file cannot be read, or everything that is wrong with it.
    pub fn from_path(path: impl AsRef<Path>, registry: &ObserverRegistry) -> Result<Self, ConfigErrors> {
        let path = path.as_ref();
        let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
        let Some((_, read)) = FORMATS.iter().find(|(known, _)| ending == *known) else {
            let expected = FORMATS.iter().map(|(known, _)| format!(".{known}")).collect();
            let kind = ConfigErrorKind::UnknownFormat { expected };
            return Err(ConfigError::of_file(kind, Source::file(path, String::new())));
        };
        match fs::read_to_string(path) {
            Ok(text) => Self::read(Source::file(path, text), read, registry),
            Err(error) => Err(ConfigError::of_file(ConfigErrorKind::Read(error), Source::file(path, String::new()))),
        }
    }

    fn read(
        source: Source,
        read: impl Fn(&str, &mut Errors) -> Node,
        registry: &ObserverRegistry,
    ) -> Result<Self, ConfigErrors> {
        let source = Arc::new(source);
        let mut errors = Errors::new(&source);
        let root = read(source.text(), &mut errors);
        let mut observers = Vec::new();
        // What a parser makes of malformed text is not what was meant.
        if errors.is_empty() {
            let all: Vec<_> = tables(root, &mut errors)
                .into_iter()
                .map(|(span, entries)| Settings::read(&span, entries, &mut errors))
                .collect();
            refuse_duplicates("name", |settings| settings.name.as_ref(), &all, &mut errors);
            refuse_duplicates("id", |settings| settings.id.as_ref(), &all, &mut errors);
            observers.extend(all.into_iter().filter_map(|settings| Configured::new(settings, registry, &mut errors)));
        }
        errors.into_result(Self { source, observers })
    }

    /// Makes all observers and subscribes them, in the order of the file, until what this returns is dropped.
    ///
    /// All or nothing: no factory runs before every id was found to be free, and nobody is subscribed before every factory
    /// made its observer. Events that other threads emit meanwhile may reach some observers and not yet others; on a bus that
    /// was shut down, the subscriptions have ended.
    ///
    /// # Errors
    ///
    /// [`ConfigErrors`]: the ids that the bus has already ([`ConfigErrorKind::IdTaken`]), or else the factories that failed
    /// ([`ConfigErrorKind::Factory`]), each with its own error.
    pub fn attach(&self, bus: &EventBus) -> Result<ConfiguredObservers, ConfigErrors> {
        let mut errors = Errors::new(&self.source);
        let subscriptions: Vec<_> = self
            .observers
            .iter()
            .filter_map(|Configured { settings, .. }| settings.subscription(bus, &mut errors))
            .collect();
        let subscriptions = errors.into_result(subscriptions)?;

        let mut errors = Errors::new(&self.source);
        let made: Vec<_> = self.observers.iter().filter_map(|observer| observer.make(&mut errors)).collect();
        let made = errors.into_result(made)?;

        let labels = self.observers.iter().map(|observer| observer.settings.label().to_owned());
        let standing =
            subscriptions.into_iter().zip(made).map(|(subscription, observer)| subscription.observe(observer));
        Ok(ConfiguredObservers::new(labels.zip(standing).collect()))
    }
}

impl fmt::Debug for ObserverConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels: Vec<_> = self.observers.iter().map(|observer| observer.settings.label()).collect();
        f.debug_struct("ObserverConfig").field("path", &self.source.path()).field("observers", &labels).finish()
    }
}

impl Configured {
    /// What the settings ask for, if the registry has the kind; whether it takes the options is among the errors.
    fn new(mut settings: Settings, registry: &ObserverRegistry, errors: &mut Errors) -> Option<Self> {
        let kind = settings.kind.clone()?;
        let Some(factory) = registry.factory(&kind.text) else {
            let registered = registry.kinds().map(str::to_owned).collect();
            errors.push(&kind.span, ConfigErrorKind::UnknownKind { kind: kind.text, registered });
            return None;
        };
        let options = settings.options.take()?;
        for Refusal { reason, span } in factory.check(&options).err().unwrap_or_default() {
            let span = span.unwrap_or_else(|| options.span.clone());
            let kind = kind.text.clone();
            errors.push(
                &span,
                match reason {
                    Reason::UnknownKey { key, expected } => ConfigErrorKind::UnknownKey { key, expected },
                    Reason::MissingKey { key } => ConfigErrorKind::MissingOption { kind, key },
                    Reason::Message(message) => ConfigErrorKind::InvalidOption { kind, message },
                },
            );
        }
        Some(Self { factory: Arc::clone(factory), settings, kind, options })
    }

    fn make(&self, errors: &mut Errors) -> Option<Box<dyn Observer>> {
        let made = self.factory.make(&self.options);
        let failed = |source| ConfigErrorKind::Factory { kind: self.kind.text.clone(), source };
        made.map_err(|source| errors.push(&self.kind.span, failed(source))).ok()
    }
}

/// How a text is read, by the ending of its file's name.
type Read = fn(&str, &mut Errors) -> Node;
const FORMATS: &[(&str, Read)] = &[
    ("toml", toml::read),
    #[cfg(feature = "yaml")]
    ("yaml", crate::yaml::read),
    #[cfg(feature = "yaml")]
    ("yml", crate::yaml::read),
];

/// The tables of the observers. An empty file has none.
fn tables(root: Node, errors: &mut Errors) -> Vec<(Span, Vec<(Key, Node)>)> {
    let mut tables = Vec::new();
    let entries = match root.value {
        Value::Table(entries) => entries,
        Value::Nothing => return tables,
        other => {
            errors.syntax(root.span, &format!("expected a table with the key `observer`, not {}", other.describe()));
            return tables;
        }
    };
    for (key, node) in entries {
        if key.name != "observer" {
            errors.push(&key.span, unknown_key(&key.name, &["observer"]));
            continue;
        }
        let Value::List(items) = node.value else {
            Field { key: "observer", node: &node }.refuse::<()>("a list of tables (`[[observer]]` in TOML)", errors);
            continue;
        };
        for item in items {
            match item.value {
                Value::Table(entries) => tables.push((item.span, entries)),
                _ => drop(Field { key: "observer", node: &item }.refuse::<()>("a list of tables", errors)),
            }
        }
    }
    tables
}

/// Reports every name, or every id, that was given before.
fn refuse_duplicates(key: &'static str, of: fn(&Settings) -> Option<&Text>, all: &[Settings], errors: &mut Errors) {
    let mut first = HashMap::new();
    for Text { text, span } in all.iter().filter_map(of) {
        let first = first.entry(text).or_insert(span);
        if *first != span {
            errors.duplicate(span, first, key, text);
        }
    }
}
