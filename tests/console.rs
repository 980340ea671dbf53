//! The console's lines: what stands in them, how they are cut, coloured and escaped, and what becomes of those that fail.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    str,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};

use chrono::DateTime;
use events_core::{
    ColorChoice, ConsoleObserver, Envelope, Event, EventBus, EventType, FailureKind, FieldsError, anstyle::AnsiColor,
    pattern,
};
use serde::{Serialize, Serializer, ser};
use serde_json::{json, value::RawValue};

use crate::domain::{QuickTestFailed, QuickTestStep, ServiceReady};

/// What was written. Clones are one.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<Vec<u8>>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().push(bytes.to_owned());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Paper {
    /// The lines since the last call. Each was written in one piece.
    fn lines(&self) -> Vec<String> {
        let lines = std::mem::take(&mut *self.0.lock().unwrap());
        lines.into_iter().map(|line| str::from_utf8(&line).unwrap().strip_suffix('\n').unwrap().to_owned()).collect()
    }
}

fn plain(paper: &Paper) -> ConsoleObserver {
    ConsoleObserver::new(paper.clone()).color(ColorChoice::Never)
}

fn at_zero<E: Event>(payload: E, entity: &str) -> Envelope<E> {
    Envelope::builder(payload, entity).time(DateTime::UNIX_EPOCH).build().unwrap()
}

/// The line of one event.
fn line_of<E: Event>(set_up: impl FnOnce(ConsoleObserver) -> ConsoleObserver, payload: E, entity: &str) -> String {
    let (bus, paper) = (EventBus::new(), Paper::default());
    let _console = bus.observe(set_up(plain(&paper)));
    bus.emit(at_zero(payload, entity)).unwrap().into_result().unwrap();
    let [line] = &paper.lines()[..] else { panic!("one line") };
    line.clone()
}

#[derive(Event, Serialize)]
#[event_type("sample.told")]
struct Told<T: Serialize + Send + Sync + 'static> {
    value: T,
}

/// How a value is shown.
fn shown<T: Serialize + Send + Sync + 'static>(value: T) -> String {
    let line = line_of(|console| console, Told { value }, "s");
    let head = "1970-01-01T00:00:00.000Z  sample.told           s                 ";
    let value = line.strip_prefix(head).map(|value| value.strip_prefix("value=").unwrap().to_owned());
    value.unwrap_or_else(|| line.strip_prefix(head.trim_end()).unwrap().to_owned())
}

#[test]
fn a_line_has_time_type_entity_and_payload() {
    assert_eq!(
        line_of(|console| console, ServiceReady { port: 80 }, "web"),
        "1970-01-01T00:00:00.000Z  service.ready         web               port=80"
    );
}

#[test]
fn columns_are_aligned_and_grow() {
    let (bus, paper) = (EventBus::new(), Paper::default());
    let _console = bus.observe(plain(&paper));
    for entity in ["web", "a-service-with-a-long-name", "网站", "db"] {
        bus.emit(at_zero(ServiceReady { port: 1 }, entity)).unwrap().into_result().unwrap();
    }
    let lines = paper.lines();
    let head = "1970-01-01T00:00:00.000Z  service.ready         ";
    assert_eq!(lines[0], format!("{head}web               port=1"));
    assert_eq!(lines[1], format!("{head}a-service-with-a-long-name  port=1"));
    assert_eq!(lines[2], format!("{head}网站                        port=1"), "each of the two is two columns wide");
    assert_eq!(lines[3], format!("{head}db                          port=1"));
}

