//! Which messages of a stream this process has handled: what comes again is not told again.

use std::collections::BTreeMap;

/// So many gaps between handled messages are kept at most; then the oldest messages are forgotten.
const MAX_RANGES: usize = 16_384;

/// A set of numbers that mostly follow one another, as ranges: their first and last.
#[derive(Debug, Default)]
pub(crate) struct Handled {
    ranges: BTreeMap<u64, u64>,
}

impl Handled {
    pub(crate) fn contains(&self, sequence: u64) -> bool {
        self.ranges.range(..=sequence).next_back().is_some_and(|(_, &last)| last >= sequence)
    }

    pub(crate) fn insert(&mut self, sequence: u64) {
        if self.contains(sequence) {
            return;
        }
        let last = self.ranges.remove(&(sequence + 1)).unwrap_or(sequence);
        match self.ranges.range_mut(..sequence).next_back() {
            Some((_, end)) if *end + 1 == sequence => *end = last,
            _ => drop(self.ranges.insert(sequence, last)),
        }
        if self.ranges.len() > MAX_RANGES {
            self.ranges.pop_first();
        }
    }

    pub(crate) fn clear(&mut self) {
        self.ranges.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Handled, MAX_RANGES};

    #[test]
    fn what_was_inserted_is_contained_and_nothing_else() {
        let mut handled = Handled::default();
        for sequence in [5, 1, 2, 9, 4, 3, 5] {
            handled.insert(sequence);
        }
        let contained: Vec<u64> = (0..12).filter(|&sequence| handled.contains(sequence)).collect();
        assert_eq!(contained, [1, 2, 3, 4, 5, 9]);
        assert_eq!(handled.ranges.len(), 2, "neighbours are one range");
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let mut handled = Handled::default();
        let gaps = MAX_RANGES as u64 + 1;
        (0..gaps).for_each(|n| handled.insert(2 * n));
        assert!(!handled.contains(0) && handled.contains(2) && handled.contains(2 * gaps - 2));
    }
}
