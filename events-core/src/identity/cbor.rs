//! The scalars of the canonical form: heads, text and numbers (RFC 8949 §4.2.1 with the number reduction of dCBOR).

use alloc::vec::Vec;

pub(crate) const FALSE: u8 = 0xf4;
pub(crate) const TRUE: u8 = 0xf5;
pub(crate) const NULL: u8 = 0xf6;

/// Major types, already in the upper three bits of a head.
pub(crate) mod major {
    pub(crate) const UNSIGNED: u8 = 0 << 5;
    pub(crate) const NEGATIVE: u8 = 1 << 5;
    pub(crate) const BYTES: u8 = 2 << 5;
    pub(crate) const TEXT: u8 = 3 << 5;
    pub(crate) const ARRAY: u8 = 4 << 5;
    pub(crate) const MAP: u8 = 5 << 5;
}

const HALF: u8 = 0xf9;
const SINGLE: u8 = 0xfa;
const DOUBLE: u8 = 0xfb;
const POSITIVE_BIGNUM: u8 = 0xc2;
const NEGATIVE_BIGNUM: u8 = 0xc3;

const TWO_POW_63: f64 = 9_223_372_036_854_775_808.0;
const TWO_POW_64: f64 = 18_446_744_073_709_551_616.0;

/// Length of the head that starts with this byte.
pub(crate) const fn head_len(first: u8) -> usize {
    match first & 0x1f {
        0x18 => 2,
        0x19 => 3,
        0x1a => 5,
        0x1b => 9,
        _ => 1,
    }
}

/// Appends a head.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the value is below 24")]
#[expect(clippy::inline_always, reason = "most heads are this one byte, and a call costs more than it")]
pub(crate) fn head(out: &mut Vec<u8>, major: u8, argument: u64) {
    if argument < 24 {
        out.push(major | argument as u8);
    } else {
        long_head(out, major, argument);
    }
}

/// Each width is copied with its size known, which costs a store instead of a call.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "each arm's range fits its width")]
#[expect(clippy::many_single_char_names, reason = "the bytes of a number")]
fn long_head(out: &mut Vec<u8>, major: u8, argument: u64) {
    match argument {
        0..0x100 => out.extend_from_slice(&[major | 0x18, argument as u8]),
        0x100..0x1_0000 => {
            let [a, b] = (argument as u16).to_be_bytes();
            out.extend_from_slice(&[major | 0x19, a, b]);
        }
        0x1_0000..0x1_0000_0000 => {
            let [a, b, c, d] = (argument as u32).to_be_bytes();
            out.extend_from_slice(&[major | 0x1a, a, b, c, d]);
        }
        _ => {
            let [a, b, c, d, e, f, g, h] = argument.to_be_bytes();
            out.extend_from_slice(&[major | 0x1b, a, b, c, d, e, f, g, h]);
        }
    }
}

