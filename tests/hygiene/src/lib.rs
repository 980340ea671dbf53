//! Derived code as its users meet it: without a prelude, with `events-core` under another name, with a crate called `core`,
//! and between names, traits and lints that are in its way.
//!
//! That it compiles is most of the test; what the types say of themselves is asserted beside them.

#![no_implicit_prelude]
#![deny(
    warnings,
    deprecated,
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    missing_debug_implementations,
    single_use_lifetimes,
    clippy::pedantic,
    clippy::nursery,
    clippy::impl_trait_in_params
)]
#![allow(
    clippy::default_trait_access,
    clippy::derive_partial_eq_without_eq,
    clippy::module_name_repetitions,
    clippy::redundant_pub_crate,
    clippy::unnecessary_wraps,
    reason = "they speak of the way the tests are written"
)]

mod assertions;
pub mod cfgs;
pub mod deprecations;
pub mod generics;
pub mod locals;
pub mod macros;
pub mod names;
pub mod primitives;
pub mod raw;
pub mod selfs;
pub mod traits;
pub mod versions;
pub mod visibility;

/// The other `core` is the one that the name stands for.
pub const CORE: &::std::primitive::str = ::core::NAME;
