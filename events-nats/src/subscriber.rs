//! Tells a handler of the events of a stream, each until it is handled.

use std::{
    fmt,
    future::{self, Future},
    panic::AssertUnwindSafe,
    pin::pin,
    time::Duration,
};

use async_nats::{
    Client,
    jetstream::{
        self, AckKind,
        consumer::{AckPolicy, pull},
    },
};
use events_core::ObserverError;
use futures_util::FutureExt as _;
use tokio::{
    select,
    task::yield_now,
    time::{Instant, sleep_until},
};

use crate::{
    backoff::Backoff,
    consumer::Messages,
    dead_letter::DeadLetters,
    delivered::{Delivered, Place, Reader},
    finished::Finished,
    handled::Handled,
    selection::{Selection, selection_setters},
    start::Start,
    trouble::{Reason, SubscribeError, Trouble},
};

/// Tells a handler of the events of a stream that match a pattern, one after the other, through a durable consumer.
///
/// An event is acknowledged when the handler has succeeded. One whose handler fails or panics comes again after a [delay](Backoff),
/// behind those that came meanwhile, and is a [dead letter](DeadLetters) after so many deliveries. While a handler runs, the server is
/// told so: it may take its time. One that blocks its thread keeps that from being told, and must be done in two thirds of the
/// [`ack_wait`](NatsSubscriberBuilder::ack_wait). A lost connection and a restarted server are waited for.
///
/// **Every event is told at least once.** What this subscriber has handled it does not tell again, so it is once as long as the process
/// lives. A process that dies between the handler's end and the acknowledgement is told again when it comes back: what must not happen
/// twice is to know the event's id. Where events are there already and handlers do not wait, up to 16 acknowledgements go out together;
/// they go out before anything is waited for. A process that dies is told at most [`window`](NatsSubscriberBuilder::window) events again.
///
/// Several subscribers of one name, in as many processes as you like, share its events.
///
/// ```no_run
/// use events_core::{Event, pattern, wire::{EventRegistry, RegisteredType}};
/// use events_nats::{Delivered, NatsSubscriber, async_nats};
/// # #[derive(Event, serde::Serialize, serde::Deserialize)]
/// # #[event_type("quick_test.started")]
/// # struct Started { test_name: String }
///
/// static EVENTS: EventRegistry = EventRegistry::new(&[RegisteredType::event::<Started>()]);
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let client = async_nats::connect("nats://127.0.0.1:4222").await?;
/// let mut subscriber = NatsSubscriber::builder(client, "EVENTS", "watcher")
///     .pattern(pattern!("quick_test.>")) // as on the local bus
///     .types(EVENTS.clone())
///     .open()
///     .await?;
/// subscriber
///     .run(|event: Delivered| async move {
///         if let Some(started) = event.downcast::<Started>() {
///             println!("{} {}", event.sequence(), started.test_name);
///         }
///         Ok::<(), std::io::Error>(()) // acknowledged
///     })
///     .await?;
/// # Ok(())
/// # }
/// ```
pub struct NatsSubscriber {
    messages: Messages,
    reader: Reader,
    handled: Handled,
    finished: Finished,
    /// When the server was last told that the messages that are here are worked on.
    alive: Instant,
    ack_wait: Duration,
    backoff: Backoff,
    dead_letters: Option<DeadLetters>,
    on_trouble: TroubleHook,
    stats: SubscriberStats,
}

type TroubleHook = Box<dyn FnMut(Trouble<'_>) + Send>;

/// What a subscriber has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubscriberStats {
    /// Events that were handled.
    pub handled: u64,
    /// Messages that came again although they had been handled: acknowledged once more, and not told.
    pub repeated: u64,
    /// Deliveries that failed, and come again.
    pub retried: u64,
    /// Events that became dead letters.
    pub buried: u64,
}

/// The settings of a [`NatsSubscriber`].
#[must_use = "a subscriber is made by `open`"]
pub struct NatsSubscriberBuilder {
    client: Client,
    stream: String,
    name: String,
    selection: Selection,
    window: u16,
    ack_wait: Duration,
    backoff: Backoff,
    dead_letters: Option<DeadLetters>,
    on_trouble: TroubleHook,
}

impl NatsSubscriber {
    /// Begins a subscriber of this name, which the server remembers: letters, digits, `-` and `_`.
    pub fn builder(client: Client, stream: &str, name: &str) -> NatsSubscriberBuilder {
        NatsSubscriberBuilder {
            client,
            stream: stream.to_owned(),
            name: name.to_owned(),
            selection: Selection::default(),
            window: 256,
            ack_wait: Duration::from_secs(30),
            backoff: Backoff::default(),
            dead_letters: None,
            on_trouble: Box::new(|_| {}),
        }
    }

