//! A strict reader of the canonical form: it panics at every byte that deterministic CBOR does not allow.

use serde_json::{Map, Number, Value};

/// Reads one item, which must be all there is.
pub(crate) fn read(bytes: &[u8]) -> Value {
    let mut rest = bytes;
    let value = item(&mut rest);
    assert!(rest.is_empty(), "{} bytes follow the item", rest.len());
    value
}

fn take<'b>(rest: &mut &'b [u8], len: usize) -> &'b [u8] {
    let (taken, left) = rest.split_at_checked(len).expect("the item ends too early");
    *rest = left;
    taken
}

fn big_endian(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |argument, byte| argument << 8 | u64::from(*byte))
}

/// The argument of a head; only the shortest form is allowed, and a definite one.
fn argument(rest: &mut &[u8], additional: u8) -> u64 {
    let (len, least) = match additional {
        0..=23 => return additional.into(),
        24 => (1, 24),
        25 => (2, 1 << 8),
        26 => (4, 1 << 16),
        27 => (8, 1 << 32),
        _ => panic!("additional information {additional}"),
    };
    let argument = big_endian(take(rest, len));
    assert!(argument >= least, "{argument} in {len} bytes");
    argument
}

fn item(rest: &mut &[u8]) -> Value {
    let first = take(rest, 1)[0];
    let (major, additional) = (first >> 5, first & 0x1f);
    if major == 7 {
        return simple(rest, additional);
    }
    let argument = argument(rest, additional);
    let len = || usize::try_from(argument).expect("a length in memory");
    match major {
        0 => argument.into(),
        // JSON values hold no integer below -2^63.
        1 => i64::try_from(-1 - i128::from(argument)).expect("an integer of 64 bits").into(),
        3 => str::from_utf8(take(rest, len())).expect("text is UTF-8").into(),
        4 => (0..argument).map(|_| item(rest)).collect(),
        5 => map(rest, argument),
        _ => panic!("major type {major}"),
    }
}

/// The keys are text, each greater than the one before, as encoded.
fn map(rest: &mut &[u8], len: u64) -> Value {
    let mut members = Map::new();
    let mut last: &[u8] = &[];
    for _ in 0..len {
        let start = *rest;
        let Value::String(key) = item(rest) else { panic!("a key is not text") };
        let encoded = &start[..start.len() - rest.len()];
        assert!(last < encoded, "{key:?} is out of order or stands twice");
        last = encoded;
        members.insert(key, item(rest));
    }
    members.into()
}

fn simple(rest: &mut &[u8], additional: u8) -> Value {
    let value = match additional {
        20 => return false.into(),
        21 => return true.into(),
        22 => return Value::Null,
        25 => half(big_endian(take(rest, 2))),
        26 => {
            let bits = u32::try_from(big_endian(take(rest, 4))).expect("four bytes");
            let value = f64::from(f32::from_bits(bits));
            assert!(!is_half(value), "{value:e} fits two bytes");
            value
        }
        27 => {
            let value = f64::from_bits(big_endian(take(rest, 8)));
            assert!(f64::from(value as f32) != value, "{value:e} fits four bytes");
            value
        }
        _ => panic!("simple value {additional}"),
    };
    let integer = (-2f64.powi(63)..2f64.powi(64)).contains(&value) && value.fract() == 0.0;
    assert!(!integer, "{value:e} is an integer");
    Number::from_f64(value).expect("JSON numbers are finite").into()
}

/// The value of a finite half.
fn half(bits: u64) -> f64 {
    let (exponent, mantissa) = (bits >> 10 & 0x1f, (bits & 0x3ff) as f64);
    let magnitude = match exponent {
        0 => mantissa * 2f64.powi(-24),
        31 => panic!("NaN and the infinities are not JSON"),
        _ => (1024.0 + mantissa) * 2f64.powi(exponent as i32 - 25),
    };
    if bits >> 15 == 0 { magnitude } else { -magnitude }
}

/// A half counts units of 2^-24, up to 65504, with eleven significant bits.
fn is_half(value: f64) -> bool {
    let units = value.abs() * 2f64.powi(24);
    let whole = units as u64;
    value.abs() <= 65504.0 && units.fract() == 0.0 && (whole == 0 || whole >> whole.trailing_zeros() < 1 << 11)
}
