//! The content id against its floor, one keyed BLAKE3 of the ready bytes, and against what people write instead.
//!
//! `cargo bench -p events-core --bench identity`; instruction counts are in `benches/instructions`. It ends with lines `ratio identity/<event>/<case> <time over floor>`.

#[path = "support/events.rs"]
mod events;
#[path = "support/paired.rs"]
mod paired;

use std::{collections::BTreeMap, fmt::Write as _};

use blake3::hazmat::{HasherExt, hash_derive_key_context};
use events::{ENTITY, batch, realistic, small};
use events_core::{Event, EventId, identity};
use paired::{Case, compare};
use serde_json::Value;
use uuid::Uuid;

fn main() {
    let mut verdicts = Vec::new();
    verdicts.extend(bench("identity/small", &small()));
    verdicts.extend(bench("identity/realistic", &realistic()));
    verdicts.extend(bench("identity/batch", &batch()));
    println!("\n{}", verdicts.join("\n"));
}

fn bench<E: Event>(group: &str, event: &E) -> Vec<String> {
    let (event_type, entity_type) = (E::TYPE.as_str().to_owned(), E::TYPE.entity_type().to_owned());
    let bytes = identity::canonical(&event_type, &entity_type, ENTITY, event, &[]).unwrap_or_default();
    println!("{group}: {} canonical bytes", bytes.len());
    let key = hash_derive_key_context(identity::CONTEXT);
    let hash = |bytes: &[u8]| blake3::Hasher::new_from_context_key(&key).update(bytes).finalize();
    compare(
        group,
        vec![
            Case::new("floor", || hash(&bytes)),
            Case::new("floor-again", || hash(&bytes)),
            Case::new("ours", || EventId::of(event, ENTITY)),
            Case::new("ours-through-serde", || EventId::content(&event_type, &entity_type, ENTITY, event)),
            Case::new("uuid5-of-json-text", || {
                let text = serde_json::to_vec(&(&event_type, &entity_type, ENTITY, event)).unwrap_or_default();
                Uuid::new_v5(&Uuid::NAMESPACE_OID, &text)
            }),
            Case::new("uuid5-of-json-value", || {
                let value = serde_json::to_value((&event_type, &entity_type, ENTITY, event)).unwrap_or_default();
                Uuid::new_v5(&Uuid::NAMESPACE_OID, value.to_string().as_bytes())
            }),
            Case::new("seed-recipe", || seed_recipe(&event_type, &entity_type, event)),
            Case::new("dagcbor-blake3", || {
                hash(&serde_ipld_dagcbor::to_vec(&(&event_type, &entity_type, ENTITY, event)).unwrap_or_default())
            }),
        ],
    )
}

/// The recipe of the Python system: `uuid5(ns, "entity type:name:entity id:" + sorted "key:str(value)")`.
fn seed_recipe<E: Event>(event_type: &str, entity_type: &str, event: &E) -> Uuid {
    let value = serde_json::to_value(event).unwrap_or_default();
    let mut text = format!("{entity_type}:{event_type}:{ENTITY}:");
    if let Value::Object(members) = &value {
        let sorted: BTreeMap<_, _> = members.iter().collect();
        for (key, value) in sorted {
            let _ = write!(text, "{key}:{value},");
        }
    }
    Uuid::new_v5(&Uuid::NAMESPACE_DNS, text.as_bytes())
}
