//! Whole runs, and their records told again.

use std::{collections::BTreeMap, fs, io, net::Ipv4Addr, path::Path};

use events_core::{ConsoleObserver, EventBus, wire::RawEnvelope};
use events_panther::{
    assertion::AssertionUnknown,
    summary::{Summary, TestSummary},
};
use fastrand::Rng;

use crate::{Outcome, args::Args, case::Case, echo::Client, record::Record, run};

/// Runs an experiment, and tells its record again.
fn run_and_replay(args: &Args, directory: &Path) -> Outcome {
    let outcome = run(args, directory, ConsoleObserver::new(io::sink())).unwrap();
    let record = Record::at(directory);
    assert_eq!(record.outcome().unwrap(), outcome.summary);
    for replayed in [record.replay_log().unwrap(), record.replay_lines().unwrap()] {
        assert!(replayed.agrees_with(&outcome.summary), "{replayed:#?}\n{:#?}", outcome.summary);
    }
    assert_eq!(outcome.summary.refusals, 0);
    outcome
}

fn all_of<'s>(summary: &'s Summary, entity_type: &str) -> Vec<&'s str> {
    summary.states[entity_type].values().map(String::as_str).collect()
}

#[test]
fn where_nothing_is_lost_all_tests_complete() {
    let directory = tempfile::tempdir().unwrap();
    let args = Args { tests: 3, threads: 3, drop: 0.0, ..Args::default() };
    let Outcome { summary, duplicates } = run_and_replay(&args, directory.path());
    assert_eq!(summary.count("experiment", "completed"), 1);
    assert_eq!(all_of(&summary, "test"), ["completed"; 3]);
    assert_eq!(all_of(&summary, "service"), ["destroyed"; 6]);
    assert_eq!(all_of(&summary, "environment"), ["destroyed"; 3]);
    assert_eq!(summary.events.len(), 8, "every domain has something to tell");
    assert_eq!(duplicates, 2, "a plugin is started once");
    let steps = |test: &TestSummary| (test.steps_planned, test.steps_completed, test.steps_left_out);
    let steps: Vec<_> = summary.tests.values().map(steps).collect();
    assert_eq!(steps, [(4, 4, 1), (4, 4, 1), (3, 3, 2)], "the last is a smoke test");
    assert!(summary.tests.values().all(|test| test.seconds.is_some() && test.failure.is_none()));
    for id in summary.tests.keys() {
        let trace = fs::read_to_string(directory.path().join("outputs").join(id).join("trace.txt")).unwrap();
        assert!(trace.starts_with("handshake: 1 datagrams, 0 retries\n"), "{trace}");
    }
}

#[test]
fn a_server_without_a_port_fails_its_test_alone() {
    let directory = tempfile::tempdir().unwrap();
    let args = Args { tests: 6, drop: 0.0, busy_ports: 0.5, ..Args::default() };
    let Outcome { summary, .. } = run_and_replay(&args, directory.path());
    let failed: Vec<_> = summary.tests.values().filter_map(|test| test.failure.as_deref()).collect();
    assert_eq!((summary.count("test", "failed"), summary.count("test", "completed")), (failed.len(), 6 - failed.len()));
    assert!(!failed.is_empty() && failed.len() < 6, "{failed:?}");
    assert!(failed.iter().all(|reason| reason.starts_with("deployment: the server has no socket")), "{failed:?}");
    assert_eq!(summary.count("experiment", "failed"), 1);
    assert_eq!(all_of(&summary, "service"), ["destroyed"; 12]);
    assert_eq!(all_of(&summary, "environment"), ["destroyed"; 6]);
}

#[test]
fn a_server_that_never_answers_is_not_deployed() {
    let directory = tempfile::tempdir().unwrap();
    let args = Args { tests: 1, drop: 1.0, ..Args::default() };
    let Outcome { summary, .. } = run_and_replay(&args, directory.path());
    let reason = "deployment: the server is not healthy: no answer to datagram 1 of 1 within 1000 ms";
    assert_eq!(summary.tests["echo-1-001"].failure.as_deref(), Some(reason));
    assert_eq!(all_of(&summary, "service"), ["destroyed"; 2]);
}

#[test]
fn what_is_lost_is_tried_again_and_may_be_too_much() {
    let directory = tempfile::tempdir().unwrap();
    let args = Args { tests: 12, threads: 12, drop: 0.06, ..Args::default() };
    let Outcome { summary, .. } = run_and_replay(&args, directory.path());
    let (completed, failed): (Vec<_>, Vec<_>) =
        summary.tests.values().filter(|test| test.attempts_failed > 0).partition(|test| test.failure.is_none());
    assert!(!completed.is_empty() && !failed.is_empty(), "{summary}");
    assert_eq!(all_of(&summary, "service"), ["destroyed"; 24]);
}

#[test]
fn what_is_lost_or_too_slow_is_asserted() {
    let directory = tempfile::tempdir().unwrap();
    let bus = EventBus::builder().history(100).build();
    let case = Case::new(&bus, &Args::default(), 1, Rng::with_seed(1), directory.path());
    let mut client = Client::of((Ipv4Addr::LOCALHOST, 7).into());
    (client.sent, client.lost) = (20, 1);
    let answers = vec![("handshake", Some(0.01)), ("jumbo_packets", None), ("goodbye", Some(0.01))];
    assert!(case.assert(&answers, &client).unwrap().is_ok());

    client.lost = 5;
    let error = case.assert(&vec![("handshake", Some(1.5))], &client).unwrap().unwrap_err();
    let message = "latency of handshake is 1.500, and may be 0.9 at most; loss is 0.250, and may be 0.1 at most";
    assert_eq!((error.phase(), error.to_string().as_str()), ("assertions", message));
    assert_eq!(bus.history().of::<AssertionUnknown>().len(), 1);
}

