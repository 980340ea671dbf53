//! What the events say in numbers: a recorder of the crate `metrics` that is printed. A program that stays has an exporter instead.

use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};

use crate::record::Failure;

/// What the recorder of the program is told.
pub(crate) struct Figures(Snapshotter);

impl Figures {
    /// Makes this the recorder of the program.
    pub(crate) fn install() -> Result<Self, Failure> {
        let recorder = DebuggingRecorder::new();
        let snapshotter = recorder.snapshotter();
        recorder.install()?;
        Ok(Self(snapshotter))
    }

    /// Counters and histograms, a line each; but for the counts of events, which a summary has.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut figures = Vec::new();
        for (key, unit, _, value) in self.0.snapshot().into_vec() {
            let (_, key) = key.into_parts();
            let Some(text) = in_words(&value).filter(|_| key.name() != "events_total") else { continue };
            let labels: Vec<_> = key.labels().map(|label| format!(" {}={}", label.key(), label.value())).collect();
            let unit = unit.map_or(String::new(), |unit| format!(" {}", unit.as_str()));
            figures.push((format!("{}{}", key.name(), labels.concat()), text + &unit));
        }
        figures.sort_unstable();
        let width = figures.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        figures.into_iter().map(|(name, text)| format!("  {name:width$}  {text}")).collect()
    }
}

/// What a value says in the end. A gauge has what was told last, which says little of a run that is over.
fn in_words(value: &DebugValue) -> Option<String> {
    match value {
        DebugValue::Counter(count) => Some(count.to_string()),
        DebugValue::Gauge(_) => None,
        DebugValue::Histogram(numbers) => {
            let mut numbers: Vec<f64> = numbers.iter().map(|number| number.into_inner()).collect();
            numbers.sort_unstable_by(f64::total_cmp);
            let (median, most) = (numbers.get(numbers.len() / 2)?, numbers.last()?);
            Some(format!("{} times, median {median:.4}, most {most:.4}", numbers.len()))
        }
    }
}
