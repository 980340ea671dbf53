//! What crosses threads: all public types, and the futures of all methods.

use std::future::{Future, pending};

use async_nats::Client;
use events_core::{AnyEnvelope, EventBus, wire::RawEnvelope};
use events_nats::*;

fn shared<T: Send + Sync>() {}
fn sent<T: Send>() {}

macro_rules! shared {
    ($($type:ty),* $(,)?) => { $(shared::<$type>();)* };
}

#[test]
fn types_are_shared_between_threads() {
    shared![
        Backoff,
        Bridge,
        BridgeObserver,
        BridgeStats,
        ContentMode,
        DeadLetters,
        Delivered,
        Difference,
        FailedEvent,
        HandoverError,
        InvalidPrefix,
        MessageError,
        NatsObserver,
        NatsPublisher,
        NatsPublisherBuilder,
        ObserverSettings,
        Outbound,
        OutboundError,
        OutboundStats,
        PendingReceipt,
        PublishError,
        PublishReceipt,
        Reason,
        Relayed<u64>,
        ReplayBuilder,
        ReplayError,
        Retention,
        Start,
        Storage,
        StreamError,
        StreamOutcome,
        StreamSettings,
        SubjectPrefix,
        SubscribeError,
        SubscriberStats,
        Trouble<'static>,
        Violations,
        WhenFull,
    ];
    // Whoever reads, reads on: one task at a time.
    sent::<NatsSubscriber>();
    sent::<NatsSubscriberBuilder>();
    sent::<Replay>();
}

fn sent_future(_: impl Future + Send) {}

/// Never called: the compiler says whether a task of a runtime of several threads may await them.
fn futures_are_sent(
    (client, bus): (Client, &EventBus),
    (event, raw): (&AnyEnvelope, &RawEnvelope),
    (publisher, outbound): (&NatsPublisher, Outbound),
    (subscriber, replay): (&mut NatsSubscriber, &mut Replay),
) {
    sent_future(publisher.publish(event));
    sent_future(publisher.publish_raw(raw));
    sent_future(publisher.publish_batch([event]));
    sent_future(publisher.relay([(1, raw.clone())]));
    sent_future(publisher.flush());
    sent_future(outbound.ready());
    sent_future(outbound.flush());
    sent_future(outbound.close());
    sent_future(subscriber.run(|_| async { Ok::<(), PublishError>(()) }));
    sent_future(subscriber.run_until(pending(), |_| async { Ok::<(), PublishError>(()) }));
    sent_future(Bridge::new().inward(bus, subscriber, pending()));
    sent_future(replay.next());
    sent_future(NatsSubscriber::builder(client.clone(), "EVENTS", "watcher").open());
    sent_future(Replay::builder(client.clone(), "EVENTS").open());
    sent_future(ensure_stream(&client, &StreamSettings::new("EVENTS")));
}

#[test]
fn futures_are_sent_between_threads() {
    let _ = futures_are_sent;
}
