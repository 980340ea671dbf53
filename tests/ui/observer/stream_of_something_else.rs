//! A stream of something that is no event.

use events_core::{EventBus, Overflow};

fn main() {
    let bus = EventBus::new();
    let _stream = bus.stream::<String>(100, Overflow::Block);
}
