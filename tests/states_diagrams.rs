//! Machines as pictures. That Mermaid and Graphviz read them is checked with both, by `scripts/check-diagrams`.

use std::time::Duration;

use events_core::{Edge, Event as _, StateMachine, StateTable};

use crate::domain::{QuickTestCompleted, QuickTestFailed, QuickTestStarted};

/// With all that a picture shows, and states whose names mean something to Mermaid.
#[derive(StateMachine, Clone, Copy, Debug, PartialEq, Eq)]
enum Run {
    #[state(initial, on(QuickTestStarted => Running))]
    Note,
    #[state(
        on(QuickTestCompleted => End, if = Self::is_perfect),
        on(QuickTestCompleted => Note),
        on(QuickTestFailed => Note),
        timeout("90s" => Note),
        to = [Note, Running, S7]
    )]
    Running,
    #[state(terminal, name = "it's \"over\"")]
    End,
    #[state(terminal)]
    S7,
}

impl Run {
    fn is_perfect(event: &QuickTestCompleted) -> bool {
        event.success_rate >= 1.0
    }
}

const MERMAID: &str = r#"stateDiagram-v2
    state "note" as s0
    state "it#39;s #34;over#34;" as s2
    state "s7" as s3
    [*] --> s0
    s0 --> running : quick_test.started
    running --> s2 : quick_test.completed [Self#58;#58;is_perfect]
    running --> s0 : quick_test.completed<br>quick_test.failed<br>after 90s
    running --> s0
    running --> running
    running --> s3
    s2 --> [*]
    s3 --> [*]
"#;

const DOT: &str = r#"digraph {
    rankdir=LR
    start [shape=point]
    s0 [label="note"]
    s1 [label="running"]
    s2 [label="it's \"over\"", peripheries=2]
    s3 [label="s7", peripheries=2]
    start -> s0
    s0 -> s1 [label="quick_test.started"]
    s1 -> s2 [label="quick_test.completed [Self::is_perfect]"]
    s1 -> s0 [label="quick_test.completed\nquick_test.failed\nafter 90s"]
    s1 -> s0 [style=dashed]
    s1 -> s1 [style=dashed]
    s1 -> s3 [style=dashed]
}
"#;

#[test]
fn a_picture_shows_what_makes_each_transition() {
    assert_eq!(Run::mermaid(), MERMAID);
    assert_eq!(Run::dot(), DOT);
}

#[test]
fn a_table_of_run_time_is_drawn_as_the_derived_one() {
    let edges = Run::EDGES.iter().cloned().map(|mut edge| {
        edge.guard = None;
        edge
    });
    // Without its guard, a second transition on one event is one too many.
    let edges = edges.filter(|edge| edge.on != Some(QuickTestCompleted::TYPE) || edge.to == Run::End);
    let table = StateTable::new(Run::Note, Run::STATES.iter().copied(), edges).unwrap();
    let without_guard = |text: &str| {
        let text = text.replace(" [Self#58;#58;is_perfect]", "").replace(" [Self::is_perfect]", "");
        text.replace("quick_test.completed<br>", "").replace("quick_test.completed\\n", "")
    };
    assert_eq!(table.mermaid(), without_guard(MERMAID));
    assert_eq!(table.dot(), without_guard(DOT));
}

#[test]
fn states_of_one_name_stay_two() {
    #[derive(Clone, Debug, PartialEq, Eq)]
    struct Step(u8);
    impl std::fmt::Display for Step {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("step")
        }
    }
    let after = Edge::after(Step(1), Duration::from_millis(1500), Step(2));
    let table = StateTable::new(Step(1), [Step(1), Step(2)], [after]).unwrap();
    assert_eq!(
        table.mermaid(),
        "stateDiagram-v2\n    state \"step\" as s0\n    state \"step\" as s1\n    [*] --> s0\n    \
         s0 --> s1 : after 1.5s\n    s1 --> [*]\n"
    );
    assert!(table.dot().contains("s0 -> s1 [label=\"after 1.5s\"]"));
}

#[test]
fn a_name_ends_no_line_and_no_text() {
    let name = "a\nb\\n \"c\" --> %%{init}%% ; é";
    let table = StateTable::from_transitions(name, [(name, [name])]).unwrap();
    assert_eq!(
        table.mermaid(),
        "stateDiagram-v2\n    state \"a#92;nb#92;n #34;c#34; #45;#45;#62; #37;#37;#123;init#125;#37;#37; #59; é\" as s0\n    \
         [*] --> s0\n    s0 --> s0\n"
    );
    assert!(table.dot().contains(r#"s0 [label="a\\nb\\n \"c\" --> %%{init}%% ; é"]"#));
}

#[test]
fn the_picture_of_the_readme_is_that_of_the_machine() {
    let readme = include_str!("../README.md");
    let (_, picture) = readme.split_once("```mermaid\n").unwrap();
    let (picture, _) = picture.split_once("```\n").unwrap();
    assert_eq!(picture, events_examples::quick_test::QuickTestState::mermaid());
}
