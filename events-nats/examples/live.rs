//! Tests in one process, told live in another; a third comes late and catches up.
//!
//! `cargo run -p events-nats --example live` starts a `nats-server` of its own (`scripts/install-nats` installs one) and the other two
//! processes; with `NATS_URL=nats://…` it takes the server that is there.

#[path = "../tests/support/server.rs"]
mod server;

use std::{
    env,
    error::Error,
    process::{Child, Command},
    time::Duration,
};

use events_core::{
    Emitter, EntityEmitter, Event, EventBus, EventEnum, pattern,
    wire::{EventRegistry, RegisteredType},
};
use events_nats::{
    Delivered, InvalidPrefix, NatsPublisher, NatsSubscriber, ObserverSettings, Replay, Start, StreamSettings,
    SubjectPrefix,
    async_nats::{self, Client},
    ensure_stream,
};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

/// A quick test began to run.
#[derive(Event, Clone, Debug, Serialize, Deserialize)]
#[event_type("quick_test.started")]
#[event(emitter = QuickTestEmitter)]
struct QuickTestStarted {
    packets: u32,
}

/// A quick test ended well.
#[derive(Event, Clone, Debug, Serialize, Deserialize)]
#[event_type("quick_test.completed")]
#[event(emitter = QuickTestEmitter)]
struct QuickTestCompleted {
    success_rate: f64,
}

/// Everything that can happen to a quick test.
#[derive(EventEnum, Clone, Debug)]
enum QuickTestEvent {
    Started(QuickTestStarted),
    Completed(QuickTestCompleted),
}

/// Emits the events of one quick test.
#[derive(Emitter, Debug)]
#[emitter(entity_type = "quick_test")]
struct QuickTestEmitter {
    emitter: EntityEmitter,
}

static EVENTS: EventRegistry = EventRegistry::new(&[RegisteredType::all_of::<QuickTestEvent>()]);

const TESTS: usize = 5;

type Outcome = Result<(), Box<dyn Error>>;

#[tokio::main]
async fn main() -> Outcome {
    match (env::args().nth(1).as_deref(), env::var("NATS_URL")) {
        (None, Ok(url)) => lead(&url).await,
        (None, Err(_)) => {
            let server = server::Server::start();
            lead(&server.url()).await
        }
        (Some("watch"), Ok(url)) => watch(async_nats::connect(url).await?).await,
        (Some("catch-up"), Ok(url)) => catch_up(async_nats::connect(url).await?).await,
        (Some(_), _) => Err("usage: live [watch | catch-up], the latter two with NATS_URL=nats://…".into()),
    }
}

fn prefix() -> Result<SubjectPrefix, InvalidPrefix> {
    SubjectPrefix::new("live")
}

/// Runs the tests, and the other two.
async fn lead(url: &str) -> Outcome {
    let client = async_nats::connect(url).await?;
    let made = ensure_stream(&client, &StreamSettings::new("LIVE").prefix(prefix()?)).await?;
    println!("lead      the stream: {made:?}");
    let watching = other(url, "watch")?;
    sleep(Duration::from_millis(500)).await;

    let publisher = NatsPublisher::builder(client).prefix(prefix()?).build();
    let (observer, outbound) = publisher.observer(ObserverSettings::default());
    let bus = EventBus::new();
    let _publishing = bus.observe(observer);
    let run = std::process::id();
    for number in 1..=TESTS {
        let test = QuickTestEmitter::new(&bus, format!("run {run}, test {number}"));
        test.emit_started(100)?.into_result()?;
        sleep(Duration::from_millis(100)).await;
        test.emit_completed(1.0 - 0.01 * f64::from(u8::try_from(number)?))?.into_result()?;
    }
    outbound.close().await?;
    println!("lead      {TESTS} tests are run, and every event is stored");

    let late = other(url, "catch-up")?;
    for mut process in [watching, late] {
        if !process.0.wait()?.success() {
            return Err("another process failed".into());
        }
    }
    Ok(())
}

/// Another process, which ends with this one.
struct Other(Child);

fn other(url: &str, what: &str) -> Result<Other, Box<dyn Error>> {
    Ok(Other(Command::new(env::current_exe()?).arg(what).env("NATS_URL", url).spawn()?))
}

impl Drop for Other {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Tells of tests as they go on, and ends with the last one.
async fn watch(client: Client) -> Outcome {
    let name = format!("watcher-{}", std::process::id());
    let builder = NatsSubscriber::builder(client, "LIVE", &name).prefix(prefix()?).pattern(pattern!("quick_test.>"));
    let mut watcher = builder.types(EVENTS.clone()).start(Start::New).open().await?;
    let (ended, all_ended) = tokio::sync::oneshot::channel::<()>();
    let (mut ended, mut completed) = (Some(ended), 0);
    let handler = |event: Delivered| {
        let told = event.known().map(|event| (event.entity_id().clone(), QuickTestEvent::try_from(event)));
        if let Some((test, Ok(event))) = told {
            println!("watcher   {test}: {event:?}");
            completed += usize::from(matches!(event, QuickTestEvent::Completed(_)));
            if completed == TESTS {
                ended.take();
            }
        }
        async { Ok::<(), std::io::Error>(()) }
    };
    watcher.run_until(async { drop(all_ended.await) }, handler).await?;
    println!("watcher   {:?}", watcher.stats());
    Ok(())
}

/// Reads what there was, in its order.
async fn catch_up(client: Client) -> Outcome {
    let builder = Replay::builder(client, "LIVE").prefix(prefix()?).types(EVENTS.clone());
    let mut replay = builder.until_end().open().await?;
    let mut count = 0;
    while let Some(event) = replay.next().await {
        let event = event?;
        count += 1;
        if let Some(known) = event.known() {
            println!("late      number {}: {} of {}", event.sequence(), known.event_type(), known.entity_id());
        }
    }
    println!("late      caught up: {count} events");
    Ok(())
}
