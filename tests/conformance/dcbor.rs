//! The vectors of the IETF draft on dCBOR (version 12): the reduction of numbers.

use serde::Deserialize;

use super::{
    Declared, Suite,
    Why::{OneNan, ShortestFloat, WholeFloat, WideIntegerAsFloat},
    number_item,
};

/// Encodings that dCBOR forbids, and what we write for their value.
const FORBIDDEN: &[Declared] = &[
    Declared("12.0", "f94a00", "0c", WholeFloat),
    Declared("1.5", "fb3ff8000000000000", "f93e00", ShortestFloat),
    Declared("-18446744073709551616", "3bffffffffffffffff", "fadf800000", WideIntegerAsFloat),
    Declared("Infinity", "fb7ff0000000000000", "f97c00", ShortestFloat),
    Declared("Infinity", "fa7f800000", "f97c00", ShortestFloat),
    Declared("-Infinity", "fbfff0000000000000", "f9fc00", ShortestFloat),
    Declared("-Infinity", "faff800000", "f9fc00", ShortestFloat),
    Declared("NaN", "fb7ff9100000000001", "f97e00", OneNan),
    Declared("NaN", "faffc00001", "f97e00", OneNan),
    Declared("NaN", "f97e01", "f97e00", OneNan),
];

/// -2^63 - 1 is no double, and dCBOR has no such integer; here every integer has bytes, and these are its shortest.
const FORBIDDEN_AND_WRITTEN: (&str, &str) = ("-9223372036854775809", "3b8000000000000000");

#[derive(Deserialize)]
struct Vector {
    value: String,
    hex: String,
}

#[derive(Deserialize)]
struct Vectors {
    valid: Vec<Vector>,
    invalid: Vec<Vector>,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../vectors/dcbor/draft12.json")).unwrap()
}

/// The number itself: notes such as `(2^8 - 1)` follow it.
fn number(vector: &Vector) -> &str {
    vector.value.split_once(' ').map_or(&*vector.value, |(number, _)| number)
}

#[test]
fn numbers_have_the_published_bytes() {
    let mut suite = Suite::new(&[]);
    for vector in vectors().valid {
        suite.check(&vector.value, &vector.hex, &number_item(number(&vector)));
    }
    assert_eq!(suite.finish(), (41, 0));
}

#[test]
fn forbidden_encodings_are_not_written_but_for_one() {
    let mut suite = Suite::new(FORBIDDEN);
    for vector in vectors().invalid {
        let found = number_item(number(&vector));
        if found == vector.hex {
            assert_eq!((number(&vector), found.as_str()), FORBIDDEN_AND_WRITTEN);
        }
        suite.check(number(&vector), &vector.hex, &found);
    }
    assert_eq!(suite.finish(), (1, 10));
}
