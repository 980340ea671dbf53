//! One change of state, and why.

use alloc::{borrow::Cow, collections::BTreeMap, string::String};
use core::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{AnyEnvelope, EventId, EventType};

/// One change of state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Transition<S> {
    /// The state before.
    pub from: S,
    /// The state after.
    pub to: S,
    /// When, by the manager's clock; for a change that an event drove, the event's time.
    pub time: DateTime<Utc>,
    /// What made it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Trigger>,
    /// What else is to be remembered of it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}

/// What made a change of state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Trigger {
    /// An event.
    #[serde(rename = "event")]
    #[non_exhaustive]
    Driven {
        /// Its type.
        event_type: EventType,
        /// Its id.
        id: EventId,
    },
    /// The machine had been in the state for as long as its time-out says.
    Timeout(Duration),
    /// What the program said when it made the transition.
    Reason(Cow<'static, str>),
}

impl Trigger {
    /// The event, if it was one.
    pub fn event_id(&self) -> Option<EventId> {
        match self {
            Self::Driven { id, .. } => Some(*id),
            _ => None,
        }
    }

    /// The event's type, if it was one.
    pub fn event_type(&self) -> Option<&EventType> {
        match self {
            Self::Driven { event_type, .. } => Some(event_type),
            _ => None,
        }
    }
}

impl From<&AnyEnvelope> for Trigger {
    fn from(event: &AnyEnvelope) -> Self {
        Self::Driven { id: event.id(), event_type: event.event_type().clone() }
    }
}
