//! The observers of a configuration while they stand.

use std::{fmt, slice};

use events_core::Subscription;

/// The observers of a configuration that was attached to a bus. Dropping this ends all of them;
/// [`detach`](Self::detach) keeps them.
///
/// ```
/// use events_config::{ObserverConfig, ObserverRegistry};
/// use events_core::{AnyEnvelope, EventBus};
///
/// let registry = ObserverRegistry::new().with("print", |(): ()| |event: &AnyEnvelope| println!("{}", event.id()));
/// let text = "[[observer]]\nkind = \"print\"\nname = \"ids\"\nenabled = false\n";
/// let bus = EventBus::new();
/// let observers = ObserverConfig::from_toml(text, &registry)?.attach(&bus)?;
///
/// let ids = observers.get("ids").unwrap();
/// assert!(!ids.is_enabled());
/// ids.set_enabled(true);
/// # Ok::<(), events_config::ConfigErrors>(())
/// ```
#[must_use = "dropping this unsubscribes all observers: hold it in a variable with a name, or call `detach`"]
pub struct ConfiguredObservers(Vec<(String, Subscription)>);

impl ConfiguredObservers {
    pub(crate) fn new(observers: Vec<(String, Subscription)>) -> Self {
        Self(observers)
    }

    /// The subscription of the first observer of this name. One without a name is called by its id, else by its kind.
    pub fn get(&self, name: &str) -> Option<&Subscription> {
        self.iter().find(|(other, _)| *other == name).map(|(_, subscription)| subscription)
    }

    /// All observers, in the order of the file: what each is called, and its subscription.
    pub fn iter(&self) -> ConfiguredIter<'_> {
        ConfiguredIter(self.0.iter())
    }

    /// How many observers were attached.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the configuration names no observer.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keeps the observers subscribed for as long as the bus lives.
    pub fn detach(self) {
        self.0.into_iter().for_each(|(_, subscription)| subscription.detach());
    }
}

impl<'a> IntoIterator for &'a ConfiguredObservers {
    type Item = (&'a str, &'a Subscription);
    type IntoIter = ConfiguredIter<'a>;

    fn into_iter(self) -> ConfiguredIter<'a> {
        self.iter()
    }
}

/// The observers of a configuration one by one; made by [`ConfiguredObservers::iter`].
#[derive(Clone, Debug)]
pub struct ConfiguredIter<'a>(slice::Iter<'a, (String, Subscription)>);

impl<'a> Iterator for ConfiguredIter<'a> {
    type Item = (&'a str, &'a Subscription);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, subscription)| (name.as_str(), subscription))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for ConfiguredIter<'_> {}

impl fmt::Debug for ConfiguredObservers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
