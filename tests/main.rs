//! Tests of the workspace as its users see it: one binary, one module for each topic.

#![allow(
    unreachable_pub,
    reason = "the modules declare their events as a library would, and nothing leaves a test binary"
)]

mod asking;
mod auto_traits;
mod batch;
mod bus;
mod bus_failures;
mod cloudevents;
mod config;
mod conformance;
mod console;
mod coordinator;
mod dedup;
mod dedup_policy;
mod derive_event;
mod derive_lints;
mod domain;
mod emitting;
mod envelope;
mod envelope_json;
mod error_info;
mod error_sources;
mod event_enum;
mod failing;
mod flow;
mod history;
mod identity;
mod identity_raw;
mod identity_reference;
mod identity_serde;
mod lifecycle;
mod metric;
mod native;
mod patterns;
mod plan;
mod promises;
mod reentrancy;
mod regression;
mod scopes;
mod shutdown;
mod sqlite;
mod states;
mod states_conformance;
mod states_diagrams;
mod states_rules;
mod states_snapshot;
mod stats;
mod streams;
mod stress;
mod subscriptions;
mod testing_assertions;
mod testing_chaos;
mod testing_clock;
mod testing_idempotency;
mod testing_recorder;
mod text_values;
mod threads;
mod trace_context;
mod tracing;
mod ui;
mod upcast;
mod upstream_machines;
mod user_code;
mod wire;