#[inline]
pub(crate) fn text(out: &mut Vec<u8>, text: &str) {
    head(out, major::TEXT, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

#[inline]
pub(crate) fn unsigned(out: &mut Vec<u8>, value: u64) {
    head(out, major::UNSIGNED, value);
}

#[inline]
pub(crate) fn signed(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        // -1 - value, without overflow at the lower end.
        head(out, major::NEGATIVE, !value.cast_unsigned());
    } else {
        head(out, major::UNSIGNED, value.cast_unsigned());
    }
}

pub(crate) fn wide_unsigned(out: &mut Vec<u8>, value: u128) {
    if let Ok(value) = u64::try_from(value) {
        unsigned(out, value);
    } else if is_exact_double(value) {
        #[expect(clippy::cast_precision_loss, reason = "the value was checked to be exactly a double")]
        double(out, value as f64);
    } else {
        bignum(out, POSITIVE_BIGNUM, value);
    }
}

pub(crate) fn wide_signed(out: &mut Vec<u8>, value: i128) {
    if value >= 0 {
        return wide_unsigned(out, value.unsigned_abs());
    }
    if let Ok(value) = i64::try_from(value) {
        signed(out, value);
    } else if is_exact_double(value.unsigned_abs()) {
        #[expect(clippy::cast_precision_loss, reason = "the value was checked to be exactly a double")]
        double(out, value as f64);
    } else {
        let argument = !value.cast_unsigned();
        match u64::try_from(argument) {
            Ok(argument) => head(out, major::NEGATIVE, argument),
            Err(_) => bignum(out, NEGATIVE_BIGNUM, argument),
        }
    }
}

/// A double holds 53 significant bits; every exponent of a 128-bit integer is in its range.
const fn is_exact_double(magnitude: u128) -> bool {
    magnitude == 0 || magnitude >> magnitude.trailing_zeros() < 1 << 53
}

fn bignum(out: &mut Vec<u8>, tag: u8, value: u128) {
    let bytes = value.to_be_bytes();
    let digits = &bytes[value.leading_zeros() as usize / 8..];
    out.push(tag);
    head(out, major::BYTES, digits.len() as u64);
    out.extend_from_slice(digits);
}

/// A float as the integer it equals, else in the fewest of 2, 4 and 8 bytes that keep its value.
#[inline]
pub(crate) fn double(out: &mut Vec<u8>, value: f64) {
    let bits = value.to_bits();
    // A single has 23 bits of mantissa, and so has an integer below 2^24: with any of the lower 29 of the 52 bits set, a
    // value below 2^23 is neither.
    if bits & 0x1fff_ffff != 0 && bits >> 52 & 0x7ff < 1023 + 23 {
        full(out, bits);
    } else {
        reduced(out, value);
    }
}

#[inline]
#[expect(clippy::many_single_char_names, reason = "the bytes of a number")]
fn full(out: &mut Vec<u8>, bits: u64) {
    let [a, b, c, d, e, f, g, h] = bits.to_be_bytes();
    out.extend_from_slice(&[DOUBLE, a, b, c, d, e, f, g, h]);
}

fn reduced(out: &mut Vec<u8>, value: f64) {
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "the casts are compared back")]
    #[expect(clippy::cast_sign_loss, reason = "negative values take the first arm")]
    #[expect(clippy::float_cmp, reason = "equality is what is asked")]
    if (-TWO_POW_63..TWO_POW_63).contains(&value) {
        let integer = value as i64;
        if integer as f64 == value {
            return signed(out, integer);
        }
    } else if (TWO_POW_63..TWO_POW_64).contains(&value) {
        return unsigned(out, value as u64);
    } else if value.is_nan() {
        return out.extend_from_slice(&[HALF, 0x7e, 0x00]);
    }
    #[expect(clippy::cast_possible_truncation, reason = "the cast is compared back")]
    let single = value as f32;
    #[expect(clippy::float_cmp, reason = "equality is what is asked")]
    if f64::from(single) != value {
        full(out, value.to_bits());
    } else if let Some(half) = exact_half(single) {
        let [a, b] = half.to_be_bytes();
        out.extend_from_slice(&[HALF, a, b]);
    } else {
        let [a, b, c, d] = single.to_be_bytes();
        out.extend_from_slice(&[SINGLE, a, b, c, d]);
    }
}

/// The bits of the IEEE 754 binary16 with exactly this value (no NaN), where there is one.
#[expect(clippy::cast_possible_truncation, reason = "every shifted part fits 16 bits")]
fn exact_half(value: f32) -> Option<u16> {
    let bits = value.to_bits();
    let sign = (bits >> 16) as u16 & 0x8000;
    let exponent = bits >> 23 & 0xff;
    let mantissa = bits & 0x007f_ffff;
    // A single's exponent is biased by 127, a half's by 15.
    match exponent {
        255 => Some(sign | 0x7c00),
        113..=142 if mantissa.trailing_zeros() >= 13 => {
            Some(sign | ((exponent - 112) as u16) << 10 | (mantissa >> 13) as u16)
        }
        // A subnormal half counts units of 2^-24: the significand with its hidden bit, shifted to that unit.
        103..=112 => {
            let shift = 126 - exponent;
            let significand = mantissa | 0x0080_0000;
            (significand.trailing_zeros() >= shift).then(|| sign | (significand >> shift) as u16)
        }
        _ => None,
    }
}

