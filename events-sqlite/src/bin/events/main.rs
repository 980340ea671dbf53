//! `events`: looks into the event logs of `events-sqlite`, and looks after them.
//!
//! Logs are opened for reading only, unless the command says that it writes; other processes may write meanwhile. The events may be
//! of any types: none needs to be known here.

mod args;
mod consumers;
mod error;
mod filters;
mod json;
mod line;
mod output;
mod progress;
mod prune;
mod replay;
mod scan;
mod show;
mod stats;
mod tail;
mod time;
mod transfer;
mod verify;

use std::{
    fs::{self, File},
    io,
    path::Path,
    process::ExitCode,
};

use clap::Parser;
use events_sqlite::EventLog;

use self::{
    args::{Args, Command},
    error::CliError,
    output::Look,
};

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(help) => {
            // Where nobody reads it any more, there is nobody to tell.
            let _ = help.print();
            return ExitCode::from(if help.use_stderr() { 2 } else { 0 });
        }
    };
    let look = Look::new(args.json, args.color);
    match run(&args.command, look) {
        Ok(Verdict::Fine) => ExitCode::SUCCESS,
        Ok(Verdict::Faulty) => ExitCode::from(1),
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

/// What became of a command that did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Fine,
    /// The log has faults, and they were told.
    Faulty,
}

fn run(command: &Command, look: Look) -> Result<Verdict, CliError> {
    match command {
        Command::Tail(args) => tail::run(args, look),
        Command::Show(args) => show::run(args, look),
        Command::Stats(args) => stats::run(args, look),
        Command::Consumers(args) => consumers::run(args, look),
        Command::Replay(args) => replay::run(args, look),
        Command::Export(args) => transfer::export(args, look),
        Command::Import(args) => transfer::import(args, look),
        Command::Salvage(args) => transfer::salvage(args, look),
        Command::Verify(args) => verify::run(args, look),
        Command::Prune(args) => prune::run(args, look),
    }
}

/// The log in a file, for reading.
fn open(file: &Path) -> Result<EventLog, CliError> {
    check_file(file)?;
    Ok(EventLog::builder().read_only().open(file)?)
}

/// That there is a file that can be read; of what keeps it from being opened, the system says more than the database.
fn check_file(file: &Path) -> Result<(), CliError> {
    let check = || {
        let metadata = fs::metadata(file)?;
        if metadata.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if !metadata.is_file() {
            return Err(io::Error::other("not a regular file"));
        }
        File::open(file).map(drop)
    };
    check().map_err(|source| CliError::Open { path: file.to_owned(), source })
}
