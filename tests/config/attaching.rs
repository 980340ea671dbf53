//! What a configuration attaches, and that it attaches all or nothing.

use std::{error::Error, fs, sync::atomic::Ordering::SeqCst};

use events_config::{ConfigErrorKind, ObserverConfig, ObserverRegistry};
use events_core::{AnyEnvelope, Emitter, EventBus, EventType, FailureKind, Observer, ObserverResult};

use super::registry;
use crate::domain::{
    Log, QuickTestCompleted, QuickTestEmitter, QuickTestFailed, QuickTestStep, ServiceEmitter, delivered, quick_test,
};

/// Every setting there is.
const TOML: &str = r#"
[[observer]]
kind = "log"
name = "first failures"
id = "failures"
pattern = "*.failed"
entity = "test-001"
priority = -3
take = 2
options = { prefix = "a " }

[[observer]]
kind = "log"
id = "some"
pattern = ["*.failed", "service.>"]
priority = 10
once = false
enabled = true
[observer.options]
prefix = "b "
level = "warning"

[[observer]]
kind = "log"
enabled = false
once = true
options.prefix = "c "
"#;

const YAML: &str = r#"
# The same.
observer:
  - kind: log
    name: first failures
    id: failures
    pattern: "*.failed"
    entity: test-001
    priority: -3
    take: 2
    options: { prefix: "a " }
  - kind: log
    id: some
    pattern: ["*.failed", service.>]
    priority: 10
    once: false
    enabled: true
    options:
      prefix: "b "
      level: warning
  - kind: log
    enabled: false
    once: true
    options: { prefix: "c " }
"#;

/// Attaches a configuration with every setting, and tells what happens.
fn told(config: &ObserverConfig, log: &Log<String>) -> (String, Vec<String>) {
    let bus = EventBus::new();
    let observers = config.attach(&bus).unwrap();
    let plan = bus.plan::<QuickTestFailed>().to_string() + &bus.plan::<QuickTestCompleted>().to_string();
    let emit = |entity: &str| {
        let test = QuickTestEmitter::new(&bus, entity);
        delivered(test.emit_failed("no"));
        delivered(test.emit_completed(1.0));
    };
    emit("test-001");
    emit("test-002");
    delivered(ServiceEmitter::new(&bus, "web").emit_ready(80));
    emit("test-001");
    let last = observers.get("log").unwrap();
    last.set_enabled(true);
    emit("test-001");
    assert!(!last.is_active());
    assert_eq!(observers.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["first failures", "some", "log"]);
    assert_eq!((&observers).into_iter().filter(|(_, subscription)| subscription.is_active()).count(), 1);
    assert_eq!(bus.stats().subscriptions, 1);
    drop(observers);
    assert_eq!(bus.stats().subscriptions, 0);
    (plan, log.take())
}

#[test]
fn toml_and_yaml_say_the_same() {
    let log = Log::new();
    let (registry, made) = registry(&log);
    let toml = told(&ObserverConfig::from_toml(TOML, &registry).unwrap(), &log);
    assert_eq!(made.load(SeqCst), 3);
    assert_eq!(
        toml.0,
        "quick_test.failed\n\
         1. some: priority 10, matches *.failed or service.>\n\
         2. first failures: priority -3, matches *.failed, only entity test-001, for 2 more events\n\
         -  log: not told, switched off\n\
         quick_test.completed\n\
         -  some: not told, its patterns are *.failed and service.>\n\
         -  log: not told, switched off\n\
         -  first failures: not told, its pattern is *.failed\n"
    );
    assert_eq!(
        toml.1,
        ["b failed!", "a failed", "b failed!", "b ready!", "b failed!", "a failed", "b failed!", "c failed"]
    );
    assert_eq!(told(&ObserverConfig::from_yaml(YAML, &registry).unwrap(), &log), toml);
}

