//! What an event says in numbers.

mod descriptor;
#[cfg(feature = "metrics")]
mod observer;
mod value;

#[cfg(feature = "metrics")]
pub use self::observer::{MetricClash, MetricsObserver};
pub(crate) use self::value::Value;
pub use self::{
    descriptor::{MetricDescriptor, MetricKind},
    value::{CounterValue, MetricLabel, MetricValue, Reading},
};
