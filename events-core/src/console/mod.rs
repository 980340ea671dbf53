//! An observer for people: one line per event.

mod line;
mod palette;

use std::{
    fmt,
    io::{self, IsTerminal, Write},
    mem,
};

use anstream::{AutoStream, ColorChoice};
use anstyle::Style;
use chrono::SecondsFormat;

use self::palette::Palette;
pub use self::{
    line::{Line, columns, is_harmful},
    palette::{KEY, TIME, style_of},
};
use crate::{
    AnyEnvelope, EventType, FieldsError, Observer, ObserverResult, Pattern,
    content::Content,
    fields,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
        lock,
    },
    text::Bounded,
};

/// How long the text of one member may be, in bytes, unless the observer says otherwise.
const MAX_VALUE: usize = 64;

/// Writes each event as one line for people: time (UTC), type, entity id, and the payload as `key=value`.
///
/// ```text
/// 2026-11-23T02:41:52.892Z  quick_test.started    test-001          test_name="Connection Test" config={"packets":100}
/// ```
///
/// The line is for reading, not for parsing: values are cut to 64 bytes and lines to the width of the terminal, with a `…` where
/// something was cut; members that are null are left out; columns grow with what stands in them. Control characters, and those
/// that reorder text, are escaped wherever they stand: no payload can send codes to the terminal or begin a line of its own.
///
/// Colours are used where the target is a terminal, unless the environment says otherwise (`NO_COLOR`, `CLICOLOR`,
/// `CLICOLOR_FORCE`, `TERM`). By the last word of an event's name, `failed`, `error` and the like are red, `completed` and
/// `ready` green, `retried` and `degraded` yellow.
///
/// A line that cannot be written (to a closed pipe, say) is the observer's error in the receipt.
///
/// ```
/// use events_core::{ConsoleObserver, EventBus, anstyle::AnsiColor, pattern};
/// # use events_core::{Event, EventType};
/// # #[derive(serde::Serialize)]
/// # struct Started { test_name: String }
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
///
/// let bus = EventBus::new();
/// let console = ConsoleObserver::stderr().style(pattern!("quick_test.started"), AnsiColor::Cyan.on_default());
/// let _console = bus.observe(console);
/// bus.emit(Started { test_name: "Connection Test".into() }.for_entity("test-001")?)?.into_result()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ConsoleObserver {
    target: Target,
    color: bool,
    width: Option<usize>,
    max_value: usize,
    patterns: Vec<Pattern>,
    palette: Palette,
    type_column: Column,
    entity_column: Column,
}

/// Where lines go. One at a time, whichever threads emit.
enum Target {
    Stdout,
    Stderr,
    Writer(Mutex<Box<dyn Write + Send>>),
}

impl ConsoleObserver {
    /// Writes to standard output.
    #[must_use]
    pub fn stdout() -> Self {
        Self::to(Target::Stdout)
    }

    /// Writes to standard error.
    #[must_use]
    pub fn stderr() -> Self {
        Self::to(Target::Stderr)
    }

    /// Writes to anything: each line in one piece, without flushing.
    ///
    /// ```
    /// use events_core::ConsoleObserver;
    ///
    /// let console = ConsoleObserver::new(std::io::sink()).width(120);
    /// # let _ = console;
    /// ```
    #[must_use]
    pub fn new(writer: impl Write + Send + 'static) -> Self {
        Self::to(Target::Writer(Mutex::new(Box::new(writer))))
    }

    fn to(target: Target) -> Self {
        Self {
            target,
            color: false,
            width: None,
            max_value: MAX_VALUE,
            patterns: Vec::new(),
            palette: Palette::default(),
            type_column: Column::new(20, 40),
            entity_column: Column::new(16, 36),
        }
        .color(ColorChoice::Auto)
    }

    /// Whether colours are used. Default: [`ColorChoice::Auto`], decided here and now.
    #[must_use]
    pub fn color(mut self, choice: ColorChoice) -> Self {
        self.color = match choice {
            ColorChoice::Never => false,
            ColorChoice::Always | ColorChoice::AlwaysAnsi => true,
            ColorChoice::Auto => self.target.choice() != ColorChoice::Never,
        };
        self
    }

    /// How many columns a line may have at most. Default: as many as the terminal has at that moment; without a terminal, any
    /// number.
    #[must_use]
    pub fn width(mut self, columns: usize) -> Self {
        self.width = Some(columns);
        self
    }

