//! The kinds of observers that come with this crate, by the features that take them in.

use crate::ObserverRegistry;

/// Adds the kinds whose features are on.
pub(crate) fn add(registry: ObserverRegistry) -> ObserverRegistry {
    #[cfg(feature = "console")]
    let registry = registry.with("console", console::make);
    #[cfg(feature = "tracing")]
    let registry = registry.with("tracing", tracing::make);
    #[cfg(feature = "metrics")]
    let registry = registry.with("metrics", |(): ()| events_core::MetricsObserver::new());
    registry
}

#[cfg(feature = "console")]
mod console {
    use events_core::{ColorChoice, ConsoleObserver};
    use serde::Deserialize;

    #[derive(Default, Deserialize)]
    #[serde(default)]
    pub(super) struct Options {
        target: Target,
        color: Color,
        width: Option<usize>,
        max_value: Option<usize>,
    }

    #[derive(Default, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Target {
        Stdout,
        #[default]
        Stderr,
    }

    #[derive(Default, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Color {
        #[default]
        Auto,
        Always,
        Never,
    }

    pub(super) fn make(Options { target, color, width, max_value }: Options) -> ConsoleObserver {
        let mut observer = match target {
            Target::Stdout => ConsoleObserver::stdout(),
            Target::Stderr => ConsoleObserver::stderr(),
        };
        observer = match color {
            Color::Auto => observer,
            Color::Always => observer.color(ColorChoice::Always),
            Color::Never => observer.color(ColorChoice::Never),
        };
        if let Some(columns) = width {
            observer = observer.width(columns);
        }
        if let Some(bytes) = max_value {
            observer = observer.max_value(bytes);
        }
        observer
    }
}

#[cfg(feature = "tracing")]
mod tracing {
    use events_core::{Pattern, TracingObserver};
    use serde::{Deserialize, Deserializer, de::Error as _};
    use tracing_core::Level;

    #[derive(Default, Deserialize)]
    #[serde(default)]
    pub(super) struct Options {
        levels: Vec<Leveled>,
    }

    #[derive(Deserialize)]
    struct Leveled {
        #[serde(deserialize_with = "parsed")]
        pattern: Pattern,
        level: Name,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Name {
        Trace,
        Debug,
        Info,
        Warn,
        Error,
    }

    fn parsed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Pattern, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }

    pub(super) fn make(Options { levels }: Options) -> TracingObserver {
        levels.into_iter().fold(TracingObserver::new(), |observer, Leveled { pattern, level }| {
            let level = match level {
                Name::Trace => Level::TRACE,
                Name::Debug => Level::DEBUG,
                Name::Info => Level::INFO,
                Name::Warn => Level::WARN,
                Name::Error => Level::ERROR,
            };
            observer.level(pattern, level)
        })
    }
}
