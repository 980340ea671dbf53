//! Events as streams: in order, bounded, with every loss counted, on any executor and on none.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

use events_core::{
    AnyEnvelope, Envelope, EventBus, EventStream, Overflow, RecvTimeoutError, Scope, StreamItem, TryRecvError, pattern,
};

use crate::domain::{QuickTestEmitter, QuickTestStep, ServiceEmitter, ServiceReady, delivered, quick_test};

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(50);

fn emit(bus: &EventBus, steps: impl IntoIterator<Item = u32>) {
    for n in steps {
        delivered(quick_test(bus).emit_step(n));
    }
}

/// What waits in a stream, without waiting for more.
fn waiting(stream: &EventStream<Envelope<QuickTestStep>>) -> Vec<u32> {
    std::iter::from_fn(|| stream.try_recv().ok()).map(|event| event.n).collect()
}

#[test]
fn a_stream_gives_every_event_of_its_type_in_order() {
    let bus = EventBus::new();
    let steps = bus.stream::<QuickTestStep>(10, Overflow::Block);
    let all = bus.stream::<AnyEnvelope>(10, Overflow::Block);
    emit(&bus, 0..3);
    delivered(ServiceEmitter::new(&bus, 1).emit_ready(80));
    emit(&bus, 3..5);
    assert_eq!(waiting(&steps), [0, 1, 2, 3, 4]);
    let names: Vec<_> = std::iter::from_fn(|| all.try_recv().ok()).map(|event| event.event_type().name()).collect();
    assert_eq!(names, ["step", "step", "step", "ready", "step", "step"]);
    assert_eq!(steps.try_recv().unwrap_err(), TryRecvError::Empty);
    assert_eq!(steps.recv_timeout(SHORT).unwrap_err(), RecvTimeoutError::Timeout);
    assert_eq!((steps.lost(), bus.stats().lost), (0, 0));
}

#[test]
fn a_stream_that_blocks_makes_the_emitter_wait_and_loses_nothing() {
    let (bus, emitted) = (EventBus::new(), AtomicU32::new(0));
    let stream = bus.stream::<QuickTestStep>(2, Overflow::Block);
    thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..10 {
                emit(&bus, [n]);
                emitted.fetch_add(1, SeqCst);
            }
        });
        thread::sleep(SHORT);
        assert_eq!((emitted.load(SeqCst), stream.len()), (2, 2));
        for n in 0..10 {
            assert_eq!(stream.recv_timeout(LONG).unwrap().n, n);
        }
    });
    assert_eq!((emitted.load(SeqCst), stream.lost(), bus.stats().lost), (10, 0, 0));
}

#[test]
fn a_stream_that_drops_the_oldest_keeps_the_newest_and_tells_of_the_gap() {
    let bus = EventBus::new();
    let stream = bus.stream::<QuickTestStep>(2, Overflow::DropOldest);
    emit(&bus, 0..5);
    assert_eq!((stream.lost(), bus.stats().lost, stream.len()), (3, 3, 2));
    let stream = stream.with_losses();
    emit(&bus, [5]);
    bus.shutdown(Duration::ZERO).unwrap();
    let items: Vec<_> = stream.iter().map(numbered).collect();
    assert_eq!(items, [StreamItem::Lost(4), StreamItem::Received(4), StreamItem::Received(5)]);
}

#[test]
fn a_stream_that_drops_the_newest_keeps_the_oldest_and_tells_of_the_gap() {
    let bus = EventBus::new();
    let stream = bus.stream::<QuickTestStep>(2, Overflow::DropNewest).with_losses();
    emit(&bus, 0..5);
    assert_eq!((stream.get_ref().lost(), bus.stats().lost), (3, 3));
    assert_eq!(stream.recv().map(numbered), Some(StreamItem::Received(0)));
    emit(&bus, [5]);
    bus.shutdown(Duration::ZERO).unwrap();
    let items: Vec<_> = stream.iter().map(numbered).collect();
    assert_eq!(items, [StreamItem::Received(1), StreamItem::Lost(3), StreamItem::Received(5)]);
}

fn numbered(item: StreamItem<Envelope<QuickTestStep>>) -> StreamItem<u32> {
    match item {
        StreamItem::Received(event) => StreamItem::Received(event.n),
        StreamItem::Lost(events) => StreamItem::Lost(events),
    }
}

