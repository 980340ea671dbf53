//! The kinds that come with the crate.

use events_config::{ObserverConfig, ObserverRegistry};
use events_core::{Event as _, EventBus};

use crate::domain::QuickTestStep;

fn error(config: &str) -> String {
    let error = ObserverConfig::from_toml(config, &ObserverRegistry::standard()).unwrap_err();
    let [error] = error.errors() else { panic!("{error}") };
    format!("line {}: {}", error.line().unwrap(), error.kind())
}

#[test]
fn the_standard_kinds_are_made_from_their_options() {
    let registry = ObserverRegistry::standard();
    assert_eq!(registry.kinds().collect::<Vec<_>>(), ["console", "jsonl", "metrics", "tracing"]);
    let config = r#"
        [[observer]]
        kind = "console"
        pattern = "service.>"
        options = { target = "stdout", color = "never", width = 100, max_value = 20 }

        [[observer]]
        kind = "tracing"
        [[observer.options.levels]]
        pattern = "*.step"
        level = "debug"

        [[observer]]
        kind = "metrics"
    "#;
    let bus = EventBus::new();
    let observers = ObserverConfig::from_toml(config, &registry).unwrap().attach(&bus).unwrap();
    assert_eq!(observers.len(), 3);
    bus.emit(QuickTestStep { n: 1 }.for_entity("e").unwrap()).unwrap().into_result().unwrap();
    assert_eq!(bus.plan::<QuickTestStep>().told().count(), 2, "the console wants services");
}

#[test]
fn options_that_a_standard_kind_does_not_take_are_told_with_their_line() {
    let text = error("[[observer]]\nkind = \"console\"\noptions.target = \"printer\"\n");
    assert!(text.starts_with("line 3: ") && text.contains("printer") && text.contains("stderr"), "{text}");
    let text =
        error("[[observer]]\nkind = \"tracing\"\n[[observer.options.levels]]\npattern = \"*.\"\nlevel = \"info\"\n");
    assert!(text.starts_with("line 4: ") && text.contains("malformed pattern"), "{text}");
    let text = error("[[observer]]\nkind = \"metrics\"\n[observer.options]\nport = 9000\n");
    assert!(text.starts_with("line 4: ") && text.contains("port"), "{text}");
}

#[test]
fn a_recorder_is_made_from_its_options() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("events.jsonl");
    let config = format!(
        r#"
        [[observer]]
        kind = "jsonl"
        options.path = {path:?}
        options.flush = {{ millis = 3600000 }}
        options.fsync = "on_rotation"
        options.rotation = {{ bytes = 1, keep = 1, gzip = true }}
        "#
    );
    let bus = EventBus::new();
    let observers = ObserverConfig::from_toml(&config, &ObserverRegistry::standard()).unwrap().attach(&bus).unwrap();
    bus.emit(QuickTestStep { n: 1 }.for_entity("e").unwrap()).unwrap().into_result().unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "", "it waits");
    let config = ObserverConfig::from_toml(&config, &ObserverRegistry::standard()).unwrap();
    let error = config.attach(&bus).unwrap_err().to_string();
    assert!(error.contains("is written by another recorder"), "{error}");
    drop(observers);
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 1);
}

#[test]
fn options_that_a_recorder_does_not_take_are_told_with_their_line() {
    let with =
        |option: &str| error(&format!("[[observer]]\nkind = \"jsonl\"\noptions.path = \"x\"\noptions.{option}\n"));
    let text = with("rotation = { keep = 3 }");
    assert!(text.starts_with("line 4: ") && text.contains("a rotation needs `bytes` or `seconds`"), "{text}");
    let text = with("flush = \"sometimes\"");
    assert!(text.starts_with("line 4: ") && text.contains("every_event"), "{text}");
    let text = error("[[observer]]\nkind = \"jsonl\"\n");
    assert!(text.contains("needs the option `path`"), "{text}");
}
