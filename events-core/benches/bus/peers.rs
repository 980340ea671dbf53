//! What else carries an event to its observers in one process. Each has the same observers; few promise what the bus does.

use std::{
    hint::black_box,
    sync::{
        Once,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
};

use evenio::{
    event::{GlobalEvent, Receiver},
    world::World,
};
use mod_events::EventDispatcher;
use signals2::{Connect1, Emit1, Signal};
use tracing::{
    Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

use crate::{
    emit::{Loop, reaching},
    observers::{Observable, Sampled, observed_by, tell},
    paired::Case,
};

/// The peers with so many observers. Channels have a receiver for each observer, which is emptied after each event.
pub(crate) fn cases(observers: usize, event: Sampled) -> Vec<Case<'static>> {
    listen(observers);
    let mut world = observed_by(observers, World::new());
    let signal = observed_by(observers, Signal::<(Sampled,)>::new());
    let mut cases = vec![
        reaching(observers, "tracing", move || {
            let Sampled { serial, value, series, attempt, rate, complete } = black_box(event);
            tracing::info!(serial, value, series, attempt, rate, complete);
        }),
        reaching(observers, "evenio", move || world.send(Sent(black_box(event)))),
        mod_events(observers, event),
        reaching(observers, "signals2", move || signal.emit(black_box(event))),
    ];
    #[cfg(bench_peers)]
    cases.push(bevy::case(observers, event));
    if observers > 0 {
        cases.push(tokio_broadcast(observers, event));
        cases.push(crossbeam(observers, event));
    }
    cases
}

/// Its derive reads the same attribute as ours, so it has a type of its own.
#[derive(GlobalEvent)]
struct Sent(Sampled);

impl Observable for World {
    fn observe<const KIND: usize>(&mut self, counter: &'static AtomicU64) {
        self.add_handler(move |sent: Receiver<Sent>| tell::<KIND>(counter, sent.event.0.value));
    }
}

pub(crate) fn mod_events(observers: usize, event: Sampled) -> Case<'static> {
    let dispatcher = observed_by(observers, EventDispatcher::new());
    reaching(observers, "mod-events", move || dispatcher.emit(black_box(event)))
}

impl mod_events::Event for Sampled {
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

impl Observable for EventDispatcher {
    fn observe<const KIND: usize>(&mut self, counter: &'static AtomicU64) {
        self.on(move |event: &Sampled| tell::<KIND>(counter, event.value));
    }
}

impl Observable for Signal<(Sampled,)> {
    fn observe<const KIND: usize>(&mut self, counter: &'static AtomicU64) {
        self.connect(move |event| tell::<KIND>(counter, event.value));
    }
}

fn tokio_broadcast(observers: usize, event: Sampled) -> Case<'static> {
    let floor = observed_by(observers, Loop::default());
    let (sender, receiver) = tokio::sync::broadcast::channel(16);
    let mut receivers: Vec<_> = (1..observers).map(|_| sender.subscribe()).collect();
    receivers.push(receiver);
    reaching(observers, "tokio-broadcast", move || {
        let _ = sender.send(black_box(event));
        for (observer, receiver) in floor.observers().iter().zip(&mut receivers) {
            if let Ok(event) = receiver.try_recv() {
                observer(&event);
            }
        }
    })
}

fn crossbeam(observers: usize, event: Sampled) -> Case<'static> {
    let floor = observed_by(observers, Loop::default());
    let channels: Vec<_> = (0..observers).map(|_| crossbeam_channel::bounded(16)).collect();
    reaching(observers, "crossbeam", move || {
        for (sender, _) in &channels {
            let _ = sender.send(black_box(event));
        }
        for (observer, (_, receiver)) in floor.observers().iter().zip(&channels) {
            if let Ok(event) = receiver.try_recv() {
                observer(&event);
            }
        }
    })
}

/// The one subscriber that a process has: it reads the value, then calls as many observers as listen at the moment.
struct Listeners(Vec<Box<dyn Fn(u64) + Send + Sync>>);

static LISTENING: AtomicUsize = AtomicUsize::new(0);

fn listen(observers: usize) {
    static SET: Once = Once::new();
    SET.call_once(|| {
        let all = observed_by(64, Listeners(Vec::new()));
        tracing::subscriber::set_global_default(all).expect("there is no other subscriber");
    });
    LISTENING.store(observers, Relaxed);
}

impl Observable for Listeners {
    fn observe<const KIND: usize>(&mut self, counter: &'static AtomicU64) {
        self.0.push(Box::new(move |value| tell::<KIND>(counter, value)));
    }
}

impl Subscriber for Listeners {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let listening = LISTENING.load(Relaxed);
        if listening == 0 {
            return;
        }
        let mut read = Value(0);
        event.record(&mut read);
        for listener in &self.0[..listening] {
            listener(read.0);
        }
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

struct Value(u64);

impl Visit for Value {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "value" {
            self.0 = value;
        }
    }

    fn record_f64(&mut self, _: &Field, _: f64) {}

    fn record_bool(&mut self, _: &Field, _: bool) {}

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

#[cfg(bench_peers)]
mod bevy {
    use std::{hint::black_box, sync::atomic::AtomicU64};

    use bevy_ecs::{
        event::{Event, GlobalTrigger},
        observer::On,
        world::World,
    };

    use crate::{
        emit::reaching,
        observers::{Observable, Sampled, observed_by, tell},
        paired::Case,
    };

    pub(super) fn case(observers: usize, event: Sampled) -> Case<'static> {
        let mut world = observed_by(observers, World::new());
        reaching(observers, "bevy", move || world.trigger(black_box(event)))
    }

    impl Event for Sampled {
        type Trigger<'a> = GlobalTrigger;
    }

    impl Observable for World {
        fn observe<const KIND: usize>(&mut self, counter: &'static AtomicU64) {
            self.add_observer(move |sampled: On<Sampled>| tell::<KIND>(counter, sampled.event().value));
        }
    }
}
