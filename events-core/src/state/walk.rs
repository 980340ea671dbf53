//! A machine on its way: where it is, how it came there, and what takes it further. It has no clock; the time is told.

use alloc::{
    borrow::Cow,
    boxed::Box,
    collections::{BTreeMap, VecDeque},
    string::String,
    vec::Vec,
};
use core::{fmt::Debug, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};

use super::{InvalidTransition, RefusedEvent, Transition, Trigger, definition::Definition};
use crate::{AnyEnvelope, Clock, EventType};

/// How many transitions are remembered, unless the manager says otherwise.
const HISTORY: usize = 1024;

/// Where the time that elapses begins, so that there is some before: a clock may begin with its process, and a machine that was
/// stored came to its state long before that.
const BEGINNING: Duration = Duration::from_secs(1 << 48);

/// One moment by both clocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) time: DateTime<Utc>,
    pub(super) elapsed: Duration,
}

impl Moment {
    pub(super) fn now(clock: &(impl Clock + ?Sized)) -> Self {
        Self { time: clock.now(), elapsed: Self::elapsed(clock) }
    }

    /// The present by the clock that never goes back.
    pub(super) fn elapsed(clock: &(impl Clock + ?Sized)) -> Duration {
        BEGINNING.saturating_add(clock.elapsed())
    }

    /// That of an event, whose time is all there is.
    pub(super) fn of(event: &AnyEnvelope) -> Self {
        Self::at(event.time())
    }

    /// A moment by the wall clock alone: nothing elapses before 1970.
    pub(super) fn at(time: DateTime<Utc>) -> Self {
        Self { time, elapsed: (time - DateTime::UNIX_EPOCH).to_std().unwrap_or_default() }
    }

