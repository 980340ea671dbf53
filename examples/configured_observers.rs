//! Observers from a file: the program registers kinds, `configured_observers.toml` says which observers there are.
//!
//! Run it with `cargo run --example configured_observers`.

use std::{
    error::Error,
    fs::File,
    io::{self, Write},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};

use events_config::{ConfigErrorKind, ObserverConfig, ObserverRegistry};
use events_core::{AnyEnvelope, EventBus, Observer, ObserverResult};
use events_examples::quick_test::{Config, QuickTestEmitter, Results};
use serde::Deserialize;

/// The options of `print`. A key that is not here is an error, and told with its line.
#[derive(Deserialize)]
#[serde(default)]
struct PrintOptions {
    target: Target,
    prefix: String,
}

impl Default for PrintOptions {
    fn default() -> Self {
        Self { target: Target::Stdout, prefix: "- ".to_owned() }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Target {
    Stdout,
    Stderr,
}

/// An observer of kind `print`.
struct Print(PrintOptions);

impl Observer for Print {
    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        let line = format!("{}{} {}", self.0.prefix, event.event_type(), event.entity_id());
        match self.0.target {
            Target::Stdout => println!("{line}"),
            Target::Stderr => eprintln!("{line}"),
        }
        Ok(())
    }
}

/// The options of `journal`.
#[derive(Deserialize)]
struct JournalOptions {
    path: PathBuf,
}

/// A factory that may fail: its error is told with the line that asked for it.
fn journal(options: JournalOptions) -> io::Result<impl Fn(&AnyEnvelope) -> io::Result<()>> {
    let file = File::options().append(true).create(true).open(options.path)?;
    Ok(move |event: &AnyEnvelope| writeln!(&file, "{} {}", event.id(), event.event_type()))
}

fn main() -> Result<(), Box<dyn Error>> {
    let counted = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&counted);
    let registry =
        ObserverRegistry::standard().with("print", Print).with("journal", journal).with("count", move |(): ()| {
            let count = Arc::clone(&count);
            move |_: &AnyEnvelope| {
                count.fetch_add(1, Relaxed);
            }
        });

    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/configured_observers.toml");
    let config = ObserverConfig::from_path(file, &registry)?;
    let bus = EventBus::new();
    let observers = config.attach(&bus)?;
    println!("Observers: {}", observers.iter().map(|(name, _)| name).collect::<Vec<_>>().join(", "));
    assert_eq!(observers.len(), 3);

    for entity in ["tutorial-test-001", "tutorial-test-002"] {
        let test = QuickTestEmitter::new(&bus, entity);
        test.start("Tutorial Connection Test", Config::new())?.into_result()?;
        test.complete("Tutorial Connection Test", Results::new(100, 98))?.into_result()?;
        test.emit_failed("Tutorial Connection Test", "Connection timeout", "timeout_error")?.into_result()?;
    }
    assert_eq!(counted.load(Relaxed), 2, "started and completed, of one entity");

    // By its name, an observer can be switched on; this one takes one event.
    let everything = observers.get("everything").ok_or("no observer of this name")?;
    assert!(!everything.is_enabled());
    everything.set_enabled(true);
    QuickTestEmitter::new(&bus, "tutorial-test-003").start("Last Test", Config::new())?.into_result()?;
    assert!(!everything.is_active());

    drop(observers);
    assert_eq!(bus.stats().subscriptions, 0);

    // Every mistake is told, and nobody is subscribed.
    let mistakes = "[[observer]]\nkind = \"pirnt\"\n\n[[observer]]\nkind = \"print\"\noptions.target = \"stdrr\"\n";
    let errors = ObserverConfig::from_toml(mistakes, &registry).unwrap_err();
    println!("\n{errors}\n");
    assert_eq!(errors.errors().len(), 2);
    assert_eq!(errors.errors()[1].line(), Some(6));

    let nowhere =
        "[[observer]]\nkind = \"print\"\n\n[[observer]]\nkind = \"journal\"\noptions.path = \"/no/such/directory\"\n";
    let errors = ObserverConfig::from_toml(nowhere, &registry)?.attach(&bus).unwrap_err();
    println!("{errors}");
    assert!(matches!(errors.errors()[0].kind(), ConfigErrorKind::Factory { kind, .. } if kind == "journal"));
    assert_eq!(bus.stats().subscriptions, 0);
    Ok(())
}
