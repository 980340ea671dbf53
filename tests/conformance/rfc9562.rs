//! RFC 9562, Appendices A and B: the layout of a UUID, above all of version 8.

use events_core::{EventId, identity};
use serde::Deserialize;
use serde_json::json;
use uuid::{Uuid, Variant};

use super::{from_hex, to_hex};

#[derive(Deserialize)]
struct Example {
    appendix: String,
    version: usize,
    uuid: String,
    custom_a: Option<String>,
    custom_b: Option<String>,
    custom_c: Option<String>,
    sha256: Option<String>,
}

#[derive(Deserialize)]
struct File {
    examples: Vec<Example>,
}

fn examples() -> Vec<Example> {
    let file: File = serde_json::from_str(include_str!("../vectors/rfc9562/examples.json")).unwrap();
    assert_eq!(file.examples.len(), 8);
    file.examples
}

/// Figure 14: 48 bits of `custom_a`, the version in 4, 12 bits of `custom_b`, the variant in 2, 62 bits of `custom_c`.
fn layout(custom_a: u64, custom_b: u64, custom_c: u64) -> u128 {
    assert!(custom_a >> 48 == 0 && custom_b >> 12 == 0 && custom_c >> 62 == 0);
    u128::from(custom_a) << 80 | 8 << 76 | u128::from(custom_b) << 64 | 2 << 62 | u128::from(custom_c)
}

/// Version 8 from a hash, as in Appendix B.2: the bits of version and variant replace those of the hash.
fn from_hash(hash: &[u8]) -> Uuid {
    let bits = u128::from_be_bytes(hash[..16].try_into().unwrap());
    let part = |shift: u32, width: u32| u64::try_from(bits >> shift & ((1 << width) - 1)).unwrap();
    Uuid::from_u128(layout(part(80, 48), part(64, 12), part(0, 62)))
}

#[test]
fn every_example_is_an_event_id_and_only_version_8_is_a_content_id() {
    let mut content = 0;
    for Example { appendix, version, uuid, .. } in examples() {
        let id: EventId = uuid.parse().unwrap();
        assert_eq!(id.to_string(), uuid, "{appendix}");
        assert_eq!(id.as_uuid().get_version_num(), version, "{appendix}");
        assert_eq!(id.as_uuid().get_variant(), Variant::RFC4122, "{appendix}");
        assert_eq!(id.is_content(), version == 8, "{appendix}");
        content += usize::from(id.is_content());
    }
    assert_eq!(content, 2);
}

#[test]
fn version_8_is_laid_out_as_published() {
    let (mut fields, mut hashes) = (0, 0);
    for example in examples() {
        let uuid: Uuid = example.uuid.parse().unwrap();
        if let (Some(a), Some(b), Some(c)) = (&example.custom_a, &example.custom_b, &example.custom_c) {
            let [a, b, c] = [a, b, c].map(|hex| u64::from_str_radix(hex, 16).unwrap());
            assert_eq!(Uuid::from_u128(layout(a, b, c)), uuid, "{}", example.appendix);
            fields += 1;
        }
        if let Some(sha256) = example.sha256 {
            assert_eq!(from_hash(&from_hex(&sha256)), uuid, "{}", example.appendix);
            hashes += 1;
        }
    }
    assert_eq!((fields, hashes), (1, 1));
}

/// One payload for each of many digests: the six bits of version and variant are fixed, all others are the digest's.
#[test]
fn a_content_id_keeps_all_other_bits_of_the_digest() {
    let mut replaced = [0; 6];
    for n in 0..256 {
        let payload = json!({"v": n});
        let digest = identity::digest("t.v", "t", "e", &payload, &[]).unwrap();
        let id = EventId::content("t.v", "t", "e", &payload).unwrap();
        assert_eq!(*id.as_uuid(), from_hash(&digest), "{}", to_hex(&digest));
        assert_eq!(id.as_uuid().get_version_num(), 8);
        assert_eq!(id.as_uuid().get_variant(), Variant::RFC4122);
        let bits = [digest[6] >> 7, digest[6] >> 6, digest[6] >> 5, digest[6] >> 4, digest[8] >> 7, digest[8] >> 6];
        for (count, bit) in replaced.iter_mut().zip(bits) {
            *count += u32::from(bit & 1);
        }
    }
    // The digest itself has no version: each of these bits is one about half the time.
    assert!(replaced.iter().all(|count| (90..=166).contains(count)), "{replaced:?}");
}

/// The digest is BLAKE3 in key derivation mode over the canonical bytes.
#[test]
fn the_digest_is_that_of_the_canonical_bytes() {
    for payload in [json!({}), json!({"v": 1}), json!({"v": "x".repeat(5000)})] {
        let bytes = identity::canonical("t.v", "t", "e", &payload, &[]).unwrap();
        let digest = identity::digest("t.v", "t", "e", &payload, &[]).unwrap();
        assert_eq!(digest, blake3::derive_key(identity::CONTEXT, &bytes));
    }
}
