//! `events show`.

use std::borrow::Cow;

use events_core::{
    __private::{KEY, Line, columns},
    EventId,
    anstyle::{AnsiColor, Style},
    wire::RawEnvelope,
};
use events_sqlite::{EventLog, LogError, Record};

use crate::{
    Verdict,
    args::Show,
    error::CliError,
    json,
    line::style,
    open,
    output::{Look, Output},
    progress,
    scan::{Found, Positions},
};

/// So many ids are told where many begin alike.
const TOLD: usize = 5;

/// What is told of an event otherwise, or of no interest to people.
const TOLD_OTHERWISE: [&str; 5] = ["specversion", "id", "type", "datacontenttype", "data"];

pub(crate) fn run(args: &Show, look: Look) -> Result<Verdict, CliError> {
    let log = open(&args.file)?;
    let records = match (args.position, &args.id) {
        (Some(position), _) => vec![at(&log, position)?],
        (None, id) => find(&log, id.as_deref().unwrap_or_default())?,
    };
    if records.is_empty() {
        return Err(CliError::NothingFound);
    }
    let mut output = Output::new(look);
    for record in &records {
        if look.json {
            output.event(record)?;
        } else {
            output.text(&page(record, look.color)?)?;
        }
    }
    output.flush()?;
    Ok(Verdict::Fine)
}

fn at(log: &EventLog, position: u64) -> Result<Record, CliError> {
    match log.get(position)? {
        Some(record) => Ok(record),
        None => Err(CliError::NothingAt { position, first: log.first_position()?, last: log.last_position()? }),
    }
}

/// The events of an id (those from elsewhere may share it), or the one whose id begins like that.
fn find(log: &EventLog, wanted: &str) -> Result<Vec<Record>, CliError> {
    // A whole content id is of one event, and is looked up. What is not found so, in a damaged log perhaps, is read for.
    if let Ok(id) = wanted.parse::<EventId>()
        && id.is_content()
        && let Ok(Some(record)) = log.find(id)
    {
        return Ok(vec![record]);
    }
    let (mut exact, mut alike) = (Vec::new(), Vec::new());
    let (mut count, mut unreadable) = (0, 0);
    let positions = Positions::of(log)?;
    let bar = progress::events("reading", positions.left());
    for found in positions {
        bar.inc(1);
        let event = match found? {
            Found::Event(record) => record.raw().map(|event| (record, event)),
            Found::Damaged(_, error) => Err(error),
            Found::Missing(_) => continue,
        };
        match event {
            Ok((record, event)) if event.id() == wanted => exact.push(record),
            Ok((record, event)) if event.id().starts_with(wanted) => {
                count += 1;
                if alike.len() < TOLD {
                    alike.push((event.id().to_owned(), record));
                }
            }
            Ok(_) => {}
            // Another event is no reason not to show this one.
            Err(LogError::Corrupt { .. } | LogError::Decode { .. }) => unreadable += 1,
            Err(error) => return Err(error.into()),
        }
    }
    bar.finish_and_clear();
    match (exact.is_empty(), count) {
        (false, _) => Ok(exact),
        (true, 0) if unreadable > 0 => Err(CliError::NothingReadable(unreadable)),
        (true, 0 | 1) => Ok(alike.into_iter().map(|(_, record)| record).collect()),
        (true, _) => {
            let some = alike.into_iter().map(|(id, _)| id).collect();
            Err(CliError::Ambiguous { id: wanted.to_owned(), count, some })
        }
    }
}

/// Everything an event says, for people.
fn page(record: &Record, color: bool) -> Result<String, CliError> {
    let event = record.raw()?;
    let mut page = String::new();
    let mut say = |name: &str, style: Style, value: &str| {
        let mut line = Line::new(color, None);
        line.push_escaped(KEY, name);
        if !value.is_empty() {
            line.pad(14_usize.saturating_sub(columns(name)).max(1));
            line.push_escaped(style, value);
        }
        page.push_str(&line.finish());
    };
    say("type", style(event.event_type()), event.event_type());
    say("id", Style::new(), event.id());
    let (verdict, style) = verdict(&event);
    say("", style, &verdict);
    let entity = event.entity_type().zip(event.subject());
    if let Some((entity_type, id)) = entity {
        say("entity", Style::new(), &format!("{entity_type}/{id}"));
    }
    say("position", Style::new(), &format!("{}, version {} of its entity", record.position(), record.version()));
    for (name, value) in event.members() {
        let is_entity = entity.is_some() && matches!(&*name, "entitytype" | "subject");
        if !is_entity && !TOLD_OTHERWISE.contains(&&*name) {
            // To ask the event for it by name would be to read all of the event again.
            let text = serde_json::from_str::<String>(value).unwrap_or_else(|_| value.to_owned());
            say(&name, Style::new(), &text);
        }
    }
    if let Some(data) = event.data() {
        say("data", Style::new(), "");
        page.push_str(&json::indented(data, 2));
        page.push('\n');
    }
    Ok(page)
}

/// Whether the id is that of the content.
fn verdict(event: &RawEnvelope) -> (Cow<'static, str>, Style) {
    let (text, color) = match event.verify() {
        Ok(()) if event.event_id().is_some_and(|id| id.is_content()) => {
            (Cow::Borrowed("follows from the content"), AnsiColor::Green)
        }
        Ok(()) => return (Cow::Borrowed("says nothing of the content"), Style::new()),
        Err(error) => (Cow::Owned(format!("does not follow from the content: {error}")), AnsiColor::Red),
    };
    (text, color.on_default())
}
