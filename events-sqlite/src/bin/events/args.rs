//! The command line.

use std::{path::PathBuf, time::Duration};

use chrono::{DateTime, Utc};
use clap::{ArgGroup, Parser, Subcommand};

use crate::{filters::Filters, output::Color, time};

const EXIT_CODES: &str = "\
Exit codes:
  0  all is well
  1  the log has a fault; `show` and `tail` without -f: no event was found, or several where one was meant
  2  the arguments are wrong
  3  a file cannot be opened, read or written, or is not an event log";

/// Looks into event logs, and looks after them.
///
/// A log is one file. Other processes may write to it meanwhile; of these commands only `import` and `prune` do.
#[derive(Debug, Parser)]
#[command(name = "events", version, arg_required_else_help = true, after_help = EXIT_CODES)]
pub(crate) struct Args {
    /// Writes for machines: one JSON object a line; an event as it was appended
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Whether to use colours; the environment (`NO_COLOR`, `CLICOLOR_FORCE`) is asked by `auto`
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t)]
    pub(crate) color: Color,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Tail(Tail),
    Show(Show),
    Stats(Stats),
    Consumers(Consumers),
    Replay(Replay),
    Export(Export),
    Import(Import),
    Verify(Verify),
    Prune(Prune),
    Salvage(Salvage),
}

/// The newest events, a line each: position, time, type, entity, payload
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  events tail events.db                              the ten newest
  events tail -f -n 0 events.db                      those that come from now on
  events tail -f --pattern '*.failed' events.db      failures, as they come
  events tail --since 10m --json events.db | jq .data")]
pub(crate) struct Tail {
    /// The log
    pub(crate) file: PathBuf,
    /// Goes on with the events that come, until it is interrupted
    #[arg(short, long, conflicts_with = "until")]
    pub(crate) follow: bool,
    #[command(flatten)]
    pub(crate) filters: Filters,
}

/// One event with all that it says
///
/// A whole content id is looked up; for the beginning of an id, and other ids, the log is read from its beginning.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  events show events.db 4e3f12a8
  events show events.db --position 17 --json")]
pub(crate) struct Show {
    /// The log
    pub(crate) file: PathBuf,
    /// The id of the event, or the beginning of it
    #[arg(required_unless_present = "position")]
    pub(crate) id: Option<String>,
    /// The event at this position
    #[arg(long, value_name = "POSITION", conflicts_with = "id")]
    pub(crate) position: Option<u64>,
}

/// How many events there are, of which types, about how many entities, since when
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  events stats events.db
  events stats --since 1h --pattern '*.failed' events.db")]
pub(crate) struct Stats {
    /// The log
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) filters: Filters,
}

/// How far each consumer is, and how many events are behind its place
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  events consumers events.db
  events consumers --json events.db | jq 'select(.behind > 1000)'")]
pub(crate) struct Consumers {
    /// The log
    pub(crate) file: PathBuf,
}

/// Prints events at the pace at which they happened
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  events replay --speed 60 events.db                 an hour in a minute
  events replay --max-pause 2s --since 1d events.db
  events replay --fast --json events.db | consumer")]
pub(crate) struct Replay {
    /// The log
    pub(crate) file: PathBuf,
    /// So many times as fast as they happened
    #[arg(short, long, value_name = "FACTOR", default_value_t = 1.0, value_parser = factor, conflicts_with = "fast")]
    pub(crate) speed: f64,
    /// As fast as they can be printed
    #[arg(long)]
    pub(crate) fast: bool,
    /// Waits for an event no longer than this, as in 500ms, 2s, 1m
    #[arg(long, value_name = "TIME", value_parser = time::duration, conflicts_with = "fast")]
    pub(crate) max_pause: Option<Duration>,
    #[command(flatten)]
    pub(crate) filters: Filters,
}

/// Writes events as JSON Lines, each as it was appended
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  events export events.db events.jsonl
  events export --type quick_test.failed events.db | gzip > failed.jsonl.gz
  events export events.db | events import copy.db")]
pub(crate) struct Export {
    /// The log
    pub(crate) file: PathBuf,
    /// The file to write, which must not be there yet; `-` is standard output
    #[arg(default_value = "-")]
    pub(crate) to: PathBuf,
    #[command(flatten)]
    pub(crate) filters: Filters,
}

/// Appends events from JSON Lines (of whatever types and sources); those that are there already stay as they are
///
/// A thousand events are one commit. After an error the lines before the last commit are in the log, and the import may be repeated.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  events import events.db events.jsonl
  quick_test --json | events import events.db")]
pub(crate) struct Import {
    /// The log; created if it is not there
    pub(crate) file: PathBuf,
    /// A file of events as `export` writes them; `-` is standard input
    #[arg(default_value = "-")]
    pub(crate) from: PathBuf,
}

/// Recomputes every content id, and checks checksums, positions, versions and pages
///
/// Every fault is told; the exit code is 1 if there is one.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  events verify events.db
  events verify --json events.db | jq 'select(.fault)'")]
pub(crate) struct Verify {
    /// The log
    pub(crate) file: PathBuf,
}

/// Removes the oldest events
///
/// What is kept keeps its positions. The file keeps its size, and the room is used again, unless --compact gives it back.
#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("what").required(true), after_help = "\
Examples:
  events prune --older-than 30d --dry-run events.db
  events prune --keep 1000000 --compact events.db")]
pub(crate) struct Prune {
    /// The log
    pub(crate) file: PathBuf,
    /// The events before this position
    #[arg(long, value_name = "POSITION", group = "what")]
    pub(crate) before: Option<u64>,
    /// The events before the first that happened at this time or later; as for --since. One without a time goes with the next that has one
    #[arg(long, value_name = "TIME", value_parser = time::moment, group = "what")]
    pub(crate) older_than: Option<DateTime<Utc>>,
    /// All but so many of the newest
    #[arg(long, value_name = "EVENTS", group = "what")]
    pub(crate) keep: Option<u64>,
    /// Writes the file anew afterwards, so that it shrinks; others have to wait meanwhile
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) compact: bool,
    /// Only says what would be removed
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,
}

/// Writes what can still be read of a damaged log as JSON Lines, for `import` into a new one
///
/// The log is not changed. The exit code is 1 if something was lost.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  events salvage damaged.db saved.jsonl && events import new.db saved.jsonl")]
pub(crate) struct Salvage {
    /// The damaged log
    pub(crate) file: PathBuf,
    /// The file to write, which must not be there yet; `-` is standard output
    #[arg(default_value = "-")]
    pub(crate) to: PathBuf,
}

fn factor(text: &str) -> Result<f64, &'static str> {
    match text.parse() {
        Ok(factor) if factor > 0.0 && f64::is_finite(factor) => Ok(factor),
        _ => Err("expected a number greater than 0"),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Args;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }
}
