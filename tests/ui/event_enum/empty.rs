//! An enum without variants.

use events_core::EventEnum;

#[derive(EventEnum)]
enum TestEvent {}

fn main() {
    let _ = TestEvent::TYPES;
}
