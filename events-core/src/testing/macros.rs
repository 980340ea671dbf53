//! The assertions.

/// Asserts that an event came that matches, and evaluates to the first that does, an [`Envelope`](crate::Envelope).
///
/// What is expected is the event's type alone, or a pattern of that struct, with a guard if need be. Fields are bound by
/// reference:
///
/// ```
/// use events_core::{Event, EventBus, EventType, testing::{Recorder, assert_emitted}};
/// # #[derive(serde::Serialize)]
/// # struct Started { test_name: String, retries: u32 }
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
///
/// let bus = EventBus::new();
/// let seen = Recorder::on(&bus);
/// bus.emit(Started { test_name: "Connection Test".into(), retries: 3 }.for_entity("test-001")?)?.into_result()?;
///
/// assert_emitted!(seen, Started);
/// assert_emitted!(seen, Started { retries: 1..=3, .. });
/// let started = assert_emitted!(seen, Started { test_name, retries: 3 } if test_name == "Connection Test");
/// assert_eq!(started.entity_id(), "test-001");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Panics
///
/// When none matches. The message names the nearest miss, with what it lacks, and lists what came:
///
/// ```should_panic
/// # use events_core::{Event, EventBus, EventType, testing::{Recorder, assert_emitted}};
/// # #[derive(serde::Serialize)]
/// # struct Started { test_name: String, retries: u32 }
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
/// # let bus = EventBus::new();
/// # let seen = Recorder::on(&bus);
/// # bus.emit(Started { test_name: "Connection Test".into(), retries: 3 }.for_entity("test-001").unwrap()).unwrap().into_result().unwrap();
/// assert_emitted!(seen, Started { test_name, retries: 0 } if test_name == "Connection Test");
/// ```
///
/// ```text
/// no event matches `Started { test_name, retries: 0 } if test_name == "Connection Test"`
/// nearest: #1
///   `retries` is 3, expected `0`
/// 1 event came:
///   #1  quick_test.started  test-001  {"test_name": "Connection Test", "retries": 3}
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __assert_emitted {
    ($seen:expr, $event:path $({ $($fields:tt)* } $(if $guard:expr)?)? $(,)?) => {
        $crate::__private::testing::emitted(
            &$seen,
            &$crate::__expectation!($event $({ $($fields)* } $(if $guard)?)?),
        )
    };
}

/// Asserts that exactly one event came that matches, and evaluates to it, an [`Envelope`](crate::Envelope).
///
/// ```
/// use events_core::{Event, EventBus, EventType, testing::{Recorder, assert_emitted_once}};
/// # #[derive(serde::Serialize)]
/// # struct Started { test_name: String }
/// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
///
/// let bus = EventBus::new();
/// let seen = Recorder::on(&bus);
/// bus.emit(Started { test_name: "Connection Test".into() }.for_entity("test-001")?)?.into_result()?;
/// let started = assert_emitted_once!(seen, Started { .. });
/// assert_eq!(started.test_name, "Connection Test");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Panics
///
/// When none matches, as [`assert_emitted!`](super::assert_emitted) does, and when several do.
#[doc(hidden)]
#[macro_export]
macro_rules! __assert_emitted_once {
    ($seen:expr, $event:path $({ $($fields:tt)* } $(if $guard:expr)?)? $(,)?) => {
        $crate::__private::testing::emitted_once(
            &$seen,
            &$crate::__expectation!($event $({ $($fields)* } $(if $guard)?)?),
        )
    };
}

/// Asserts that until now no event came that matches. What is expected is written as in
/// [`assert_emitted!`](super::assert_emitted).
///
/// ```
/// use events_core::{Event, EventBus, EventType, testing::{Recorder, assert_not_emitted}};
/// # #[derive(serde::Serialize)]
/// # struct Failed { error: String }
/// # impl Event for Failed { const TYPE: EventType = EventType::from_static("quick_test.failed"); }
///
/// let bus = EventBus::new();
/// let seen = Recorder::on(&bus);
/// assert_not_emitted!(seen, Failed);
/// assert_not_emitted!(seen, Failed { error } if error.contains("timeout"));
/// ```
///
/// # Panics
///
/// When one matches.
#[doc(hidden)]
#[macro_export]
macro_rules! __assert_not_emitted {
    ($seen:expr, $event:path $({ $($fields:tt)* } $(if $guard:expr)?)? $(,)?) => {
        $crate::__private::testing::not_emitted(
            &$seen,
            &$crate::__expectation!($event $({ $($fields)* } $(if $guard)?)?),
        )
    };
}

