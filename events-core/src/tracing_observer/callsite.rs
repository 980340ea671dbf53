//! What `tracing` knows of a type of event: one callsite for each, made when its first event comes.

use std::{
    any::TypeId,
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    sync::{
        OnceLock,
        atomic::{AtomicU8, Ordering::Relaxed},
    },
};

use arc_swap::ArcSwap;
use tracing_core::{
    Interest, Kind, Level, LevelFilter, Metadata, callsite, dispatcher, field::FieldSet, identify_callsite,
};

use crate::{
    AnyEnvelope, EventType,
    sync::{Mutex, lock},
};

/// The fields of every event, before those of the payload.
pub(super) const COMMON: [&str; 8] =
    ["event_type", "event_id", "entity_id", "event_time", "correlation_id", "causation_id", "sequence", "trace_parent"];
/// The field of what the descriptor does not know; after those of the payload.
const REST: &str = "payload";

/// The callsites of one observer.
#[derive(Default)]
pub(super) struct Callsites(ArcSwap<HashMap<TypeId, &'static Callsite, BuildHasherDefault<AsItIs>>>);

/// A [`TypeId`] is a hash already, and hands out a part of itself.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 ^= word;
    }
}

impl Callsites {
    /// The callsite of an event's type, with the level that is asked for at the first one.
    pub(super) fn of(&self, event: &AnyEnvelope, level: impl FnOnce(&EventType) -> Level) -> &'static Callsite {
        let payload = event.payload_type_id();
        if let Some(known) = self.0.load().get(&payload) {
            return known;
        }
        let callsite = Callsite::of(event, level(event.event_type()));
        self.0.rcu(|known| {
            let mut known = HashMap::clone(known);
            known.insert(payload, callsite);
            known
        });
        callsite
    }
}

/// A type of event at one level.
pub(super) struct Callsite {
    metadata: OnceLock<Metadata<'static>>,
    /// What the subscribers said last.
    interest: AtomicU8,
}

const NEVER: u8 = 0;
const SOMETIMES: u8 = 1;
const ALWAYS: u8 = 2;

impl Callsite {
    /// The only one of its kind in the program: it is never freed.
    fn of(event: &AnyEnvelope, level: Level) -> &'static Self {
        static ALL: Mutex<Option<HashMap<(TypeId, Level), &'static Callsite>>> = Mutex::new(None);

        let mut new = false;
        let callsite =
            *lock(&ALL).get_or_insert_default().entry((event.payload_type_id(), level)).or_insert_with(|| {
                new = true;
                Self::leak(event, level)
            });
        // Subscribers are asked, and may do what they like: no lock is held. Until they have answered, they are asked each time.
        if new {
            callsite::register(callsite);
        }
        callsite
    }

    fn leak(event: &AnyEnvelope, level: Level) -> &'static Self {
        let callsite: &'static Self =
            Box::leak(Box::new(Self { metadata: OnceLock::new(), interest: AtomicU8::new(SOMETIMES) }));
        let target = format!("events::{}", event.entity_type().replace('.', "::")).leak();
        let mut names = COMMON.to_vec();
        for field in event.descriptor().fields() {
            let mut name = field.name();
            while names.contains(&name) || name == REST {
                name = format!("payload.{name}").leak();
            }
            names.push(name);
        }
        names.push(REST);
        let fields = FieldSet::new(names.leak(), identify_callsite!(callsite));
        let name = event.event_type().as_str();
        callsite.metadata.get_or_init(|| Metadata::new(name, target, level, None, None, None, fields, Kind::EVENT));
        callsite
    }

    pub(super) fn metadata(&self) -> &Metadata<'static> {
        self.metadata.get().expect("set before anybody has the callsite")
    }

    /// Whether the current subscriber wants the event.
    pub(super) fn is_enabled(&self) -> bool {
        *self.metadata().level() <= LevelFilter::current()
            && match self.interest.load(Relaxed) {
                NEVER => false,
                ALWAYS => true,
                _ => dispatcher::get_default(|subscriber| subscriber.enabled(self.metadata())),
            }
    }
}

impl callsite::Callsite for Callsite {
    fn set_interest(&self, interest: Interest) {
        let interest = match interest {
            interest if interest.is_never() => NEVER,
            interest if interest.is_always() => ALWAYS,
            _ => SOMETIMES,
        };
        self.interest.store(interest, Relaxed);
    }

    fn metadata(&self) -> &Metadata<'_> {
        self.metadata()
    }
}
