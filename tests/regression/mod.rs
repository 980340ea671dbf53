//! Bugs that were, one test each.

mod bus;
mod derives;
mod endings;
mod sqlite;
mod sqlite_processes;
mod upstream;
mod wire;