#[test]
fn a_full_stream_stops_nobody_else() {
    let (bus, told) = (EventBus::new(), Arc::new(AtomicU32::new(0)));
    let stream = bus.subscription().priority(1).stream::<QuickTestStep>(1, Overflow::DropNewest);
    let count = Arc::clone(&told);
    let _subscription = bus.subscribe(move |_: &AnyEnvelope| {
        count.fetch_add(1, SeqCst);
    });
    emit(&bus, 0..5);
    assert_eq!((told.load(SeqCst), stream.lost()), (5, 4));
}

#[test]
fn a_stream_ends_at_the_shutdown_behind_what_it_holds() {
    let bus = EventBus::new();
    let stream = bus.stream::<QuickTestStep>(10, Overflow::Block);
    emit(&bus, 0..3);
    bus.shutdown(Duration::ZERO).unwrap();
    assert_eq!(stream.iter().map(|event| event.n).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(stream.try_recv().unwrap_err(), TryRecvError::Closed);
    assert_eq!(stream.recv_timeout(LONG).unwrap_err(), RecvTimeoutError::Closed);
    assert!(bus.stream::<QuickTestStep>(10, Overflow::Block).recv().is_none(), "a stream of a closed bus has ended");
}

#[test]
fn a_stream_ends_when_its_bus_is_dropped() {
    let bus = EventBus::new();
    let stream = bus.stream::<QuickTestStep>(10, Overflow::Block);
    let reader = thread::spawn(move || stream.iter().map(|event| event.n).collect::<Vec<_>>());
    emit(&bus, 0..3);
    thread::sleep(SHORT);
    drop(bus);
    assert_eq!(reader.join().unwrap(), [0, 1, 2]);
}

#[test]
fn a_stream_ends_with_its_scope_and_with_the_last_event_it_wanted() {
    let (bus, scope) = (EventBus::new(), Scope::new());
    let scoped = bus.subscription().scope(&scope).stream::<QuickTestStep>(10, Overflow::Block);
    let two = bus.subscription().take(2).stream::<QuickTestStep>(10, Overflow::Block);
    emit(&bus, 0..3);
    drop(scope);
    emit(&bus, 3..5);
    assert_eq!(scoped.iter().map(|event| event.n).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(two.iter().map(|event| event.n).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(bus.stats().subscriptions, 0);
}

#[test]
fn a_stream_takes_what_its_subscription_takes() {
    let bus = EventBus::new();
    let stream = bus
        .subscription()
        .pattern(pattern!("quick_test.*"))
        .entity("b")
        .filter(|event| event.payload::<QuickTestStep>().is_none_or(|step| step.n.is_multiple_of(2)))
        .stream::<AnyEnvelope>(10, Overflow::Block);
    for entity in ["a", "b"] {
        let tests = QuickTestEmitter::new(&bus, entity);
        for n in 0..4 {
            delivered(tests.emit_step(n));
        }
        delivered(tests.emit_failed("no"));
        delivered(ServiceEmitter::new(&bus, entity).emit_ready(80));
    }
    bus.shutdown(Duration::ZERO).unwrap();
    let names: Vec<_> = stream.iter().map(|event| event.event_type().name()).collect();
    assert_eq!(names, ["step", "step", "failed"]);
}

#[test]
fn dropping_a_stream_unsubscribes_and_releases_the_emitter() {
    let bus = EventBus::new();
    let stream = bus.stream::<QuickTestStep>(1, Overflow::Block);
    thread::scope(|scope| {
        let emitter = scope.spawn(|| emit(&bus, 0..3));
        thread::sleep(SHORT);
        assert!(!emitter.is_finished());
        drop(stream);
        emitter.join().unwrap();
    });
    assert_eq!((bus.stats().subscriptions, bus.stats().failures, bus.stats().delivered), (0, 0, 3));
}

/// Between threads there is no order; the stream makes one, which its only reader sees.
#[test]
fn a_stream_gives_the_events_of_all_threads_one_order() {
    const EVENTS: u32 = 2_000;
    let bus = EventBus::new();
    let stream = bus.stream::<QuickTestStep>(16, Overflow::Block);
    let (read, history) = thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let (mut read, mut history) = ([0; 3], Vec::new());
            for event in &stream {
                let thread: usize = event.entity_id().as_str().parse().unwrap();
                assert_eq!(event.n, read[thread], "each thread's events in its order, each once");
                read[thread] += 1;
                history.push(event.id());
            }
            (read, history)
        });
        let emitters = [0, 1, 2].map(|thread| {
            let bus = &bus;
            scope.spawn(move || {
                let tests = QuickTestEmitter::new(bus, thread);
                for n in 0..EVENTS {
                    delivered(tests.emit_step(n));
                }
            })
        });
        for emitter in emitters {
            emitter.join().unwrap();
        }
        bus.shutdown(LONG).unwrap();
        reader.join().unwrap()
    });
    assert_eq!(read, [EVENTS; 3]);
    assert_eq!(history.len(), 3 * EVENTS as usize);
}

