//! RFC 8949, Appendix A: examples of encoded data items.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    Declared, Suite,
    Why::{DefiniteLength, OneNan, ShortestFloat, WholeFloat, WideIntegerAsFloat},
    from_hex, json_item, number_item,
};

const DECLARED: &[Declared] = &[
    Declared("0.0", "f90000", "00", WholeFloat),
    Declared("-0.0", "f98000", "00", WholeFloat),
    Declared("1.0", "f93c00", "01", WholeFloat),
    Declared("65504.0", "f97bff", "19ffe0", WholeFloat),
    Declared("100000.0", "fa47c35000", "1a000186a0", WholeFloat),
    Declared("-4.0", "f9c400", "23", WholeFloat),
    Declared("18446744073709551616", "c249010000000000000000", "fa5f800000", WideIntegerAsFloat),
    Declared("-18446744073709551616", "3bffffffffffffffff", "fadf800000", WideIntegerAsFloat),
];

/// Items that the appendix decodes and that no encoder of preferred serialization writes.
const DECLARED_DECODABLE: &[Declared] = &[
    Declared("Infinity", "fa7f800000", "f97c00", ShortestFloat),
    Declared("NaN", "fa7fc00000", "f97e00", OneNan),
    Declared("-Infinity", "faff800000", "f9fc00", ShortestFloat),
    Declared("Infinity", "fb7ff0000000000000", "f97c00", ShortestFloat),
    Declared("NaN", "fb7ff8000000000000", "f97e00", OneNan),
    Declared("-Infinity", "fbfff0000000000000", "f9fc00", ShortestFloat),
    Declared("\"streaming\"", "7f657374726561646d696e67ff", "6973747265616d696e67", DefiniteLength),
    Declared("[]", "9fff", "80", DefiniteLength),
    Declared("[1,[2,3],[4,5]]", "9f018202039f0405ffff", "8301820203820405", DefiniteLength),
    Declared("[1,[2,3],[4,5]]", "9f01820203820405ff", "8301820203820405", DefiniteLength),
    Declared("[1,[2,3],[4,5]]", "83018202039f0405ff", "8301820203820405", DefiniteLength),
    Declared("[1,[2,3],[4,5]]", "83019f0203ff820405", "8301820203820405", DefiniteLength),
    Declared(
        "[1,2,3,4,",
        "9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff",
        "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
        DefiniteLength,
    ),
    Declared("{\"a\":1,\"b\":[2,3]}", "bf61610161629f0203ffff", "a26161016162820203", DefiniteLength),
    Declared("[\"a\",{\"b\":\"c\"}]", "826161bf61626163ff", "826161a161626163", DefiniteLength),
    Declared("{\"Fun\":true,\"Amt\":-2}", "bf6346756ef563416d7421ff", "a263416d74216346756ef5", DefiniteLength),
];

#[derive(Deserialize)]
struct Example<'a> {
    hex: String,
    /// Whether an encoder of preferred serialization writes these bytes.
    roundtrip: bool,
    #[serde(borrow, default, deserialize_with = "present")]
    decoded: Option<&'a RawValue>,
    diagnostic: Option<String>,
}

/// A member that is there, be it null.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

fn examples() -> Vec<Example<'static>> {
    let examples: Vec<Example<'_>> = serde_json::from_str(include_str!("../vectors/rfc8949/appendix_a.json")).unwrap();
    assert_eq!(examples.len(), 82);
    examples
}

/// The text of an item that has a canonical form.
fn text<'a>(example: &'a Example<'_>) -> Option<&'a str> {
    let floats = ["Infinity", "-Infinity", "NaN"];
    match (example.decoded, &example.diagnostic) {
        (Some(json), None) => Some(json.get()),
        (None, Some(diagnostic)) => floats.contains(&diagnostic.as_str()).then_some(diagnostic),
        _ => panic!("{} is neither JSON nor in diagnostic notation", example.hex),
    }
}

#[test]
fn json_items_have_the_published_bytes() {
    let mut suite = Suite::new(DECLARED);
    for example in examples() {
        if let (Some(json), true) = (example.decoded, example.roundtrip) {
            suite.check(json.get(), &example.hex, &json_item(json.get()));
        }
    }
    assert_eq!(suite.finish(), (41, 8));
}

#[test]
fn other_encodings_of_an_item_become_the_one_of_its_value() {
    let mut suite = Suite::new(DECLARED_DECODABLE);
    for example in examples() {
        if let (Some(text), true) = (text(&example), example.decoded.is_none() || !example.roundtrip) {
            let compact: String = text.split_whitespace().collect();
            suite.check(&compact, &example.hex, &number_item(text));
        }
    }
    // The three equal ones are the half-precision NaN and infinities, which JSON has not.
    assert_eq!(suite.finish(), (3, 16));
}

#[test]
fn what_json_cannot_represent_is_all_that_is_left() {
    // By the major type, in the upper three bits of the first byte.
    let kind = |example: &Example<'_>| match from_hex(&example.hex)[0] >> 5 {
        2 => "byte string",
        5 => "map with keys that are not text",
        6 => "tag",
        7 => "simple value",
        _ => panic!("{}", example.hex),
    };
    let examples = examples();
    let left: Vec<_> = examples.iter().filter(|example| text(example).is_none()).map(kind).collect();
    let count = |kind| left.iter().filter(|found| **found == kind).count();
    assert_eq!(count("byte string"), 3);
    assert_eq!(count("map with keys that are not text"), 1);
    assert_eq!(count("tag"), 6);
    assert_eq!(count("simple value"), 4);
    assert_eq!((left.len(), examples.len()), (14, 49 + 19 + 14));
}
