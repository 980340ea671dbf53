//! No text makes reading a configuration panic, nor showing what is wrong with it.

use events_config::{ConfigErrors, ObserverConfig, ObserverRegistry};
use events_core::EventBus;
use proptest::prelude::*;

use super::registry;
use crate::domain::Log;

const TOML: &str = "[[observer]]\nkind = \"log\"\nname = \"é\"\npattern = [\"*.failed\", \"a.b\"]\ntake = 3\n\
    [observer.options]\nprefix = \"\"\"\n\u{1f980}\"\"\"\nlevel = \"info\"\n[[observer]]\nkind = \"log\"\noptions.prefix = ''\n";

const YAML: &str = "observer:\n  - kind: log\n    name: é\n    pattern: [\"*.failed\", a.b]\n    take: 3\n    options: &o\n\
    \x20     prefix: |\n        \u{1f980}\n      level: info\n  - kind: log\n    options: *o\n";

/// Reads and attaches, and insists that every error has its place in the text.
fn read(text: &str, read: impl Fn(&str) -> Result<ObserverConfig, ConfigErrors>) -> bool {
    let bus = EventBus::new();
    let errors = match read(text) {
        Ok(config) => {
            config.attach(&bus).unwrap().detach();
            return true;
        }
        Err(errors) => errors,
    };
    assert!(!errors.errors().is_empty());
    assert_eq!(bus.stats().subscriptions, 0);
    for error in errors.errors() {
        let (line, column) = (error.line().unwrap(), error.column().unwrap());
        let length = text.split('\n').nth(line - 1).unwrap().chars().count();
        assert!((1..=length + 1).contains(&column), "{error:?}");
        assert!(error.to_string().contains(&format!(">:{line}:")), "{error}");
    }
    false
}

/// Reads as either.
fn read_both(text: &str) {
    let registry = registry(&Log::new()).0;
    read(text, |text| ObserverConfig::from_toml(text, &registry));
    read(text, |text| ObserverConfig::from_yaml(text, &registry));
}

#[test]
fn the_texts_that_are_changed_are_right() {
    let registry = registry(&Log::new()).0;
    assert!(read(TOML, |text| ObserverConfig::from_toml(text, &registry)));
    assert!(read(YAML, |text| ObserverConfig::from_yaml(text, &registry)));
}

#[test]
fn depth_is_bounded() {
    for depth in [100, 100_000] {
        read_both(&format!("observer = {}", "[".repeat(depth)));
        read_both(&format!("observer: {}{}", "[".repeat(depth), "]".repeat(depth)));
        read_both(&"- ".repeat(depth));
        read_both(&format!("[{}]", vec!["a"; depth].join(".")));
    }
    let nested = |depth| format!("observer: {}{}", "[".repeat(depth), "]".repeat(depth));
    let told = |depth| ObserverConfig::from_yaml(&nested(depth), &ObserverRegistry::new()).unwrap_err().to_string();
    assert!(told(20).starts_with("`observer` must be a list of tables, not a list\n"), "{}", told(20));
    assert!(told(30).starts_with("YAML document too large or too complex"), "{}", told(30));
}

#[test]
fn aliases_cannot_grow_without_end() {
    let level = |n: usize| format!("a{n}: &a{n} [{}]\n", format!("*a{}, ", n - 1).repeat(10));
    let levels: String = (1..12).map(level).collect();
    read_both(&format!("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n{levels}"));
}

#[test]
fn every_beginning_of_a_text_is_read() {
    for text in [TOML, YAML] {
        for (end, _) in text.char_indices() {
            read_both(&text[..end]);
        }
    }
}

/// A change of a text: from where, how much is taken out, and what is put there instead.
fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, usize, String)>> {
    let put = prop_oneof![
        "[\\[\\]{}:=\"'#|>*&!%@`,.\\- \t\r\n]{0,3}",
        "\\PC{0,2}",
        Just("\u{feff}".to_owned()),
        Just("\u{85}\u{2028}".to_owned()),
        Just("\r\n".to_owned()),
        Just("<<: *o".to_owned()),
        Just("99999999999999999999999999999999999999999".to_owned()),
        "(kind|name|pattern|entity|once|take|options|observer)( = |: )?",
    ];
    prop::collection::vec((any::<prop::sample::Index>(), 0_usize..12, put), 1..6)
}

fn changed(text: &str, changes: &[(prop::sample::Index, usize, String)]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for (from, taken, put) in changes {
        let from = from.index(characters.len() + 1);
        let to = (from + taken).min(characters.len());
        characters.splice(from..to, put.chars());
    }
    characters.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_text_is_read(text in "\\PC*|[\\PC\\n\\r\\t]*") {
        read_both(&text);
    }

    #[test]
    fn a_changed_text_is_read(changes in changes()) {
        read_both(&changed(TOML, &changes));
        read_both(&changed(YAML, &changes));
    }
}
