//! Where things are written, and how they look there.

use std::{
    borrow::Cow,
    error::Error,
    fmt::Write as _,
    io::{self, BufWriter, ErrorKind, IsTerminal, Write},
};

use anstream::{AutoStream, ColorChoice};
use clap::ValueEnum;
use events_core::__private::is_harmful;
use events_sqlite::Record;
use indicatif::HumanCount;
use serde::Serialize;

use crate::{error::CliError, json, line::EventLines};

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

/// How things look: for people or machines, with or without colours.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) json: bool,
    pub(crate) color: bool,
}

impl Look {
    pub(crate) fn new(json: bool, color: Color) -> Self {
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => AutoStream::choice(&io::stdout()) != ColorChoice::Never,
        };
        Self { json, color: color && !json }
    }

    /// Writes what a command found out: to standard output, or to standard error where events are on the former.
    pub(crate) fn report(self, to: Stream, report: &impl Report) -> Result<(), CliError> {
        let text = if self.json { json::line(report) } else { report.for_people() };
        let written = match to {
            Stream::Output if self.color => AutoStream::always(io::stdout().lock()).write_all(text.as_bytes()),
            Stream::Output => io::stdout().write_all(text.as_bytes()),
            Stream::Error => io::stderr().write_all(text.as_bytes()),
        };
        match written {
            // Whoever does not read it still learns the exit code.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(CliError::Output),
        }
    }
}

/// Tells an error, and the errors behind it that it does not tell itself.
pub(crate) fn complain(error: &dyn Error) {
    let mut said = error.to_string();
    let mut source = error.source();
    while let Some(behind) = source {
        let text = behind.to_string();
        if !said.contains(&text) {
            // Writing to a string does not fail.
            let _ = write!(said, ": {text}");
        }
        source = behind.source();
    }
    // There is nowhere else to say that this cannot be said.
    let _ = writeln!(io::stderr(), "error: {}", escaped(&said));
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Stream {
    Output,
    Error,
}

/// What a command found out.
pub(crate) trait Report: Serialize {
    /// As whole lines, escaped.
    fn for_people(&self) -> String;
}

/// Standard output for events.
pub(crate) struct Output {
    writer: BufWriter<Box<dyn Write>>,
    is_terminal: bool,
    json: bool,
    lines: EventLines,
}

impl Output {
    pub(crate) fn new(look: Look) -> Self {
        let stdout = io::stdout();
        let is_terminal = stdout.is_terminal();
        let width = if is_terminal { terminal_size::terminal_size_of(&stdout) } else { None };
        let lines = EventLines::new(look.color, width.map(|(width, _)| usize::from(width.0)));
        // What writes colours knows how to on consoles that do not take codes.
        let writer: Box<dyn Write> =
            if look.color { Box::new(AutoStream::always(stdout.lock())) } else { Box::new(stdout.lock()) };
        Self { writer: BufWriter::new(writer), is_terminal, json: look.json, lines }
    }

    /// An event as one line: for people, or as it is.
    pub(crate) fn event(&mut self, record: &Record) -> Result<(), CliError> {
        if self.json { self.cloud_event(record) } else { self.text(&self.lines.line(record)?) }
    }

    /// An event as it is. What would harm a terminal is escaped, where there is one: it stays the same JSON.
    pub(crate) fn cloud_event(&mut self, record: &Record) -> Result<(), CliError> {
        let json = record.json();
        let json = if self.is_terminal { json::escaped(json) } else { Cow::Borrowed(json) };
        self.text(&json)?;
        self.text("\n")
    }

    pub(crate) fn text(&mut self, text: &str) -> Result<(), CliError> {
        self.writer.write_all(text.as_bytes()).map_err(CliError::Output)
    }

    pub(crate) fn flush(&mut self) -> Result<(), CliError> {
        self.writer.flush().map_err(CliError::Output)
    }
}

/// `1 event`, `1,200 events`.
pub(crate) fn counted(count: u64, one: &str) -> String {
    format!("{} {one}{}", HumanCount(count), if count == 1 { "" } else { "s" })
}

/// A text that can do no harm to a terminal.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut to = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_harmful(c) { to.extend(c.escape_default()) } else { to.push(c) }
    }
    Cow::Owned(to)
}
