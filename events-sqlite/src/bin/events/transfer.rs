//! `events export`, `import` and `salvage`: events as lines of JSON.

use std::{
    fmt::Write as _,
    fs::File,
    io::{self, BufReader, BufWriter, IsTerminal, Write},
    ops::RangeInclusive,
    path::Path,
};

use events_sqlite::{EventLog, LogError};
use indicatif::{HumanCount, ProgressBar};
use serde::Serialize;

use crate::{
    Verdict,
    args::{Export, Import, Salvage},
    check_file,
    error::CliError,
    json, open,
    output::{Look, Report, Stream, counted},
    progress,
};

pub(crate) fn export(args: &Export, look: Look) -> Result<Verdict, CliError> {
    let log = open(&args.file)?;
    let total = (log.last_position()? + 1).saturating_sub(log.first_position()?);
    let mut lines = Lines::to(&args.to, || progress::events("exporting", total))?;
    let exported = log.export(args.filters.query(), &mut lines)?;
    look.report(lines.finish(), &Exported { exported })?;
    Ok(Verdict::Fine)
}

pub(crate) fn import(args: &Import, look: Look) -> Result<Verdict, CliError> {
    let imported = if is_stream(&args.from) {
        let bar = progress::spinner("importing");
        let imported = EventLog::open(&args.file)?.import(io::stdin().lock());
        bar.finish_and_clear();
        imported
    } else {
        // Before the log, which would be created.
        let open = || -> io::Result<_> {
            let file = File::open(&args.from)?;
            let bytes = file.metadata()?.len();
            Ok((file, bytes))
        };
        let (file, bytes) = open().map_err(|source| CliError::Open { path: args.from.clone(), source })?;
        let bar = progress::bytes("importing", bytes);
        let imported = EventLog::open(&args.file)?.import(BufReader::new(bar.wrap_read(file)));
        bar.finish_and_clear();
        imported
    };
    let imported = imported.map_err(|error| match error {
        LogError::Line { line: number, source, .. } => CliError::Line { number, source },
        error => error.into(),
    })?;
    look.report(Stream::Output, &Imported { appended: imported.appended, duplicates: imported.duplicates })?;
    Ok(Verdict::Fine)
}

pub(crate) fn salvage(args: &Salvage, look: Look) -> Result<Verdict, CliError> {
    // Before the target, which would be created.
    check_file(&args.file)?;
    let mut lines = Lines::to(&args.to, || progress::spinner("salvaging"))?;
    let salvaged = events_sqlite::salvage(&args.file, &mut lines)?;
    let saved = Saved {
        events: salvaged.events,
        lost: salvaged.lost,
        gaps: salvaged.gaps.into_iter().map(RangeInclusive::into_inner).collect(),
    };
    look.report(lines.finish(), &saved)?;
    Ok(if saved.lost == 0 { Verdict::Fine } else { Verdict::Faulty })
}

fn is_stream(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Where lines of JSON go, and how many have gone there.
struct Lines {
    writer: BufWriter<Box<dyn Write>>,
    bar: ProgressBar,
    report: Stream,
    is_terminal: bool,
}

impl Lines {
    fn to(path: &Path, bar: impl FnOnce() -> ProgressBar) -> Result<Self, CliError> {
        let (writer, report, is_terminal): (Box<dyn Write>, _, _) = if is_stream(path) {
            let stdout = io::stdout();
            let is_terminal = stdout.is_terminal();
            (Box::new(stdout.lock()), Stream::Error, is_terminal)
        } else {
            let file = File::create_new(path).map_err(|source| CliError::Open { path: path.to_owned(), source })?;
            (Box::new(file), Stream::Output, false)
        };
        let bar = if is_terminal { ProgressBar::hidden() } else { bar() };
        Ok(Self { writer: BufWriter::new(writer), bar, report, is_terminal })
    }

    /// Where what became of it is to be reported.
    fn finish(self) -> Stream {
        self.bar.finish_and_clear();
        self.report
    }
}

/// Takes whole lines, or parts of them that end between characters, as the log writes them.
impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_terminal {
            for (nth, line) in String::from_utf8_lossy(bytes).split('\n').enumerate() {
                if nth > 0 {
                    self.writer.write_all(b"\n")?;
                }
                self.writer.write_all(json::escaped(line).as_bytes())?;
            }
        } else {
            self.writer.write_all(bytes)?;
        }
        // The log writes no line in which there are others.
        self.bar.inc(u64::from(bytes.ends_with(b"\n")));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

#[derive(Debug, Serialize)]
struct Exported {
    exported: u64,
}

impl Report for Exported {
    fn for_people(&self) -> String {
        format!("{} exported\n", counted(self.exported, "event"))
    }
}

#[derive(Debug, Serialize)]
struct Imported {
    appended: u64,
    duplicates: u64,
}

impl Report for Imported {
    fn for_people(&self) -> String {
        let Self { appended, duplicates } = *self;
        format!("{} appended, {}\n", counted(appended, "event"), counted(duplicates, "duplicate"))
    }
}

#[derive(Debug, Serialize)]
struct Saved {
    events: u64,
    lost: u64,
    /// From the first to the last position of each.
    gaps: Vec<(u64, u64)>,
}

impl Report for Saved {
    fn for_people(&self) -> String {
        let mut text = format!("{} saved, {} lost\n", counted(self.events, "event"), HumanCount(self.lost));
        for (first, last) in &self.gaps {
            // Writing to a string does not fail.
            let _ = if first == last { writeln!(text, "  {first}") } else { writeln!(text, "  {first} to {last}") };
        }
        text
    }
}
