//! Life cycles: emitters that have their entity's state in their type. What does not compile is in `ui/lifecycle`.

use std::{
    error::Error,
    sync::{Arc, Mutex},
    time::Duration,
};

use events_core::{
    AnyEnvelope, DedupWindow, EmitError, EmittedIn, Emitter, EntityEmitter, Event, EventBus, LifeState, NotEmitted,
    ObserverResult, Receipt, StateMachine, StateManager, ValidationError,
};
use serde::{Deserialize, Serialize};

use self::job_life::{Done, Paused, Queued, Running};

/// A job began to run.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("job.started")]
#[event(emitter = JobEmitter, lifecycle = JobLife)]
pub struct JobStarted {
    pub worker: String,
    #[event(default = 1)]
    pub attempt: u32,
}

/// A job came so far.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("job.progressed")]
#[event(emitter = JobEmitter, lifecycle = JobLife, method = report, validate = Self::check)]
pub struct JobProgressed {
    pub percent: u8,
}

impl JobProgressed {
    fn check(&self) -> Result<(), ValidationError> {
        if self.percent <= 100 { Ok(()) } else { Err(ValidationError::new("is more than all").field("percent")) }
    }
}

/// A job ended, with whatever it is.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("job.ended")]
#[event(emitter = JobEmitter, lifecycle = JobLife)]
pub struct JobEnded<T> {
    pub result: T,
}

/// Something was said about a job, in whatever state.
#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("job.noted")]
#[event(emitter = JobEmitter)]
pub struct JobNoted;

/// Neither `Debug` nor `Clone`: a life cycle asks for nothing.
#[derive(Emitter)]
#[emitter(entity_type = "job")]
pub struct JobEmitter {
    emitter: EntityEmitter,
    pub retries: u32,
}

/// The life of a job.
#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
#[state_machine(lifecycle(JobLife, emitter = JobEmitter))]
pub enum JobState {
    #[state(initial, on(JobStarted => Running))]
    Queued,
    #[state(on(JobProgressed => Running), on(JobEnded<u8> => Done), to = Paused)]
    Running,
    #[state(to = [Running, Done])]
    Paused,
    #[state(terminal, name = "well done")]
    Done,
}

fn job(bus: &EventBus) -> JobLife<Queued> {
    JobLife::new(bus, "job-1")
}

/// What a bus was told, as text.
fn told(bus: &EventBus) -> Arc<Mutex<Vec<String>>> {
    let told = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&told);
    bus.subscribe(move |event: &AnyEnvelope| {
        log.lock().unwrap().push(format!("{} {}", event.event_type(), event.payload_json().unwrap()));
    })
    .detach();
    told
}

