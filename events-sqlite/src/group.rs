//! Group commit: whoever comes while a commit is under way waits, and the next commit is for all of them.
//!
//! The first to come commits for those that wait, on its own thread, and hands over to one of those that came meanwhile. So one
//! producer alone changes no thread, and many share the sync of the disk.

use std::{
    mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError},
};

use crate::{
    AppendOutcome, LogError,
    append::{Outcomes, Request},
    tip::Tip,
    writer::Writer,
};

/// A commit takes no more requests when it has so many events, so that the first of many does not wait for all.
const EVENTS_PER_COMMIT: usize = 4096;

#[derive(Debug)]
pub(crate) struct Group {
    writer: Mutex<Writer>,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    /// Whether somebody commits, and will look at what waits when it is done.
    led: bool,
    requests: Vec<Pending>,
}

#[derive(Debug)]
struct Pending {
    request: Request,
    answer: Answer,
}

/// Where the answer to a request goes; one that is dropped says that there is none.
#[derive(Debug)]
struct Answer(Arc<Place>);

/// Where one waits for its answer.
#[derive(Debug, Default)]
struct Place {
    turn: Mutex<Turn>,
    changed: Condvar,
}

#[derive(Debug, Default)]
enum Turn {
    #[default]
    Wait,
    /// To commit for all that wait, itself among them.
    Lead,
    Done(Outcomes),
}

impl Group {
    pub(crate) fn new(writer: Writer) -> Self {
        Self { writer: Mutex::new(writer), waiting: Mutex::default() }
    }

    /// Appends what is requested, and returns when it is durable.
    pub(crate) fn append(&self, request: Request, tip: &Tip) -> Outcomes {
        let place = Arc::new(Place::default());
        let mut waiting = lock(&self.waiting);
        waiting.requests.push(Pending { request, answer: Answer(Arc::clone(&place)) });
        if mem::replace(&mut waiting.led, true) {
            drop(waiting);
        } else {
            let mut lead = Lead { group: self, batch: waiting.take() };
            drop(waiting);
            lead.commit(tip);
        }
        loop {
            match place.wait() {
                Turn::Done(outcomes) => return outcomes,
                Turn::Lead => {
                    let batch = lock(&self.waiting).take();
                    Lead { group: self, batch }.commit(tip);
                }
                Turn::Wait => {}
            }
        }
    }

    /// The writer, between two commits.
    pub(crate) fn writer(&self) -> MutexGuard<'_, Writer> {
        lock(&self.writer)
    }

    /// The writer, unless it commits just now.
    pub(crate) fn idle_writer(&self) -> Option<MutexGuard<'_, Writer>> {
        match self.writer.try_lock() {
            Ok(writer) => Some(writer),
            Err(TryLockError::Poisoned(writer)) => Some(writer.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

impl Waiting {
    /// The requests of the next commit: the first, and as many as there is room for.
    fn take(&mut self) -> Vec<Pending> {
        let mut events = 0;
        let fits = |pending: &&Pending| {
            let first = events == 0;
            events += pending.request.entries.len();
            first || events <= EVENTS_PER_COMMIT
        };
        let count = self.requests.iter().take_while(fits).count();
        self.requests.drain(..count).collect()
    }
}

/// One that commits for others; when it ends, even by a panic, another one does.
struct Lead<'g> {
    group: &'g Group,
    batch: Vec<Pending>,
}

impl Lead<'_> {
    fn commit(&mut self, tip: &Tip) {
        let batch = mem::take(&mut self.batch).into_iter();
        let (requests, answers): (Vec<_>, Vec<_>) = batch.map(|Pending { request, answer }| (request, answer)).unzip();
        let outcomes = self.group.writer().commit(&requests);
        let last = outcomes.iter().flatten().flatten().map(AppendOutcome::position).max();
        tip.advance(last.unwrap_or(0));
        for (answer, outcomes) in answers.iter().zip(outcomes) {
            answer.0.turn(Turn::Done(outcomes));
        }
    }
}

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        let mut waiting = lock(&self.group.waiting);
        match waiting.requests.first() {
            Some(next) => next.answer.0.turn(Turn::Lead),
            None => waiting.led = false,
        }
    }
}

impl Place {
    /// Gives the one that waits here its turn, unless it has an answer.
    fn turn(&self, turn: Turn) {
        let mut now = lock(&self.turn);
        if !matches!(*now, Turn::Done(_)) {
            *now = turn;
            self.changed.notify_one();
        }
    }

    fn wait(&self) -> Turn {
        let turn = lock(&self.turn);
        let waits = |turn: &mut Turn| matches!(turn, Turn::Wait);
        let mut turn = self.changed.wait_while(turn, waits).unwrap_or_else(PoisonError::into_inner);
        mem::take(&mut turn)
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.0.turn(Turn::Done(Err(LogError::Abandoned)));
    }
}

/// A panic leaves nothing half changed: the writer notices an open transaction, and the rest is single steps.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