    fn plus(self, duration: Duration) -> Self {
        let later = TimeDelta::from_std(duration).ok().and_then(|delta| self.time.checked_add_signed(delta));
        Self { time: later.unwrap_or(self.time), elapsed: self.elapsed.saturating_add(duration) }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Walk<S: 'static, C: 'static> {
    pub(super) definition: Definition<S, C>,
    pub(super) state: S,
    pub(super) entered: Moment,
    /// How many transitions were made, those that were forgotten included.
    pub(super) made: u64,
    pub(super) history: VecDeque<Transition<S>>,
    pub(super) capacity: usize,
    pub(super) context: C,
}

impl<S: Clone, C> Walk<S, C> {
    pub(super) fn begin(definition: Definition<S, C>, context: C, now: Moment) -> Self {
        let state = definition.initial();
        Self { definition, state, entered: now, made: 0, history: VecDeque::new(), capacity: HISTORY, context }
    }

    /// Back to the initial state, without history.
    pub(super) fn reset(&mut self, now: Moment)
    where
        C: Default,
    {
        self.state = self.definition.initial();
        (self.entered, self.made, self.context) = (now, 0, C::default());
        self.history.clear();
    }

    pub(super) fn remember(&mut self, capacity: usize) {
        self.capacity = capacity;
        self.history.drain(..self.history.len().saturating_sub(capacity));
    }

    fn record(&mut self, transition: &Transition<S>) {
        self.made = self.made.saturating_add(1);
        if self.capacity > 0 {
            if self.history.len() == self.capacity {
                self.history.pop_front();
            }
            self.history.push_back(transition.clone());
        }
    }

    /// Makes a transition that is known to be allowed.
    fn enter(
        &mut self,
        to: S,
        at: Moment,
        time: DateTime<Utc>,
        trigger: Option<Trigger>,
        metadata: BTreeMap<String, String>,
    ) -> Transition<S> {
        let transition = Transition { from: self.state.clone(), to: to.clone(), time, trigger, metadata };
        self.definition.on_exit(&transition, &mut self.context);
        self.state = to;
        self.entered = at;
        self.record(&transition);
        self.definition.on_entry(&transition, &mut self.context);
        transition
    }
}

impl<S: Clone + Eq, C> Walk<S, C> {
    /// Makes the transition to a state, for a reason or none.
    pub(super) fn transition_to(
        &mut self,
        to: S,
        now: Moment,
        reason: Option<Cow<'static, str>>,
        metadata: BTreeMap<String, String>,
    ) -> Result<Transition<S>, InvalidTransition<S>> {
        if self.definition.allows(&self.state, &to) {
            Ok(self.enter(to, now, now.time, reason.map(Trigger::Reason), metadata))
        } else {
            Err(InvalidTransition::to_state(self.state.clone(), to, self.definition.successors(&self.state)))
        }
    }

    /// Makes the first transition that the table has for the event in the present state and whose guard holds.
    pub(super) fn apply(
        &mut self,
        event: &AnyEnvelope,
        now: Moment,
    ) -> Result<Option<Transition<S>>, InvalidTransition<S>> {
        let mut guards = Vec::new();
        let mut taken = None;
        for (at, edge) in self.definition.edges().iter().enumerate() {
            if edge.from != self.state || edge.on.as_ref() != Some(event.event_type()) {
                continue;
            }
            if edge.guard.is_none() || self.definition.holds(at, event.payload_any(), &self.context) {
                taken = Some(edge.to.clone());
                break;
            }
            guards.extend(edge.guard);
        }
        match taken {
            Some(to) => Ok(Some(self.enter(to, now, event.time(), Some(event.into()), BTreeMap::new()))),
            None => self.not_taken(event, guards),
        }
    }

    /// What becomes of an event that the present state does not take: nothing, where no other one takes it either.
    #[cold]
    fn not_taken<T>(&self, event: &AnyEnvelope, guards: Vec<&'static str>) -> Result<Option<T>, InvalidTransition<S>> {
        let event_type = event.event_type();
        if !self.definition.knows(event_type) {
            return Ok(None);
        }
        let event = RefusedEvent { event_type: event_type.clone(), expected: self.expected(), guards };
        Err(InvalidTransition {
            from: self.state.clone(),
            to: None,
            allowed: self.definition.successors(&self.state),
            event: Some(Box::new(event)),
        })
    }

    /// The types of the events that the present state takes, each once.
    pub(super) fn expected(&self) -> Vec<EventType> {
        let mut found: Vec<EventType> = Vec::new();
        for edge in self.definition.edges().iter().filter(|edge| edge.from == self.state) {
            found.extend(edge.on.iter().filter(|event| !found.contains(event)).cloned().collect::<Vec<_>>());
        }
        found
    }

    pub(super) fn is_terminal(&self) -> bool {
        self.definition.is_terminal(&self.state)
    }

    /// The present state's time-out, and where it leads.
    fn timeout(&self) -> Option<(Duration, &S)> {
        if !self.definition.is_timed() {
            return None;
        }
        let mut out = self.definition.edges().iter().filter(|edge| edge.from == self.state);
        out.find_map(|edge| Some((edge.after?, &edge.to)))
    }

    pub(super) fn time_in_state(&self, now: Duration) -> Duration {
        now.saturating_sub(self.entered.elapsed)
    }

    /// How long until the present state's time-out is due.
    pub(super) fn timeout_in(&self, now: Duration) -> Option<Duration> {
        let (after, _) = self.timeout()?;
        Some(after.saturating_sub(self.time_in_state(now)))
    }

    /// Makes the transitions of the time-outs that are due, each at its moment, as if the machine had been asked then.
    pub(super) fn expire(&mut self, now: Moment) -> Vec<Transition<S>> {
        // States that time out in a circle would do so for as long as nobody asked: one round, and on from now.
        let round = self.definition.states().len();
        let mut made = Vec::new();
        while made.len() <= round
            && let Some((after, to)) = self.timeout()
            && self.time_in_state(now.elapsed) >= after
        {
            let to = to.clone();
            let at = if made.len() == round { now } else { self.entered.plus(after) };
            made.push(self.enter(to, at, at.time, Some(Trigger::Timeout(after)), BTreeMap::new()));
        }
        made
    }
}
