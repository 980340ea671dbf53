//! Which kinds of events have which colour.

use anstyle::{AnsiColor, Style};

use crate::{EventType, Pattern, tone::Tone};

/// The time, which is seldom what is looked for.
pub const TIME: Style = Style::new().dimmed();
/// The names of members.
pub const KEY: Style = Style::new().dimmed();

/// Styles by pattern; then by what the name says.
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
        own.map_or_else(|| style_of(event_type), |(_, style)| *style)
    }
}

/// How an event of this type is shown by default.
pub fn style_of(event_type: &EventType) -> Style {
    let color = match Tone::of(event_type) {
        Tone::Bad => Some(AnsiColor::Red.into()),
        Tone::Doubtful => Some(AnsiColor::Yellow.into()),
        Tone::Good => Some(AnsiColor::Green.into()),
        Tone::Neutral => None,
    };
    Style::new().bold().fg_color(color)
}