#[test]
fn files_are_read_by_the_ending_of_their_name() {
    let log = Log::new();
    let (registry, _) = registry(&log);
    let directory = std::env::temp_dir().join(format!("events-config-{}", std::process::id()));
    fs::create_dir_all(&directory).unwrap();
    let mut counts = Vec::new();
    for (name, text) in [("a.toml", TOML), ("a.yaml", YAML), ("a.YML", YAML)] {
        fs::write(directory.join(name), text).unwrap();
        let bus = EventBus::new();
        counts.push(ObserverConfig::from_path(directory.join(name), &registry).unwrap().attach(&bus).unwrap().len());
    }
    assert_eq!(counts, [3, 3, 3]);

    let wrong = directory.join("wrong.toml");
    fs::write(&wrong, "x = 1\n").unwrap();
    let errors = ObserverConfig::from_path(&wrong, &registry).unwrap_err();
    let error = &errors.errors()[0];
    assert_eq!((error.path(), error.line(), error.column()), (Some(&*wrong), Some(1), Some(1)));
    assert!(error.to_string().contains(&format!("--> {}:1:1\n", wrong.display())), "{error}");

    let missing = directory.join("missing.toml");
    let errors = ObserverConfig::from_path(&missing, &registry).unwrap_err();
    assert!(
        matches!(errors.errors()[0].kind(), ConfigErrorKind::Read(error) if error.kind() == std::io::ErrorKind::NotFound)
    );
    assert_eq!(errors.errors()[0].line(), None);
    assert!(errors.to_string().starts_with(&format!("{}: cannot be read: ", missing.display())), "{errors}");
    fs::remove_dir_all(&directory).unwrap();

    let errors = ObserverConfig::from_path("observers.json", &registry).unwrap_err();
    assert_eq!(
        errors.to_string(),
        "observers.json: unknown format; expected a name that ends in one of `.toml`, `.yaml`, `.yml`"
    );
}

#[test]
fn configurations_cross_threads() {
    fn crosses<T: Send + Sync + std::fmt::Debug>() {}
    crosses::<ObserverRegistry>();
    crosses::<ObserverConfig>();
    crosses::<events_config::ConfiguredObservers>();
    crosses::<events_config::ConfigErrors>();
}

#[test]
fn an_empty_file_asks_for_nobody() {
    let bus = EventBus::new();
    for config in [
        ObserverConfig::from_toml("# nothing\n", &ObserverRegistry::standard()),
        ObserverConfig::from_yaml("# nothing\n", &ObserverRegistry::standard()),
        ObserverConfig::from_yaml("observer: []\n", &ObserverRegistry::standard()),
    ] {
        assert!(config.unwrap().attach(&bus).unwrap().is_empty());
    }
}

#[test]
fn when_a_factory_fails_nobody_is_subscribed_and_all_failures_are_told() {
    let log = Log::new();
    let (registry, made) = registry(&log);
    let config = ObserverConfig::from_toml(
        r#"
        [[observer]]
        kind = "broken"
        options.reason = "no network"

        [[observer]]
        kind = "log"
        id = "log"
        options.prefix = ""

        [[observer]]
        kind = "broken"
        options.reason = "no disk"
        "#,
        &registry,
    )
    .unwrap();
    let bus = EventBus::new();
    let errors = config.attach(&bus).unwrap_err();
    assert_eq!(made.load(SeqCst), 1);
    assert_eq!(bus.stats().subscriptions, 0);
    assert!(bus.subscription().id("log").is_ok(), "its id is free");
    assert_eq!(
        errors.to_string(),
        "no observer of kind `broken` could be made: no network\n \
         --> <toml>:3:16\n  \
           |\n\
         3 |         kind = \"broken\"\n  \
           |                ^^^^^^^^\n\
         \n\
         no observer of kind `broken` could be made: no disk\n  \
         --> <toml>:12:16\n   \
            |\n\
         12 |         kind = \"broken\"\n   \
            |                ^^^^^^^^"
    );
    let source = errors.source().and_then(Error::source).unwrap();
    assert_eq!(source.downcast_ref::<std::io::Error>().unwrap().to_string(), "no network");
}

