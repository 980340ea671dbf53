//! Errors as data: what is kept of an error, within which bounds, and that the same error is the same event.

use std::{
    error::Error,
    fmt,
    panic::{catch_unwind, panic_any},
};

use events_core::{ErrorBacktrace, ErrorInfo, Event, EventId, Severity, identity};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Event, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[event_type("run.failed")]
struct RunFailed {
    error: ErrorInfo,
    earlier: Vec<ErrorInfo>,
    #[event(skip_id)]
    backtrace: ErrorBacktrace,
}

fn failed(error: ErrorInfo) -> RunFailed {
    RunFailed { error, earlier: Vec::new(), backtrace: ErrorBacktrace::default() }
}

fn id(error: ErrorInfo) -> EventId {
    failed(error).for_entity("run-1").unwrap().id()
}

/// An error with so many sources.
#[derive(Debug)]
struct Layer {
    depth: usize,
    source: Option<Box<Layer>>,
}

impl Layer {
    fn over(depth: usize) -> Self {
        Self { depth, source: depth.checked_sub(1).map(|below| Box::new(Self::over(below))) }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "layer {}", self.depth)
    }
}

impl Error for Layer {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// Its own source.
#[derive(Debug)]
struct Cycle;

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("round")
    }
}

impl Error for Cycle {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self)
    }
}

/// Says something without end, as long as it is listened to; or gives up.
#[derive(Debug)]
enum Odd {
    Endless,
    Broken,
}

impl fmt::Display for Odd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Endless => loop {
                f.write_str("häää ")?;
            },
            Self::Broken => {
                f.write_str("so far")?;
                Err(fmt::Error)
            }
        }
    }
}

impl Error for Odd {}

#[test]
fn an_error_is_described_with_its_sources_outermost_first() {
    let info = ErrorInfo::new(&Layer::over(2));
    assert_eq!(info.message(), "layer 2");
    assert_eq!(info.chain(), ["layer 1", "layer 0"]);
    assert_eq!(info.severity(), Severity::Error);
    assert_eq!(info.error_type(), std::any::type_name::<Layer>());
    assert_eq!((info.to_string(), format!("{info:#}")), ("layer 2".into(), "layer 2: layer 1: layer 0".into()));
    assert_eq!(format!("{info:>9}"), "  layer 2");
}

#[test]
fn what_an_error_says_of_its_source_is_not_said_twice() {
    let error = failed(ErrorInfo::new(&Layer::over(0))).for_entity("").unwrap_err();
    let source = error.source().unwrap().to_string();
    assert!(error.to_string().ends_with(&source), "{error}");
    let info = ErrorInfo::new(&error);
    assert_eq!(info.chain(), [source]);
    assert_eq!(format!("{info:#}"), error.to_string());
}

#[test]
fn the_type_of_an_error_behind_a_trait_object_is_the_name_its_debug_begins_with() {
    let type_of = |error: &dyn Error| ErrorInfo::from_dyn(error).error_type().to_owned();
    assert_eq!(type_of(&Layer::over(1)), "Layer");
    assert_eq!(type_of(&Cycle), "Cycle");
    assert_eq!(type_of(&Odd::Broken), "Broken");
    let io: Box<dyn Error + Send + Sync> = std::io::Error::from_raw_os_error(2).into();
    assert_eq!(type_of(&*io), "Os");
    let text: Box<dyn Error> = "Connection refused".into();
    assert_eq!(type_of(&*text), "dyn Error");
    assert_eq!(ErrorInfo::from_dyn(&Layer::over(1)).chain(), ["layer 0"]);
}

#[test]
fn the_same_error_is_the_same_event_and_another_is_not() {
    let info = || ErrorInfo::new(&Layer::over(2));
    assert_eq!(id(info()), id(info()));
    let others = [
        ErrorInfo::new(&Layer::over(3)),
        info().with_severity(Severity::Critical),
        info().with_error_type("layer_error"),
        ErrorInfo::from_message(info().error_type(), "layer 2"),
    ];
    assert!(others.into_iter().all(|other| id(other) != id(info())));
}

#[test]
fn the_id_is_that_of_the_json_form() {
    let mut event = failed(ErrorInfo::new(&Layer::over(1)).with_error_type("layer_error"));
    event.earlier = vec![ErrorInfo::from_message("timeout_error", "too late").with_severity(Severity::Warning)];
    let value = json!({
        "error": { "severity": "error", "error_type": "layer_error", "chain": ["layer 0"], "message": "layer 1" },
        "earlier": [{ "message": "too late", "error_type": "timeout_error", "chain": [], "severity": "warning" }],
        "backtrace": null,
    });
    assert_eq!(serde_json::to_value(&event).unwrap(), value);
    assert_eq!(serde_json::from_value::<RunFailed>(value.clone()).unwrap(), event);
    let skipped = RunFailed::DESCRIPTOR.skipped();
    assert_eq!(EventId::of(&event, "run-1"), EventId::content_skipping("run.failed", "run", "run-1", &value, skipped));
    assert!(identity::canonical("run.failed", "run", "run-1", &event, &["backtrace"]).is_ok());
}

#[test]
fn a_chain_is_cut_with_a_mark() {
    let whole = ErrorInfo::new(&Layer::over(ErrorInfo::MAX_CHAIN));
    assert_eq!(whole.chain().len(), ErrorInfo::MAX_CHAIN);
    assert_eq!(whole.chain().last().unwrap(), "layer 0");
    let cut = ErrorInfo::new(&Layer::over(ErrorInfo::MAX_CHAIN + 1));
    assert_eq!(cut.chain().len(), ErrorInfo::MAX_CHAIN + 1);
    assert_eq!(cut.chain()[ErrorInfo::MAX_CHAIN - 1..], ["layer 1", "…"]);
}