#[test]
fn tests_are_correlated_and_transitions_have_causes() {
    let directory = tempfile::tempdir().unwrap();
    run_and_replay(&Args { tests: 2, drop: 0.0, ..Args::default() }, directory.path());
    let mut correlated = BTreeMap::<_, u32>::new();
    for line in fs::read_to_string(Record::at(directory.path()).lines()).unwrap().lines() {
        let event: RawEnvelope = line.parse().unwrap();
        let correlation = event.attribute("correlationid");
        if event.entity_type() == Some("test") {
            assert_eq!(correlation.as_deref(), event.subject());
        }
        let has_cause = event.attribute("causationid").is_some();
        assert_eq!(has_cause, event.event_type().ends_with(".state_changed"), "{line}");
        *correlated.entry(correlation.map(|id| id.to_string())).or_default() += 1;
    }
    assert_eq!(correlated.len(), 3, "two tests, and what belongs to none: {correlated:?}");
    assert!(correlated.values().all(|&events| events > 10), "{correlated:?}");
}

#[test]
fn a_line_that_is_missing_is_noticed() {
    let directory = tempfile::tempdir().unwrap();
    let outcome = run_and_replay(&Args { tests: 1, drop: 0.0, ..Args::default() }, directory.path());
    let record = Record::at(directory.path());
    let text = fs::read_to_string(record.lines()).unwrap();
    for lost in ["test.deployment_started", "step.unsupported", "environment.ready", "service.state_changed"] {
        let lost_type = format!("\"type\":\"{lost}\"");
        let at = text.lines().position(|line| line.contains(&lost_type)).unwrap();
        let kept: Vec<_> = text.lines().enumerate().filter(|(number, _)| *number != at).map(|(_, line)| line).collect();
        fs::write(record.lines(), kept.join("\n") + "\n").unwrap();
        assert!(!record.replay_lines().unwrap().agrees_with(&outcome.summary), "without {lost}");
    }
}

#[test]
fn the_console_tells_changes_of_states_and_what_goes_wrong() {
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Shown(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Shown {
        fn write(&mut self, text: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(text)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let lines_of = |verbose| {
        let directory = tempfile::tempdir().unwrap();
        let (args, shown) = (Args { tests: 1, busy_ports: 1.0, verbose, ..Args::default() }, Shown::default());
        run(&args, directory.path(), ConsoleObserver::new(shown.clone())).unwrap();
        let text = String::from_utf8(shown.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| line.split_whitespace().nth(1).unwrap().to_owned()).collect::<Vec<_>>()
    };
    let count = |lines: &[String], name: &str| lines.iter().filter(|line| *line == name).count();
    let lines = lines_of(false);
    assert_eq!((count(&lines, "experiment.state_changed"), count(&lines, "test.state_changed")), (8, 7));
    assert_eq!(count(&lines, "service.deployment_failed"), 1);
    assert_eq!(lines.iter().filter(|line| line.ends_with("failed")).count(), 5, "{lines:?}");
    let verbose = lines_of(true);
    assert!(count(&verbose, "service.state_changed") > 0 && count(&lines, "service.state_changed") == 0);
    assert!(count(&verbose, "environment.state_changed") > 0);
}

#[test]
fn errors_name_their_files() {
    let directory = tempfile::tempdir().unwrap();
    let text = |error: crate::record::Failure| error.to_string();
    let record = Record::at(&directory.path().join("nothing"));
    let summary_file = record.summary().display().to_string();
    assert!(text(record.outcome().unwrap_err()).contains(&summary_file));
    for (file, met) in
        [(record.log(), record.replay_log().unwrap_err()), (record.lines(), record.replay_lines().unwrap_err())]
    {
        let met = text(met);
        assert_eq!(met.matches(&*file.to_string_lossy()).count(), 1, "{met}");
    }
    fs::write(directory.path().join("summary.json"), "{").unwrap();
    let met = text(Record::at(directory.path()).outcome().unwrap_err());
    assert!(met.contains("summary.json"), "{met}");

    // A file where a directory is to be.
    fs::write(directory.path().join("outputs"), "").unwrap();
    let args = Args { tests: 1, ..Args::default() };
    let Err(met) = run(&args, directory.path(), ConsoleObserver::new(io::sink())) else {
        panic!("there are no outputs")
    };
    assert!(text(met).contains("outputs"));
}

#[test]
fn a_transition_that_is_not_told_to_all_ends_in_an_error() {
    struct Closed;

    impl io::Write for Closed {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            let is_transition = String::from_utf8_lossy(line).contains("state_changed");
            if is_transition { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(line.len()) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let directory = tempfile::tempdir().unwrap();
    let args = Args { tests: 1, drop: 0.0, ..Args::default() };
    let Err(error) = run(&args, directory.path(), ConsoleObserver::new(Closed)) else { panic!("nobody noticed") };
    assert!(error.to_string().contains("`standard output` failed: broken pipe"), "{error}");
}

#[test]
fn a_directory_holds_one_run() {
    let directory = tempfile::tempdir().unwrap();
    let args = Args { tests: 1, drop: 0.0, ..Args::default() };
    run_and_replay(&args, directory.path());
    let Err(error) = run(&args, directory.path(), ConsoleObserver::new(io::sink())) else { panic!("it ran twice") };
    assert!(error.to_string().ends_with("holds an experiment already"));
}
