//! The events whose ids are measured.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use events_core::{Event, EventData};
use serde::{Deserialize, Serialize};

pub(crate) const ENTITY: &str = "test-123";

/// 71 canonical bytes.
#[derive(Event, Serialize, Deserialize)]
#[event_type("quick_test.started")]
pub(crate) struct Small {
    test_name: String,
    attempt: u32,
}

/// 188 canonical bytes.
#[derive(Event, Serialize, Deserialize)]
#[event_type("quick_test.completed")]
pub(crate) struct Realistic {
    test_name: String,
    config: BTreeMap<String, u32>,
    success_rate: f64,
    phase: Option<String>,
    start_time: DateTime<Utc>,
}

/// A thousand points, 32 kB.
#[derive(Event, Serialize, Deserialize)]
#[event_type("metrics.collected")]
pub(crate) struct Batch {
    series: String,
    points: Vec<Point>,
}

#[derive(EventData, Serialize, Deserialize)]
pub(crate) struct Point {
    at: u64,
    value: f64,
    kind: u8,
}

pub(crate) fn small() -> Small {
    Small { test_name: "Dedup Test".into(), attempt: 3 }
}

pub(crate) fn realistic() -> Realistic {
    Realistic {
        test_name: "Tutorial Connection Test".into(),
        config: [("timeout".into(), 30), ("retry_count".into(), 3)].into(),
        success_rate: 0.98,
        phase: Some("measuring".into()),
        start_time: "2025-01-01T12:00:00.123456Z".parse().unwrap_or_default(),
    }
}

pub(crate) fn batch() -> Batch {
    let point = |at: u32| Point { at: 1_735_732_800_000 + u64::from(at), value: f64::from(at) * 0.37, kind: 2 };
    Batch { series: "latency".into(), points: (0..1000).map(point).collect() }
}