    /// Tells the handler of every event, until the consumer is deleted.
    ///
    /// # Errors
    ///
    /// [`SubscribeError::Gone`].
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime.
    ///
    /// # Cancel safety
    ///
    /// Dropped while a handler runs, the event comes again, here or elsewhere, after the [`ack_wait`](NatsSubscriberBuilder::ack_wait).
    /// No event is lost, and the subscriber can be run again.
    pub async fn run<H, F, E>(&mut self, handler: H) -> Result<(), SubscribeError>
    where
        H: FnMut(Delivered) -> F,
        F: Future<Output = Result<(), E>>,
        E: Into<ObserverError>,
    {
        self.run_until(future::pending(), handler).await
    }

    /// The same until something happens; what is being handled then is handled to its end, and acknowledged.
    ///
    /// When this returns, the connection has written all acknowledgements, and the process may end; without a connection it returns a second
    /// later. What the server has not been told then comes again.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    ///
    /// # Panics
    ///
    /// As [`run`](Self::run).
    ///
    /// # Cancel safety
    ///
    /// As [`run`](Self::run). To end it between two events is what `stop` is for.
    pub async fn run_until<H, F, E>(
        &mut self,
        stop: impl Future<Output = ()>,
        mut handler: H,
    ) -> Result<(), SubscribeError>
    where
        H: FnMut(Delivered) -> F,
        F: Future<Output = Result<(), E>>,
        E: Into<ObserverError>,
    {
        let mut stop = pin!(stop);
        loop {
            let message = select! {
                biased;
                () = &mut stop => break,
                message = self.messages.next(&mut *self.on_trouble) => message?,
                // Nothing is waited for with an acknowledgement in hand.
                () = self.finished.flush(), if !self.finished.is_empty() => continue,
            };
            match message {
                Some(message) => self.deliver(&message, &mut handler).await,
                None => self.handled.clear(),
            }
            // Handlers that do not wait may take their time all the same.
            if self.alive.elapsed() >= self.ack_wait / 3 {
                self.catch_up().await;
            }
        }
        self.finished.write_out().await;
        Ok(())
    }

    /// What it has done.
    pub fn stats(&self) -> SubscriberStats {
        self.stats
    }

    async fn deliver<H, F, E>(&mut self, message: &jetstream::Message, handler: &mut H)
    where
        H: FnMut(Delivered) -> F,
        F: Future<Output = Result<(), E>>,
        E: Into<ObserverError>,
    {
        // What is no message of a consumer cannot be acknowledged either.
        let Some(place) = Place::of(message) else { return };
        if self.handled.contains(place.sequence) {
            self.stats.repeated += 1;
            return self.finished.push(message).await;
        }
        let outcome = if self.dead_letters.as_ref().is_some_and(|letters| letters.is_over(place.deliveries)) {
            Err(Reason::Abandoned { deliveries: place.deliveries - 1 })
        } else {
            match self.reader.read(message, place) {
                Ok(event) => self.handle(message, async { handler(event).await }).await,
                Err(unreadable) => Err(unreadable.into()),
            }
        };
        match outcome {
            Ok(()) => {
                self.stats.handled += 1;
                self.handled.insert(place.sequence);
                self.finished.push(message).await;
            }
            Err(reason) => self.failed(message, place, &reason).await,
        }
    }

    /// Runs the handler, and tells the server so as long as it does.
    async fn handle<E: Into<ObserverError>>(
        &mut self,
        message: &jetstream::Message,
        handling: impl Future<Output = Result<(), E>>,
    ) -> Result<(), Reason> {
        let mut handling = pin!(AssertUnwindSafe(handling).catch_unwind());
        let ended = if let Some(ended) = handling.as_mut().now_or_never() {
            ended
        } else {
            loop {
                select! {
                    biased;
                    ended = &mut handling => break ended,
                    () = self.finished.flush(), if !self.finished.is_empty() => {}
                    () = sleep_until(self.alive + self.ack_wait / 3) => self.keep_alive(Some(message)).await,
                }
            }
        };
        match ended {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Reason::Failed(error.into())),
            Err(panic) => Err(Reason::Panicked(panic_text(&*panic))),
        }
    }

    /// Has the server told what is handled, and that the rest is worked on, after handlers that may have blocked the thread.
    async fn catch_up(&mut self) {
        self.finished.flush().await;
        give_way().await;
        self.keep_alive(None).await;
        give_way().await;
    }

    async fn keep_alive(&mut self, current: Option<&jetstream::Message>) {
        self.messages.keep_alive(current).await;
        self.alive = Instant::now();
    }

    async fn failed(&mut self, message: &jetstream::Message, place: Place, reason: &Reason) {
        // To bury it is waited for, and what was handled before must not come again meanwhile.
        self.finished.flush().await;
        let Place { sequence, deliveries, .. } = place;
        let mut delay = self.backoff.delay(deliveries);
        let letters = self.dead_letters.as_ref().filter(|letters| reason.is_final() || letters.is_last(deliveries));
        if let Some(letters) = letters {
            let from = (self.messages.stream_name(), self.messages.consumer_name());
            match letters.bury(message, place, from, reason).await {
                Ok(()) => {
                    self.stats.buried += 1;
                    self.handled.insert(sequence);
                    (self.on_trouble)(Trouble::Buried { sequence, reason });
                    return acknowledge(message, AckKind::Term).await;
                }
                Err(error) => (self.on_trouble)(Trouble::NotBuried { sequence, delay, error: &*error }),
            }
        } else {
            if reason.is_final() {
                delay = self.backoff.max_delay();
            }
            (self.on_trouble)(Trouble::Retried { sequence, delay, reason });
        }
        self.stats.retried += 1;
        acknowledge(message, AckKind::Nak(Some(delay))).await;
    }
}

