//! What is wrong with a configuration: every mistake, with its place, shown as a compiler shows it.

use std::{error::Error, fmt, io, path::Path, slice, sync::Arc, vec};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use events_core::{DuplicateSubscription, InvalidEntityId, InvalidPattern, ObserverError};

use crate::{
    source::{Source, Span},
    suggest,
};

/// Everything that is wrong with a configuration, in the order of the text; nothing was subscribed.
///
/// Shown, it is the list of the [errors](ConfigError), each with the line it is about, secrets included; its `Debug` form
/// names the places, but quotes no line.
///
/// ```
/// use events_config::{ObserverConfig, ObserverRegistry};
///
/// let text = "[[observer]]\nkind = \"console\"\npatern = \"*.failed\"\n";
/// let errors = ObserverConfig::from_toml(text, &ObserverRegistry::new()).unwrap_err();
/// assert_eq!(errors.errors().len(), 2);
/// assert_eq!(
///     errors.to_string(),
///     "\
/// unknown kind of observer `console`
///  --> <toml>:2:8
///   |
/// 2 | kind = \"console\"
///   |        ^^^^^^^^^
///   |
///   = help: none is registered
///
/// unknown key `patern`; did you mean `pattern`?
///  --> <toml>:3:1
///   |
/// 3 | patern = \"*.failed\"
///   | ^^^^^^
///   |
///   = help: expected one of `kind`, `name`, `id`, `pattern`, `entity`, `priority`, `once`, `take`, `enabled`, `options`"
/// );
/// ```
pub struct ConfigErrors(Vec<ConfigError>);

impl ConfigErrors {
    /// The errors, at least one.
    pub fn errors(&self) -> &[ConfigError] {
        &self.0
    }

    /// The errors one by one.
    pub fn iter(&self) -> slice::Iter<'_, ConfigError> {
        self.0.iter()
    }
}

impl IntoIterator for ConfigErrors {
    type Item = ConfigError;
    type IntoIter = vec::IntoIter<ConfigError>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a ConfigErrors {
    type Item = &'a ConfigError;
    type IntoIter = slice::Iter<'a, ConfigError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, error) in self.0.iter().enumerate() {
            write!(f, "{}{error}", if n == 0 { "" } else { "\n\n" })?;
        }
        Ok(())
    }
}

impl fmt::Debug for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Error for ConfigErrors {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.first().map(|error| error as _)
    }
}

/// One thing that is wrong with a configuration: what, and where.
pub struct ConfigError {
    kind: ConfigErrorKind,
    source: Arc<Source>,
    /// `None` when it is about the file as a whole.
    span: Option<Span>,
    /// Where something stands that this repeats.
    first: Option<Span>,
}

impl ConfigError {
    /// An error that is about the file as a whole.
    pub(crate) fn of_file(kind: ConfigErrorKind, source: Source) -> ConfigErrors {
        ConfigErrors(vec![Self { kind, source: Arc::new(source), span: None, first: None }])
    }

    /// What is wrong.
    pub fn kind(&self) -> &ConfigErrorKind {
        &self.kind
    }

    /// The file, if the text comes from one.
    pub fn path(&self) -> Option<&Path> {
        self.source.path()
    }

    /// The line, from 1; `None` when the error is about the file as a whole.
    pub fn line(&self) -> Option<usize> {
        self.position().map(|(line, _)| line)
    }

    /// The column in its line, in characters, from 1.
    pub fn column(&self) -> Option<usize> {
        self.position().map(|(_, column)| column)
    }

    fn position(&self) -> Option<(usize, usize)> {
        self.span.as_ref().map(|span| self.source.position(self.source.shown(span).start))
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(span) = &self.span else {
            return write!(f, "{}: {}", self.source.name(), self.kind);
        };
        let first = self
            .first
            .as_ref()
            .map(|span| AnnotationKind::Context.span(self.source.shown(span)).label("first one here"));
        let snippet = Snippet::source(self.source.text())
            .path(self.source.name())
            .annotation(AnnotationKind::Primary.span(self.source.shown(span)))
            .annotations(first);
        let help = self.kind.help().map(|help| Level::HELP.message(help));
        let report = Level::ERROR.no_name().primary_title(self.kind.to_string()).element(snippet).elements(help);
        f.write_str(&Renderer::plain().render(&[report]))
    }
}

impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigError")
            .field("kind", &self.kind)
            .field("path", &self.path())
            .field("line", &self.line())
            .field("column", &self.column())
            .finish_non_exhaustive()
    }
}

impl Error for ConfigError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.kind.source()
    }
}

