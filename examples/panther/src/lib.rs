//! The whole event vocabulary of PANTHER, a network-testing framework, as typed events.
