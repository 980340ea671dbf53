//! State machines as pictures: the text that Mermaid (GitHub draws it) and Graphviz (`dot -Tsvg`) read.
//!
//! Run it with `cargo run --example state_diagrams`, or with a folder behind `--` to write the pictures there.

use std::{env, error::Error, fs, path::Path};

use events_core::{Event, StateMachine, StateTable, TableError};
use events_examples::quick_test::QuickTestState;
use serde::Serialize;

/// An attempt failed.
#[derive(Event, Serialize)]
#[event_type("upload.failed")]
struct UploadFailed {
    fatal: bool,
}

/// The whole file is there.
#[derive(Event, Serialize)]
#[event_type("upload.completed")]
struct UploadCompleted;

/// The life of an upload: events under guards, time-outs, and transitions that the program makes.
#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
enum UploadState {
    #[state(initial, to = [Sending, Abandoned])]
    Waiting,
    #[state(on(UploadCompleted => Done), on(UploadFailed => Abandoned, if = UploadFailed::is_fatal))]
    #[state(on(UploadFailed => Waiting), timeout("30s" => Waiting), to = Waiting)]
    Sending,
    #[state(terminal, name = "safe & sound")]
    Done,
    #[state(terminal)]
    Abandoned,
}

impl UploadFailed {
    fn is_fatal(&self) -> bool {
        self.fatal
    }
}

/// Names that mean something to those who draw, one a line.
const NAMES: &str = r#"end
state
note
default
class
classDef
style
click
href
scale
accTitle
stateDiagram
root
s1
start
two words
"quoted"
C:\new
a --> b
a; b: c
<b>&amp;</b>
%%{init: {}}%%
#35;
[*]
{
1. first
état
状态
🚀"#;

/// A machine whose states are known only at run time, and may be called anything.
fn any_names() -> Result<StateTable<&'static str>, TableError<&'static str>> {
    let names: Vec<&str> = NAMES.lines().chain(["", "two\nlines"]).collect();
    let rows = names.iter().enumerate().map(|(at, name)| (*name, names.get(at + 1).copied()));
    StateTable::from_transitions(names[0], rows)
}

fn main() -> Result<(), Box<dyn Error>> {
    let upload = UploadState::mermaid();
    assert!(upload.contains("sending --> abandoned : upload.failed [UploadFailed#58;#58;is_fatal]"));
    assert!(upload.contains("sending --> waiting : upload.failed<br>after 30s"));
    assert!(UploadState::dot().contains(r#"[label="safe &amp; sound", peripheries=2]"#));

    let names = any_names()?;
    let pictures = [
        ("quick_test", QuickTestState::mermaid(), QuickTestState::dot()),
        ("upload", upload, UploadState::dot()),
        ("any_names", names.mermaid(), names.dot()),
    ];
    let folder = env::args_os().nth(1);
    for (name, mermaid, dot) in pictures {
        if let Some(folder) = folder.as_ref().map(Path::new) {
            fs::create_dir_all(folder)?;
            fs::write(folder.join(name).with_extension("mmd"), mermaid)?;
            fs::write(folder.join(name).with_extension("dot"), dot)?;
        } else {
            println!("{mermaid}\n{dot}");
        }
    }
    Ok(())
}
