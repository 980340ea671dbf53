//! A durable log of events in one `SQLite` file: no server, any number of processes, and the `sqlite3` shell to look into it.
//!
//! ```
//! use events_core::{Emitter, EntityEmitter, Event, EventBus, pattern};
//! use events_sqlite::{EventLog, Query};
//! use serde::{Deserialize, Serialize};
//!
//! /// A quick test began to run.
//! #[derive(Event, Serialize, Deserialize)]
//! #[event_type("quick_test.started")]
//! #[event(emitter = QuickTestEmitter)]
//! struct QuickTestStarted {
//!     test_name: String,
//! }
//!
//! #[derive(Emitter)]
//! #[emitter(entity_type = "quick_test")]
//! struct QuickTestEmitter {
//!     emitter: EntityEmitter,
//! }
//!
//! # let directory = tempfile::tempdir()?;
//! # let path = directory.path().join("events.db");
//! let log = EventLog::open(path)?; // "events.db"
//! let bus = EventBus::new();
//! let _kept = bus.observe(log.observer()); // what is emitted is on the disk when `emit` returns
//!
//! let receipt = QuickTestEmitter::new(&bus, "test-001").emit_started("Connection Test")?;
//! assert!(receipt.failures().is_empty());
//!
//! for record in log.read(Query::all().pattern(pattern!("quick_test.*")).entity("test-001")) {
//!     let event = record?.decode::<QuickTestStarted>()?; // its id is verified
//!     println!("{} {}", event.id(), event.test_name);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ```console
//! $ sqlite3 events.db 'SELECT position, time, type, entity_id, data FROM events_view'
//! ```
//!
//! # What is promised
//!
//! - **Acknowledged is durable.** When an append returns, its events are synced to the disk ([`Durability`] says otherwise). They
//!   are there after a crash, once, and in their order.
//! - **Each event has its place.** Positions in the log are 1, 2, 3 … without gaps, whichever process appends; so are the versions
//!   of each entity, which a writer may expect ([`EventLog::append_expecting`]). Neither is given twice.
//! - **An event is there once.** One whose id is there is not appended again: for events of ours the id says all, for those of others
//!   source and id, as `CloudEvents` has it. [Removed](EventLog::prune_before) events are forgotten.
//! - **Readers and writers do not wait for each other**; writers wait for one another, and threads of one process share a commit.
//! - **What was written is what is read**: the text of the event, byte for byte, under a checksum. Damage is an error
//!   ([`LogError::Corrupt`]), and [`salvage`] takes out what is whole.
//! - **A full disk loses nothing.** Appending is [`LogError::Full`], and goes on when there is room.
//!
//! # What it costs
//!
//! Content ids are random, and a random index is what makes a table slow: each insertion changes another page. Here nothing random is
//! written. The ids of all events are known in memory ([`EventLogBuilder::known_ids`] bounds it), 15 to 30 bytes each; the file
//! keeps fingerprints of 8 bytes in the order of the events, from which the memory is filled by the first append after opening: 0.1
//! seconds for a million. A process that only reads has none of that.
//!
//! For the same reason the file has no index of entities, types and times. Each event names the one before it of its entity, so that
//! an entity is read by going back; the types and entities of a thousand events and more stand together in a block, and a query looks
//! through the blocks, a million events in some ten milliseconds, and reads only the events that it wants. Only the name of a new
//! entity is put into an index.
//!
//! `cargo bench -p events-sqlite --bench log` compares all this with a plain table that has the id as its only index.
//!
//! # What is in the file
//!
//! The table `events` has a row for each event, with the event as JSON in its column `record`; `types` and `entities` say what the
//! numbers in it stand for, and the view `events_view` shows it all. The rest (`blocks`, `id_blocks`, `heads`) is made from the
//! events, and `log`, `consumers` and `snapshots` hold what their names say. Everything may be read by others; only this crate may
//! write. Beside the file, while it is open, stand its write-ahead log (`-wal`) and shared memory (`-shm`): they belong to it, and a
//! copy of the file alone is not a copy of the log. It has to be on a local disk, as all databases with a write-ahead log.
#![doc = include_str!("tool.md")]
// What may not grow says so, and why.
#![warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]

mod append;
mod blocks;
mod check;
mod consumer;
mod entry;
mod error;
mod find;
mod fold;
mod follow;
mod group;
mod heads;
mod ids;
mod known;
mod log;
mod names;
mod observer;
mod options;
mod outcome;
mod query;
mod queue;
mod read;
mod readers;
mod record;
mod replay;
mod retention;
mod row;
mod salvage;
mod scan;
mod schema;
mod tip;
mod transfer;
mod writer;

pub use self::{
    consumer::Consumer,
    error::LogError,
    fold::{Fold, Folded},
    follow::{Follower, StopHandle},
    log::EventLog,
    observer::LogObserver,
    options::{Durability, EventLogBuilder},
    outcome::AppendOutcome,
    query::Query,
    queue::{LogQueue, Ticket},
    read::Records,
    record::Record,
    replay::{ReplayReport, Replayed},
    salvage::{Salvaged, salvage},
    transfer::Imported,
};