#[test]
fn when_an_id_is_taken_no_factory_runs() {
    let log = Log::new();
    let (registry, made) = registry(&log);
    let config = ObserverConfig::from_toml(TOML, &registry).unwrap();
    let bus = EventBus::new();
    let own = bus.subscription().id("some").unwrap().subscribe(|_: &AnyEnvelope| {});
    let errors = config.attach(&bus).unwrap_err();
    assert_eq!((made.load(SeqCst), bus.stats().subscriptions), (0, 1));
    assert_eq!(
        errors.to_string(),
        "there is a subscription with the id `some` already; it is free again when that one ends\n  \
         --> <toml>:14:6\n   \
            |\n\
         14 | id = \"some\"\n   \
            |      ^^^^^^"
    );
    drop(own);
    let observers = config.attach(&bus).unwrap();
    assert_eq!(bus.stats().subscriptions, 3);
    let again = config.attach(&bus).unwrap_err();
    assert_eq!(again.errors().iter().map(events_config::ConfigError::line).collect::<Vec<_>>(), [Some(5), Some(14)]);
    observers.detach();
    assert_eq!(bus.stats().subscriptions, 3);
}

/// Wants failures, and fails.
struct Choosy;

impl Observer for Choosy {
    fn is_interested(&self, event_type: &EventType) -> bool {
        event_type.name() == "failed"
    }

    fn on_event(&self, _: &AnyEnvelope) -> ObserverResult {
        Err("as always".into())
    }
}

#[test]
fn several_patterns_narrow_what_the_observer_wants_itself() {
    let registry = ObserverRegistry::new().with("choosy", |(): ()| Choosy);
    let text = "[[observer]]\nkind = \"choosy\"\npattern = [\"service.*\", \"quick_test.*\"]\n";
    let bus = EventBus::new();
    let observers = ObserverConfig::from_toml(text, &registry).unwrap().attach(&bus).unwrap();
    delivered(quick_test(&bus).emit_completed(1.0));
    delivered(ServiceEmitter::new(&bus, "web").emit_ready(80));
    let receipt = quick_test(&bus).emit_failed("no").unwrap();
    let [failure] = receipt.failures() else { panic!("{receipt:?}") };
    assert_eq!(failure.observer(), "choosy");
    assert!(matches!(failure.kind(), FailureKind::Error(error) if error.to_string() == "as always"));
    drop(observers);
}

/// Counts what it is told at once.
struct Batching(Log<usize>);

impl Observer for Batching {
    fn on_event(&self, _: &AnyEnvelope) -> ObserverResult {
        self.0.push(1);
        Ok(())
    }

    fn takes_batches(&self) -> bool {
        true
    }

    fn on_batch(&self, events: &[AnyEnvelope]) -> ObserverResult {
        self.0.push(events.len());
        Ok(())
    }
}

#[test]
fn batches_stay_together_with_any_number_of_patterns() {
    for pattern in ["'*.step'", "['*.step', 'service.*']"] {
        let log = Log::new();
        let told = log.clone();
        let registry = ObserverRegistry::new().with("batching", move |(): ()| Batching(told.clone()));
        let text = format!("[[observer]]\nkind = 'batching'\npattern = {pattern}\n");
        let bus = EventBus::new();
        let observers = ObserverConfig::from_toml(&text, &registry).unwrap().attach(&bus).unwrap();
        quick_test(&bus).emit_batch((0..3).map(|n| QuickTestStep { n })).into_result().unwrap();
        assert_eq!(log.take(), [3], "{pattern}");
        drop(observers);
    }
}

#[test]
fn the_last_factory_of_a_kind_counts() {
    let (first, second) = (Log::new(), Log::new());
    let registry = registry(&first).0;
    let seen = second.clone();
    let replaced = registry.clone().with("log", move |(): ()| {
        let seen = seen.clone();
        move |_: &AnyEnvelope| seen.push(())
    });
    assert_eq!(replaced.kinds().collect::<Vec<_>>(), ["broken", "log"]);
    let bus = EventBus::new();
    let _observers =
        ObserverConfig::from_toml("[[observer]]\nkind = \"log\"\n", &replaced).unwrap().attach(&bus).unwrap();
    delivered(quick_test(&bus).emit_step(1));
    assert_eq!((first.take().len(), second.take().len()), (0, 1));
}
