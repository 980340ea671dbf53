//! Inputs that no compiler and no branch predictor foresees: pseudo-random, and prepared before anything is timed.

use std::{hint::black_box, time::Instant};

use crate::{forms::Forms, paired::Case};

/// More than a branch predictor learns, and little enough for the first cache.
const LENGTH: usize = 1 << 13;

struct Random(u64);

impl Random {
    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        all[usize::try_from(self.0 >> 33).unwrap_or(0) % all.len()]
    }
}

/// The states of a walk, each of which the machine takes; from the initial state and back to it.
pub(crate) fn allowed<S: Forms>() -> Vec<S> {
    let (mut random, mut walk, mut state) = (Random(0x2545_f491_4f6c_dd1d), Vec::new(), S::INITIAL);
    while walk.len() < LENGTH || state != S::INITIAL {
        state = random.one_of(&state.successors().collect::<Vec<_>>());
        walk.push(state);
    }
    walk
}

/// Pairs of any two states.
pub(crate) fn pairs<S: Forms>() -> Vec<(S, S)> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    (0..LENGTH).map(|_| (random.one_of(S::STATES), random.one_of(S::STATES))).collect()
}

/// A case that takes one input after the other, and begins again behind the last. The time is that of one.
pub(crate) fn each<'a, T: Copy, R>(name: &'static str, inputs: &'a [T], mut take: impl FnMut(T) -> R + 'a) -> Case<'a> {
    let mut at = 0;
    Case::timed(name, move |iterations| {
        let mut left = usize::try_from(iterations).unwrap_or(usize::MAX);
        let start = Instant::now();
        while left > 0 {
            let part = &inputs[at..inputs.len().min(at + left)];
            for &input in part {
                black_box(take(input));
            }
            left -= part.len();
            at = (at + part.len()) % inputs.len();
        }
        start.elapsed()
    })
}
