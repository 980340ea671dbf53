//! A malformed pattern.

use events_core::{Pattern, pattern};

fn main() {
    let _: Pattern = pattern!("quick_test.>.failed");
}
