//! The page of the delivery contract names tests: each of them exists.

use std::{collections::BTreeSet, fs, path::Path};

const PAGE: &str = include_str!("../events-core/src/delivery.md");

/// The names of all test functions in a folder.
fn tests_in(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tests_in(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(path).unwrap();
            let mut is_test = false;
            for line in text.lines().map(str::trim) {
                is_test |= line == "#[test]" || line.starts_with("#[tokio::test");
                let line = line.strip_prefix("async ").unwrap_or(line);
                if let Some(name) = line.strip_prefix("fn ").filter(|_| is_test) {
                    found.extend(name.split_once('(').map(|(name, _)| name.to_owned()));
                    is_test = false;
                }
            }
        }
    }
}

/// The rows of the page's tables: promise, condition, and the names of tests.
fn rows() -> Vec<(&'static str, Vec<&'static str>)> {
    let rows = PAGE.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| promise |"));
    rows.map(|row| {
        let [promise, _condition, tests] = row.trim_matches('|').split('|').collect::<Vec<_>>()[..] else {
            panic!("three columns: {row}")
        };
        (promise.trim(), tests.split(',').map(|test| test.trim().trim_matches('`')).collect())
    })
    .collect()
}

#[test]
fn every_promise_names_tests_that_exist() {
    let mut existing = BTreeSet::new();
    tests_in(Path::new(env!("CARGO_MANIFEST_DIR")), &mut existing);
    let rows = rows();
    assert!(rows.len() > 50 && existing.len() > 200, "{} rows, {} tests", rows.len(), existing.len());
    let missing: Vec<_> = rows
        .iter()
        .flat_map(|(promise, tests)| tests.iter().map(move |test| (promise, test)))
        .filter(|(_, test)| !existing.contains(**test))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}
