//! The codec fixtures of IPLD: pairs of dag-json and dag-cbor.

use std::str;

use events_core::{IdentityError, identity};
use serde::{Deserialize, Serialize, Serializer};

use super::{Declared, Suite, Why::ShortestFloat, from_hex, json_item};

/// DAG-CBOR writes every float in 64 bits.
const DECLARED: &[Declared] = &[
    Declared("float--0.5", "fbbfe0000000000000", "f9b800", ShortestFloat),
    Declared("float--8.940696716308594e-8", "fbbe78000000000000", "fab3c00000", ShortestFloat),
    Declared("float-0.5", "fb3fe0000000000000", "f93800", ShortestFloat),
    Declared("float-8.940696716308594e-8", "fb3e78000000000000", "fa33c00000", ShortestFloat),
];

#[derive(Deserialize)]
struct Fixture {
    name: String,
    /// Whether the item is plain JSON, without the links and bytes that dag-json adds.
    json_only: bool,
    dag_json: String,
    hex: String,
}

#[derive(Deserialize)]
struct Fixtures {
    fixtures: Vec<Fixture>,
}

fn fixtures() -> Vec<Fixture> {
    let file: Fixtures = serde_json::from_str(include_str!("../vectors/dag-cbor/fixtures.json")).unwrap();
    assert_eq!(file.fixtures.len(), 128);
    file.fixtures
}

#[test]
fn plain_json_has_the_published_bytes() {
    let mut suite = Suite::new(DECLARED);
    for fixture in fixtures().iter().filter(|fixture| fixture.json_only) {
        suite.check(&fixture.name, &fixture.hex, &json_item(&fixture.dag_json));
    }
    assert_eq!(suite.finish(), (61, 4));
}

/// Links and byte strings stand under the reserved key `/`.
#[test]
fn all_other_fixtures_hold_links_or_bytes() {
    let other = fixtures().into_iter().filter(|fixture| {
        let reserved = fixture.dag_json.contains(r#"{"/":"#);
        assert_eq!(reserved, !fixture.json_only, "{}", fixture.name);
        reserved
    });
    assert_eq!(other.count(), 63);
}

/// The negative fixture, as a value whose serialization feeds the entries as they stand.
struct Entries(Vec<(String, u8)>);

impl Serialize for Entries {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

#[derive(Deserialize)]
struct Negative {
    hex: String,
    error: String,
}

#[test]
fn a_map_with_a_key_twice_is_refused() {
    let [Negative { hex, error }]: [Negative; 1] =
        serde_json::from_str(include_str!("../vectors/dag-cbor/duplicate-keys.json")).unwrap();
    // A map of three entries, each a text of three bytes and a small integer.
    let bytes = from_hex(&hex);
    assert_eq!((bytes[0], bytes.len()), (0xa3, 1 + 3 * 5));
    let entry = |entry: &[u8]| (str::from_utf8(&entry[1..4]).unwrap().to_owned(), entry[4]);
    let entries = Entries(bytes[1..].chunks(5).map(entry).collect());
    let found = identity::canonical("t.v", "t", "e", &entries, &[]).unwrap_err();
    assert_eq!(error, "map key \"foo\"");
    assert!(matches!(&found, IdentityError::DuplicateKey { key, .. } if key == "foo"), "{found}");
}
