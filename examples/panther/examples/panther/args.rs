//! The command line.

use std::{ffi::OsString, fmt::Display, path::PathBuf, str::FromStr};

use lexopt::{Arg, Parser};

pub(crate) const USAGE: &str = "\
An experiment of several tests over loopback, told in the events of PANTHER.

Usage: cargo run --example panther -- [OPTIONS]

Options:
  --tests N          tests to run, 1 to 1000 [default: 8]
  --threads N        tests that run at a time, 1 to 64 [default: 4]
  --drop RATE        part of the datagrams that servers lose, 0 to 1 [default: 0.02]
  --busy-ports RATE  part of the servers that find their port taken, and are not deployed, 0 to 1 [default: 0]
  --seed N           seed of what is lost and taken [default: 1]
  --output DIR       where log, lines, summary and traces go [default: a directory that is removed in the end]
  -v, --verbose      print the states of services and environments, too
  -h, --help         print this

Example: cargo run --example panther -- --tests 12 --drop 0.05 --busy-ports 0.2 --output target/panther
Then `cargo run --example panther_replay -- target/panther` tells it again.

Exit code: 0 all tests completed, 1 one failed, 2 the arguments are wrong, 3 something could not be written.";

#[derive(Debug, PartialEq)]
pub(crate) struct Args {
    pub(crate) tests: u32,
    pub(crate) threads: u32,
    pub(crate) drop: f64,
    pub(crate) busy_ports: f64,
    pub(crate) seed: u64,
    pub(crate) output: Option<PathBuf>,
    pub(crate) verbose: bool,
}

impl Default for Args {
    fn default() -> Self {
        Self { tests: 8, threads: 4, drop: 0.02, busy_ports: 0.0, seed: 1, output: None, verbose: false }
    }
}

/// What the user asked for.
#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    Run(Args),
    Help,
}

pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command, lexopt::Error> {
    let mut this = Args::default();
    let mut parser = Parser::from_args(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("tests") => this.tests = within(&mut parser, "--tests", 1, 1000)?,
            Arg::Long("threads") => this.threads = within(&mut parser, "--threads", 1, 64)?,
            Arg::Long("drop") => this.drop = within(&mut parser, "--drop", 0.0, 1.0)?,
            Arg::Long("busy-ports") => this.busy_ports = within(&mut parser, "--busy-ports", 0.0, 1.0)?,
            Arg::Long("seed") => this.seed = within(&mut parser, "--seed", 0, u64::MAX)?,
            Arg::Long("output") => this.output = Some(parser.value()?.into()),
            Arg::Short('v') | Arg::Long("verbose") => this.verbose = true,
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Run(this))
}

fn within<T>(parser: &mut Parser, option: &str, least: T, most: T) -> Result<T, lexopt::Error>
where
    T: FromStr + PartialOrd + Display + Copy,
{
    let text = parser.value()?;
    match text.to_str().and_then(|text| text.parse().ok()) {
        Some(value) if value >= least && value <= most => Ok(value),
        _ => {
            let text = text.display().to_string();
            Err(format!("invalid value for {option}: expected a number from {least} to {most}, got {text:?}").into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Args, Command, USAGE, parse};

    fn parsed(args: &[&str]) -> Result<Command, String> {
        parse(args.iter().map(Into::into)).map_err(|error| error.to_string())
    }

    #[test]
    fn the_defaults_and_every_option() {
        let defaults =
            Args { tests: 8, threads: 4, drop: 0.02, busy_ports: 0.0, seed: 1, output: None, verbose: false };
        assert_eq!(parsed(&[]), Ok(Command::Run(defaults)));
        let output = Some("runs/7".into());
        let all = Args { tests: 9, threads: 3, drop: 0.5, busy_ports: 0.25, seed: 7, output, verbose: true };
        let args = ["--tests=9", "--threads", "3", "--drop", "0.5", "--busy-ports", "0.25", "--seed", "7"];
        assert_eq!(parsed(&[&args[..], &["--output", "runs/7", "-v"]].concat()), Ok(Command::Run(all)));
        assert_eq!(parsed(&["-h"]), Ok(Command::Help));
    }

    #[test]
    fn the_example_is_a_command_that_works() {
        let example = USAGE.lines().find_map(|line| line.strip_prefix("Example: cargo run --example panther -- "));
        let words: Vec<_> = example.unwrap().split(' ').collect();
        assert!(matches!(parsed(&words), Ok(Command::Run(Args { tests: 12, .. }))));
    }

    #[test]
    fn mistakes_are_named() {
        for (args, message) in [
            (&["--drop", "2"][..], "invalid value for --drop: expected a number from 0 to 1, got \"2\""),
            (&["--busy-ports", "NaN"], "invalid value for --busy-ports: expected a number from 0 to 1, got \"NaN\""),
            (&["--tests", "0"], "invalid value for --tests: expected a number from 1 to 1000, got \"0\""),
            (&["--threads", "65"], "invalid value for --threads: expected a number from 1 to 64, got \"65\""),
            (&["--output"], "missing argument for option '--output'"),
            (&["--colour"], "invalid option '--colour'"),
            (&["now"], "unexpected argument \"now\""),
        ] {
            assert_eq!(parsed(args), Err(message.to_owned()));
        }
    }
}
