//! An experiment told again: from its log and from its JSON lines, each into a fresh bus, where machines reach the states that they
//! had. The record is what `cargo run --example panther -- --output DIR` left.

#[path = "panther/record.rs"]
mod record;
#[path = "panther/replay.rs"]
mod replay;

use std::{
    env,
    ffi::OsString,
    fmt::Write as _,
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use lexopt::{Arg, Parser};

use self::record::{Failure, Record, about_output};

const USAGE: &str = "\
An experiment told again, from its log and from its JSON lines: whether both come to what the run came to.

Usage: cargo run --example panther_replay -- DIR

Options:
  -h, --help  print this

Example: cargo run --example panther_replay -- target/panther
where `cargo run --example panther -- --output target/panther` was run before.

Exit code: 0 all is as it was, 1 something differs, 2 the arguments are wrong, 3 something could not be read or written.";

fn main() -> ExitCode {
    let directory = match parse(env::args_os().skip(1)) {
        Ok(Some(directory)) => directory,
        Ok(None) => {
            return finish(&writeln!(io::stdout(), "{USAGE}"), 0);
        }
        Err(error) => {
            return finish(&writeln!(io::stderr(), "error: {error}\n\n{USAGE}"), 2);
        }
    };
    match replay_and_tell(&Record::at(&directory)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => finish(&writeln!(io::stderr(), "error: {error}"), 3),
    }
}

/// The exit code, or 3 where even the last words could not be written (to a closed pipe, say).
fn finish(written: &io::Result<()>, code: u8) -> ExitCode {
    ExitCode::from(if written.is_ok() { code } else { 3 })
}

/// The directory; nothing, where help is wanted.
fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Option<PathBuf>, lexopt::Error> {
    let mut directory = None;
    let mut parser = Parser::from_args(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(None),
            Arg::Value(value) if directory.is_none() => directory = Some(value.into()),
            other => return Err(other.unexpected()),
        }
    }
    directory.map(Some).ok_or_else(|| "missing argument DIR".into())
}

/// Whether the log and the lines come to what the run came to.
fn replay_and_tell(record: &Record) -> Result<bool, Failure> {
    let run = record.outcome()?;
    let told = run.transitions + run.refusals;
    let mut text = format!("what the run came to\n\n{run}\n\n");
    let mut agree = true;
    for (file, replayed) in [(record.log(), record.replay_log()?), (record.lines(), record.replay_lines()?)] {
        let agrees = replayed.agrees_with(&run);
        agree &= agrees;
        let (file, verdict) = (file.display(), if agrees { "the same" } else { "NOT THE SAME" });
        let repeated = replayed.repeated;
        writeln!(
            text,
            "{file}: {verdict}; {repeated} of {told} transitions and refusals follow from the other events"
        )?;
        if replayed.summary != run {
            writeln!(text, "\n{}\n", replayed.summary)?;
        }
    }
    io::stdout().write_all(text.as_bytes()).map_err(about_output)?;
    Ok(agree)
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn parsed(args: &[&str]) -> Result<Option<String>, String> {
        let directory = parse(args.iter().map(Into::into)).map_err(|error| error.to_string())?;
        Ok(directory.map(|directory| directory.display().to_string()))
    }

    #[test]
    fn a_directory_or_help() {
        assert_eq!(parsed(&["runs/7"]), Ok(Some("runs/7".to_owned())));
        assert_eq!(parsed(&["runs/7", "--help"]), Ok(None));
        assert_eq!(parsed(&["-h"]), Ok(None));
        assert_eq!(parsed(&[]), Err("missing argument DIR".to_owned()));
        assert_eq!(parsed(&["runs/7", "runs/8"]), Err("unexpected argument \"runs/8\"".to_owned()));
        assert_eq!(parsed(&["--colour"]), Err("invalid option '--colour'".to_owned()));
    }
}
