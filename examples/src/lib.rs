//! The domain that the later examples share: the quick test of the tutorial.

pub mod quick_test;
