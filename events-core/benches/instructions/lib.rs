//! Nothing of its own: see `benches/identity.rs`.
