//! A union.

use events_core::EventData;

#[derive(EventData)]
union Either {
    integer: u32,
    float: f32,
}

fn main() {
    let _ = Either { integer: 1 };
}
