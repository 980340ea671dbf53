//! The command line.

use std::{ffi::OsString, fmt::Display, path::PathBuf, str::FromStr, time::Duration};

use lexopt::{Arg, Parser};

pub(crate) const USAGE: &str = "\
A connection test over loopback, told in events.

Usage: cargo run --example quick_test -- [OPTIONS]

Options:
  --packets N        UDP datagrams to send, 1 to 10000 [default: 100]
  --drop RATE        part of the datagrams that the echo side loses, 0 to 1 [default: 0]
  --seed N           seed of the losses [default: 1]
  --timeout MS       how long to wait for each datagram, in ms, 1 to 1000 [default: 50]
  --min-success RATE least success rate of a completed test, 0 to 1 [default: 0.95]
  --json             write the events to standard output as JSON lines (CloudEvents 1.0); all else goes to standard error
  --log FILE         append the events to this event log, too; needs `cargo run --example quick_test --features log`
  -h, --help         print this

All packets together wait 60 seconds at most.

Exit code: 0 the test completed, 1 it failed, 2 the arguments are wrong, 3 something could not be written.";

/// The longest that all packets together may wait.
const MAX_WAIT: Duration = Duration::from_secs(60);

#[derive(Debug, PartialEq)]
pub(crate) struct Args {
    pub(crate) packets: u32,
    pub(crate) drop: f64,
    pub(crate) seed: u64,
    pub(crate) timeout: Duration,
    pub(crate) min_success: f64,
    pub(crate) json: bool,
    pub(crate) log: Option<PathBuf>,
}

/// What the user asked for.
#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    Run(Args),
    Help,
}

pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command, lexopt::Error> {
    let mut this = Args {
        packets: 100,
        drop: 0.0,
        seed: 1,
        timeout: Duration::from_millis(50),
        min_success: 0.95,
        json: false,
        log: None,
    };
    let mut parser = Parser::from_args(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("packets") => this.packets = within(&mut parser, "--packets", 1, 10_000)?,
            Arg::Long("drop") => this.drop = within(&mut parser, "--drop", 0.0, 1.0)?,
            Arg::Long("seed") => this.seed = within(&mut parser, "--seed", 0, u64::MAX)?,
            Arg::Long("timeout") => this.timeout = Duration::from_millis(within(&mut parser, "--timeout", 1, 1_000)?),
            Arg::Long("min-success") => this.min_success = within(&mut parser, "--min-success", 0.0, 1.0)?,
            Arg::Long("json") => this.json = true,
            Arg::Long("log") if cfg!(feature = "log") => this.log = Some(parser.value()?.into()),
            Arg::Long("log") => return Err("--log needs a build with `--features log`".into()),
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            other => return Err(other.unexpected()),
        }
    }
    if this.timeout * this.packets > MAX_WAIT {
        return Err(format!(
            "--packets {} with --timeout {} could wait longer than 60 seconds",
            this.packets,
            this.timeout.as_millis()
        )
        .into());
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
        _ => Err(format!(
            "invalid value for {option}: expected a number from {least} to {most}, got {text:?}",
            text = text.display().to_string()
        )
        .into()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Args, Command, parse};

    fn parsed(args: &[&str]) -> Result<Command, String> {
        parse(args.iter().map(Into::into)).map_err(|error| error.to_string())
    }

    #[test]
    fn the_defaults_and_every_option() {
        let defaults = Args {
            packets: 100,
            drop: 0.0,
            seed: 1,
            timeout: Duration::from_millis(50),
            min_success: 0.95,
            json: false,
            log: None,
        };
        assert_eq!(parsed(&[]), Ok(Command::Run(defaults)));
        let all = Args {
            packets: 7,
            drop: 0.3,
            seed: 9,
            timeout: Duration::from_millis(20),
            min_success: 0.5,
            json: true,
            log: None,
        };
        let args = ["--packets=7", "--drop", "0.3", "--seed", "9", "--timeout", "20", "--min-success", "0.5", "--json"];
        assert_eq!(parsed(&args), Ok(Command::Run(all)));
        assert_eq!(parsed(&["--help"]), Ok(Command::Help));
    }

    #[test]
    fn a_log_needs_the_feature() {
        let log = parsed(&["--log", "events.db"]).map(|command| match command {
            Command::Run(args) => args.log,
            Command::Help => None,
        });
        let refused = "--log needs a build with `--features log`".to_owned();
        assert_eq!(log, if cfg!(feature = "log") { Ok(Some("events.db".into())) } else { Err(refused) });
    }

    #[test]
    fn mistakes_are_named() {
        for (args, message) in [
            (&["--drop", "3"][..], "invalid value for --drop: expected a number from 0 to 1, got \"3\""),
            (&["--drop", "NaN"], "invalid value for --drop: expected a number from 0 to 1, got \"NaN\""),
            (&["--packets", "0"], "invalid value for --packets: expected a number from 1 to 10000, got \"0\""),
            (
                &["--seed", "-1"],
                "invalid value for --seed: expected a number from 0 to 18446744073709551615, got \"-1\"",
            ),
            (&["--packets", "1e3"], "invalid value for --packets: expected a number from 1 to 10000, got \"1e3\""),
            (
                &["--packets", "1000", "--timeout", "61"],
                "--packets 1000 with --timeout 61 could wait longer than 60 seconds",
            ),
            (&["--packets"], "missing argument for option '--packets'"),
            (&["--colour"], "invalid option '--colour'"),
            (&["now"], "unexpected argument \"now\""),
        ] {
            assert_eq!(parsed(args), Err(message.to_owned()));
        }
    }
}
