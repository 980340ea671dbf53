//! The machines by entity. The map is locked to find one, the machine while it makes a step: entities do not wait for one another.

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::Arc,
};

use crate::{
    EntityId, StateMachine,
    bus::this_thread,
    state::walk::Walk,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering::Relaxed},
        lock,
    },
};

type WalkOf<S> = Walk<S, <S as StateMachine>::Context>;

pub(super) struct Machines<S: StateMachine> {
    by_entity: Mutex<HashMap<EntityId, Arc<Machine<S>>>>,
}

/// One machine.
struct Machine<S: StateMachine> {
    /// Nothing, once it was dropped: who found it in the map before that looks again.
    slot: Mutex<Option<WalkOf<S>>>,
    /// The thread that holds the lock, by its number; else 0.
    holder: AtomicUsize,
}

/// The lock on a machine.
struct Held<'m, S: StateMachine> {
    slot: MutexGuard<'m, Option<WalkOf<S>>>,
    holder: &'m AtomicUsize,
}

impl<S: StateMachine> Machine<S> {
    fn new(walk: WalkOf<S>) -> Arc<Self> {
        Arc::new(Self { slot: Mutex::new(Some(walk)), holder: AtomicUsize::new(0) })
    }

    /// Locks it. Nothing, where this thread has done so: its guard or its hook came back, and would wait for itself.
    fn hold(&self) -> Option<Held<'_, S>> {
        let this = this_thread();
        // No other thread writes this one's number.
        if self.holder.load(Relaxed) == this {
            return None;
        }
        let slot = lock(&self.slot);
        self.holder.store(this, Relaxed);
        Some(Held { slot, holder: &self.holder })
    }
}

impl<S: StateMachine> Drop for Held<'_, S> {
    fn drop(&mut self) {
        self.holder.store(0, Relaxed);
    }
}

impl<S: StateMachine> Default for Machines<S> {
    fn default() -> Self {
        Self { by_entity: Mutex::new(HashMap::new()) }
    }
}

impl<S: StateMachine> Machines<S> {
    /// Runs with the machine of an entity, which begins here if there is none. One that began and made no step is not kept. Nothing,
    /// inside a step of that machine.
    pub(super) fn change<R>(
        &self,
        entity: &EntityId,
        begin: impl Fn() -> WalkOf<S>,
        keep_terminal: bool,
        mut run: impl FnOnce(&mut WalkOf<S>) -> R,
    ) -> Option<R> {
        loop {
            let (machine, is_new) = match self.find(entity) {
                Some(machine) => (machine, false),
                None => self.begin(entity, begin()),
            };
            match self.step(entity, &machine, machine.hold()?, is_new, keep_terminal, run) {
                Ok(result) => return Some(result),
                Err(not_run) => run = not_run,
            }
        }
    }

    /// Runs with the machine of an entity, if there is one, and not inside a step of it.
    pub(super) fn change_known<R>(
        &self,
        entity: &EntityId,
        keep_terminal: bool,
        mut run: impl FnOnce(&mut WalkOf<S>) -> R,
    ) -> Option<R> {
        loop {
            let machine = self.find(entity)?;
            match self.step(entity, &machine, machine.hold()?, false, keep_terminal, run) {
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
        mut held: Held<'_, S>,
        is_new: bool,
        keep_terminal: bool,
        run: F,
    ) -> Result<R, F> {
        let Some(walk) = held.slot.as_mut() else {
            drop(held);
            self.remove(entity, machine);
            return Err(run);
        };
        // A guard or a hook may panic: what is not kept otherwise is not kept then.
        let result = catch_unwind(AssertUnwindSafe(|| run(walk)));
        let unused = is_new && walk.made == 0;
        let dropped = if unused || (!keep_terminal && walk.is_terminal()) { held.slot.take() } else { None };
        drop(held);
        if dropped.is_some() {
            self.remove(entity, machine);
        }
        drop(dropped);
        Ok(result.unwrap_or_else(|panic| resume_unwind(panic)))
    }

    /// Reads the machine of an entity, if there is one, and not inside a step of it.
    pub(super) fn read<R>(&self, entity: &EntityId, read: impl FnOnce(&WalkOf<S>) -> R) -> Option<R> {
        loop {
            let machine = self.find(entity)?;
            let held = machine.hold()?;
            if let Some(walk) = held.slot.as_ref() {
                return Some(read(walk));
            }
            drop(held);
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
        let before = lock(&self.by_entity).insert(entity, Machine::new(walk));
        // Who still waits for the one before looks again; a step of it under way ends with it.
        let _dropped = before.and_then(|machine| machine.hold().and_then(|mut held| held.slot.take()));
    }

    pub(super) fn take(&self, entity: &EntityId) -> Option<WalkOf<S>> {
        let machine = self.find(entity)?;
        let walk = machine.hold()?.slot.take();
        self.remove(entity, &machine);
        walk
    }

    fn find(&self, entity: &EntityId) -> Option<Arc<Machine<S>>> {
        lock(&self.by_entity).get(entity).map(Arc::clone)
    }

    /// A machine that begins, unless another thread was faster; whether it did.
    fn begin(&self, entity: &EntityId, walk: WalkOf<S>) -> (Arc<Machine<S>>, bool) {
        let new = Machine::new(walk);
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
