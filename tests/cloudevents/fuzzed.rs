//! What the fuzzer runs on arbitrary bytes, run here on its corpus, and on mutations of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
};

use fastrand::Rng;

#[path = "../../fuzz/fuzz_targets/decoding/mod.rs"]
mod decoding;

fn in_fuzz(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz").join(path)
}

/// The seeds by their names; what a run of the fuzzer left there beside them has none.
fn corpus() -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(in_fuzz("corpus/decode")).unwrap().map(|file| file.unwrap());
    let named = files.filter(|file| file.file_name().to_str().unwrap().contains('.'));
    named.map(|file| (file.file_name().into_string().unwrap(), fs::read(file.path()).unwrap())).collect()
}

/// The words of the dictionary.
fn words() -> Vec<Vec<u8>> {
    let text = fs::read_to_string(in_fuzz("decode.dict")).unwrap();
    let words = text.lines().filter_map(|line| line.strip_prefix('"')?.strip_suffix('"'));
    words.map(|word| unescaped(word.as_bytes())).collect()
}

fn unescaped(mut word: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let (byte, rest) = match word {
            [] => return bytes,
            [b'\\', b'x', high, low, rest @ ..] => {
                let digit = |digit: u8| u8::try_from(char::from(digit).to_digit(16).unwrap()).unwrap();
                (digit(*high) << 4 | digit(*low), rest)
            }
            [b'\\', byte, rest @ ..] | [byte, rest @ ..] => (*byte, rest),
        };
        bytes.push(byte);
        word = rest;
    }
}

/// What comes of a seed stands before the dot of its name.
#[test]
fn every_seed_has_the_outcome_that_it_is_named_for() {
    let mut outcomes = BTreeSet::new();
    for (name, bytes) in corpus() {
        let (expected, _) = name.split_once('.').unwrap();
        let found = decoding::check(&bytes);
        assert!(found.contains(expected), "{name}: {found:?}");
        outcomes.insert(expected.to_owned());
    }
    let expected = [
        "batch",
        "duplicate",
        "id_mismatch",
        "identity",
        "invalid",
        "malformed",
        "missing",
        "newer_version",
        "not_unique",
        "not_utf8",
        "older_version",
        "payload",
        "raw",
        "syntax",
        "too_deep",
        "too_large",
        "too_many_members",
        "typed",
        "wrong_type",
    ];
    assert_eq!(outcomes.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

/// `EVENTS_FUZZ_SEED` and `EVENTS_FUZZ_RUNS` have it try others, and more.
#[test]
fn mutations_of_the_seeds_are_read_or_refused() {
    let number = |name| env::var(name).ok().map(|value| value.parse::<u64>().expect(name));
    let (seed, runs) = (number("EVENTS_FUZZ_SEED").unwrap_or(1), number("EVENTS_FUZZ_RUNS").unwrap_or(10_000));
    let (mut rng, words) = (Rng::with_seed(seed), words());
    let seeds: Vec<Vec<u8>> = corpus().into_values().filter(|bytes| bytes.len() < 4096).collect();
    let mut accepted = 0;
    for run in 0..runs {
        let mut bytes = seeds[rng.usize(..seeds.len())].clone();
        for _ in 0..rng.usize(1..4) {
            mutate(&mut bytes, &seeds, &words, &mut rng);
        }
        match panic::catch_unwind(AssertUnwindSafe(|| decoding::check(&bytes))) {
            Ok(outcomes) => accepted += u32::from(outcomes.contains("raw") || outcomes.contains("batch")),
            Err(panic) => {
                eprintln!("run {run} of seed {seed}: \"{}\"", bytes.escape_ascii());
                panic::resume_unwind(panic);
            }
        }
    }
    assert!(accepted > 0, "all were refused");
}

fn mutate(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], words: &[Vec<u8>], rng: &mut Rng) {
    let (at, end) = (rng.usize(..=bytes.len()), rng.usize(..=bytes.len()));
    let part = at.min(end)..at.max(end);
    match rng.u8(..6) {
        0 if at < bytes.len() => bytes[at] ^= 1 << rng.u8(..8),
        1 if at < bytes.len() => bytes[at] = rng.u8(..),
        2 => drop(bytes.drain(part)),
        3 => drop(bytes.splice(at..at, rng.choice(words).unwrap().iter().copied())),
        4 => drop(bytes.splice(at..(at + 8).min(bytes.len()), rng.choice(words).unwrap().iter().copied())),
        _ => {
            let other = rng.choice(seeds).unwrap();
            let from = rng.usize(..=other.len());
            let to = rng.usize(from..=other.len());
            drop(bytes.splice(part, other[from..to].iter().copied()));
        }
    }
}