/// What is wrong with a configuration. Shown, it is the message without the place.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigErrorKind {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Read(#[source] io::Error),
    /// The file's name does not say which format it has.
    #[error("unknown format; expected a name that ends in {}", suggest::one_of(expected))]
    #[non_exhaustive]
    UnknownFormat {
        /// The endings of file names that are known.
        expected: Vec<String>,
    },
    /// The text is not TOML, or not YAML.
    #[error("{message}")]
    #[non_exhaustive]
    Syntax {
        /// What the parser says.
        message: String,
    },
    /// A key that nobody reads.
    #[error("unknown key `{}`{}", key.escape_debug(), suggest::did_you_mean(key, expected))]
    #[non_exhaustive]
    UnknownKey {
        /// The key.
        key: String,
        /// The keys that are read there.
        expected: Vec<String>,
    },
    /// A key that every observer must have.
    #[error("missing key `{}`", key.escape_debug())]
    #[non_exhaustive]
    MissingKey {
        /// The key.
        key: String,
    },
    /// A value of the wrong type.
    #[error("`{}` must be {expected}, not {found}", key.escape_debug())]
    #[non_exhaustive]
    WrongType {
        /// The key.
        key: String,
        /// The type it must have, in words.
        expected: &'static str,
        /// The type it has, in words.
        found: &'static str,
    },
    /// A number that is too small or too large.
    #[error("`{}` must be from {least} to {most}, not {found}", key.escape_debug())]
    #[non_exhaustive]
    OutOfRange {
        /// The key.
        key: String,
        /// The least number it can be.
        least: i128,
        /// The greatest number it can be.
        most: i128,
        /// The number it is.
        found: i128,
    },
    /// An empty text or list, where one says nothing.
    #[error("`{}` is empty", key.escape_debug())]
    #[non_exhaustive]
    Empty {
        /// The key.
        key: String,
    },
    /// Two settings of one observer that exclude each other.
    #[error("`{key}` and `{other}` exclude each other")]
    #[non_exhaustive]
    Exclusive {
        /// One of the keys.
        key: &'static str,
        /// The other.
        other: &'static str,
    },
    /// A malformed pattern.
    #[error(transparent)]
    Pattern(InvalidPattern),
    /// The id of an entity that cannot exist.
    #[error(transparent)]
    Entity(InvalidEntityId),
    /// Two observers with one name, or with one id.
    #[error("the {key} `{value}` is given twice")]
    #[non_exhaustive]
    Duplicate {
        /// What they share: `name` or `id`.
        key: &'static str,
        /// The name or id.
        value: String,
    },
    /// A kind of observer that is not in the registry.
    #[error("unknown kind of observer `{kind}`{}", suggest::did_you_mean(kind, registered))]
    #[non_exhaustive]
    UnknownKind {
        /// The kind.
        kind: String,
        /// The kinds in the registry.
        registered: Vec<String>,
    },
    /// An option that the factory needs.
    #[error("`{kind}` needs the option `{key}`")]
    #[non_exhaustive]
    MissingOption {
        /// The kind of observer.
        kind: String,
        /// The key among its options.
        key: String,
    },
    /// The type that a factory reads its options into does not take them.
    #[error("invalid option of `{kind}`: {message}")]
    #[non_exhaustive]
    InvalidOption {
        /// The kind of observer.
        kind: String,
        /// What the type's `Deserialize` says.
        message: String,
    },
    /// A factory made no observer.
    #[error("no observer of kind `{kind}` could be made: {source}")]
    #[non_exhaustive]
    Factory {
        /// The kind of observer.
        kind: String,
        /// The factory's error.
        source: ObserverError,
    },
    /// The bus has a subscription with this id already.
    #[error(transparent)]
    IdTaken(DuplicateSubscription),
}

impl ConfigErrorKind {
    /// What could stand there instead.
    fn help(&self) -> Option<String> {
        match self {
            Self::UnknownKey { expected, .. } if expected.is_empty() => Some("no key is expected here".to_owned()),
            Self::UnknownKey { expected, .. } => Some(format!("expected {}", suggest::one_of(expected))),
            Self::UnknownKind { registered, .. } if registered.is_empty() => Some("none is registered".to_owned()),
            Self::UnknownKind { registered, .. } => Some(format!("registered: {}", suggest::listed(registered))),
            _ => None,
        }
    }
}

/// Errors as they are found.
#[derive(Debug)]
pub(crate) struct Errors {
    source: Arc<Source>,
    errors: Vec<ConfigError>,
}

impl Errors {
    pub(crate) fn new(source: &Arc<Source>) -> Self {
        Self { source: Arc::clone(source), errors: Vec::new() }
    }

    pub(crate) fn push(&mut self, span: &Span, kind: ConfigErrorKind) {
        self.add(span, None, kind);
    }

    pub(crate) fn syntax(&mut self, span: Span, message: &str) {
        self.push(&span, ConfigErrorKind::Syntax { message: message.to_owned() });
    }

    /// A name or id that was given before.
    pub(crate) fn duplicate(&mut self, span: &Span, first: &Span, key: &'static str, value: &str) {
        self.add(span, Some(first.clone()), ConfigErrorKind::Duplicate { key, value: value.to_owned() });
    }

    fn add(&mut self, span: &Span, first: Option<Span>, kind: ConfigErrorKind) {
        let source = Arc::clone(&self.source);
        self.errors.push(ConfigError { kind, source, span: Some(span.clone()), first });
    }

    /// Whether there is none so far.
    pub(crate) fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// The value, if there was no error.
    pub(crate) fn into_result<T>(mut self, value: T) -> Result<T, ConfigErrors> {
        if self.errors.is_empty() {
            return Ok(value);
        }
        self.errors.sort_by_key(|error| error.span.as_ref().map(|span| span.start));
        Err(ConfigErrors(self.errors))
    }
}
