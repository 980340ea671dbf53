//! What users see of `events-nats`, each test with a server of its own.

mod acknowledging;
mod auto_traits;
mod bridging;
mod cluster;
mod domain;
mod faults;
mod observing;
mod publishing;
mod relaying;
mod replaying;
mod scaling;
mod security;
#[path = "../support/server.rs"]
mod server;
mod setup;
mod subjects;
mod subscribing;
