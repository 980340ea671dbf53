//! The examples of the IETF draft on common deterministic encoding (CDE): the boundaries of integers and floats.

use super::{
    Declared, Suite,
    Why::{OneNan, WholeFloat, WideIntegerAsFloat},
    json_item, number_item, raw_item,
};

const DECLARED_INTEGERS: &[Declared] = &[
    Declared("-18446744073709551616", "3bffffffffffffffff", "fadf800000", WideIntegerAsFloat),
    Declared("18446744073709551616", "c249010000000000000000", "fa5f800000", WideIntegerAsFloat),
];

const DECLARED_FLOATS: &[Declared] = &[
    Declared("0.0", "f90000", "00", WholeFloat),
    Declared("-0.0", "f98000", "00", WholeFloat),
    Declared("NaN", "f97e01", "f97e00", OneNan),
    Declared("65504.0", "f97bff", "19ffe0", WholeFloat),
    Declared("2.0", "f94000", "02", WholeFloat),
];

/// The rows of one kind: item and bytes.
fn rows(kind: &str) -> Vec<(String, &'static str)> {
    let rows = include_str!("../vectors/cde/example_table.csv").lines();
    let of_kind = rows.filter_map(|row| row.strip_prefix(kind)?.strip_prefix(','));
    of_kind
        .map(|row| {
            let (item, rest) = match row.strip_prefix('"') {
                Some(quoted) => quoted.split_once("\",").unwrap(),
                None => row.split_once(',').unwrap(),
            };
            (item.replace("\"\"", "\""), rest.split_once(',').unwrap().0)
        })
        .collect()
}

#[test]
fn every_row_is_of_a_known_kind() {
    let all = include_str!("../vectors/cde/example_table.csv").lines().count();
    assert_eq!((rows("int").len(), rows("flt").len(), rows("bad").len(), all), (22, 44, 10, 76));
}

#[test]
fn integers_have_the_published_bytes() {
    let mut suite = Suite::new(DECLARED_INTEGERS);
    for (text, hex) in rows("int") {
        suite.check(&text, hex, &json_item(&text));
    }
    assert_eq!(suite.finish(), (20, 2));
}

#[test]
fn raw_json_keeps_every_integer() {
    for (text, _) in rows("int") {
        assert_eq!(raw_item(&text), json_item(&text), "{text}");
    }
}

#[test]
fn floats_have_the_published_bytes() {
    let mut suite = Suite::new(DECLARED_FLOATS);
    for (text, hex) in rows("flt") {
        suite.check(&text, hex, &number_item(&text));
    }
    assert_eq!(suite.finish(), (39, 5));
}

/// Items in a form that deterministic encoding forbids: ours is another one, and it is the permitted one.
#[test]
fn forbidden_encodings_are_not_written() {
    let permitted = [
        (r#"{"b":0,"a":1}"#, "a2616101616200"),
        ("[4, 5]", "820405"),
        ("255", "18ff"),
        ("-18446744073709551617", "c349010000000000000000"),
        ("10.5", "f94940"),
        ("NaN", "f97e00"),
        ("65536", "1a00010000"),
    ];
    // A byte string in pieces and two encodings without a value are not JSON.
    let (not_json, json): (Vec<_>, Vec<_>) =
        rows("bad").into_iter().partition(|(text, _)| text.is_empty() || text.starts_with("(_"));
    assert_eq!((not_json.len(), json.len()), (3, permitted.len()));
    for ((text, forbidden), (item, bytes)) in json.into_iter().zip(permitted) {
        assert_eq!(text, item);
        assert_eq!(number_item(&text), bytes, "{text}");
        assert_ne!(bytes, forbidden, "{text}");
    }
}
