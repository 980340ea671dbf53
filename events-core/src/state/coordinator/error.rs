//! Why a coordinator did not do what it was asked to.

use crate::{EmitError, EntityId, InvalidTransition};

/// An event or a transition that a [`StateCoordinator`](crate::StateCoordinator) could not follow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FollowError<S> {
    /// The machine does not take it in its present state.
    #[error(transparent)]
    Refused(#[from] InvalidTransition<S>),
    /// A guard or a hook of the entity's machine asked for another step of it, in the middle of one.
    #[error("the machine of `{entity}` was asked for a step by its own guard or hook, in the middle of one")]
    #[non_exhaustive]
    Reentered {
        /// The entity.
        entity: EntityId,
    },
    /// The transition was made, or refused, and could not be announced.
    #[error("a change of state could not be announced: {0}")]
    Emit(#[from] EmitError),
}
