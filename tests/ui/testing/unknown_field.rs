use events_core::{
    Event,
    testing::{Recorder, assert_emitted_in_order},
};

#[derive(Event, serde::Serialize)]
#[event_type("quick_test.started")]
struct Started {
    test_name: String,
    retries: u32,
}

fn main() {
    assert_emitted_in_order!(Recorder::new(), [Started, Started { name: _, .. }]);
}
