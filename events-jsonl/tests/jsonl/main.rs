//! Recordings as their users see them: real files, killed processes, full disks. A binary of its own, for it starts itself.

#![allow(unreachable_pub, reason = "the events are declared as a library would, and nothing leaves a test binary")]

mod child;
mod domain;
mod following;
mod full_disk;
mod killed;
mod panther;
mod reading;
mod recording;
mod replaying;
mod rotation;
mod tails;
mod vanished;
