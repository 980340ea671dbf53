//! A paired benchmark: all cases take turns in short slices, and each is compared with the base of its own round, so that a
//! machine whose speed changes from second to second changes both.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

/// Slices of about this length are timed.
const SLICE: Duration = Duration::from_micros(400);
/// So many rounds, in each of which every case is timed once.
const ROUNDS: usize = 201;

/// One thing to be timed.
pub(crate) struct Case<'a> {
    name: &'static str,
    run: Box<dyn FnMut(u32) -> Duration + 'a>,
}

impl<'a> Case<'a> {
    pub(crate) fn new<T>(name: &'static str, mut run: impl FnMut() -> T + 'a) -> Self {
        Self::timed(name, move |iterations| {
            let start = Instant::now();
            for _ in 0..iterations {
                black_box(run());
            }
            start.elapsed()
        })
    }

    /// One that repeats and times itself: it is told how often, and says how long that took.
    pub(crate) fn timed(name: &'static str, run: impl FnMut(u32) -> Duration + 'a) -> Self {
        Self { name, run: Box::new(run) }
    }

    /// Nanoseconds per iteration.
    fn slice(&mut self, iterations: u32) -> f64 {
        (self.run)(iterations).as_secs_f64() * 1e9 / f64::from(iterations)
    }

    /// How many iterations make a slice.
    fn calibrate(&mut self) -> u32 {
        let mut iterations = 1;
        loop {
            if (self.run)(iterations) >= SLICE || iterations >= 1 << 20 {
                return iterations;
            }
            iterations *= 2;
        }
    }
}

/// Times all cases against the first, and prints a table and one line `ratio <group>/<case> <figure>` for each case.
pub(crate) fn compare(group: &str, mut cases: Vec<Case<'_>>) -> Vec<String> {
    let iterations: Vec<u32> = cases.iter_mut().map(Case::calibrate).collect();
    let mut times = vec![Vec::with_capacity(ROUNDS); cases.len()];
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..ROUNDS {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let first = usize::try_from(random >> 33).unwrap_or(0) % cases.len();
        for at in (first..cases.len()).chain(0..first) {
            let time = cases[at].slice(iterations[at]);
            times[at].push(time);
        }
    }
    println!(
        "\n{group}\n{:<34} {:>10} {:>10} {:>10} {:>8}  (q1-q3)",
        "case", "min ns", "median ns", "over base", "ratio"
    );
    let mut verdicts = Vec::new();
    for (case, own) in cases.iter().zip(&times) {
        let mut ratios: Vec<f64> = own.iter().zip(&times[0]).map(|(own, base)| own / base).collect();
        let mut over: Vec<f64> = own.iter().zip(&times[0]).map(|(own, base)| own - base).collect();
        let mut own = own.clone();
        own.sort_by(f64::total_cmp);
        over.sort_by(f64::total_cmp);
        ratios.sort_by(f64::total_cmp);
        let (q1, median, q3) = (ratios[ROUNDS / 4], ratios[ROUNDS / 2], ratios[ROUNDS * 3 / 4]);
        let (fastest, usual, over) = (own[0], own[ROUNDS / 2], over[ROUNDS / 2]);
        println!("{:<34} {fastest:>10.1} {usual:>10.1} {over:>+10.1} {median:>8.2}  ({q1:.2}-{q3:.2})", case.name);
        verdicts.push(format!("ratio {group}/{} {median:.3}", case.name));
    }
    verdicts
}