#[test]
fn an_error_that_is_its_own_source_ends() {
    let info = ErrorInfo::new(&Cycle);
    assert_eq!(info.chain().len(), ErrorInfo::MAX_CHAIN + 1);
    assert_eq!(info.chain()[ErrorInfo::MAX_CHAIN - 1..], ["round", "…"]);
}

#[test]
fn a_message_without_end_is_cut_with_a_mark() {
    let message = ErrorInfo::new(&Odd::Endless).message().to_owned();
    let text = message.strip_suffix('…').unwrap();
    assert!((ErrorInfo::MAX_TEXT - 3..=ErrorInfo::MAX_TEXT).contains(&text.len()), "{}", text.len());
    assert!(text.starts_with("häää häää"));
    let exact = "x".repeat(ErrorInfo::MAX_TEXT);
    assert_eq!(ErrorInfo::from_message("exact", &exact).message(), exact);
}

#[derive(Debug, Default)]
struct Pair<A, B>(A, B);

impl<A: fmt::Debug, B: fmt::Debug> fmt::Display for Pair<A, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("pair")
    }
}

impl<A: fmt::Debug, B: fmt::Debug> Error for Pair<A, B> {}

#[test]
fn the_name_of_a_type_is_cut_with_a_mark() {
    type Four<T> = Pair<Pair<T, T>, Pair<T, T>>;
    let info = ErrorInfo::new(&Four::<Four<Four<Four<()>>>>::default());
    let name = info.error_type().strip_suffix('…').unwrap();
    assert_eq!(name.len(), ErrorInfo::MAX_TEXT);
}

#[test]
fn a_message_that_cannot_be_written_is_kept_as_far_as_it_came() {
    assert_eq!(ErrorInfo::new(&Odd::Broken).message(), "so far…");
}

#[test]
fn a_panic_is_described_by_its_payload() {
    let describe = |run: fn()| ErrorInfo::from_panic(&*catch_unwind(run).unwrap_err());
    let messages: [(fn(), &str); 3] = [
        (|| panic!("a literal"), "a literal"),
        (|| panic!("made of {}", 2), "made of 2"),
        (|| panic_any(7_u8), "a value that is not text"),
    ];
    for (run, message) in messages {
        let info = describe(run);
        assert_eq!(info, ErrorInfo::from_panic(&catch_unwind(run).unwrap_err()), "a forgotten `*`");
        assert_eq!((info.message(), info.error_type()), (message, "panic"));
        assert_eq!((info.severity(), info.chain().len()), (Severity::Critical, 0));
    }
}

#[test]
fn severities_have_one_spelling() {
    for severity in [Severity::Warning, Severity::Error, Severity::Critical] {
        let text = severity.to_string();
        assert_eq!(text, format!("{severity:?}").to_lowercase());
        assert_eq!(text.parse(), Ok(severity));
        assert_eq!(serde_json::to_value(severity).unwrap(), text);
        assert_eq!(serde_json::from_value::<Severity>(text.into()).unwrap(), severity);
    }
    let error = "Error".parse::<Severity>().unwrap_err();
    assert_eq!(error.to_string(), r#"unknown severity "Error"; expected `warning`, `error` or `critical`"#);
    assert!(serde_json::from_str::<Severity>(r#""fatal""#).unwrap_err().to_string().contains("unknown severity"));
}

#[test]
fn what_is_read_has_every_member_once_and_no_other() {
    let whole = r#"{"message":"m","error_type":"t","chain":["c"],"severity":"critical"}"#;
    let info: ErrorInfo = serde_json::from_str(whole).unwrap();
    assert_eq!(serde_json::to_string(&info).unwrap(), whole);
    assert_eq!(serde_json::from_str::<ErrorInfo>(r#"["m","t",["c"],"critical"]"#).unwrap(), info);
    for (text, message) in [
        (r#"{"error_type":"t","chain":[],"severity":"error"}"#, "missing field `message`"),
        (r#"{"message":"m","error_type":"t","severity":"error"}"#, "missing field `chain`"),
        (
            r#"{"message":"m","message":"m","error_type":"t","chain":[],"severity":"error"}"#,
            "duplicate field `message`",
        ),
        (r#"{"message":"m","error_type":"t","chain":[],"severity":"error","code":1}"#, "unknown field `code`"),
        (r#"{"message":"m","error_type":"t","chain":[1],"severity":"error"}"#, "invalid type"),
        (r#"["m","t",[]]"#, "invalid length 3"),
    ] {
        let error = serde_json::from_str::<ErrorInfo>(text).unwrap_err().to_string();
        assert!(error.contains(message), "{text}: {error}");
    }
}

#[test]
fn a_backtrace_is_kept_in_json_and_not_in_the_id() {
    let info = || ErrorInfo::new(&Layer::over(0));
    let traced = RunFailed { backtrace: ErrorBacktrace::force_capture(), ..failed(info()) };
    let text = traced.backtrace.as_str().unwrap();
    assert!(text.contains("a_backtrace_is_kept_in_json_and_not_in_the_id"), "{text}");
    assert_eq!(traced.backtrace.to_string(), text);
    let json = serde_json::to_string(&traced).unwrap();
    assert_eq!(serde_json::from_str::<RunFailed>(&json).unwrap(), traced);
    assert_eq!(EventId::of(&traced, "run-1").unwrap(), id(info()));
    assert_eq!(ErrorBacktrace::of(&std::backtrace::Backtrace::disabled()), ErrorBacktrace::default());
}
