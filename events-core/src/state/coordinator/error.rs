//! Why a coordinator did not do what it was asked to.

use std::fmt::{Debug, Display};

use crate::{EmitError, InvalidTransition};

/// An event or a transition that a [`StateCoordinator`](crate::StateCoordinator) could not follow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FollowError<S: Debug + Display> {
    /// The machine does not take it in its present state.
    #[error(transparent)]
    Refused(#[from] InvalidTransition<S>),
    /// The transition was made, or refused, and could not be announced.
    #[error("a change of state could not be announced: {0}")]
    Emit(#[from] EmitError),
}