/// A 32-bit float as the 64-bit float nearest to its shortest decimal: the value that its JSON text has.
pub(crate) fn single(out: &mut Vec<u8>, value: f32) {
    // Below 4096 a multiple of 1/8 has at most seven decimal digits, so the shortest decimal is the value itself.
    let eighths = value * 8.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "the cast is compared back")]
    #[expect(clippy::float_cmp, reason = "equality is what is asked")]
    let exact = !value.is_finite() || value.abs() < 4096.0 && (eighths as i32) as f32 == eighths;
    let value = if exact {
        f64::from(value)
    } else {
        // The text is always a valid number, so the second form is never taken.
        zmij::Buffer::new().format_finite(value).parse().unwrap_or_else(|_| f64::from(value))
    };
    double(out, value);
}

#[cfg(test)]
mod tests {
    use alloc::{format, string::String, vec::Vec};

    use super::{double, exact_half, single, wide_signed, wide_unsigned};

    fn hex(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        out.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
    }

    #[test]
    fn doubles_are_reduced() {
        for (value, expected) in [
            (0.0, "00"),
            (-0.0, "00"),
            (1.0, "01"),
            (-1.0, "20"),
            (1.5, "f93e00"),
            (0.1, "fb3fb999999999999a"),
            (100_000.5, "fa47c35040"),
            (5.960_464_477_539_063e-8, "f90001"),
            (6.103_515_625e-5, "f90400"),
            (5e-324, "fb0000000000000001"),
            (9_223_372_036_854_775_808.0, "1b8000000000000000"),
            (-9_223_372_036_854_775_808.0, "3b7fffffffffffffff"),
            (18_446_744_073_709_551_616.0, "fa5f800000"),
            (f64::NAN, "f97e00"),
            (f64::INFINITY, "f97c00"),
            (f64::NEG_INFINITY, "f9fc00"),
        ] {
            assert_eq!(hex(|out| double(out, value)), expected, "{value}");
        }
    }

    #[test]
    fn wide_integers_follow_their_value() {
        assert_eq!(hex(|out| wide_unsigned(out, 18_446_744_073_709_551_615)), "1bffffffffffffffff");
        assert_eq!(hex(|out| wide_unsigned(out, 18_446_744_073_709_551_616)), "fa5f800000");
        assert_eq!(hex(|out| wide_unsigned(out, 18_446_744_073_709_551_617)), "c249010000000000000001");
        assert_eq!(hex(|out| wide_unsigned(out, u128::MAX)), "c250ffffffffffffffffffffffffffffffff");
        assert_eq!(hex(|out| wide_signed(out, -9_223_372_036_854_775_809)), "3b8000000000000000");
        assert_eq!(hex(|out| wide_signed(out, -18_446_744_073_709_551_616)), "fadf800000");
        assert_eq!(hex(|out| wide_signed(out, -18_446_744_073_709_551_617)), "c349010000000000000000");
        assert_eq!(hex(|out| wide_signed(out, i128::MAX)), "c2507fffffffffffffffffffffffffffffff");
        assert_eq!(hex(|out| wide_signed(out, i128::MIN)), "faff000000");
    }

    #[test]
    fn singles_have_the_value_of_their_text() {
        assert_eq!(hex(|out| single(out, 0.1)), hex(|out| double(out, 0.1)));
        assert_eq!(hex(|out| single(out, 1_048_576.1)), hex(|out| double(out, 1_048_576.1)));
        assert_eq!(hex(|out| single(out, 0.125)), hex(|out| double(out, 0.125)));
        assert_eq!(hex(|out| single(out, f32::MAX)), hex(|out| double(out, 3.402_823_5e38)));
    }

    /// Every finite half is found again from its value as a single.
    #[test]
    fn all_halves() {
        for bits in 0..=u16::MAX {
            let (exponent, mantissa) = (i32::from(bits >> 10 & 0x1f), f32::from(bits & 0x3ff));
            let magnitude = match exponent {
                31 => continue,
                0 => mantissa * 2f32.powi(-24),
                _ => (1024.0 + mantissa) * 2f32.powi(exponent - 25),
            };
            let value = if bits & 0x8000 == 0 { magnitude } else { -magnitude };
            if value != 0.0 {
                assert_eq!(exact_half(value), Some(bits), "{bits:04x}");
            }
        }
        for value in [65_536.0_f32, 0.1, 2f32.powi(-25), 1.0 + f32::EPSILON] {
            assert_eq!(exact_half(value), None, "{value}");
        }
    }
}
