//! What is wrong with a file, exactly as it is told: `cases/` holds files, and beside each what is told of it.
//!
//! `EVENTS_BLESS=1 cargo test -p events-tests --test events config::errors` writes what is told now.

use std::{env, fs, path::Path};

use events_config::{ConfigError, ConfigErrorKind, ObserverConfig};

use super::registry;
use crate::domain::Log;

#[test]
fn each_mistake_is_told_with_its_line() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/cases");
    let registry = registry(&Log::new()).0;
    let mut files: Vec<_> = fs::read_dir(cases).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut read = 0;
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let config = match path.extension().and_then(|ending| ending.to_str()) {
            Some("toml") => ObserverConfig::from_toml(&text, &registry),
            Some("yaml") => ObserverConfig::from_yaml(&text, &registry),
            _ => continue,
        };
        let told = format!("{}\n", config.unwrap_err());
        let expected = path.with_extension("txt");
        if env::var_os("EVENTS_BLESS").is_some() {
            fs::write(expected, told).unwrap();
        } else {
            assert_eq!(told, fs::read_to_string(&expected).unwrap(), "{}", path.display());
        }
        read += 1;
    }
    assert!(read >= 20, "{read} cases");
}

#[test]
fn errors_can_be_told_apart_by_a_program() {
    let text = "[[observer]]\nkind = \"lgo\"\npattern = \"a..b\"\n";
    let errors = ObserverConfig::from_toml(text, &registry(&Log::new()).0).unwrap_err();
    let [kind, pattern] = errors.errors() else { panic!("{errors}") };
    assert_eq!((&errors).into_iter().map(ConfigError::line).collect::<Vec<_>>(), [kind.line(), pattern.line()]);
    let ConfigErrorKind::UnknownKind { kind: name, registered, .. } = kind.kind() else { panic!("{kind}") };
    assert_eq!((&**name, &registered[..]), ("lgo", &["broken".to_owned(), "log".to_owned()][..]));
    assert_eq!((kind.path(), kind.line(), kind.column()), (None, Some(2), Some(8)));
    let ConfigErrorKind::Pattern(invalid) = pattern.kind() else { panic!("{pattern}") };
    assert_eq!((&*invalid.text, invalid.rule), ("a..b", "a segment is empty"));
    assert_eq!(
        format!("{pattern:?}"),
        "ConfigError { kind: Pattern(InvalidPattern { text: \"a..b\", rule: \"a segment is empty\" }), path: None, \
         line: Some(3), column: Some(11), .. }"
    );
}
