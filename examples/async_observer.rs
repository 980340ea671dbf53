//! Next steps: observers that are async, or that take their time. A stream hands them the events, on any executor or none.
//!
//! Run it with `cargo run --example async_observer`.

use std::{
    error::Error,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake},
    thread::{self, Thread},
    time::Duration,
};

use events_core::{AnyEnvelope, EmitError, EventBus, EventEnum, EventStream, Overflow, pattern};
use events_examples::quick_test::{Config, QuickTestEmitter, QuickTestEvent, Results};
use tokio::task::{spawn, spawn_blocking};

/// An async observer: it has the events one by one, and its task ends with the bus.
async fn observe(name: &str, mut stream: EventStream<QuickTestEvent>) -> Vec<&'static str> {
    let mut seen = Vec::new();
    while let Some(event) = stream.next().await {
        // What takes time may be awaited here: the events that come meanwhile wait in the stream.
        println!("{name}: {}", event.event_type());
        seen.push(event.event_type().as_str());
    }
    seen
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let bus = EventBus::new();

    // A task a stream. Each stream has every event; at most one waits in it, so that emitters keep pace with the slowest reader.
    let stream = || bus.stream::<QuickTestEvent>(1, Overflow::Block);
    let on_tokio = spawn(observe("tokio", stream()));

    // The same on another executor, in a thread.
    let of_another = stream();
    let elsewhere = thread::spawn(|| block_on(observe("another executor", of_another)));

    // The same without any: a loop that blocks.
    let blocking = stream();
    let in_a_loop = thread::spawn(move || blocking.iter().map(|event| event.event_type().as_str()).collect::<Vec<_>>());

    // Envelopes of all types that match. This stream holds up nobody: when it is full, the oldest event is lost and counted.
    let mut failures =
        bus.subscription().pattern(pattern!("*.failed")).stream::<AnyEnvelope>(100, Overflow::DropOldest);
    let failed = spawn(async move {
        let mut entities = Vec::new();
        while let Some(event) = failures.next().await {
            entities.push(event.entity_id().to_string());
        }
        (entities, failures.lost())
    });

    // Emitting into a stream that blocks may wait for its reader, so it is no work for a thread that the reader needs.
    let emitting = bus.clone();
    spawn_blocking(move || emit(&emitting)).await??;

    // No more events from here on. The readers get what waits in their streams, and then the end.
    let closing = bus.clone();
    spawn_blocking(move || closing.shutdown(Duration::from_secs(5))).await??;

    let expected = ["quick_test.started", "quick_test.completed", "quick_test.started", "quick_test.failed"];
    assert_eq!(on_tokio.await?, expected);
    assert_eq!(elsewhere.join().unwrap(), expected);
    assert_eq!(in_a_loop.join().unwrap(), expected);
    assert_eq!(failed.await?, (vec!["tutorial-test-002".to_owned()], 0));
    println!("All readers saw {} events, and ended with the bus", expected.len());
    Ok(())
}

fn emit(bus: &EventBus) -> Result<(), EmitError> {
    let one = QuickTestEmitter::new(bus, "tutorial-test-001");
    assert!(one.start("Tutorial Connection Test", Config::new())?.is_delivered());
    assert!(one.complete("Tutorial Connection Test", Results::new(100, 98))?.is_delivered());
    let two = QuickTestEmitter::new(bus, "tutorial-test-002");
    assert!(two.start("Another Test", Config::new())?.is_delivered());
    assert!(two.emit_failed("Another Test", "Connection timeout after 30 seconds", "timeout_error")?.is_delivered());
    Ok(())
}

/// The smallest executor there is: its thread sleeps until the stream wakes it.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let waker = Arc::new(Unpark(thread::current())).into();
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        thread::park();
    }
}
