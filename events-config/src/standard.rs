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
    #[cfg(feature = "jsonl")]
    let registry = registry.with("jsonl", jsonl::make);
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

#[cfg(feature = "jsonl")]
mod jsonl {
    use std::{path::PathBuf, time::Duration};

    use events_jsonl::{JsonlRecorder, OpenError};
    use serde::Deserialize;

    #[derive(Deserialize)]
    pub(super) struct Options {
        path: PathBuf,
        #[serde(default)]
        flush: Flush,
        #[serde(default)]
        fsync: Fsync,
        rotation: Option<Rotation>,
    }

    #[derive(Default, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Flush {
        #[default]
        EveryEvent,
        Bytes(usize),
        Millis(u64),
    }

    #[derive(Default, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Fsync {
        #[default]
        Never,
        OnRotation,
        OnFlush,
    }

    #[derive(Deserialize)]
    #[serde(try_from = "RotationOptions")]
    struct Rotation(events_jsonl::Rotation);

    #[derive(Deserialize)]
    struct RotationOptions {
        bytes: Option<u64>,
        seconds: Option<u64>,
        keep: Option<usize>,
        #[serde(default)]
        gzip: bool,
    }

    impl TryFrom<RotationOptions> for Rotation {
        type Error = &'static str;

        fn try_from(RotationOptions { bytes, seconds, keep, gzip }: RotationOptions) -> Result<Self, Self::Error> {
            let age = seconds.map(Duration::from_secs);
            let mut rotation = match (bytes, age) {
                (None, None) => return Err("a rotation needs `bytes` or `seconds`"),
                (Some(bytes), None) => events_jsonl::Rotation::by_size(bytes),
                (None, Some(age)) => events_jsonl::Rotation::by_age(age),
                (Some(bytes), Some(age)) => events_jsonl::Rotation::by_size(bytes).or_age(age),
            };
            if let Some(files) = keep {
                rotation = rotation.keep(files);
            }
            if gzip {
                rotation = rotation.gzip();
            }
            Ok(Self(rotation))
        }
    }

    pub(super) fn make(Options { path, flush, fsync, rotation }: Options) -> Result<JsonlRecorder, OpenError> {
        let mut builder = JsonlRecorder::builder(path)
            .flush(match flush {
                Flush::EveryEvent => events_jsonl::Flush::EveryEvent,
                Flush::Bytes(bytes) => events_jsonl::Flush::EveryBytes(bytes),
                Flush::Millis(millis) => events_jsonl::Flush::Every(Duration::from_millis(millis)),
            })
            .fsync(match fsync {
                Fsync::Never => events_jsonl::Fsync::Never,
                Fsync::OnRotation => events_jsonl::Fsync::OnRotation,
                Fsync::OnFlush => events_jsonl::Fsync::OnFlush,
            });
        if let Some(Rotation(rotation)) = rotation {
            builder = builder.rotation(rotation);
        }
        builder.open()
    }
}

#[cfg(feature = "tracing")]
mod tracing {
    use events_core::{Level, Pattern, TracingObserver};
    use serde::Deserialize;

    #[derive(Default, Deserialize)]
    #[serde(default)]
    pub(super) struct Options {
        levels: Vec<Leveled>,
    }

    #[derive(Deserialize)]
    struct Leveled {
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
