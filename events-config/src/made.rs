//! What a factory may return.

use std::marker::PhantomData;

use events_core::{AnyEnvelope, Observer, ObserverError, ObserverResult, Outcome};

/// What a factory may return: an [`Observer`], a closure over `&AnyEnvelope`, or a `Result` with one of these and any error. There are
/// no other implementations.
///
/// ```
/// use events_config::ObserverRegistry;
/// use events_core::{AnyEnvelope, Observer, ObserverResult};
/// # struct Audit;
/// # impl Observer for Audit { fn on_event(&self, _: &AnyEnvelope) -> ObserverResult { Ok(()) } }
/// # impl Audit { fn open(_: AuditOptions) -> Result<Self, std::io::Error> { Ok(Self) } }
/// # #[derive(serde::Deserialize)] struct AuditOptions {}
///
/// let registry = ObserverRegistry::new()
///     .with("silent", |(): ()| Audit)
///     .with("print", |(): ()| |event: &AnyEnvelope| println!("{}", event.id()))
///     .with("audit", Audit::open);
/// assert_eq!(registry.kinds().collect::<Vec<_>>(), ["audit", "print", "silent"]);
/// ```
#[diagnostic::on_unimplemented(
    message = "a factory cannot return `{Self}`",
    label = "expected an observer, a closure over `&AnyEnvelope`, or a `Result` with one of these",
    note = "write the closure's parameter with its type: `|event: &AnyEnvelope| …`",
    note = "the error of a `Result` must be known, and convert into a boxed error"
)]
pub trait IntoObserver<Marker>: sealed::Sealed<Marker> {
    /// The observer, or why there is none.
    ///
    /// # Errors
    ///
    /// The error that the factory returned.
    fn into_observer(self) -> Result<Box<dyn Observer>, ObserverError>;
}

/// Marks observers.
#[doc(hidden)]
#[derive(Debug)]
pub struct ByTrait;

/// Marks closures that return `R`.
#[doc(hidden)]
#[derive(Debug)]
pub struct ByClosure<R>(PhantomData<R>);

/// Marks results.
#[doc(hidden)]
#[derive(Debug)]
pub struct ByResult<M>(PhantomData<M>);

impl<O: Observer> IntoObserver<ByTrait> for O {
    fn into_observer(self) -> Result<Box<dyn Observer>, ObserverError> {
        Ok(Box::new(self))
    }
}

impl<F, R> IntoObserver<ByClosure<R>> for F
where
    F: Fn(&AnyEnvelope) -> R + Send + Sync + 'static,
    R: Outcome + 'static,
{
    fn into_observer(self) -> Result<Box<dyn Observer>, ObserverError> {
        Ok(Box::new(Calling { call: self, returns: PhantomData }))
    }
}

impl<T, E, M> IntoObserver<ByResult<M>> for Result<T, E>
where
    T: IntoObserver<M>,
    E: Into<ObserverError>,
{
    fn into_observer(self) -> Result<Box<dyn Observer>, ObserverError> {
        self.map_err(Into::into)?.into_observer()
    }
}

/// A closure as an observer.
struct Calling<F, R> {
    call: F,
    returns: PhantomData<fn() -> R>,
}

impl<F, R> Observer for Calling<F, R>
where
    F: Fn(&AnyEnvelope) -> R + Send + Sync + 'static,
    R: Outcome + 'static,
{
    fn on_event(&self, event: &AnyEnvelope) -> ObserverResult {
        (self.call)(event).into_result()
    }
}

mod sealed {
    use super::{AnyEnvelope, ByClosure, ByResult, ByTrait, IntoObserver, Observer, Outcome};

    pub trait Sealed<Marker> {}

    impl<O: Observer> Sealed<ByTrait> for O {}

    impl<F, R> Sealed<ByClosure<R>> for F
    where
        F: Fn(&AnyEnvelope) -> R + Send + Sync + 'static,
        R: Outcome + 'static,
    {
    }

    impl<T: IntoObserver<M>, E, M> Sealed<ByResult<M>> for Result<T, E> {}
}
