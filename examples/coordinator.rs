//! Next steps: one state machine for each entity, driven by the events of a bus.
//!
//! Run it with `cargo run --example coordinator`.

use std::{
    error::Error,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use events_core::{
    Clock as _, Emitter, EntityEmitter, Envelope, Event, EventBus, StateChanged, StateCoordinator, StateMachine,
    Transition, TransitionRefused, testing::ManualClock,
};
use serde::Serialize;

/// A job was taken from the queue.
#[derive(Event, Serialize)]
#[event_type("job.started")]
#[event(emitter = Job)]
struct Started {
    #[event(now)]
    at: chrono::DateTime<chrono::Utc>,
}

/// A job came to an end.
#[derive(Event, Serialize)]
#[event_type("job.ended")]
#[event(emitter = Job)]
struct Ended {
    exit_code: i32,
}

impl Ended {
    fn is_success(&self, _: &Tries) -> bool {
        self.exit_code == 0
    }
}

/// Emits the events of one job.
#[derive(Emitter)]
#[emitter(entity_type = "job")]
struct Job(EntityEmitter);

/// How often a job was started: hooks count, guards ask.
#[derive(Clone, Default)]
struct Tries(u32);

/// The life of a job: tried twice, for a minute each.
#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[state_machine(context = Tries)]
enum JobState {
    #[state(initial, on(Started => Running))]
    Queued,
    #[state(on(Ended => Done, if = Ended::is_success), on(Ended => Queued, if = Self::may_retry), on(Ended => Failed))]
    #[state(timeout("60s" => Failed), entry = Self::count)]
    Running,
    #[state(terminal)]
    Done,
    #[state(terminal)]
    Failed,
}

impl JobState {
    fn may_retry(_: &Ended, tries: &Tries) -> bool {
        tries.0 < 2
    }

    fn count(_: &Transition<Self>, tries: &mut Tries) {
        tries.0 += 1;
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let clock = ManualClock::at("2026-01-01T00:00:00Z".parse()?);
    let bus = EventBus::builder().clock(clock.clone()).build();
    let jobs = StateCoordinator::<JobState>::on(&bus);

    // Each change and each refusal is an event itself.
    let news = Arc::new(Mutex::new(Vec::new()));
    let note = |line: String, news: &Mutex<Vec<String>>| {
        println!("{line}");
        news.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    };
    let log = Arc::clone(&news);
    let _changes = bus.subscribe(move |event: &Envelope<StateChanged<JobState>>| {
        note(format!("{}: {} → {}", event.entity_id(), event.from, event.to), &log);
    });
    let log = Arc::clone(&news);
    let _refusals = bus.subscribe(move |event: &Envelope<TransitionRefused<JobState>>| {
        note(format!("{}: refused in {}, allowed {:?}", event.entity_id(), event.state, event.allowed), &log);
    });

    let (build, deploy) = (Job::new(&bus, "build"), Job::new(&bus, "deploy"));
    build.emit_started()?.into_result()?;
    build.emit_ended(1)?.into_result()?;
    deploy.emit_ended(0)?.into_result()?;
    deploy.emit_started()?.into_result()?;
    build.emit_started()?.into_result()?;
    assert_eq!((jobs.state("build"), jobs.state("deploy")), (Some(JobState::Running), Some(JobState::Running)));

    // A time-out waits for nobody to ask, so somebody asks: a loop that sleeps for as long as `timeout_in` says.
    let wait = jobs.timeout_in().ok_or("two jobs run")?;
    println!("at {} wait for {} seconds", clock.now().time(), wait.as_secs());
    build.emit_ended(0)?.into_result()?;
    clock.advance(wait + Duration::from_secs(1));
    assert_eq!(jobs.tick()?, 1);

    assert!(jobs.is_empty(), "who came to its end is forgotten");
    let expected = [
        "build: queued → running",
        "build: running → queued",
        r#"deploy: refused in queued, allowed ["running"]"#,
        "deploy: queued → running",
        "build: queued → running",
        "build: running → done",
        "deploy: running → failed",
    ];
    assert_eq!(*news.lock().unwrap_or_else(PoisonError::into_inner), expected);
    Ok(())
}
