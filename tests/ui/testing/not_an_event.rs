use events_core::testing::{Recorder, assert_emitted};

struct Started {
    test_name: String,
}

fn main() {
    assert_emitted!(Recorder::new(), Started { test_name, .. } if test_name == "x");
}
