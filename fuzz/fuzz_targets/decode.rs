//! Whatever bytes come: see `decoding`.

#![no_main]

mod decoding;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    decoding::check(bytes);
});
