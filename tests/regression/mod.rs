//! Bugs that were, one test each.

mod bus;
mod derives;
mod endings;
mod sqlite;
mod upstream;
mod wire;
