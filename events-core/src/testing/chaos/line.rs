//! The events that are on their way, and when each is due.

use crate::AnyEnvelope;

#[derive(Default)]
pub(super) struct Line {
    /// In the order in which they came.
    waiting: Vec<Waiting>,
    /// Until the event with this number came, nothing passes.
    stalled_until: usize,
}

struct Waiting {
    /// It is due when the event with this number came, `behind` it or in its own place.
    due: (usize, bool),
    number: usize,
    event: AnyEnvelope,
}

impl Line {
    /// Takes the event with this number, to be passed on in its place; or behind the one with the number `until`.
    pub(super) fn push(&mut self, number: usize, event: &AnyEnvelope, until: Option<usize>) {
        let due = until.map_or((number, false), |until| (until, true));
        self.waiting.push(Waiting { due, number, event: event.clone() });
    }

    /// Lets nothing pass until the event with this number came.
    pub(super) fn stall(&mut self, until: usize) {
        self.stalled_until = self.stalled_until.max(until);
    }

    /// The next event that is due when so many came.
    pub(super) fn next(&mut self, came: usize) -> Option<(usize, AnyEnvelope)> {
        if came < self.stalled_until {
            return None;
        }
        let first = (0..self.waiting.len()).min_by_key(|index| self.waiting[*index].due)?;
        let due = self.waiting[first].due <= (came, true);
        due.then(|| self.waiting.remove(first)).map(|waiting| (waiting.number, waiting.event))
    }

    /// The next event, whenever it is due. A stall ends.
    pub(super) fn flush(&mut self) -> Option<(usize, AnyEnvelope)> {
        self.stalled_until = 0;
        self.next(usize::MAX)
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }
}
