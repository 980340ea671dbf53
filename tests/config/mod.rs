//! Observers from a TOML or YAML file.

mod attaching;
mod errors;
mod options;
mod robust;
mod standard;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use events_config::ObserverRegistry;
use events_core::AnyEnvelope;
use serde::Deserialize;

use crate::domain::Log;

/// What `log` takes.
#[derive(Deserialize)]
struct LogOptions {
    prefix: String,
    #[serde(default)]
    level: Level,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Level {
    #[default]
    Info,
    Warning,
}

/// A registry with `log`, which writes to a log, and `broken`, which never makes an observer; and how often they ran.
fn registry(log: &Log<String>) -> (ObserverRegistry, Arc<AtomicUsize>) {
    let (log, made) = (log.clone(), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&made);
    let registry = ObserverRegistry::new()
        .with("log", move |options: LogOptions| {
            count.fetch_add(1, SeqCst);
            let log = log.clone();
            let mark = if options.level == Level::Warning { "!" } else { "" };
            move |event: &AnyEnvelope| log.push(format!("{}{}{mark}", options.prefix, event.event_type().name()))
        })
        .with("broken", |reason: Reason| Err::<fn(&AnyEnvelope), _>(std::io::Error::other(reason.reason)));
    (registry, made)
}

#[derive(Deserialize)]
struct Reason {
    reason: String,
}
