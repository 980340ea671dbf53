//! Streams are made as they are wanted, and as often as anybody likes.

use std::time::Duration;

use events_nats::{
    Retention, Storage, StreamError, StreamOutcome, StreamSettings, SubjectPrefix, WhenFull,
    async_nats::jetstream::{self, stream::Config},
    ensure_stream,
};

use crate::{
    domain::{STREAM, all, connect, packet, publisher},
    server::Server,
};

fn changed(outcome: StreamOutcome) -> Vec<&'static str> {
    match outcome {
        StreamOutcome::Updated(differences) => differences.into_iter().map(|difference| difference.setting).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_can_be_changed_is_changed_and_the_events_stay() {
    let server = Server::start();
    let client = connect(&server).await;
    let settings = StreamSettings::new(STREAM);
    assert_eq!(ensure_stream(&client, &settings).await.unwrap(), StreamOutcome::Created);
    assert_eq!(ensure_stream(&client, &settings).await.unwrap(), StreamOutcome::Unchanged);
    all(publisher(&client).publish_batch((0..3).map(packet)).await);

    let wider = settings
        .clone()
        .duplicate_window(Duration::from_secs(600))
        .max_age(Duration::from_secs(3600))
        .max_bytes(1 << 20)
        .max_messages(1000)
        .max_message_bytes(4096)
        .when_full(WhenFull::ForgetOldest);
    let outcome = ensure_stream(&client, &wider).await.unwrap();
    assert_eq!(
        changed(outcome),
        ["duplicate window", "max age", "max bytes", "max messages", "max message bytes", "when full"]
    );
    assert_eq!(ensure_stream(&client, &wider).await.unwrap(), StreamOutcome::Unchanged);
    let stream = jetstream::new(client).get_stream(STREAM).await.unwrap();
    assert_eq!(stream.cached_info().state.messages, 3);
}

#[tokio::test]
async fn what_cannot_be_changed_is_named() {
    let server = Server::start();
    let client = connect(&server).await;
    let settings = StreamSettings::new(STREAM);
    ensure_stream(&client, &settings).await.unwrap();

    let other = settings.clone().storage(Storage::Memory).retention(Retention::WorkQueue).max_messages(5);
    let error = ensure_stream(&client, &other).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the stream `EVENTS` cannot be changed: `storage` is File, and should be Memory; `retention` is Limits, and should be WorkQueue"
    );
    assert_eq!(ensure_stream(&client, &settings).await.unwrap(), StreamOutcome::Unchanged, "nothing was changed");

    let error = ensure_stream(&client, &StreamSettings::new("OTHER")).await.unwrap_err();
    assert!(matches!(error, StreamError::SubjectsTaken { .. }), "{error}");
    let error = ensure_stream(&client, &StreamSettings::new("a.b")).await.unwrap_err();
    assert!(matches!(error, StreamError::Server { .. }), "{error}");
}

#[tokio::test]
async fn what_the_settings_do_not_speak_of_stays() {
    let server = Server::start();
    let client = connect(&server).await;
    let config = Config {
        name: STREAM.into(),
        subjects: vec!["others.>".into()],
        description: Some("of all".into()),
        ..Config::default()
    };
    jetstream::new(client.clone()).create_stream(config).await.unwrap();
    let lab = SubjectPrefix::new("lab").unwrap();
    let outcome = ensure_stream(&client, &StreamSettings::new(STREAM).prefix(lab)).await.unwrap();
    assert!(changed(outcome).contains(&"subjects"));
    let stream = jetstream::new(client).get_stream(STREAM).await.unwrap();
    let config = &stream.cached_info().config;
    assert_eq!(
        (&*config.subjects, config.description.as_deref()),
        (&["others.>".into(), "lab.>".into()][..], Some("of all"))
    );
}

#[tokio::test]
async fn two_who_make_a_stream_at_once_both_have_it() {
    let server = Server::start();
    let client = connect(&server).await;
    let settings = StreamSettings::new(STREAM);
    let made: Vec<_> =
        futures_util::future::join_all((0..8).map(|_| ensure_stream(&client, &settings))).await.into_iter().collect();
    assert!(made.iter().all(Result::is_ok), "{made:?}");
}