#[test]
fn values_are_shown_as_they_are() {
    assert_eq!(shown(true), "true");
    assert_eq!(shown(u64::MAX), "18446744073709551615");
    assert_eq!(shown(u128::MAX), "340282366920938463463374607431768211455");
    assert_eq!(shown(-7_i128), "-7");
    assert_eq!(shown((0.1_f32, 1.0, 1e300)), "[0.1,1.0,1e+300]");
    assert_eq!(shown(0.1_f32), "0.1");
    assert_eq!(shown('x'), "x");
    assert_eq!(shown("word"), "word");
    assert_eq!(shown(""), r#""""#);
    assert_eq!(shown("two words"), r#""two words""#);
    assert_eq!(shown(r#"a="b\c""#), r#""a=\"b\\c\"""#);
    assert_eq!(shown(Some(1)), "1");
    assert_eq!(shown(None::<u8>), "", "null is left out");
    assert_eq!(shown([1_u8, 2]), "[1,2]");
    assert_eq!(shown(json!({"a": 1.5, "b": [null, "x\ty", {}]})), r#"{"a":1.5,"b":[null,"x\ty",{}]}"#);
    assert_eq!(shown(BTreeMap::from([(true, 1), (false, 2)])), r#"{"false":2,"true":1}"#);
    assert_eq!(shown(RawValue::from_string("{\"n\": 1.50}".into()).unwrap()), r#"{"n":1.50}"#);
    assert_eq!(shown([RawValue::from_string("1.50".into()).unwrap()]), "[1.50]");
    assert_eq!(shown(RawValue::from_string(r#""word""#.into()).unwrap()), "word");
}

#[derive(Serialize)]
enum Shape {
    Unit,
    Newtype(u8),
    Tuple(u8, char),
    Struct { a: Option<u8> },
}

#[test]
fn enums_are_shown_as_serde_tags_them() {
    assert_eq!(shown(Shape::Unit), "Unit");
    assert_eq!(shown(Shape::Newtype(1)), r#"{"Newtype":1}"#);
    assert_eq!(shown(Shape::Tuple(1, 'c')), r#"{"Tuple":[1,"c"]}"#);
    assert_eq!(shown(Shape::Struct { a: None }), r#"{"Struct":{"a":null}}"#);
    assert_eq!(shown([Shape::Unit, Shape::Struct { a: Some(1) }]), r#"["Unit",{"Struct":{"a":1}}]"#);
}

#[derive(Event, Serialize)]
#[event_type("sample.flat")]
struct Flat {
    #[serde(flatten)]
    rest: BTreeMap<String, u8>,
    last: bool,
}

#[derive(Event, Serialize)]
#[event_type("sample.nothing")]
struct Nothing;

/// A payload that is a JSON value, known at run time.
#[derive(Serialize)]
#[serde(transparent)]
struct Untyped(Box<RawValue>);

impl Event for Untyped {
    const TYPE: EventType = EventType::from_static("sample.untyped");
}

#[test]
fn members_are_those_of_the_json_form() {
    let flat = Flat { rest: [("b c".into(), 2), ("a".into(), 1)].into(), last: true };
    assert!(line_of(|console| console, flat, "s").ends_with(r#" a=1 "b c"=2 last=true"#));
    assert!(line_of(|console| console, Nothing, "s").ends_with("  s"), "no space follows");
    let untyped = Untyped(RawValue::from_string(r#"{"n": 1.50, "list": [ 1 ]}"#.into()).unwrap());
    assert!(line_of(|console| console, untyped, "s").ends_with(" n=1.50 list=[1]"));
}

#[test]
fn long_values_and_lines_are_cut_with_a_mark() {
    assert_eq!(shown("x".repeat(65)), format!("{}…", "x".repeat(64)));
    assert_eq!(shown(vec![10_u8; 1000]), format!("[{}…", "10,".repeat(21)));
    let raw = RawValue::from_string(format!("[{}1]", "10, ".repeat(1000))).unwrap();
    assert_eq!(shown(raw), format!("[{}…", "10,".repeat(21)));
    let wide = |width| line_of(|console| console.width(width), ServiceReady { port: 80 }, "网站");
    assert_eq!(wide(73), "1970-01-01T00:00:00.000Z  service.ready         网站              port=80");
    assert_eq!(wide(72), "1970-01-01T00:00:00.000Z  service.ready         网站              port=…");
    assert_eq!(wide(53), "1970-01-01T00:00:00.000Z  service.ready         网站…");
    assert_eq!(wide(52), wide(51));
    assert_eq!(wide(51), "1970-01-01T00:00:00.000Z  service.ready         网…");
    assert_eq!(wide(50), "1970-01-01T00:00:00.000Z  service.ready         …");
    assert_eq!((wide(1), wide(0)), ("…".into(), String::new()));
    assert!(line_of(|console| console.max_value(2), Told { value: "xyz" }, "s").ends_with("value=xy…"));
}

#[test]
fn nothing_in_an_event_reaches_the_terminal_as_a_code_or_a_line() {
    assert_eq!(shown("\x1b[31mred\r\n\0\u{9b}1m"), r#""\u{1b}[31mred\r\n\u{0}\u{9b}1m""#);
    assert_eq!(shown(["\x1b\u{9b}\u{7f}\n"]), r#"["\u001b\u009b\u007f\n"]"#);
    assert_eq!(shown("\u{202e}gpj.exe\u{2028}"), r#""\u{202e}gpj.exe\u{2028}""#);
    let flat = Flat { rest: [("\x1b]0;key\x07".into(), 2)].into(), last: true };
    assert!(line_of(|console| console, flat, "s").ends_with(r#" "\u{1b}]0;key\u{7}"=2 last=true"#));
    // An entity's id has no control characters.
    let line = line_of(|console| console, ServiceReady { port: 1 }, "a\u{202e}b");
    assert_eq!(line, r"1970-01-01T00:00:00.000Z  service.ready         a\u{202e}b        port=1");
}

#[test]
fn types_are_coloured_by_kind_and_by_pattern() {
    let (bus, paper) = (EventBus::new(), Paper::default());
    let console = plain(&paper).color(ColorChoice::Always).style(pattern!("*.step"), AnsiColor::Cyan.on_default());
    let _console = bus.observe(console);
    bus.emit(at_zero(QuickTestFailed { error: "e".into() }, "t")).unwrap().into_result().unwrap();
    bus.emit(at_zero(QuickTestStep { n: 1 }, "t")).unwrap().into_result().unwrap();
    let [failed, step] = &paper.lines()[..] else { panic!("two lines") };
    let dimmed = |text: &str| format!("\x1b[2m{text}\x1b[0m");
    let time = dimmed("1970-01-01T00:00:00.000Z");
    let rest = |member: &str, value: &str| format!("t                 {}{}{value}", dimmed(member), dimmed("="));
    assert_eq!(*failed, format!("{time}  \x1b[1m\x1b[31mquick_test.failed\x1b[0m     {}", rest("error", "e")));
    assert_eq!(*step, format!("{time}  \x1b[36mquick_test.step\x1b[0m       {}", rest("n", "1")));
}

#[test]
fn a_coloured_line_that_is_cut_ends_without_colour() {
    let line = line_of(|console| console.color(ColorChoice::Always).width(30), ServiceReady { port: 80 }, "web");
    assert_eq!(line, "\x1b[2m1970-01-01T00:00:00.000Z\x1b[0m  \x1b[1m\x1b[32mser…\x1b[0m");
}

#[test]
fn only_events_that_match_are_written() {
    let (bus, paper) = (EventBus::new(), Paper::default());
    let _console = bus.observe(plain(&paper).pattern(pattern!("*.failed")).pattern(pattern!("service.>")));
    bus.emit(at_zero(QuickTestFailed { error: "e".into() }, "t")).unwrap().into_result().unwrap();
    bus.emit(at_zero(QuickTestStep { n: 1 }, "t")).unwrap().into_result().unwrap();
    bus.emit(at_zero(ServiceReady { port: 1 }, "t")).unwrap().into_result().unwrap();
    assert_eq!(paper.lines().len(), 2);
}

struct Full;

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_line_that_cannot_be_written_is_a_failure_in_the_receipt() {
    let bus = EventBus::new();
    let _console = bus.observe(ConsoleObserver::new(Full));
    let receipt = bus.emit(at_zero(ServiceReady { port: 1 }, "web")).unwrap();
    let [failure] = receipt.failures() else { panic!("one failure") };
    let FailureKind::Error(error) = failure.kind() else { panic!("an error") };
    assert_eq!(error.downcast_ref::<io::Error>().unwrap().kind(), io::ErrorKind::StorageFull);
}

/// Refuses to be written from some moment on.
struct Shy(Arc<AtomicBool>);

impl Serialize for Shy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.load(SeqCst) { Err(ser::Error::custom("not to you")) } else { serializer.serialize_str("shy") }
    }
}

#[test]
fn a_payload_that_cannot_be_shown_is_a_failure_in_the_receipt() {
    let (bus, paper) = (EventBus::new(), Paper::default());
    let _console = bus.observe(plain(&paper));
    let refuses = Arc::new(AtomicBool::new(false));
    let event = at_zero(Told { value: Shy(Arc::clone(&refuses)) }, "s");
    refuses.store(true, SeqCst);
    let receipt = bus.emit(event).unwrap();
    let [failure] = receipt.failures() else { panic!("one failure") };
    let FailureKind::Error(error) = failure.kind() else { panic!("an error") };
    let error = error.downcast_ref::<FieldsError>().unwrap();
    assert_eq!(error.to_string(), "the payload of event `sample.told` cannot be shown: not to you");
    assert!(paper.lines().is_empty());
}
