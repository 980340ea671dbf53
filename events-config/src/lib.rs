//! Observers from configuration: a TOML or YAML file says which observers a bus has, of which kind, for which events and
//! with which options; the program registers the kinds.
//!
//! ```toml
//! [[observer]]
//! kind = "print"              # a registered factory; all other keys may be left out
//! name = "failures on screen" # in plans and failures; no other observer of the file has it
//! id = "failures"             # no other subscription of the bus has it
//! pattern = "*.failed"        # or a list of patterns, one of which must match
//! entity = "test-001"         # only events of this entity
//! priority = 10               # higher first; 0 if it is left out
//! once = true                 # only the next event; or `take = 3`
//! enabled = false             # made and subscribed, but switched off
//!
//! [observer.options]          # what the factory reads
//! prefix = "! "
//! ```
//!
//! ```
//! use events_config::{ObserverConfig, ObserverRegistry};
//! use events_core::{AnyEnvelope, EventBus};
//! use serde::Deserialize;
//!
//! #[derive(Deserialize)]
//! struct PrintOptions {
//!     prefix: String,
//! }
//!
//! // One line a kind: from its options, of any `Deserialize` type, to an observer, a closure, or a `Result` with one.
//! let registry = ObserverRegistry::new().with("print", |options: PrintOptions| {
//!     move |event: &AnyEnvelope| println!("{}{} {}", options.prefix, event.event_type(), event.entity_id())
//! });
//!
//! # let text = "[[observer]]\nkind = \"print\"\nname = \"failures on screen\"\noptions.prefix = \"! \"\n";
//! let config = ObserverConfig::from_toml(text, &registry)?; // or `from_yaml`, or `from_path`
//! let bus = EventBus::new();
//! let observers = config.attach(&bus)?; // until it is dropped
//! assert_eq!(bus.stats().subscriptions, 1);
//! # drop(observers);
//! # Ok::<(), events_config::ConfigErrors>(())
//! ```
//!
//! In YAML the same is a list under the key `observer`.
//!
//! # What is promised
//!
//! - **Strict.** A key that nobody reads is an error, in the options too.
//! - **All at once.** [`ConfigErrors`] holds every mistake of a file, each with its line; only text that is malformed as TOML or
//!   YAML hides what else is wrong with it.
//! - **All or nothing.** A configuration is checked before it exists, options included, and [`ObserverConfig::attach`]
//!   subscribes nobody when one factory fails.
//!
//! # Features
//!
//! | feature | default | |
//! |---|---|---|
//! | `yaml` | no | YAML files, beside TOML |
//! | `console`, `tracing`, `metrics`, `jsonl` | no | the kinds of these names in [`ObserverRegistry::standard`] |

#![cfg_attr(docsrs, feature(doc_cfg))]
// What may not grow says so, and why.
#![warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]

mod attached;
mod config;
mod error;
mod made;
mod node;
mod options;
mod refusal;
mod registry;
mod settings;
mod source;
mod standard;
mod suggest;
mod toml;
#[cfg(feature = "yaml")]
mod yaml;

pub use self::{
    attached::{ConfiguredIter, ConfiguredObservers},
    config::ObserverConfig,
    error::{ConfigError, ConfigErrorKind, ConfigErrors},
    made::IntoObserver,
    registry::ObserverRegistry,
};
