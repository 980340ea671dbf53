//! What the compiler says to mistakes: one mistake a file, one error each.
//!
//! After a change of a message run `TRYBUILD=overwrite cargo test -p events-tests ui` and read the difference.

use std::process::Command;

/// The compiler whose words the expected messages hold.
const COMPILER: &str = "rustc 1.95.";

fn refuses(files: &str) {
    if is_the_compiler() {
        trybuild::TestCases::new().compile_fail(files);
    }
}

fn is_the_compiler() -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().unwrap().stdout;
    let version = String::from_utf8(version).unwrap();
    if !version.starts_with(COMPILER) {
        eprintln!("skipped: the messages are those of {COMPILER}x, this is {version}");
        return false;
    }
    true
}

/// Whole programs that must compile, each with something that is easily got wrong. They are no part of the other tests since a
/// single one that does not compile would take all of them along.
#[test]
fn what_is_right_is_accepted() {
    trybuild::TestCases::new().pass("ui/accepted/*.rs");
}

#[test]
fn mistakes_in_events_are_explained() {
    refuses("ui/event/*.rs");
}

#[test]
fn mistakes_in_factories_are_explained() {
    refuses("ui/config/*.rs");
}

#[test]
fn mistakes_in_event_data_are_explained() {
    refuses("ui/event_data/*.rs");
}

#[test]
fn mistakes_in_emitters_are_explained() {
    refuses("ui/emitter/*.rs");
}

#[test]
fn mistakes_in_event_enums_are_explained() {
    refuses("ui/event_enum/*.rs");
}

#[test]
fn mistakes_in_state_machines_are_explained() {
    refuses("ui/state_machine/*.rs");
}

#[test]
fn an_envelope_cannot_be_changed() {
    refuses("ui/envelope/*.rs");
}

#[test]
fn what_is_no_observer_is_refused() {
    refuses("ui/observer/*.rs");
}

#[test]
fn a_malformed_pattern_does_not_compile() {
    refuses("ui/pattern/*.rs");
}

#[test]
fn what_must_be_used_is_not_forgotten() {
    refuses("ui/must_use/*.rs");
}

#[test]
fn an_event_out_of_order_does_not_compile() {
    refuses("ui/lifecycle/*.rs");
}

#[test]
fn mistakes_in_assertions_are_explained() {
    refuses("ui/testing/*.rs");
}
