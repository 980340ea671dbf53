//! The bounded queue under a stream: many senders, one reader.
//!
//! It has two ends with a lock each. Senders push at the back; the reader takes from the front, and when the front is empty, the
//! whole back at once. So the two meet once for a batch, and otherwise only when the queue is full or empty. Items are counted
//! where they enter and where they leave; the difference, which spans both ends, is what the capacity bounds.
//!
//! Whoever needs both locks takes the front first. Nothing of the user's runs under either: no drop of an item, no waker.

use std::{
    mem,
    sync::PoisonError,
    task::{Poll, Waker},
    thread,
    time::Instant,
};

use super::{
    Overflow, RecvTimeoutError, TryRecvError,
    ends::{Back, Front, Take, Wake},
};
use crate::{
    receipt::drop_contained,
    sync::{Condvar, Mutex, MutexGuard, Padded, lock},
};

/// Before a thread goes to sleep, it gives way to others so many times: to wake it would cost more than that, and meanwhile a
/// batch gathers. Without it a hand-over takes up to four times as long. The model checker has no use for it.
const PATIENCE: u32 = if cfg!(shuttle) { 0 } else { 8 };

/// What became of an item that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// It was taken, and nothing was lost.
    Taken,
    /// The queue was full, and so many items were lost: the oldest ones, or the item itself.
    Lost(u64),
}

/// The reader takes no more items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Closed;

pub(super) struct Queue<T> {
    front: Padded<Mutex<Front<T>>>,
    back: Padded<Mutex<Back<T>>>,
    /// With the back: there is something to read, or the end.
    readable: Condvar,
    /// With the back: there is room, or the reader is gone.
    writable: Condvar,
    pub(super) capacity: usize,
    pub(super) overflow: Overflow,
}

/// What a look at the queue found.
enum Look<'q, T, I> {
    Item(I),
    Empty(MutexGuard<'q, Back<T>>),
    Ended,
}

impl<T> Queue<T> {
    /// An empty queue with one sender.
    pub(super) fn new(capacity: usize, overflow: Overflow) -> Self {
        Self {
            front: Padded(Mutex::new(Front::new())),
            back: Padded(Mutex::new(Back::new())),
            readable: Condvar::new(),
            writable: Condvar::new(),
            capacity: capacity.max(1),
            overflow,
        }
    }

