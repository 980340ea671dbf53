//! The machines by entity. The map is locked to find one, the machine while it makes a step: entities do not wait for one another.

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::Arc,
};

use crate::{
    EntityId, StateMachine,
    state::walk::Walk,
    sync::{Mutex, lock},
};

type WalkOf<S> = Walk<S, <S as StateMachine>::Context>;

pub(super) struct Machines<S: StateMachine> {
    by_entity: Mutex<HashMap<EntityId, Arc<Machine<S>>>>,
}

/// One machine; nothing, once it was dropped: who found it in the map before that looks again.
struct Machine<S: StateMachine>(Mutex<Option<WalkOf<S>>>);

impl<S: StateMachine> Default for Machines<S> {
    fn default() -> Self {
        Self { by_entity: Mutex::new(HashMap::new()) }
    }
}

impl<S: StateMachine> Machines<S> {
    /// Runs with the machine of an entity, which begins here if there is none. One that began and made no step is not kept.
    pub(super) fn change<R>(
        &self,
        entity: &EntityId,
        begin: impl Fn() -> WalkOf<S>,
        keep_terminal: bool,
        mut run: impl FnOnce(&mut WalkOf<S>) -> R,
    ) -> R {
        loop {
            let (machine, is_new) = match self.find(entity) {
                Some(machine) => (machine, false),
                None => self.begin(entity, begin()),
            };
            match self.step(entity, &machine, is_new, keep_terminal, run) {
                Ok(result) => return result,
                Err(not_run) => run = not_run,
            }
        }
    }

    /// Runs with the machine of an entity, if there is one.
    pub(super) fn change_known<R>(
        &self,
        entity: &EntityId,
        keep_terminal: bool,
        mut run: impl FnOnce(&mut WalkOf<S>) -> R,
    ) -> Option<R> {
        loop {
            let machine = self.find(entity)?;
            match self.step(entity, &machine, false, keep_terminal, run) {
                Ok(result) => return Some(result),
                Err(not_run) => run = not_run,
            }
        }
    }

    /// Runs with a machine, and drops it if it is not to be kept; gives `run` back where it was dropped before.
    fn step<R, F: FnOnce(&mut WalkOf<S>) -> R>(
        &self,
        entity: &EntityId,
        machine: &Arc<Machine<S>>,
        is_new: bool,
        keep_terminal: bool,
        run: F,
    ) -> Result<R, F> {
        let mut slot = lock(&machine.0);
        let Some(walk) = slot.as_mut() else {
            drop(slot);
            self.remove(entity, machine);
            return Err(run);
        };
        // A guard or a hook may panic: what is not kept otherwise is not kept then.
        let result = catch_unwind(AssertUnwindSafe(|| run(walk)));
        let unused = is_new && walk.made == 0;
        let dropped = if unused || (!keep_terminal && walk.is_terminal()) { slot.take() } else { None };
        drop(slot);
        if dropped.is_some() {
            self.remove(entity, machine);
        }
        drop(dropped);
        Ok(result.unwrap_or_else(|panic| resume_unwind(panic)))
    }

    pub(super) fn read<R>(&self, entity: &EntityId, read: impl FnOnce(&WalkOf<S>) -> R) -> Option<R> {
        loop {
            let machine = self.find(entity)?;
            let slot = lock(&machine.0);
            if let Some(walk) = slot.as_ref() {
                return Some(read(walk));
            }
            drop(slot);
            self.remove(entity, &machine);
        }
    }

    /// Reads all machines, one after the other.
    pub(super) fn read_all<R>(&self, read: impl Fn(&EntityId, &WalkOf<S>) -> R) -> Vec<R> {
        let entities = self.entities();
        entities.iter().filter_map(|entity| self.read(entity, |walk| read(entity, walk))).collect()
    }

    pub(super) fn entities(&self) -> Vec<EntityId> {
        lock(&self.by_entity).keys().cloned().collect()
    }

    pub(super) fn len(&self) -> usize {
        lock(&self.by_entity).len()
    }

    /// Puts a machine in the place of another.
    pub(super) fn put(&self, entity: EntityId, walk: WalkOf<S>) {
        let before = lock(&self.by_entity).insert(entity, Arc::new(Machine(Mutex::new(Some(walk)))));
        // Who still holds the one before looks again.
        let _dropped = before.and_then(|machine| lock(&machine.0).take());
    }

    pub(super) fn take(&self, entity: &EntityId) -> Option<WalkOf<S>> {
        let machine = lock(&self.by_entity).remove(entity)?;
        lock(&machine.0).take()
    }

    fn find(&self, entity: &EntityId) -> Option<Arc<Machine<S>>> {
        lock(&self.by_entity).get(entity).map(Arc::clone)
    }

    /// A machine that begins, unless another thread was faster; whether it did.
    fn begin(&self, entity: &EntityId, walk: WalkOf<S>) -> (Arc<Machine<S>>, bool) {
        let new = Arc::new(Machine(Mutex::new(Some(walk))));
        let machine = Arc::clone(lock(&self.by_entity).entry(entity.clone()).or_insert_with(|| Arc::clone(&new)));
        let is_new = Arc::ptr_eq(&machine, &new);
        (machine, is_new)
    }

    /// Takes a machine that was dropped out of the map, unless another one has its place.
    fn remove(&self, entity: &EntityId, machine: &Arc<Machine<S>>) {
        let mut by_entity = lock(&self.by_entity);
        if by_entity.get(entity).is_some_and(|present| Arc::ptr_eq(present, machine)) {
            by_entity.remove(entity);
        }
    }
}
