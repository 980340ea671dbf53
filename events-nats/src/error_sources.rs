//! The text of an error says its cause, and `source` gives it. Tested in here, for who uses the crate cannot make most of these.

use std::{error::Error, io, time::Duration};

use async_nats::jetstream;
use events_core::{Event, wire::Decoder};

use crate::{
    FailedEvent, MessageError, OutboundError, PublishError, Reason, ReplayError, StreamError, SubscribeError, Trouble,
};

#[derive(Event, serde::Serialize)]
#[event_type("probe.stepped")]
struct Stepped {
    n: u32,
}

fn cause() -> Box<dyn Error + Send + Sync> {
    io::Error::other("out of ink").into()
}

fn not_published() -> PublishError {
    PublishError::TooLarge { id: "1".into(), source: cause() }
}

/// What a server says.
fn full() -> jetstream::Error {
    serde_json::from_str(r#"{"code": 503, "err_code": 10077, "description": "out of ink"}"#).unwrap()
}

fn assert_says_its_cause(error: &dyn Error) {
    let Some(cause) = error.source() else { panic!("no source of {error:?}") };
    assert!(error.to_string().contains(&cause.to_string()), "`{error}` does not say `{cause}`");
}

#[test]
fn errors_say_their_causes() {
    let name = || "EVENTS".to_owned();
    let malformed = || Decoder::new().raw("{").unwrap_err();
    let not_utf8 = String::from_utf8(vec![0xff]).unwrap_err().utf8_error();
    let event = Stepped { n: 1 }.for_entity("e").unwrap().erase();
    let errors: [Box<dyn Error>; 11] = [
        not_published().into(),
        PublishError::Refused { id: "1".into(), subject: "events".into(), source: full() }.into(),
        PublishError::NotVerified { id: "1".into(), source: cause() }.into(),
        MessageError::Payload { id: name(), source: not_utf8 }.into(),
        StreamError::Server { name: name(), source: cause() }.into(),
        SubscribeError::Consumer { stream: name(), consumer: name(), source: cause() }.into(),
        SubscribeError::NoDeadLetters { subject: name(), source: cause() }.into(),
        ReplayError::Server { stream: name(), source: cause() }.into(),
        ReplayError::Unreadable { stream: name(), sequence: 1, source: malformed().into() }.into(),
        Reason::Failed(cause()).into(),
        OutboundError { failed: vec![FailedEvent { event, error: not_published() }] }.into(),
    ];
    for error in &errors {
        assert_says_its_cause(&**error);
    }
}

#[test]
fn trouble_says_its_cause() {
    let (error, delay) = (io::Error::other("out of ink"), Duration::from_secs(1));
    let malformed = MessageError::from(Decoder::new().raw("{").unwrap_err());
    for reason in [Reason::Failed(cause()), Reason::Panicked("no ink".into()), malformed.into()] {
        assert_says_its_cause(&Trouble::Retried { sequence: 1, delay, reason: &reason });
        assert_says_its_cause(&Trouble::Buried { sequence: 1, reason: &reason });
    }
    assert_says_its_cause(&Trouble::Interrupted { error: &error });
    assert_says_its_cause(&Trouble::NotBuried { sequence: 1, delay, error: &error });
}