/// Asserts that events came in this order, others before, between and behind them allowed. Each is written as in
/// [`assert_emitted!`](super::assert_emitted), and matched by the first event that does behind the one before.
///
/// ```
/// use events_core::{Event, EventBus, EventType, testing::{Recorder, assert_emitted_in_order}};
/// # #[derive(serde::Serialize)]
/// # struct Step { n: u32 }
/// # impl Event for Step { const TYPE: EventType = EventType::from_static("quick_test.step"); }
///
/// let bus = EventBus::new();
/// let seen = Recorder::on(&bus);
/// for n in 0..10 {
///     bus.emit(Step { n }.for_entity("test-001")?)?.into_result()?;
/// }
/// assert_emitted_in_order!(seen, [Step { n: 2 }, Step, Step { n } if *n > 4]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Panics
///
/// When one of them did not come behind the one before it.
#[doc(hidden)]
#[macro_export]
macro_rules! __assert_emitted_in_order {
    ($seen:expr, [$($event:path $({ $($fields:tt)* } $(if $guard:expr)?)?),* $(,)?] $(,)?) => {
        $crate::__private::testing::emitted_in_order(
            &$seen,
            &[$(&$crate::__expectation!($event $({ $($fields)* } $(if $guard)?)?)),*],
        )
    };
}

/// Asserts that these events came, in this order, and no others. Each is written as in
/// [`assert_emitted!`](super::assert_emitted).
///
/// ```
/// use events_core::{Event, EventBus, EventType, testing::{Recorder, assert_emitted_exactly}};
/// # #[derive(serde::Serialize)]
/// # struct Step { n: u32 }
/// # impl Event for Step { const TYPE: EventType = EventType::from_static("quick_test.step"); }
///
/// let bus = EventBus::new();
/// let seen = Recorder::on(&bus);
/// assert_emitted_exactly!(seen, []);
/// for n in 0..2 {
///     bus.emit(Step { n }.for_entity("test-001")?)?.into_result()?;
/// }
/// assert_emitted_exactly!(seen, [Step { n: 0 }, Step]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Panics
///
/// When an event does not match the one expected in its place, is missing, or came in addition.
#[doc(hidden)]
#[macro_export]
macro_rules! __assert_emitted_exactly {
    ($seen:expr, [$($event:path $({ $($fields:tt)* } $(if $guard:expr)?)?),* $(,)?] $(,)?) => {
        $crate::__private::testing::emitted_exactly(
            &$seen,
            &[$(&$crate::__expectation!($event $({ $($fields)* } $(if $guard)?)?)),*],
        )
    };
}

/// What is expected of one event.
#[doc(hidden)]
#[macro_export]
macro_rules! __expectation {
    ($event:path) => {
        $crate::__private::testing::expectation::<$event, _>($crate::__private::core::stringify!($event), |_| {
            $crate::__private::testing::Verdict::Matches
        })
    };
    ($event:path { $($fields:tt)* } $(if $guard:expr)?) => {
        $crate::__private::testing::expectation::<$event, _>(
            $crate::__private::core::stringify!($event { $($fields)* } $(if $guard)?),
            |event| $crate::__verdict!(event; $event { $($fields)* } { $($fields)* } $(if $guard)?),
        )
    };
}

/// The verdict on a payload, in a closure over it. The fields are taken as they are, and once more one by one, to know
/// which of them do not match.
#[doc(hidden)]
#[macro_export]
macro_rules! __verdict {
    (
        $payload:ident;
        $event:path { $($fields:tt)* } { $($field:ident $(: $pattern:pat)?),* $(, $(..)?)? } $(if $guard:expr)?
    ) => {{
        #[allow(unused_variables)]
        let fields: &[&$crate::__private::core::primitive::str] = &[$($crate::__private::core::stringify!($field)),*];
        #[allow(unused_variables, unreachable_patterns)]
        match $payload {
            $event { $($fields)* } => {
                $(if $guard {
                } else {
                    return $crate::__private::testing::Verdict::Guard {
                        guard: $crate::__private::core::stringify!($guard),
                        fields,
                    };
                })?
                $crate::__private::testing::Verdict::Matches
            }
            _ => $crate::__private::testing::Verdict::differs(&[$($((
                $crate::__private::core::stringify!($field),
                $crate::__private::core::stringify!($pattern),
                match $payload {
                    $event { $field: $pattern, .. } => true,
                    _ => false,
                },
            ),)?)*]),
        }
    }};
    // `..` alone, `ref`, an attribute: taken as a whole.
    ($payload:ident; $event:path { $($fields:tt)* } { $($whole:tt)* } $(if $guard:expr)?) => {
        $crate::__verdict!($payload; $event { $($fields)* } {} $(if $guard)?)
    };
}
