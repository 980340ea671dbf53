//! The guide: pages to read, from the first event to a cluster. Every snippet runs as a test.
//!
//! | page | |
//! |---|---|
//! | [`getting_started`] | Getting started |
//! | [`defining_events`] | Defining events |
//! | [`identity`] | Identity |
//! | [`observers`] | Observers and delivery |
//! | [`states`] | States |
//! | [`testing`] | Testing |
//! | [`versions`] | Versions of an event |
//! | [`logs`] | Logs: events on disk, as lines of JSON or in one SQLite file; what survives what |
//! | [`nats`] | Across machines: NATS JetStream, dead letters, outbox, bridge; exactly once said plainly |
//! | [`metrics`] | Metrics, console and tracing: which tells what to whom |
//! | [`performance`] | Performance: what each thing costs, where a peer is faster, how to make it faster |
//! | [`security`] | Security notes |
//! | [`coming_from_panther`] | Coming from PANTHER: its names and its tutorial in Rust, and its faults that cannot happen |
//! | [`compared`] | Compared with fifteen others: what each is for, and when to take it instead |

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
#[doc = include_str!("coming_from_panther.md")]
pub mod coming_from_panther {}
#[doc = include_str!("compared.md")]
pub mod compared {}
