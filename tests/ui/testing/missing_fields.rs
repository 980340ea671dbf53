use events_core::{
    Event,
    testing::{Recorder, assert_not_emitted},
};

#[derive(Event, serde::Serialize)]
#[event_type("quick_test.started")]
struct Started {
    test_name: String,
    retries: u32,
}

fn main() {
    assert_not_emitted!(Recorder::new(), Started { retries: 3 });
}