    /// How long the text of one member may be, in bytes. Default: 64.
    #[must_use]
    pub fn max_value(mut self, bytes: usize) -> Self {
        self.max_value = bytes;
        self
    }

    /// Only events whose type matches; said again, those that match any of the patterns. Default: all events.
    #[must_use]
    pub fn pattern(mut self, pattern: Pattern) -> Self {
        self.patterns.push(pattern);
        self
    }

    /// How the types that match are shown. Of several patterns that match, the first counts; then come the defaults.
    #[must_use]
    pub fn style(mut self, pattern: Pattern, style: Style) -> Self {
        self.palette.add(pattern, style);
        self
    }

    fn line(&self, event: &AnyEnvelope) -> Result<String, FieldsError> {
        let event_type = event.event_type();
        let mut line = Line::new(self.color, self.width.or_else(|| self.target.width()));
        line.push(TIME, &event.time().to_rfc3339_opts(SecondsFormat::Millis, true));
        line.push(Style::new(), "  ");
        line.push(self.palette.of(event_type), event_type.as_str());
        line.pad(self.type_column.fit(event_type.as_str()));
        line.push_escaped(Style::new(), event.entity_id().as_str());
        let mut padding = self.entity_column.fit(event.entity_id().as_str());
        for (name, value) in fields::of(event, self.max_value)? {
            if matches!(value, Content::Null) {
                continue;
            }
            line.pad(mem::replace(&mut padding, 1));
            line.push_word(KEY, &name);
            line.push(KEY, "=");
            match value {
                Content::Text(text) => line.push_word(Style::new(), &Bounded::cut(&text, self.max_value)),
                other => line.push_escaped(Style::new(), &other.text(self.max_value)),
            }
        }
        Ok(line.finish())
    }
}

#[diagnostic::do_not_recommend]
impl Observer for ConsoleObserver {
    fn is_interested(&self, event_type: &EventType) -> bool {
        self.patterns.is_empty() || self.patterns.iter().any(|pattern| pattern.matches(event_type))
    }

    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        // Made before the lock is taken: a payload writes itself with code of its own.
        let line = self.line(event)?;
        Ok(self.target.write(line.as_bytes(), self.color)?)
    }
}

impl Target {
    /// What the target and the environment say of colours.
    fn choice(&self) -> ColorChoice {
        match self {
            Self::Stdout => AutoStream::choice(&io::stdout()),
            Self::Stderr => AutoStream::choice(&io::stderr()),
            Self::Writer(writer) => AutoStream::choice(&*lock(writer)),
        }
    }

    /// The width of the terminal, if this is one.
    fn width(&self) -> Option<usize> {
        let size = match self {
            Self::Stdout if io::stdout().is_terminal() => terminal_size::terminal_size_of(io::stdout()),
            Self::Stderr if io::stderr().is_terminal() => terminal_size::terminal_size_of(io::stderr()),
            _ => None,
        };
        size.map(|(width, _)| usize::from(width.0))
    }

    fn write(&self, line: &[u8], color: bool) -> io::Result<()> {
        match self {
            // What writes colours knows how to on consoles that do not take codes.
            Self::Stdout if color => AutoStream::always(io::stdout().lock()).write_all(line),
            Self::Stderr if color => AutoStream::always(io::stderr().lock()).write_all(line),
            Self::Stdout => io::stdout().lock().write_all(line),
            Self::Stderr => io::stderr().lock().write_all(line),
            Self::Writer(writer) => lock(writer).write_all(line),
        }
    }
}

/// A column that grows with what stands in it, up to a limit.
#[derive(Debug)]
struct Column {
    width: AtomicUsize,
    limit: usize,
}

impl Column {
    fn new(width: usize, limit: usize) -> Self {
        Self { width: AtomicUsize::new(width), limit }
    }

    /// How many spaces follow the text before the next column.
    fn fit(&self, text: &str) -> usize {
        let columns = columns(text);
        let width = self.width.fetch_max(columns.min(self.limit), Relaxed).max(columns.min(self.limit));
        width.saturating_sub(columns) + 2
    }
}

impl fmt::Debug for ConsoleObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = match self.target {
            Target::Stdout => "stdout",
            Target::Stderr => "stderr",
            Target::Writer(_) => "a writer",
        };
        f.debug_struct("ConsoleObserver")
            .field("target", &target)
            .field("color", &self.color)
            .field("width", &self.width)
            .field("patterns", &self.patterns)
            .finish_non_exhaustive()
    }
}
