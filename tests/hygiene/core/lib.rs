//! The core of somebody's application, which has nothing to do with Rust's.

#![no_std]

/// Something that is here, and not in Rust's `core`.
pub const NAME: &str = "core of somebody";