#[test]
fn each_event_leads_to_the_state_that_the_table_says() {
    let bus = EventBus::new();
    let told = told(&bus);
    let job: JobLife<Queued> = job(&bus);
    assert_eq!(job.state(), JobState::Queued);
    let job: JobLife<Running> = job.emit_started("w").unwrap();
    assert_eq!(job.state(), JobState::Running);
    let job: JobLife<Running> = job.report(50).unwrap();
    let job: JobLife<Done> = job.emit_ended(7).unwrap();
    assert_eq!(job.state().to_string(), "well done");
    assert_eq!(
        *told.lock().unwrap(),
        [r#"job.started {"worker":"w","attempt":1}"#, r#"job.progressed {"percent":50}"#, r#"job.ended {"result":7}"#,]
    );
}

#[test]
fn the_payload_itself_can_be_emitted() {
    let bus = EventBus::new();
    let told = told(&bus);
    let job = job(&bus).emit(JobStarted { worker: "w".into(), attempt: 3 }).unwrap();
    let job = job.emit(JobEnded { result: 1 }).unwrap();
    assert_eq!(job.state(), JobState::Done);
    assert_eq!(*told.lock().unwrap(), [r#"job.started {"worker":"w","attempt":3}"#, r#"job.ended {"result":1}"#]);
}

#[test]
fn what_the_program_does_itself_needs_no_event() {
    let bus = EventBus::new();
    let running = job(&bus).emit_started("w").unwrap();
    let id = running.receipt().map(Receipt::id);
    let job = running.transition_to(Paused).transition_to(Running).transition_to(Paused);
    assert_eq!(job.state(), JobState::Paused);
    assert_eq!(job.receipt().map(Receipt::id), id, "that of the last event");
    let job: JobLife<Done> = job.transition_to(Done);
    assert_eq!((job.state(), bus.stats().delivered), (JobState::Done, 1));
}

#[test]
fn the_receipt_of_the_last_event_is_kept() {
    let bus = EventBus::builder().dedup(DedupWindow::new(10, Duration::from_secs(60))).build();
    let _fails = bus.subscribe(|_: &events_core::Envelope<JobStarted>| -> ObserverResult { Err("no".into()) });
    let job = job(&bus);
    assert!(job.receipt().is_none(), "nothing was emitted yet");
    let job = job.emit_started("w").unwrap();
    assert_eq!(job.receipt().unwrap().failures().len(), 1);
    let job = job.report(1).unwrap();
    assert!(job.receipt().is_some_and(|receipt| receipt.is_delivered() && receipt.failures().is_empty()));
    let job = job.report(1).unwrap();
    assert!(job.receipt().unwrap().is_duplicate(), "the event did happen");
    bus.set_enabled(false);
    let job = job.emit_ended(1).unwrap();
    assert!(job.receipt().unwrap().is_suppressed());
    assert_eq!(job.state(), JobState::Done);
}

#[test]
fn an_event_that_is_not_emitted_changes_nothing() {
    let bus = EventBus::new();
    let told = told(&bus);
    let job = job(&bus).emit_started("w").unwrap();
    let id = job.receipt().map(Receipt::id);
    let error: NotEmitted<JobLife<Running>> = job.report(101).unwrap_err();
    assert_eq!(error.to_string(), "event `job.progressed` is invalid: `percent`: is more than all");
    assert!(matches!(error.error(), EmitError::Invalid { .. }));
    assert_eq!(error.source().unwrap().to_string(), "`percent`: is more than all", "that of the emit error");
    assert!(format!("{error:?}").starts_with("NotEmitted(Invalid {"));
    let (job, error) = error.into_parts();
    assert_eq!((job.state(), job.receipt().map(Receipt::id)), (JobState::Running, id));
    assert!(matches!(error, EmitError::Invalid { .. }));
    let job = job.emit(JobProgressed { percent: 200 }).unwrap_err().into_inner().report(100).unwrap();
    assert_eq!((job.state(), told.lock().unwrap().len()), (JobState::Running, 2));
}

#[test]
fn an_emit_error_is_all_that_is_left_where_the_life_cycle_is_not_wanted() {
    fn run(job: JobLife<Running>) -> Result<JobLife<Done>, EmitError> {
        Ok(job.report(101)?.emit_ended(1)?)
    }
    fn run_boxed(job: JobLife<Queued>) -> Result<(), Box<dyn Error>> {
        let _done = job.emit_started("w")?.emit_ended(1)?;
        Ok(())
    }
    let bus = EventBus::new();
    assert!(matches!(run(job(&bus).emit_started("w").unwrap()), Err(EmitError::Invalid { .. })));
    let error = run_boxed(JobLife::new(&bus, "")).unwrap_err();
    assert!(error.is::<NotEmitted<JobLife<Queued>>>(), "{error}");
}

#[test]
fn a_life_cycle_begins_with_an_emitter_and_ends_with_one() {
    let bus = EventBus::new();
    let mut emitter = JobEmitter::new(&bus, "job-2");
    emitter.retries = 3;
    let job = JobLife::from(emitter);
    assert_eq!((job.state(), job.emitter().entity_id().as_str()), (JobState::Queued, "job-2"));
    assert!(job.emitter().emit_noted().unwrap().is_delivered());
    assert_eq!(job.state(), JobState::Queued, "an event that belongs to no state");
    assert!(job.receipt().is_none(), "it is the emitter's");
    let job = job.emit_started("w").unwrap();
    let emitter = job.into_emitter();
    assert_eq!(emitter.retries, 3);
    assert!(emitter.emit_started("again").unwrap().is_delivered(), "as it always was");
}

#[test]
fn a_manager_that_listens_is_in_the_same_state() {
    let bus = EventBus::new();
    let machine = Arc::new(Mutex::new(StateManager::<JobState>::new()));
    let _driven = bus.subscription().entity("job-1").observe(Arc::clone(&machine));
    let job = job(&bus).emit_started("w").unwrap().report(1).unwrap();
    assert!(job.receipt().unwrap().failures().is_empty());
    assert_eq!(machine.lock().unwrap().state(), &job.state());
}

#[test]
fn functions_can_take_life_cycles_in_any_state() {
    fn finish<S: LifeState, N: LifeState>(job: JobLife<S>) -> Result<JobLife<N>, NotEmitted<JobLife<S>>>
    where
        JobEnded<u8>: EmittedIn<S, Next = N>,
    {
        job.emit(JobEnded { result: 1 })
    }
    #[derive(Debug)]
    struct Held<S: LifeState>(JobLife<S>);

    let bus = EventBus::new();
    assert_eq!(Queued::STATE, JobState::Queued);
    let Held(job) = Held(job(&bus).emit_started("w").unwrap());
    assert_eq!(finish(job).unwrap().state(), JobState::Done);
}

#[test]
fn a_life_cycle_is_shown_with_its_state_and_its_entity() {
    let job = job(&EventBus::new());
    assert_eq!(
        format!("{job:?} {Queued:?}"),
        r#"JobLife { state: Queued, entity_id: "job-1", receipt: None, .. } Queued"#
    );
}

#[test]
fn a_life_cycle_can_go_to_another_thread() {
    fn shared<T: Send + Sync>(_: &T) {}
    let job = job(&EventBus::new());
    let job = std::thread::spawn(move || job.emit_started("w").unwrap()).join().unwrap();
    assert_eq!(job.state(), JobState::Running);
    shared(&job.report(101).unwrap_err());
}
