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
    assert_eq!(registry.kinds().collect::<Vec<_>>(), ["console", "metrics", "tracing"]);
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
