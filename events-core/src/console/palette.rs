//! Which kinds of events have which colour.

use anstyle::{AnsiColor, Style};

use crate::{EventType, Pattern};

/// The time, which is seldom what is looked for.
pub(super) const TIME: Style = Style::new().dimmed();
/// The names of members.
pub(super) const KEY: Style = Style::new().dimmed();

const BAD: &[&str] = &["failed", "failure", "error", "crashed", "panicked", "aborted", "refused", "rejected", "lost"];
const GOOD: &[&str] = &["completed", "succeeded", "passed", "finished", "ready", "recovered"];
const DOUBTFUL: &[&str] = &["warning", "degraded", "retried", "retrying", "cancelled", "skipped", "stalled", "timeout"];

/// Styles by pattern; then by name.
#[derive(Debug, Default)]
pub(super) struct Palette {
    own: Vec<(Pattern, Style)>,
}

impl Palette {
    pub(super) fn add(&mut self, pattern: Pattern, style: Style) {
        self.own.push((pattern, style));
    }

    pub(super) fn of(&self, event_type: &EventType) -> Style {
        let own = self.own.iter().find(|(pattern, _)| pattern.matches(event_type));
        own.map_or_else(|| by_name(event_type.name()), |(_, style)| *style)
    }
}

/// By the last word of the event's name: `failed`, `connection_failed`.
fn by_name(name: &str) -> Style {
    let word = name.rsplit('_').next().unwrap_or(name);
    let color = [(BAD, AnsiColor::Red), (GOOD, AnsiColor::Green), (DOUBTFUL, AnsiColor::Yellow)];
    let found = color.into_iter().find(|(words, _)| words.contains(&word));
    found.map_or(Style::new().bold(), |(_, color)| color.on_default().bold())
}
