use events_core::{Event, EventBus, testing::assert_emitted};

#[derive(Event, serde::Serialize)]
#[event_type("quick_test.started")]
struct Started;

fn main() {
    assert_emitted!(EventBus::new(), Started);
}
