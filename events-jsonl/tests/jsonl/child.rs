//! This binary, started again for one test that does its work as a process of its own.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

const DIRECTORY: &str = "EVENTS_JSONL_DIRECTORY";

/// The directory that the parent gave; `None` when the test was not started by one.
pub fn directory() -> Option<PathBuf> {
    env::var_os(DIRECTORY).map(PathBuf::from)
}

/// What starts the test of this name as a child, by a shell that runs `before` and then becomes it.
pub fn command(test: &str, directory: &Path, before: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{before}\nexec \"$@\""), "sh"]);
    command.arg(env::current_exe().unwrap());
    command.args([test, "--exact", "--include-ignored", "--nocapture", "--test-threads=1"]).env(DIRECTORY, directory);
    command
}
