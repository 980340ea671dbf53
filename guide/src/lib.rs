//! The guide: pages to read, from the first event to a cluster. Every snippet compiles and runs as a test.
//!
//! Begin with [`getting_started`]: ten minutes, from `cargo new` to a program with events, an observer, states and a log. Each other
//! page answers the questions that come up next, and can be read by itself. What a type or a method does to the letter is told in its
//! own documentation, to which the pages link.
//!
//! | page | |
//! |---|---|
//! | [`getting_started`] | Getting started: the first program, step by step |
//! | [`defining_events`] | Defining events: fields, types, names, validation, enums; every key of the attributes |
//! | [`identity`] | Identity: what the id is made of, what changes it, and how others recompute it |
//! | [`observers`] | Observers and delivery: who is told, in which order, on which thread, and what becomes of failures |
//! | [`states`] | States: machines, guards, time-outs, one machine for each entity, life cycles, pictures |
//! | [`testing`] | Testing: what was emitted, time and ids, chaos from a seed, idempotency |
//! | [`versions`] | Versions of an event: what can be changed, what is read of old records and of unknown types |
//! | [`logs`] | Logs: events on disk, as lines of JSON or in one SQLite file; what survives what |
//! | [`nats`] | Across machines: NATS JetStream, dead letters, outbox, bridge; exactly once said plainly |
//! | [`metrics`] | Metrics, console and tracing: which tells what to whom |
//! | [`performance`] | Performance: what each thing costs, where a peer is faster, how to make it faster |
//! | [`security`] | Security notes: what an id proves, what is bounded, what is contained |
//! | [`coming_from_panther`] | Coming from PANTHER: its names and its tutorial in Rust, and its faults that cannot happen |
//! | [`compared`] | Compared with fifteen others: what each is for, and when to take it instead |

pub mod quick_test;

#[doc = include_str!("getting_started.md")]
pub mod getting_started {}
#[doc = include_str!("defining_events.md")]
pub mod defining_events {}
#[doc = include_str!("identity.md")]
pub mod identity {}
#[doc = include_str!("observers.md")]
pub mod observers {}
#[doc = include_str!("states.md")]
pub mod states {}
#[doc = include_str!("testing.md")]
pub mod testing {}
#[doc = include_str!("versions.md")]
pub mod versions {}
#[doc = include_str!("logs.md")]
pub mod logs {}
#[doc = include_str!("nats.md")]
pub mod nats {}
#[doc = include_str!("metrics.md")]
pub mod metrics {}
#[doc = include_str!("performance.md")]
pub mod performance {}
#[doc = include_str!("security.md")]
pub mod security {}
// Of two definitions of a link the first one counts: here that of rustdoc, on GitHub that of the page.
/// [`events-panther`]: events_panther
///
#[doc = include_str!("coming_from_panther.md")]
pub mod coming_from_panther {}
#[doc = include_str!("compared.md")]
pub mod compared {}
