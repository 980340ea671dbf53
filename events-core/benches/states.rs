//! A step of a state machine and the question whether it may be made, over a constant table of what may follow, and against
//! what people use instead.
//!
//! `cargo bench -p events-core --bench states`; instruction counts are in `benches/instructions`. It ends with lines
//! `ratio states/<group>/<case> <time over that of the constant table>`.

#[path = "states/cases.rs"]
mod cases;
#[path = "states/forms.rs"]
mod forms;
#[path = "support/paired.rs"]
mod paired;
#[path = "states/service.rs"]
mod service;
#[path = "states/tutorial.rs"]
mod tutorial;
#[path = "states/walk.rs"]
mod walk;

fn main() {
    cases::agree::<tutorial::QuickTest>();
    cases::agree::<service::Service>();
    let mut verdicts = Vec::new();
    verdicts.extend(cases::step::<tutorial::QuickTest>());
    verdicts.extend(cases::step::<service::Service>());
    verdicts.extend(cases::can::<tutorial::QuickTest>());
    verdicts.extend(cases::can::<service::Service>());
    if cfg!(not(bench_peers)) {
        println!("\nsmlang is left out for the time it takes to build; RUSTFLAGS=\"--cfg bench_peers\" takes it in.");
    }
    println!("\n{}", verdicts.join("\n"));
}
