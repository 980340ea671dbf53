//! What crosses threads: all public types, but for those that say otherwise.

use crate::domain::{QuickTestStarted, QuickTestState, ServiceEmitter, ServiceReady};

fn shared<T: Send + Sync>() {}
fn sent<T: Send>() {}

macro_rules! shared {
    ($($type:ty),* $(,)?) => { $(shared::<$type>();)* };
}

#[test]
fn types_of_the_core_are_shared_between_threads() {
    use events_core::{identity::*, testing::*, wire::*, *};

    shared![
        AnyEnvelope,
        BatchError,
        BatchFailure,
        BatchReceipt,
        BusStats,
        ConsoleObserver,
        CorrelationId,
        DedupPolicy,
        DedupWindow,
        DeliveryError,
        DuplicateSubscription,
        EmitError,
        EntityEmitter,
        EntityId,
        Envelope<QuickTestStarted>,
        EnvelopeBuilder<QuickTestStarted>,
        EnvelopeError,
        ErrorBacktrace,
        ErrorInfo,
        EventBus,
        EventBusBuilder,
        EventDescriptor,
        EventId,
        EventStream<AnyEnvelope>,
        EventType,
        FailureKind,
        FieldDescriptor,
        FieldsError,
        History,
        IdentityPolicy,
        InvalidEntityId,
        InvalidEventType,
        InvalidPattern,
        InvalidTraceParent,
        JsonError,
        Metadata,
        MetricClash,
        MetricDescriptor,
        MetricKind,
        MetricsObserver,
        ObserverFailure,
        OpenTelemetryContext,
        Overflow,
        PanicGuard<'static, ServiceEmitter, ServiceReady, fn(ErrorInfo) -> ServiceReady>,
        Pattern,
        Plan,
        PlanStep,
        PlanVerdict,
        RandomIds,
        Receipt,
        RecvTimeoutError,
        Scope,
        Severity,
        ShutdownError,
        StreamIntoIter<EventStream<AnyEnvelope>>,
        StreamItem<AnyEnvelope>,
        StreamIter<'_, EventStream<AnyEnvelope>>,
        Subscription,
        SubscriptionBuilder<'_>,
        SystemClock,
        TraceParent,
        TracingObserver,
        TryRecvError,
        UnknownEventType,
        UnknownSeverity,
        ValidationError,
        WithLosses<AnyEnvelope>,
    ];
    shared![CanonicalWriter, IdentityError, InvalidEventId];
    shared![
        DecodeError,
        Decoded,
        Decoder,
        DuplicateEventType,
        EventRegistry,
        RawEnvelope,
        RawEnvelopeBuilder,
        RegisteredType
    ];
    shared![
        Chaos<Recorder>,
        ChaosAct,
        ChaosBuilder<Recorder>,
        ChaosError,
        ChaosLog,
        ChaosStep,
        Difference,
        FlushError,
        IdempotencyError,
        ManualClock,
        Recorder,
        SequentialIds,
        WaitError,
    ];
}

#[test]
fn machines_are_shared_between_threads() {
    use events_core::*;

    shared![
        Conformance<QuickTestState>,
        Departure<QuickTestState>,
        Edge<QuickTestState>,
        FollowError<QuickTestState>,
        InvalidTransition<QuickTestState>,
        NonConformance<QuickTestState>,
        NotEmitted<EntityEmitter>,
        RefusedEvent,
        RestoreError<QuickTestState>,
        StateChanged<QuickTestState>,
        StateCoordinator<QuickTestState>,
        StateCoordinatorBuilder<QuickTestState>,
        StateManager<QuickTestState>,
        StateManagerBuilder<QuickTestState>,
        StateSnapshot<QuickTestState>,
        StateTable<String>,
        TableError<QuickTestState>,
        Transition<QuickTestState>,
        TransitionRefused<QuickTestState>,
        Trigger,
        UnknownState,
    ];
}

#[test]
fn types_of_the_configuration_are_shared_between_threads() {
    use events_config::*;

    shared![
        ConfigError,
        ConfigErrorKind,
        ConfigErrors,
        ConfiguredIter<'static>,
        ConfiguredObservers,
        ObserverConfig,
        ObserverRegistry,
    ];
}

#[test]
fn types_of_the_recorder_are_shared_between_threads() {
    use events_jsonl::{
        panther::{PantherError, PantherLine, PantherReader},
        *,
    };

    shared![
        BackgroundError,
        CloseError,
        Flush,
        FollowerBuilder,
        Fsync,
        JsonlRecorder,
        JsonlRecorderBuilder,
        OnProblem,
        OpenError,
        PantherError,
        PantherLine,
        Place,
        ReadError,
        Record,
        RecordError,
        RecorderStats,
        ReplayError,
        ReplayProblem,
        ReplayReport,
        Rotation,
        RotationError,
        Start,
        StopHandle,
        SystemTimer,
        TailRepair,
        TornTail,
    ];
    // Whoever reads, reads on: one thread at a time.
    sent::<Follower>();
    sent::<JsonlReader>();
    sent::<PantherReader>();
    sent::<Replay<'_, Follower>>();
    sent::<Replay<'_, JsonlReader>>();
}

#[test]
fn types_of_the_log_are_shared_between_threads() {
    use events_sqlite::*;

    shared![
        AppendOutcome,
        Consumer,
        Durability,
        EventLog,
        EventLogBuilder,
        Fold,
        Folded<QuickTestState>,
        Follower,
        Imported,
        LogError,
        LogObserver,
        LogQueue,
        Query,
        Record,
        Records,
        ReplayReport,
        Replayed,
        Salvaged,
        StopHandle,
        Ticket,
    ];
}

#[test]
fn a_bus_crosses_panics() {
    use std::panic::{RefUnwindSafe, UnwindSafe};

    use events_core::{EntityEmitter, EventBus, Scope, Subscription, WeakEventBus};

    fn crosses<T: UnwindSafe + RefUnwindSafe>() {}

    crosses::<EventBus>();
    crosses::<WeakEventBus>();
    crosses::<EntityEmitter>();
    crosses::<Scope>();
    crosses::<Subscription>();
}
