//! What came, as a list for people.

use std::{fmt, ops::Range};

use crate::{AnyEnvelope, EntityId, content::Content};

/// So many lines of a list are shown at its beginning and at its end; what is between is counted.
const FIRST: usize = 20;
const LAST: usize = 60;
/// A payload in the list has so many characters at most.
const WIDTH: usize = 240;

/// What a recorder held at one moment, and what of it is looked at.
pub(super) struct Snapshot {
    pub(super) events: Vec<AnyEnvelope>,
    pub(super) entity: Option<EntityId>,
}

impl Snapshot {
    pub(super) fn looks_at(&self, event: &AnyEnvelope) -> bool {
        self.entity.as_ref().is_none_or(|entity| entity == event.entity_id())
    }

    /// Which entity is looked at, within a sentence.
    pub(super) fn of(&self) -> String {
        self.entity.as_ref().map(|entity| format!(" of entity `{entity}`")).unwrap_or_default()
    }

    /// All that came.
    pub(super) fn listed(&self) -> Listed<'_> {
        Listed(&self.events)
    }
}

/// Events, numbered from 1, with their entities and payloads.
pub(super) struct Listed<'e>(pub(super) &'e [AnyEnvelope]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let events = self.0;
        if events.is_empty() {
            return f.write_str("no event came");
        }
        write!(f, "{} came:", counted(events.len(), "event"))?;
        let hidden = shortened(events.len());
        let shown = || events.iter().enumerate().filter(|(index, _)| !hidden.contains(index));
        let width = |of: fn(&AnyEnvelope) -> usize| shown().map(|(_, event)| of(event)).max().unwrap_or_default();
        let numbers = events.len().to_string().len() + 1;
        let types = width(|event| event.event_type().as_str().chars().count());
        let entities = width(|event| event.entity_id().chars().count());
        for (index, event) in shown() {
            if index == hidden.end && !hidden.is_empty() {
                write!(f, "\n  … {} more", hidden.len())?;
            }
            let number = format!("#{}", index + 1);
            let payload = cut(&payload(event));
            write!(
                f,
                "\n  {number:<numbers$}  {:<types$}  {:<entities$}  {payload}",
                event.event_type(),
                event.entity_id()
            )?;
        }
        Ok(())
    }
}

/// Lines of their own.
pub(super) fn indented(lines: &[String]) -> String {
    lines.iter().flat_map(|line| ["  ", line, "\n"]).collect()
}

/// An event's number, type, entity and payload, on one line.
pub(super) fn line(number: usize, event: &AnyEnvelope) -> String {
    format!("#{number} {} of {} {}", event.event_type(), event.entity_id(), payload(event))
}

/// The payload, on one line.
fn payload(event: &AnyEnvelope) -> String {
    match event.content(usize::MAX) {
        Ok(Content::Null) => "{}".to_owned(),
        Ok(content) => format!("{content:#}"),
        Err(error) => format!("(cannot be written: {error})"),
    }
}

/// A member of the payload, if it is known under that name.
pub(super) fn member(event: &AnyEnvelope, name: &str) -> Option<String> {
    let Ok(Content::Map(members)) = event.content(usize::MAX) else { return None };
    let named = |(key, _): &&(Content, Content)| matches!(key, Content::Text(key) if key == name);
    members.iter().find(named).map(|(_, value)| cut(&format!("{value:#}")))
}

/// What of so many lines is left out.
pub(super) fn shortened(lines: usize) -> Range<usize> {
    if lines <= FIRST + LAST { 0..0 } else { FIRST..lines - LAST }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// `1 event`, `2 events`.
pub(super) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