    fn front(&self) -> MutexGuard<'_, Front<T>> {
        lock(&self.front.0)
    }

    fn back(&self) -> MutexGuard<'_, Back<T>> {
        lock(&self.back.0)
    }

    pub(super) fn send(&self, item: T) -> Result<Sent, Closed> {
        let mut back = self.back();
        if back.closed || !back.has_room(self.capacity) {
            drop(back);
            return self.send_slowly(item);
        }
        let wake = back.push(item);
        drop(back);
        self.wake(wake);
        Ok(Sent::Taken)
    }

    /// Sends when the queue looked full or closed.
    fn send_slowly(&self, item: T) -> Result<Sent, Closed> {
        let mut patience = PATIENCE;
        loop {
            let mut front = self.front();
            let mut back = self.back();
            back.removed = front.removed;
            if back.closed {
                drop((front, back));
                drop_contained(item);
                return Err(Closed);
            }
            if back.has_room(self.capacity) {
                let wake = back.push(item);
                drop((front, back));
                self.wake(wake);
                return Ok(Sent::Taken);
            }
            match self.overflow {
                Overflow::Block if patience > 0 => {
                    patience -= 1;
                    drop((front, back));
                    thread::yield_now();
                }
                Overflow::Block => {
                    front.blocked += 1;
                    drop(front);
                    drop(self.writable.wait(back).unwrap_or_else(PoisonError::into_inner));
                }
                Overflow::DropOldest => {
                    let oldest = front.items.pop_front().or_else(|| back.items.pop_front());
                    front.lose_oldest();
                    back.removed = front.removed;
                    let wake = back.push(item);
                    drop((front, back));
                    drop_contained(oldest);
                    self.wake(wake);
                    return Ok(Sent::Lost(1));
                }
                Overflow::DropNewest => {
                    front.lose_newest(back.pushed);
                    drop((front, back));
                    drop_contained(item);
                    return Ok(Sent::Lost(1));
                }
            }
        }
    }

    pub(super) fn add_sender(&self) {
        self.back().senders += 1;
    }

    pub(super) fn remove_sender(&self) {
        let mut back = self.back();
        back.senders -= 1;
        if back.senders == 0 {
            let wake = back.wake();
            drop(back);
            self.wake(wake);
        }
    }

    fn wake(&self, wake: Wake) {
        if wake.sleeping {
            self.readable.notify_all();
        }
        if let Some(waker) = wake.waker {
            waker.wake();
        }
    }

    /// Takes what comes next, if it is there.
    fn look<K: Take<T>>(&self) -> Look<'_, T, K::Item> {
        let mut front = self.front();
        if let Some(item) = K::take(&mut front) {
            self.left(front);
            return Look::Item(item);
        }
        let mut back = self.back();
        mem::swap(&mut front.items, &mut back.items);
        if let Some(item) = K::take(&mut front) {
            drop(back);
            self.left(front);
            return Look::Item(item);
        }
        drop(front);
        if back.is_closed() { Look::Ended } else { Look::Empty(back) }
    }

    /// Something left the queue: there is room for one who waits.
    fn left(&self, mut front: MutexGuard<'_, Front<T>>) {
        if front.blocked > 0 {
            front.blocked -= 1;
            drop(front);
            // It counted itself with the back locked; once we have had the lock it sleeps, and can be woken.
            drop(self.back());
            self.writable.notify_one();
        }
    }

    pub(super) fn try_recv<K: Take<T>>(&self) -> Result<K::Item, TryRecvError> {
        match self.look::<K>() {
            Look::Item(item) => Ok(item),
            Look::Empty(_) => Err(TryRecvError::Empty),
            Look::Ended => Err(TryRecvError::Closed),
        }
    }

    /// Waits for what comes next, until the deadline if there is one.
    pub(super) fn recv<K: Take<T>>(&self, deadline: Option<Instant>) -> Result<K::Item, RecvTimeoutError> {
        let mut patience = PATIENCE;
        loop {
            let mut back = match self.look::<K>() {
                Look::Item(item) => return Ok(item),
                Look::Ended => return Err(RecvTimeoutError::Closed),
                Look::Empty(back) => back,
            };
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return Err(RecvTimeoutError::Timeout);
            }
            if patience > 0 {
                patience -= 1;
                drop(back);
                thread::yield_now();
                continue;
            }
            back.sleeping = true;
            match left {
                Some(left) => drop(self.readable.wait_timeout(back, left).unwrap_or_else(PoisonError::into_inner)),
                None => drop(self.readable.wait(back).unwrap_or_else(PoisonError::into_inner)),
            }
        }
    }

    /// Takes what comes next, or has the waker woken when there is something to take. The last waker counts.
    pub(super) fn poll<K: Take<T>>(&self, waker: &Waker) -> Poll<Option<K::Item>> {
        let mut spare: Option<Waker> = None;
        loop {
            let mut back = match self.look::<K>() {
                Look::Item(item) => return Poll::Ready(Some(item)),
                Look::Ended => return Poll::Ready(None),
                Look::Empty(back) => back,
            };
            if back.waker.as_ref().is_some_and(|known| known.will_wake(waker)) {
                return Poll::Pending;
            }
            if let Some(spare) = spare {
                let old = back.waker.replace(spare);
                drop(back);
                drop(old);
                return Poll::Pending;
            }
            // To clone a waker is to run code of the executor's.
            drop(back);
            spare = Some(waker.clone());
        }
    }

    /// Takes no more items; what is in the queue stays.
    pub(super) fn close(&self) {
        let mut back = self.back();
        back.closed = true;
        let wake = back.wake();
        drop(back);
        self.writable.notify_all();
        self.wake(wake);
    }

    /// Closes for a reader that is gone.
    pub(super) fn abandon(&self) {
        let mut front = self.front();
        let mut back = self.back();
        back.closed = true;
        front.removed = back.pushed;
        front.gaps.clear();
        let items = (mem::take(&mut front.items), mem::take(&mut back.items));
        let waker = back.waker.take();
        drop((front, back));
        self.writable.notify_all();
        drop(waker);
        // One by one: a panic in the drop of one while another's unwinds would end the process.
        items.0.into_iter().chain(items.1).for_each(drop_contained);
    }

    pub(super) fn len(&self) -> usize {
        let front = self.front();
        let back = self.back();
        front.items.len() + back.items.len()
    }

    pub(super) fn lost(&self) -> u64 {
        self.front().lost
    }

    #[cfg(all(test, not(shuttle)))]
    pub(super) fn blocked(&self) -> usize {
        self.front().blocked
    }

    pub(super) fn is_closed(&self) -> bool {
        self.back().is_closed()
    }
}
