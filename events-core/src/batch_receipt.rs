//! What became of a batch of events.

use std::{error::Error, fmt, slice, vec};

use crate::{DeliveryError, EmitError, EventId, Receipt};

/// What became of each event of a batch, in their order.
#[derive(Clone, Debug)]
#[must_use = "a receipt says whether the events were delivered; `into_result` turns failures into an error"]
pub struct BatchReceipt {
    receipts: Vec<Result<Receipt, EmitError>>,
}

impl BatchReceipt {
    pub(crate) const fn new(receipts: Vec<Result<Receipt, EmitError>>) -> Self {
        Self { receipts }
    }

    /// How many events there were.
    pub fn len(&self) -> usize {
        self.receipts.len()
    }

    /// Whether there was no event.
    pub fn is_empty(&self) -> bool {
        self.receipts.is_empty()
    }

    /// What became of each event.
    pub fn iter(&self) -> slice::Iter<'_, Result<Receipt, EmitError>> {
        self.receipts.iter()
    }

    /// How many events reached their observers, with or without failures.
    pub fn delivered(&self) -> usize {
        self.iter().flatten().filter(|receipt| receipt.is_delivered()).count()
    }

    /// How many events were delivered before.
    pub fn duplicates(&self) -> usize {
        self.iter().flatten().filter(|receipt| receipt.is_duplicate()).count()
    }

    /// The ids of the events, or an error when one was refused or failed in an observer. Duplicates, queued and suppressed events
    /// are no failures.
    ///
    /// # Errors
    ///
    /// [`BatchError`] with everything that went wrong.
    pub fn into_result(self) -> Result<Vec<EventId>, BatchError> {
        let events = self.len();
        let mut ids = Vec::with_capacity(events);
        let mut failures = Vec::new();
        for (place, receipt) in self.receipts.into_iter().enumerate() {
            match receipt.map_err(BatchFailure::Refused).and_then(|receipt| Ok(receipt.into_result()?)) {
                Ok(id) => ids.push(id),
                Err(failure) => failures.push((place, failure)),
            }
        }
        if failures.is_empty() { Ok(ids) } else { Err(BatchError { events, failures }) }
    }
}

impl IntoIterator for BatchReceipt {
    type Item = Result<Receipt, EmitError>;
    type IntoIter = vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.receipts.into_iter()
    }
}

impl<'a> IntoIterator for &'a BatchReceipt {
    type Item = &'a Result<Receipt, EmitError>;
    type IntoIter = slice::Iter<'a, Result<Receipt, EmitError>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Some events of a batch were refused, or failed in an observer. All others were delivered.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BatchError {
    /// How many events there were.
    pub events: usize,
    /// What went wrong, by the place of the event in the batch, from 0.
    pub failures: Vec<(usize, BatchFailure)>,
}

/// What went wrong with one event of a batch.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BatchFailure {
    /// It was not emitted.
    #[error(transparent)]
    Refused(#[from] EmitError),
    /// It failed in an observer.
    #[error(transparent)]
    Failed(#[from] DeliveryError),
}

/// So many places are listed of one failure; of more it is said how many there are.
const LISTED: usize = 3;

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} events went wrong", self.failures.len(), self.events)?;
        // An observer that takes batches fails on all events of one alike.
        let mut told: Vec<(String, Vec<usize>)> = Vec::new();
        for (place, failure) in &self.failures {
            let what = failure.alike();
            match told.last_mut() {
                Some((known, places)) if *known == what => places.push(*place),
                _ => told.push((what, vec![*place])),
            }
        }
        for (n, (what, places)) in told.iter().enumerate() {
            f.write_str(if n == 0 { ": " } else { "; " })?;
            f.write_str(if places.len() == 1 { "number " } else { "numbers " })?;
            for (n, place) in places.iter().take(LISTED).enumerate() {
                write!(f, "{}{place}", if n == 0 { "" } else { ", " })?;
            }
            if places.len() > LISTED {
                write!(f, " and {} more", places.len() - LISTED)?;
            }
            write!(f, ": {what}")?;
        }
        Ok(())
    }
}

impl BatchFailure {
    /// What is the same for all events that went wrong in the same way.
    fn alike(&self) -> String {
        match self {
            Self::Refused(error) => error.to_string(),
            Self::Failed(error) => error.failures.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        }
    }
}

impl Error for BatchError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.failures.first()?.1 {
            BatchFailure::Refused(error) => Some(error),
            // The text tells what observers said, which many events have in common.
            BatchFailure::Failed(error) => error.source(),
        }
    }
}
