//! Conformance with vectors that others published: every item is compared, and every difference is declared.
//!
//! The canonical form is deterministic CBOR of the JSON value, with numbers reduced to their mathematical value. Some
//! published encodings differ from it by that design. Each suite holds the table of them ([`Declared`]); an item that
//! stands in no table must have the published bytes, and an entry of a table that no item meets fails the suite.

mod blake3;
mod cde;
mod dag_cbor;
mod dcbor;
mod jcs;
mod rfc8949;
mod rfc9562;

use std::{collections::BTreeMap, fmt::Write as _};

use events_core::identity;
use serde::Serialize;
use serde_json::{Value, value::RawValue};

/// Why our bytes of an item are not the published ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// A float that is a whole number in the range of the 64-bit integers is that integer: 1.0 is 1.
    WholeFloat,
    /// An integer outside the range of the 64-bit integers that is exactly a double is written as that double, as dCBOR does.
    WideIntegerAsFloat,
    /// A float stands in the fewest bytes that keep its value.
    ShortestFloat,
    /// There is one NaN: JSON could not tell more of them apart.
    OneNan,
    /// Lengths are definite.
    DefiniteLength,
}

/// An item whose bytes are not the published ones: the item, the published bytes, ours, and the reason.
struct Declared(&'static str, &'static str, &'static str, Why);

/// Compares the items of one suite and counts them.
struct Suite {
    declared: &'static [Declared],
    met: Vec<bool>,
    equal: usize,
    failures: Vec<String>,
}

impl Suite {
    fn new(declared: &'static [Declared]) -> Self {
        Self { declared, met: vec![false; declared.len()], equal: 0, failures: Vec::new() }
    }

    fn check(&mut self, name: &str, published: &str, ours: &str) {
        let entry = self.declared.iter().position(|Declared(_, declared, ..)| *declared == published);
        let expected = entry.map_or(published, |entry| self.declared[entry].2);
        if ours != expected {
            self.failures.push(format!("{name}: published {published}, expected {expected}, found {ours}"));
        } else if let Some(entry) = entry {
            let Declared(item, .., why) = self.declared[entry];
            assert_ne!(ours, published, "{item} is declared to differ ({why:?})");
            assert!(name.starts_with(item), "{name} is declared as {item}");
            assert!(!self.met[entry], "{name} stands twice in the vectors");
            self.met[entry] = true;
        } else {
            self.equal += 1;
        }
    }

    /// How many items were equal, and how many differed as declared.
    fn finish(self) -> (usize, usize) {
        assert!(self.failures.is_empty(), "{} items differ:\n{}", self.failures.len(), self.failures.join("\n"));
        for (Declared(item, published, ..), met) in self.declared.iter().zip(&self.met) {
            assert!(met, "{item} ({published}) does not stand in the vectors");
        }
        (self.equal, self.declared.len())
    }
}

/// The canonical bytes of one item, in hex: what a payload holds that has the item as its only member.
fn item<T: Serialize + ?Sized>(item: &T) -> String {
    let element = payload(&BTreeMap::from([("v", [item])]));
    let bytes = element.strip_prefix("a1617681").unwrap();
    // A member of the payload that is null is left out; in an array it stays.
    let member = if bytes == "f6" { "a0".to_owned() } else { format!("a16176{bytes}") };
    assert_eq!(payload(&BTreeMap::from([("v", item)])), member);
    bytes.to_owned()
}

/// The canonical bytes of a payload, in hex, without what stands before: `84` and the texts "t.v", "t" and "e".
fn payload<P: Serialize>(payload: &P) -> String {
    let bytes = identity::canonical("t.v", "t", "e", payload, &[]).unwrap();
    to_hex(&bytes).strip_prefix("8463742e7661746165").unwrap().to_owned()
}

/// The item that a JSON text stands for, read in every way that keeps its value.
fn json_item(text: &str) -> String {
    let untyped = || item(&serde_json::from_str::<Value>(text).unwrap());
    let Ok(integer) = text.parse::<i128>() else {
        let bytes = untyped();
        assert_eq!(raw_item(text), bytes, "{text} as raw JSON");
        return bytes;
    };
    let bytes = item(&integer);
    if i64::try_from(integer).is_ok() || u64::try_from(integer).is_ok() {
        // An untyped JSON value would make a float of a wider one.
        assert_eq!(untyped(), bytes, "{text} as an untyped value");
    }
    if let Ok(unsigned) = u128::try_from(integer) {
        assert_eq!(item(&unsigned), bytes, "{text} as u128");
    }
    bytes
}

/// The item of a JSON text that a payload carries as it stands.
fn raw_item(text: &str) -> String {
    item(serde_json::from_str::<&RawValue>(text).unwrap())
}

/// The item of a number in the notation of the tables: JSON, or one of the three floats that JSON has not.
fn number_item(text: &str) -> String {
    match text {
        "NaN" | "Infinity" | "-Infinity" => item(&text.parse::<f64>().unwrap()),
        _ => json_item(text),
    }
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

fn from_hex(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}
