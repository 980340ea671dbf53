//! Pages of the documentation name the tests that hold them to what they say: each of these tests exists. And figures that stand in two
//! places are the same.

use std::{collections::BTreeSet, fs, path::Path};

/// Where tests are, from the root of the workspace.
const TESTS: [&str; 4] = ["tests", "events-jsonl/tests", "events-nats/tests", "events-sqlite/tests"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

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

/// The rows of a page's tables whose last column is `test`: what the first column says, and the names in the last.
fn rows(page: &str) -> Vec<(&str, Vec<&str>)> {
    let mut rows = Vec::new();
    let mut lines = page.lines();
    while let Some(header) = lines.next() {
        if !header.ends_with("| test |") {
            continue;
        }
        let columns = header.split('|').count();
        for row in lines.by_ref().skip(1).take_while(|line| line.starts_with("| ")) {
            let cells: Vec<_> = row.split('|').map(str::trim).collect();
            assert_eq!(cells.len(), columns, "{row}");
            let names = cells[columns - 2].split(", ").map(|name| name.trim_matches('`'));
            rows.push((cells[1], names.collect()));
        }
    }
    rows
}

/// Insists on so many rows at least, each with tests that exist.
fn each_row_names_tests(page: &str, least: usize) {
    let text = fs::read_to_string(root().join(page)).unwrap();
    let rows = rows(&text);
    assert!(rows.len() >= least, "{page}: {} rows", rows.len());
    let mut existing = BTreeSet::new();
    for folder in TESTS {
        tests_in(&root().join(folder), &mut existing);
    }
    assert!(existing.len() > 200, "{} tests", existing.len());
    let missing: Vec<_> = rows
        .iter()
        .flat_map(|(promise, tests)| tests.iter().map(move |test| (promise, test)))
        .filter(|(_, test)| !existing.contains(**test))
        .collect();
    assert!(missing.is_empty(), "{page}: {missing:#?}");
}

#[test]
fn every_promise_of_the_bus_names_tests_that_exist() {
    each_row_names_tests("events-core/src/delivery.md", 50);
}

#[test]
fn every_fault_of_upstream_that_cannot_happen_names_tests_that_exist() {
    each_row_names_tests("guide/src/coming_from_panther.md", 40);
}

#[test]
fn the_guide_has_the_tables_of_figures_that_the_readme_has() {
    let read = |page| fs::read_to_string(root().join(page)).unwrap();
    let (readme, guide) = (read("README.md"), read("guide/src/performance.md"));
    let (_, figures) = readme.split_once("## Fast, and how that is known").unwrap();
    let (figures, _) = figures.split_once("\n## ").unwrap();
    let rows: Vec<_> = figures.lines().filter(|line| line.starts_with("| ")).collect();
    assert!(rows.len() > 15, "{} rows", rows.len());
    // Rustdoc wants names of crates in code quotes.
    let plain = |line: &str| line.replace('`', "");
    let missing: Vec<_> = rows.into_iter().filter(|row| !guide.lines().any(|line| plain(line) == plain(row))).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}
