//! A struct that is no observer.

use events_core::EventBus;

struct Tutorial;

fn main() {
    let _subscription = EventBus::new().observe(Tutorial);
}
