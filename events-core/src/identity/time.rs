//! [`EventData`] for moments: RFC 3339 in UTC, exactly as chrono's `Serialize` writes it, without its formatting machinery.

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};

use super::writer::{CanonicalWriter, EventData};

impl EventData for DateTime<Utc> {
    fn encode(&self, writer: &mut CanonicalWriter) {
        let (date, time) = (self.date_naive(), self.time());
        let nanos = time.nanosecond();
        let Ok(year @ 0..=9999) = u32::try_from(date.year()) else {
            // Years of other widths have a sign: rare enough for chrono to write them.
            return writer.serialize(self);
        };
        // chrono keeps a leap second as one with more than a billion nanoseconds.
        let (second, nanos) =
            if nanos >= 1_000_000_000 { (time.second() + 1, nanos - 1_000_000_000) } else { (time.second(), nanos) };
        let mut text = *b"0000-00-00T00:00:00.000000000Z";
        digits(&mut text[0..4], year);
        digits(&mut text[5..7], date.month());
        digits(&mut text[8..10], date.day());
        digits(&mut text[11..13], time.hour());
        digits(&mut text[14..16], time.minute());
        digits(&mut text[17..19], second);
        let len = match nanos {
            0 => 19,
            _ if nanos % 1_000_000 == 0 => {
                digits(&mut text[20..23], nanos / 1_000_000);
                23
            }
            _ if nanos % 1_000 == 0 => {
                digits(&mut text[20..26], nanos / 1_000);
                26
            }
            _ => {
                digits(&mut text[20..29], nanos);
                29
            }
        };
        text[len] = b'Z';
        writer.ascii(&text[..=len]);
    }
}

/// Fills the place with the decimal digits of a number, zeros in front.
fn digits(place: &mut [u8], mut number: u32) {
    for digit in place.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use crate::identity::writer::{CanonicalWriter, EventData};

    /// Both ways of writing a moment give the same bytes.
    fn assert_same(moment: DateTime<Utc>) {
        let writer = || CanonicalWriter::new(&[], "t.v", "t", "e");
        let (mut native, mut serde) = (writer(), writer());
        moment.encode(&mut native);
        serde.serialize(&moment);
        assert_eq!(native.bytes(), serde.bytes(), "{moment}");
    }

    #[test]
    fn moments_as_chrono_writes_them() {
        for text in [
            "2025-01-01T12:00:00Z",
            "2025-12-31T23:59:59.5Z",
            "2025-12-31T23:59:59.000001Z",
            "2025-12-31T23:59:59.123456789Z",
            "2016-12-31T23:59:60Z",
            "2016-12-31T23:59:60.25Z",
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999999999Z",
            "-0001-01-01T00:00:00Z",
            "+10000-01-01T00:00:00Z",
        ] {
            assert_same(text.parse().unwrap());
        }
        assert_same(DateTime::<Utc>::MIN_UTC);
        assert_same(DateTime::<Utc>::MAX_UTC);
    }

    /// A multiplicative walk through three thousand years, in all four precisions.
    #[test]
    fn many_moments() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        for round in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let seconds = i64::try_from(state >> 28).unwrap() % 100_000_000_000 - 30_000_000_000;
            let nanos = u32::try_from(state >> 34).unwrap() % 1_000_000_000;
            let nanos = [0, nanos / 1_000_000 * 1_000_000, nanos / 1_000 * 1_000, nanos][round % 4];
            assert_same(DateTime::from_timestamp(seconds, nanos).unwrap());
        }
    }
}
