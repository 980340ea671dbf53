//! A malformed pattern in a constant.

use events_core::{Pattern, pattern};

const FAILURES: Pattern = pattern!("quick_test.>.failed");

fn main() {
    let _ = FAILURES;
}
