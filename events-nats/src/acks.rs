//! Events that were sent and are not acknowledged: one task hears of them all, and sends again what it must.

use std::{
    collections::BTreeMap,
    future, mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use async_nats::{
    Client, Message, StatusCode, Subscriber,
    jetstream::{publish::PublishAck, response::Response},
};
use futures_util::StreamExt as _;
use tokio::{
    select,
    sync::{
        OnceCell, OwnedSemaphorePermit, Semaphore,
        broadcast::{self, error::RecvError},
        oneshot,
    },
    time::{MissedTickBehavior, interval, timeout},
};

use crate::{
    error::{Failure, PublishError},
    outgoing::{Outgoing, Settings, Written},
    receipt::{PendingReceipt, PublishReceipt},
    violations::{Violation, Violations},
};

/// While no stream answers on a subject, it may be on its way to come up; or nobody has made it. One that has stored an event before is
/// known to be there: its servers elect a leader, which takes them seconds.
const NO_STREAM_FOR: Duration = Duration::from_secs(2);

pub(crate) struct Acks {
    client: Client,
    settings: Settings,
    window: Arc<Semaphore>,
    /// Acknowledgements come to subjects that begin so, and end with the number of the sending.
    inbox: String,
    waiting: Mutex<Waiting>,
    /// An event was stored.
    has_stored: AtomicBool,
    listening: OnceCell<()>,
}

#[derive(Default)]
struct Waiting {
    sent: u64,
    /// By the number of their last sending.
    events: BTreeMap<u64, Unconfirmed>,
    /// Why acknowledgements may not be listened for, as far as that is known.
    is_deaf: Option<Arc<str>>,
    /// Nobody listens any more.
    is_over: bool,
}

impl Waiting {
    /// Takes out those of which it is so, in their order.
    fn take(&mut self, is_so: impl Fn(&Unconfirmed) -> bool) -> Vec<Unconfirmed> {
        let numbers: Vec<u64> =
            self.events.iter().filter(|(_, event)| is_so(event)).map(|(&number, _)| number).collect();
        numbers.into_iter().filter_map(|number| self.events.remove(&number)).collect()
    }
}

struct Unconfirmed {
    event: Outgoing,
    answer: oneshot::Sender<Result<PublishReceipt, PublishError>>,
    start: Instant,
    attempts: u32,
    /// When it is to be sent again; `None` while it is being sent.
    due: Option<Instant>,
    /// What was answered to the last sending; `None` is that nothing was.
    failure: Option<Failure>,
    /// In the window.
    _place: OwnedSemaphorePermit,
}

impl Acks {
    pub(crate) fn new(client: Client, settings: Settings) -> Arc<Self> {
        Arc::new(Self {
            inbox: client.new_inbox() + ".",
            window: Arc::new(Semaphore::new(settings.window.into())),
            waiting: Mutex::default(),
            has_stored: AtomicBool::new(false),
            listening: OnceCell::new(),
            client,
            settings,
        })
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Waits until the window is empty.
    pub(crate) async fn flush(&self) {
        // It is never closed.
        drop(self.window.acquire_many(self.settings.window.into()).await);
    }

    /// Waits for a place in the window, and sends.
    pub(crate) async fn send(self: &Arc<Self>, event: Outgoing) -> Result<PendingReceipt, PublishError> {
        // First of all: what cannot be written needs no place.
        let written = event.write(&self.settings)?;
        let (id, start) = (event.id(), Instant::now());
        let (answer, receipt) = oneshot::channel();
        let listening = self.listening.get_or_try_init(|| self.listen()).await;
        listening.map_err(|failure| failure.of(id.clone(), written.subject.as_str(), 0, start))?;
        let Ok(place) = Arc::clone(&self.window).acquire_owned().await else {
            return Err(PublishError::Closed { id });
        };
        let start = Instant::now();
        let event = Unconfirmed { event, answer, start, attempts: 1, due: None, failure: None, _place: place };
        let Some(number) = self.enter(event) else { return Err(PublishError::Closed { id }) };
        // Dropped here, or refused, nothing was sent.
        let unsent = Unsent { acks: self, number };
        if let Err(failure) = self.transmit(number, written).await {
            let event = unsent.take();
            return Err(event.map_or(PublishError::Closed { id }, |event| event.error(failure, &self.settings)));
        }
        mem::forget(unsent);
        self.sent(number);
        Ok(PendingReceipt::new(id, receipt))
    }

    async fn transmit(&self, number: u64, written: Written) -> Result<(), Failure> {
        let Written { subject, headers, body } = written;
        let reply = format!("{}{number}", self.inbox);
        Ok(self.client.publish_with_reply_and_headers(subject, reply, headers, body.into()).await?)
    }

    /// Takes an event in that is about to be sent.
    fn enter(&self, event: Unconfirmed) -> Option<u64> {
        let mut waiting = self.lock();
        if waiting.is_over {
            return None;
        }
        waiting.sent += 1;
        let number = waiting.sent;
        waiting.events.insert(number, event);
        Some(number)
    }

    /// Its acknowledgement is awaited from now on. It may have come.
    fn sent(&self, number: u64) {
        if let Some(event) = self.lock().events.get_mut(&number) {
            // Unless an answer came already by which it is to be sent again.
            event.due.get_or_insert(Instant::now() + self.settings.ack_timeout);
        }
    }

    async fn listen(self: &Arc<Self>) -> Result<(), Failure> {
        let violations = self.settings.violations.as_ref().map(Violations::listen);
        let answers = self.client.subscribe(format!("{}*", self.inbox)).await.map_err(|_| Failure::Closed)?;
        tokio::spawn(Arc::clone(self).run(answers, violations));
        Ok(())
    }

    /// Hears of all events, as long as there are some, or somebody who may publish.
    async fn run(self: Arc<Self>, mut answers: Subscriber, mut violations: Option<broadcast::Receiver<Violation>>) {
        let _over = Over(&self);
        let period = (self.settings.ack_timeout / 8).clamp(Duration::from_millis(10), Duration::from_millis(250));
        let mut look = interval(period);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            select! {
                biased;
                answer = answers.next() => match answer {
                    Some(answer) => self.answered(&answer),
                    None => return,
                },
                violation = heard(&mut violations) => self.violated(&violation),
                _ = look.tick() => {
                    if Arc::strong_count(&self) == 1 && self.lock().events.is_empty() {
                        return;
                    }
                    for event in self.overdue() {
                        self.again(event).await;
                    }
                }
            }
        }
    }

    fn answered(self: &Arc<Self>, answer: &Message) {
        let number = answer.subject.strip_prefix(&*self.inbox).and_then(|number| number.parse().ok());
        let answered = number.and_then(|number| {
            let mut waiting = self.lock();
            waiting.is_deaf = None;
            Some((number, waiting.events.remove(&number)?))
        });
        // An answer to a sending that was given up: its event is on its way again.
        let Some((number, mut event)) = answered else { return };
        let failure = if answer.status == Some(StatusCode::NO_RESPONDERS) {
            Failure::NoStream
        } else {
            let said = serde_json::from_slice::<Response<PublishAck>>(&answer.payload);
            if matches!(said, Ok(Response::Ok(_))) {
                self.has_stored.store(true, Ordering::Relaxed);
            }
            match said {
                Ok(Response::Ok(ack)) if ack.duplicate && self.settings.verify_duplicates => {
                    let acks = Arc::clone(self);
                    tokio::spawn(async move {
                        let result = event.event.compare(&acks.client, &ack).await;
                        event.acknowledged(result.map(|()| ack));
                    });
                    return;
                }
                Ok(Response::Ok(ack)) => return event.acknowledged(Ok(ack)),
                Ok(Response::Err { error }) => error.into(),
                Err(_) => Failure::NoAnswer,
            }
        };
        if self.is_final(&failure, event.start) {
            return event.fail(failure, &self.settings);
        }
        event.due = Some(Instant::now() + Duration::from_millis(50 << event.attempts.min(4)));
        event.failure = Some(failure);
        self.lock().events.insert(number, event);
    }

    /// Fails the events that may not be published.
    fn violated(&self, violation: &Violation) {
        let (mut waiting, forbidden) = (self.lock(), violation.subject());
        let is_deaf = forbidden.strip_suffix('*') == Some(&*self.inbox);
        if is_deaf {
            waiting.is_deaf = Some(Arc::clone(&violation.text));
        }
        let failed = waiting.take(|event| is_deaf || event.event.has_subject(&self.settings.prefix, forbidden));
        drop(waiting);
        for event in failed {
            event.fail(Failure::Forbidden(Arc::clone(&violation.text)), &self.settings);
        }
    }

    fn is_final(&self, failure: &Failure, start: Instant) -> bool {
        let patience = match failure {
            Failure::NoStream if !self.has_stored.load(Ordering::Relaxed) => self.settings.retry_for.min(NO_STREAM_FOR),
            _ => self.settings.retry_for,
        };
        !failure.is_passing() || start.elapsed() >= patience
    }

    /// What is to be sent again, or given up, now; in its order.
    fn overdue(&self) -> Vec<Unconfirmed> {
        let now = Instant::now();
        self.lock().take(|event| event.due.is_some_and(|due| due <= now))
    }

    async fn again(&self, mut event: Unconfirmed) {
        let failure = event.failure.take().unwrap_or(Failure::NoAnswer);
        if self.is_final(&failure, event.start) {
            let failure = match (failure, self.lock().is_deaf.clone()) {
                (Failure::NoAnswer, Some(said)) => Failure::Forbidden(said),
                (failure, _) => failure,
            };
            return event.fail(failure, &self.settings);
        }
        event.attempts += 1;
        event.due = None;
        let written = match event.event.write(&self.settings) {
            Ok(written) => written,
            Err(error) => return event.end(Err(error)),
        };
        let Some(number) = self.enter(event) else { return };
        // Without a connection it may not be taken for long, and others are due as well.
        match timeout(self.settings.ack_timeout, self.transmit(number, written)).await {
            Ok(Err(failure)) => {
                let event = self.lock().events.remove(&number);
                if let Some(event) = event {
                    event.fail(failure, &self.settings);
                }
            }
            Ok(Ok(())) | Err(_) => self.sent(number),
        }
    }

    /// Nothing in here can panic while it is held.
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Unconfirmed {
    fn acknowledged(self, ack: Result<PublishAck, PublishError>) {
        let receipt = ack.map(|ack| PublishReceipt::new(self.event.id(), ack, self.attempts));
        self.end(receipt);
    }

    fn error(&self, failure: Failure, settings: &Settings) -> PublishError {
        // It had a subject when it was sent.
        let subject = self.event.subject(&settings.prefix).unwrap_or_default();
        failure.of(self.event.id(), subject, self.attempts, self.start)
    }

    fn fail(self, failure: Failure, settings: &Settings) {
        let error = self.error(failure, settings);
        self.end(Err(error));
    }

    /// Tells whoever waits, if anybody does, and makes room.
    fn end(self, result: Result<PublishReceipt, PublishError>) {
        let _ = self.answer.send(result);
    }
}

/// The next violation; never, if nobody says any.
async fn heard(violations: &mut Option<broadcast::Receiver<Violation>>) -> Violation {
    while let Some(said) = violations {
        match said.recv().await {
            Ok(violation) => return violation,
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => *violations = None,
        }
    }
    future::pending().await
}

/// An event that is not sent yet.
struct Unsent<'a> {
    acks: &'a Acks,
    number: u64,
}

impl Unsent<'_> {
    fn take(&self) -> Option<Unconfirmed> {
        self.acks.lock().events.remove(&self.number)
    }
}

impl Drop for Unsent<'_> {
    fn drop(&mut self) {
        drop(self.take());
    }
}

/// The task that listens.
struct Over<'a>(&'a Acks);

/// Whoever waits is told that nobody listens.
impl Drop for Over<'_> {
    fn drop(&mut self) {
        let events = {
            let mut waiting = self.0.lock();
            waiting.is_over = true;
            mem::take(&mut waiting.events)
        };
        drop(events);
    }
}
