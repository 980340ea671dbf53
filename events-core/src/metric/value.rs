//! What can be read off a field.

use core::{fmt::Display, time::Duration};

/// One reading of a metric.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "labels are only displayed")]
#[cfg_attr(not(feature = "metrics"), expect(dead_code, reason = "the observer reads it"))]
pub struct Reading<'a> {
    pub(crate) metric: usize,
    pub(crate) value: Value,
    pub(crate) labels: &'a [&'a dyn Display],
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value {
    Count(u64),
    Number(f64),
}

/// What a field can say to a gauge or a histogram: a number.
///
/// Integers, floats, a `bool` (0 or 1), a [`Duration`] (in seconds) and an `Option` of these have it. A type of your own has it by one
/// method; the unit is said at the field.
///
/// ```
/// use events_core::{Event, MetricValue};
///
/// #[derive(serde::Serialize)]
/// struct Celsius(f64);
///
/// impl MetricValue for Celsius {
///     fn number(&self) -> Option<f64> {
///         Some(self.0)
///     }
/// }
///
/// #[derive(Event, serde::Serialize)]
/// #[event_type("oven.measured")]
/// struct OvenMeasured {
///     #[event(metric(gauge, name = "oven_celsius"))]
///     temperature: Celsius,
/// }
///
/// assert_eq!(OvenMeasured::DESCRIPTOR.metrics()[0].name(), "oven_celsius");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number that a gauge or a histogram could tell",
    label = "not a number",
    note = "a metric reads an integer, a float, a `bool`, a `core::time::Duration` (in seconds), or an `Option` of these",
    note = "for a type of your own implement `events_core::MetricValue`"
)]
pub trait MetricValue {
    /// The number, or `None` if there is none at present: then nothing is told.
    fn number(&self) -> Option<f64>;
}

/// What a field can add to a counter: a whole number that is not negative.
///
/// Unsigned integers and an `Option` of one have it. A type of your own has it by one method:
///
/// ```
/// use events_core::{CounterValue, Event};
///
/// #[derive(serde::Serialize)]
/// struct Packets(u32);
///
/// impl CounterValue for Packets {
///     fn count(&self) -> Option<u64> {
///         Some(self.0.into())
///     }
/// }
///
/// #[derive(Event, serde::Serialize)]
/// #[event_type("probe.ended")]
/// struct ProbeEnded {
///     #[event(metric(counter))]
///     sent: Packets,
/// }
///
/// assert_eq!(ProbeEnded::DESCRIPTOR.metrics()[0].name(), "probe_ended_sent_total");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing that a counter could add",
    label = "not an unsigned integer",
    note = "a counter only goes up: it reads an unsigned integer or an `Option` of one; a `gauge` reads any number",
    note = "for a type of your own implement `events_core::CounterValue`"
)]
pub trait CounterValue {
    /// What is to be added, or `None` if there is nothing to add.
    fn count(&self) -> Option<u64>;
}

/// What values can be told apart by: whatever can be shown.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a label",
    label = "not `Display`",
    note = "a label is a text: name a field whose type implements `Display`"
)]
pub trait MetricLabel {
    /// The text.
    fn text(&self) -> &dyn Display;
}

impl<T: Display> MetricLabel for T {
    fn text(&self) -> &dyn Display {
        self
    }
}

macro_rules! integers {
    ($($unsigned:ident)* , $($signed:ident)*) => {
        $(
            impl CounterValue for $unsigned {
                fn count(&self) -> Option<u64> {
                    u64::try_from(*self).ok()
                }
            }
        )*
        $(
            #[expect(clippy::allow_attributes, reason = "some are exact")]
            #[allow(clippy::cast_precision_loss, clippy::cast_lossless, reason = "metrics are floats: the nearest one")]
            impl MetricValue for $unsigned {
                fn number(&self) -> Option<f64> {
                    Some(*self as f64)
                }
            }
        )*
        $(
            #[expect(clippy::allow_attributes, reason = "some are exact")]
            #[allow(clippy::cast_precision_loss, clippy::cast_lossless, reason = "metrics are floats: the nearest one")]
            impl MetricValue for $signed {
                fn number(&self) -> Option<f64> {
                    Some(*self as f64)
                }
            }
        )*
    };
}

integers! { u8 u16 u32 u64 usize, i8 i16 i32 i64 isize f32 f64 }

impl MetricValue for bool {
    fn number(&self) -> Option<f64> {
        Some(f64::from(u8::from(*self)))
    }
}

impl MetricValue for Duration {
    fn number(&self) -> Option<f64> {
        Some(self.as_secs_f64())
    }
}

impl<T: MetricValue> MetricValue for Option<T> {
    fn number(&self) -> Option<f64> {
        self.as_ref()?.number()
    }
}

impl<T: CounterValue> CounterValue for Option<T> {
    fn count(&self) -> Option<u64> {
        self.as_ref()?.count()
    }
}

impl<T: MetricValue + ?Sized> MetricValue for &T {
    fn number(&self) -> Option<f64> {
        (**self).number()
    }
}

impl<T: CounterValue + ?Sized> CounterValue for &T {
    fn count(&self) -> Option<u64> {
        (**self).count()
    }
}
