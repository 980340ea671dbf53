//! The kinds of observers that a configuration can name.

use std::{borrow::Cow, collections::BTreeMap, fmt, marker::PhantomData, sync::Arc};

use events_core::{Observer, ObserverError};
use serde::de::DeserializeOwned;

use crate::{IntoObserver, node::Node, options, refusal::Refusal, standard};

/// The kinds of observers that a configuration can name, each with the factory that makes one from its options.
///
/// A factory is a function from any `Deserialize` type to an observer, or to a `Result` with one ([`IntoObserver`]).
///
/// ```
/// use events_config::{ObserverConfig, ObserverRegistry};
/// use events_core::{AnyEnvelope, EventBus, Observer, ObserverResult};
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct WebhookOptions { url: String }
///
/// struct Webhook { url: String }
///
/// impl Webhook {
///     fn new(options: WebhookOptions) -> Result<Self, String> {
///         if options.url.starts_with("https://") { Ok(Self { url: options.url }) } else { Err("not https".into()) }
///     }
/// }
///
/// impl Observer for Webhook {
///     fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
///         println!("POST {} {}", self.url, event.id());
///         Ok(())
///     }
/// }
///
/// let registry = ObserverRegistry::new().with("webhook", Webhook::new);
/// let text = "[[observer]]\nkind = \"webhook\"\noptions.url = \"https://example.org/hook\"\n";
/// let bus = EventBus::new();
/// let observers = ObserverConfig::from_toml(text, &registry)?.attach(&bus)?;
/// assert_eq!(observers.len(), 1);
/// # Ok::<(), events_config::ConfigErrors>(())
/// ```
#[derive(Clone, Default)]
pub struct ObserverRegistry {
    factories: BTreeMap<Cow<'static, str>, Arc<dyn Factory>>,
}

impl ObserverRegistry {
    /// Without any kind.
    pub fn new() -> Self {
        Self::default()
    }

    /// With the kinds that come with this crate, each behind a feature of that name, and their options, all optional unless it is said:
    ///
    /// | kind | options |
    /// |---|---|
    /// | `console` | `target` (`"stderr"`, `"stdout"`), `color` (`"auto"`, `"always"`, `"never"`), `width` in columns, `max_value` in bytes |
    /// | `tracing` | `levels`, a list of `{ pattern = "*.step", level = "debug" }` |
    /// | `metrics` | none |
    /// | `jsonl` | `path`, which is required; `flush` (`"every_event"`, `{ bytes = 65536 }`, `{ millis = 200 }`), `fsync` (`"never"`, `"on_rotation"`, `"on_flush"`), `rotation` (`{ bytes = 67108864, seconds = 86400, keep = 14, gzip = true }`, with one of the first two at least) |
    pub fn standard() -> Self {
        standard::add(Self::new())
    }

    /// Adds a kind of observer, and the factory that makes one.
    ///
    /// If there is one of this name, it is replaced: so a program can have its own instead of a standard one, and a test a
    /// recorder instead of one that talks to a network.
    ///
    /// Options that the configuration leaves out are an empty table: `()` takes it, as does a type whose fields are all
    /// optional. A key that the type has no field for is an error also without `#[serde(deny_unknown_fields)]`, unless the
    /// type is flattened, untagged or internally tagged: there serde does not tell which keys were read.
    ///
    /// The factory runs once for each observer each time a configuration is attached, and what it panics with, or the
    /// `Deserialize` of its options, is not caught.
    #[must_use = "this returns the registry"]
    pub fn with<O, T, M>(
        mut self,
        kind: impl Into<Cow<'static, str>>,
        factory: impl Fn(O) -> T + Send + Sync + 'static,
    ) -> Self
    where
        O: DeserializeOwned + 'static,
        T: IntoObserver<M> + 'static,
        M: 'static,
    {
        let make = Making { make: factory, types: PhantomData::<fn(O) -> (T, M)> };
        self.factories.insert(kind.into(), Arc::new(make));
        self
    }

    /// The names of the kinds, sorted.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.factories.keys().map(|kind| &**kind)
    }

    pub(crate) fn factory(&self, kind: &str) -> Option<&Arc<dyn Factory>> {
        self.factories.get(kind)
    }
}

impl fmt::Debug for ObserverRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.kinds()).finish()
    }
}

/// Makes observers of one kind.
pub(crate) trait Factory: Send + Sync {
    /// Whether it takes the options.
    fn check(&self, options: &Node) -> Result<(), Vec<Refusal>>;

    /// Makes an observer.
    fn make(&self, options: &Node) -> Result<Box<dyn Observer>, ObserverError>;
}

/// A user's function, with the types it is from and to.
struct Making<F, A> {
    make: F,
    types: PhantomData<A>,
}

impl<F, O, T, M> Factory for Making<F, fn(O) -> (T, M)>
where
    F: Fn(O) -> T + Send + Sync,
    O: DeserializeOwned,
    T: IntoObserver<M>,
{
    fn check(&self, options: &Node) -> Result<(), Vec<Refusal>> {
        options::read::<O>(options).map(drop)
    }

    fn make(&self, options: &Node) -> Result<Box<dyn Observer>, ObserverError> {
        // They were taken before, but what a type takes may change with the time.
        let options = options::read(options).map_err(|refusals| {
            let messages: Vec<_> = refusals.iter().map(ToString::to_string).collect();
            messages.join("; ")
        })?;
        (self.make)(options).into_observer()
    }
}
