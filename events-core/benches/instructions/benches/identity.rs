//! Instructions for one content id, beside those of its floor: one keyed BLAKE3 of the ready bytes.

use std::hint::black_box;

use blake3::hazmat::{HasherExt, hash_derive_key_context};
use events::{Batch, ENTITY, Realistic, Small, batch, realistic, small};
use events_core::{Event, EventId, identity};
use gungraun::{library_benchmark, library_benchmark_group, main};

#[path = "../../support/events.rs"]
mod events;

fn ready<E: Event>(event: &E) -> ([u8; 32], Vec<u8>) {
    let bytes = identity::canonical(E::TYPE.as_str(), E::TYPE.entity_type(), ENTITY, event, &[]).unwrap();
    (hash_derive_key_context(identity::CONTEXT), bytes)
}

#[library_benchmark]
#[bench::small(ready(&small()))]
#[bench::realistic(ready(&realistic()))]
#[bench::batch(ready(&batch()))]
fn floor(ready: ([u8; 32], Vec<u8>)) -> blake3::Hash {
    let (key, bytes) = black_box(&ready);
    blake3::Hasher::new_from_context_key(key).update(bytes).finalize()
}

#[library_benchmark]
#[bench::one(small())]
fn ours_small(event: Small) -> EventId {
    EventId::of(black_box(&event), ENTITY).unwrap()
}

#[library_benchmark]
#[bench::one(realistic())]
fn ours_realistic(event: Realistic) -> EventId {
    EventId::of(black_box(&event), ENTITY).unwrap()
}

#[library_benchmark]
#[bench::one(batch())]
fn ours_batch(event: Batch) -> EventId {
    EventId::of(black_box(&event), ENTITY).unwrap()
}

library_benchmark_group!(name = ids, benchmarks = [floor, ours_small, ours_realistic, ours_batch]);
main!(library_benchmark_groups = ids);
