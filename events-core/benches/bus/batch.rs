//! A hundred events as a batch, over the same hundred emitted one by one: payloads through an emitter, and envelopes that are ready.
//! Either way there is a receipt of each in the end.

use events_core::{AnyEnvelope, DedupWindow, Emitter, EventBus};

use crate::{
    observers::{ENTITY, Probe, Ring, Sampled, observed_by},
    paired::{Case, compare},
};

const EVENTS: u64 = 100;

fn bus(dedup: bool) -> EventBus {
    let builder = EventBus::builder();
    let window = DedupWindow::new(10_000, std::time::Duration::from_secs(3600));
    observed_by(8, if dedup { builder.dedup(window).build() } else { builder.build() })
}

/// Payloads, each with the next serial number.
fn payloads(serial: &mut u64) -> impl Iterator<Item = Sampled> {
    let first = *serial;
    *serial += EVENTS;
    (first..*serial).map(Sampled::new)
}

fn emitted(group: &'static str, dedup: bool) -> Vec<String> {
    let probe = || Probe::new(&bus(dedup), ENTITY);
    let (one_by_one, batch) = (probe(), probe());
    let (mut first, mut second) = (0, 0);
    compare(
        group,
        vec![
            Case::new("one-by-one", move || {
                payloads(&mut first).map(|event| one_by_one.emit(event)).collect::<Vec<_>>()
            }),
            Case::new("ours", move || batch.emit_batch(payloads(&mut second))),
        ],
    )
}

fn ready(group: &'static str) -> Vec<String> {
    let mut ring = Ring::new(0);
    let events: Vec<AnyEnvelope> = (0..EVENTS).map(|_| ring.turn().erase()).collect();
    let (one_by_one, batch) = (bus(false), bus(false));
    let singles = events.clone();
    compare(
        group,
        vec![
            Case::new("one-by-one", move || singles.iter().map(|event| one_by_one.emit(event)).collect::<Vec<_>>()),
            Case::new("ours", move || batch.emit_batch(&events)),
        ],
    )
}

/// Times are those of a hundred events.
pub(crate) fn hundred() -> Vec<String> {
    [emitted("bus/batch-emitted", false), emitted("bus/batch-emitted-dedup", true), ready("bus/batch-ready")].concat()
}
