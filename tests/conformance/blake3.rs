//! The official vectors of BLAKE3: the layer that the content id stands on.

use blake3::{
    Hasher,
    hazmat::{HasherExt as _, hash_derive_key_context},
};
use serde::Deserialize;

use super::to_hex;

#[derive(Deserialize)]
struct Case {
    input_len: usize,
    hash: String,
    keyed_hash: String,
    derive_key: String,
}

#[derive(Deserialize)]
struct Vectors {
    key: String,
    context_string: String,
    cases: Vec<Case>,
}

#[test]
fn all_three_modes_have_the_published_outputs() {
    let Vectors { key, context_string, cases } =
        serde_json::from_str(include_str!("../vectors/blake3/test_vectors.json")).unwrap();
    let key: &[u8; 32] = key.as_bytes().try_into().unwrap();
    let context_key = hash_derive_key_context(&context_string);
    let mut checked = 0;
    for Case { input_len, hash, keyed_hash, derive_key } in &cases {
        // The bytes 0 to 250, over and over.
        let input: Vec<u8> = (0..=250).cycle().take(*input_len).collect();
        for (mode, hasher, published) in [
            ("hash", Hasher::new(), hash),
            ("keyed_hash", Hasher::new_keyed(key), keyed_hash),
            ("derive_key", Hasher::new_derive_key(&context_string), derive_key),
        ] {
            check(&format!("{mode} of {input_len} bytes"), hasher, &input, published);
            checked += 1;
        }
        // The way the content id takes: from the key of the context, made once.
        let hasher = Hasher::new_from_context_key(&context_key);
        check(&format!("context key with {input_len} bytes"), hasher, &input, derive_key);
    }
    assert_eq!((cases.len(), checked), (35, 105));
}

/// The published output is a long one; its first 32 bytes are the digest.
fn check(name: &str, mut hasher: Hasher, input: &[u8], published: &str) {
    hasher.update(input);
    let mut output = [0; 131];
    assert_eq!(published.len(), 2 * output.len(), "{name}");
    hasher.finalize_xof().fill(&mut output);
    assert_eq!(to_hex(&output), published, "{name}");
    assert_eq!(to_hex(hasher.finalize().as_bytes()), published[..64], "{name}");
}