/// Emits on a thread while a task reads, through a stream that is full most of the time.
async fn read_while_a_thread_emits() {
    const EVENTS: u32 = 500;
    let bus = EventBus::new();
    let mut stream = bus.stream::<QuickTestStep>(4, Overflow::Block);
    let emitter = thread::spawn(move || emit(&bus, 0..EVENTS));
    let mut read = 0;
    while let Some(event) = stream.next().await {
        assert_eq!(event.n, read);
        read += 1;
    }
    assert_eq!((read, stream.lost()), (EVENTS, 0));
    emitter.join().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_of_a_tokio_runtime_of_several_threads_reads_a_stream() {
    read_while_a_thread_emits().await;
    let bus = EventBus::new();
    let mut stream = bus.stream::<QuickTestStep>(4, Overflow::Block);
    let reader = tokio::spawn(async move {
        let mut read = Vec::new();
        while let Some(event) = stream.next().await {
            read.push(event.n);
        }
        read
    });
    let tasks: Vec<_> = (0..4_u32)
        .map(|task| {
            let bus = bus.clone();
            tokio::spawn(async move {
                for n in 0..100 {
                    // Waits for room, so it may hold up its thread.
                    tokio::task::block_in_place(|| emit(&bus, [task * 100 + n]));
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    drop(bus);
    let mut read = reader.await.unwrap();
    read.sort_unstable();
    assert_eq!(read, (0..400).collect::<Vec<_>>());
}

#[tokio::test(flavor = "current_thread")]
async fn a_task_of_a_tokio_runtime_of_one_thread_reads_a_stream() {
    read_while_a_thread_emits().await;
    // Emitter and reader on the same thread: the stream must not block.
    let bus = EventBus::new();
    let mut stream = bus.stream::<QuickTestStep>(100, Overflow::DropNewest);
    let reader = tokio::spawn(async move {
        let mut read = Vec::new();
        while let Some(event) = stream.next().await {
            read.push(event.n);
        }
        (read, stream.lost())
    });
    for n in 0..20 {
        emit(&bus, [n]);
        tokio::task::yield_now().await;
    }
    bus.shutdown(Duration::ZERO).unwrap();
    assert_eq!(reader.await.unwrap(), ((0..20).collect(), 0));
}

#[test]
fn a_task_of_any_executor_reads_a_stream() {
    pollster::block_on(read_while_a_thread_emits());
}

#[tokio::test(flavor = "current_thread")]
async fn a_future_that_is_given_up_loses_no_event() {
    let bus = EventBus::new();
    let mut stream = bus.stream::<QuickTestStep>(4, Overflow::Block);
    let emitter = thread::spawn(move || {
        for n in 0..20 {
            thread::sleep(Duration::from_millis(2));
            emit(&bus, [n]);
        }
    });
    let (mut read, mut given_up) = (Vec::new(), 0);
    loop {
        tokio::select! {
            biased;
            event = stream.next() => match event {
                Some(event) => read.push(event.n),
                None => break,
            },
            () = tokio::task::yield_now() => given_up += 1,
        }
    }
    emitter.join().unwrap();
    assert_eq!(read, (0..20).collect::<Vec<_>>());
    assert!(given_up > 0);
}

#[test]
fn a_stream_of_one_type_gives_typed_envelopes() {
    let bus = EventBus::new();
    let stream: EventStream<Envelope<ServiceReady>> = bus.stream::<ServiceReady>(0, Overflow::DropOldest);
    assert_eq!(stream.capacity(), 1);
    delivered(ServiceEmitter::new(&bus, 1).emit_ready(80));
    assert_eq!(stream.recv().unwrap().port, 80);
}
