//! The timeline of upstream PANTHER. The lines are written for these tests, in the format that `events_jsonl::panther` describes.

use std::fs;

use events_jsonl::{
    JsonlReader,
    panther::{PantherError, PantherLine},
};

const LOG: &str = r#"{"ts": "2026-03-01T12:00:00.000001+00:00", "level": "ERROR", "level_num": 40, "source": "logging", "experiment_id": "exp-1", "phase": "deploy", "correlation_id": "c-9", "message": "event_id: \"no\"", "module": "runner", "func": "start", "lineno": 17, "error": {"type": "OSError", "message": "no", "traceback": "…"}}"#;
const METRIC: &str = r#"{"ts": "2026-03-01T12:00:00.250000+00:00", "level": "METRIC", "level_num": 15, "source": "metrics", "metric_name": "cpu", "metric_type": "gauge", "metric_value": 12.5, "component": "collector"}"#;
const EVENT: &str = r#"{"ts": "2026-03-01T12:00:01.500000+00:00", "level": "EVENT", "level_num": 25, "source": "event", "event_id": "5bbc6cbe-7b8a-5b8a-9d2a-2f1d6c3e8a11", "event_type": "service.deployment_started", "entity_type": "service", "entity_id": "picoquic/serv\u00e9r", "experiment_id": "exp-1", "test_id": "t 4", "service_id": "picoquic", "phase": "deploy", "message": "service.deployment_started(picoquic) at 2026-03-01T12:00:01.500000", "data": {"image": "pico:1", "ports": [4443],  "ratio": 1.50}}"#;
const BARE: &str = r#"{"ts": "2026-03-01T12:00:02+00:00", "level": "EVENT", "level_num": 25, "source": "event", "event_id": "7bbc6cbe-7b8a-5b8a-9d2a-2f1d6c3e8a11", "event_type": "step.done", "entity_type": "step", "entity_id": "s1", "message": "…"}"#;

#[expect(clippy::result_large_err, reason = "as large as the errors that the tests are about")]
fn read(lines: &[&str]) -> Vec<Result<PantherLine, PantherError>> {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(&file, lines.join("\n") + "\n").unwrap();
    JsonlReader::open(&file).unwrap().panther().map(|line| Ok(line?.into_event())).collect()
}

#[test]
fn each_line_is_what_it_says() {
    let lines: Vec<_> = read(&[LOG, METRIC, EVENT, LOG]).into_iter().map(Result::unwrap).collect();
    assert!(matches!(lines[..], [PantherLine::Log, PantherLine::Metric, PantherLine::Event(_), PantherLine::Log]));
}

#[test]
fn an_event_says_what_the_line_says() {
    let Ok(PantherLine::Event(event)) = &read(&[EVENT])[0] else { panic!("an event") };
    assert_eq!(event.id(), "5bbc6cbe-7b8a-5b8a-9d2a-2f1d6c3e8a11");
    assert_eq!(event.event_type(), "service.deployment_started");
    assert_eq!(event.source(), "/service/picoquic%2Fserv%C3%A9r");
    assert_eq!((event.subject(), event.entity_type()), (Some("picoquic/servér"), Some("service")));
    assert_eq!(event.time().unwrap().to_rfc3339(), "2026-03-01T12:00:01.500+00:00");
    assert_eq!(event.data(), Some(r#"{"image": "pico:1", "ports": [4443],  "ratio": 1.50}"#), "byte for byte");
    for (name, value) in [("experimentid", "exp-1"), ("testid", "t 4"), ("serviceid", "picoquic"), ("phase", "deploy")]
    {
        assert_eq!(event.attribute(name).unwrap(), value);
    }
    assert!(event.verify().is_ok(), "its id is no content id of ours");
}

#[test]
fn what_is_not_known_is_left_out() {
    let Ok(PantherLine::Event(event)) = &read(&[BARE])[0] else { panic!("an event") };
    assert_eq!((event.data(), event.attribute("phase"), event.attribute("message")), (None, None, None));
}

#[test]
fn lines_that_are_none_of_these_are_told_with_their_places() {
    let without_id = EVENT.replace("event_id", "id");
    let strange = LOG.replace("\"logging\"", "\"tracing\"");
    let not_json = EVENT.replace("1.50}", "NaN}");
    let empty = EVENT.replace("service.deployment_started\"", "\"");
    let lines = read(&[LOG, &without_id, &strange, &not_json, "[]", &empty, EVENT]);
    let errors: Vec<_> = lines.iter().filter_map(|line| line.as_ref().err()).map(ToString::to_string).collect();
    let expected = [
        ":2: an event without `event_id`",
        ":3: unknown source `tracing`; expected `event`, `logging` or `metrics`",
        ":4: expected value",
        ":5: ",
        ":6: at byte",
    ];
    assert_eq!(errors.len(), expected.len(), "{errors:#?}");
    for (error, expected) in errors.iter().zip(expected) {
        assert!(error.contains(expected), "{error} does not say {expected}");
    }
    assert!(matches!(lines.last(), Some(Ok(PantherLine::Event(_)))));
}

#[test]
fn two_lines_that_were_written_into_one_another_are_told() {
    // Older versions of upstream write from three places without a common lock.
    let (a, b) = EVENT.split_at(100);
    let lines = read(&[LOG, &format!("{a}{METRIC}"), b, METRIC]);
    assert!(
        matches!(lines[1], Err(PantherError::Syntax { .. })) && matches!(lines[2], Err(PantherError::Syntax { .. }))
    );
    assert!(matches!(lines[3], Ok(PantherLine::Metric)));
}