/// Lets the connection write and read, should it have no other thread. The first time may only find out that there is something to read.
async fn give_way() {
    yield_now().await;
    yield_now().await;
}

/// Tells the server. If that is lost, the message comes again, and is known.
async fn acknowledge(message: &jetstream::Message, kind: AckKind) {
    let _ = message.ack_with(kind).await;
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("a panic without a text").to_owned()
}

impl NatsSubscriberBuilder {
    selection_setters!();

    /// Where it begins if the server does not know it yet.
    pub fn start(mut self, start: Start) -> Self {
        self.selection.start = start;
        self
    }

    /// How many events the server sends ahead, from 1; 256 without it. With 1 an event that fails holds up those behind it.
    pub fn window(mut self, events: u16) -> Self {
        self.window = events.max(1);
        self
    }

    /// After so long without a sign of life, an event is sent again, perhaps to another process; 30 seconds without it.
    pub fn ack_wait(mut self, time: Duration) -> Self {
        self.ack_wait = time.max(Duration::from_millis(10));
        self
    }

    /// After how long an event comes again that has failed.
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// Where events go that fail again and again, or cannot be read. Without it they come again for ever.
    pub fn dead_letters(mut self, letters: DeadLetters) -> Self {
        self.dead_letters = Some(letters);
        self
    }

    /// Is told what goes wrong, and what follows from it.
    pub fn on_trouble(mut self, hook: impl FnMut(Trouble<'_>) + Send + 'static) -> Self {
        self.on_trouble = Box::new(hook);
        self
    }

    /// Makes the durable consumer, or takes the one that is there: its place is kept, its settings are these.
    ///
    /// # Errors
    ///
    /// [`SubscribeError`]: there is no stream, or none for dead letters; or the consumer is there with another pattern.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime.
    ///
    /// # Cancel safety
    ///
    /// Dropped before it is done, the consumer may be there or not. Opened again, it is taken as it is.
    pub async fn open(self) -> Result<NatsSubscriber, SubscribeError> {
        let client = self.client;
        let jetstream = jetstream::new(client.clone());
        let config = pull::Config {
            durable_name: Some(self.name),
            deliver_policy: self.selection.start.policy(),
            ack_policy: AckPolicy::Explicit,
            ack_wait: self.ack_wait,
            // Counted here, so that nothing is dropped there.
            max_deliver: -1,
            filter_subject: self.selection.filter(),
            max_ack_pending: self.window.into(),
            ..pull::Config::default()
        };
        if let Some(letters) = &self.dead_letters {
            letters.check(&jetstream).await?;
        }
        Ok(NatsSubscriber {
            messages: Messages::open(&jetstream, &self.stream, config).await?,
            reader: self.selection.reader,
            handled: Handled::default(),
            finished: Finished::new(client),
            alive: Instant::now(),
            ack_wait: self.ack_wait,
            backoff: self.backoff,
            dead_letters: self.dead_letters,
            on_trouble: self.on_trouble,
            stats: SubscriberStats::default(),
        })
    }
}

impl fmt::Debug for NatsSubscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsSubscriber")
            .field("stream", &self.messages.stream_name())
            .field("name", &self.messages.consumer_name())
            .field("stats", &self.stats)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for NatsSubscriberBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsSubscriberBuilder")
            .field("stream", &self.stream)
            .field("name", &self.name)
            .field("pattern", &self.selection.pattern)
            .finish_non_exhaustive()
    }
}
