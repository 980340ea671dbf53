//! The two ends of the queue, each of which has a lock: what is in them, and how it is counted.

use std::{collections::VecDeque, mem, task::Waker};

use super::StreamItem;

/// The reader's end.
pub(super) struct Front<T> {
    pub(super) items: VecDeque<T>,
    /// How many items left the queue: read, or displaced by newer ones.
    pub(super) removed: u64,
    /// Where items were lost that the reader was not told of: before the item with this number, so many. In order.
    pub(super) gaps: VecDeque<(u64, u64)>,
    pub(super) lost: u64,
    /// How many senders wait for room and were not woken.
    pub(super) blocked: usize,
}

/// The senders' end.
pub(super) struct Back<T> {
    pub(super) items: VecDeque<T>,
    /// How many items entered the queue: the number of the next one.
    pub(super) pushed: u64,
    /// What `Front::removed` was when a sender last had to know.
    pub(super) removed: u64,
    pub(super) senders: usize,
    pub(super) closed: bool,
    /// Whether threads sleep until there is something to read.
    pub(super) sleeping: bool,
    pub(super) waker: Option<Waker>,
}

/// Who waits for an item and is to be told. To be used with no lock held.
#[must_use]
pub(super) struct Wake {
    pub(super) sleeping: bool,
    pub(super) waker: Option<Waker>,
}

/// In which form the reader wants to have what comes.
pub(super) trait Take<T> {
    type Item;

    fn take(front: &mut Front<T>) -> Option<Self::Item>;
}

/// Items alone.
pub(super) struct Items;

/// Items, and gaps between them.
pub(super) struct ItemsAndGaps;

impl<T> Take<T> for Items {
    type Item = T;

    fn take(front: &mut Front<T>) -> Option<T> {
        // A gap behind the last item stays until it is passed over.
        front.items.front()?;
        front.gap();
        front.pop()
    }
}

impl<T> Take<T> for ItemsAndGaps {
    type Item = StreamItem<T>;

    fn take(front: &mut Front<T>) -> Option<StreamItem<T>> {
        front.gap().map(StreamItem::Lost).or_else(|| front.pop().map(StreamItem::Received))
    }
}

impl<T> Front<T> {
    pub(super) fn new() -> Self {
        Self { items: VecDeque::new(), removed: 0, gaps: VecDeque::new(), lost: 0, blocked: 0 }
    }

    fn pop(&mut self) -> Option<T> {
        let item = self.items.pop_front()?;
        self.removed += 1;
        Some(item)
    }

    /// Takes the gap before the next item.
    fn gap(&mut self) -> Option<u64> {
        self.gaps.front().filter(|(before, _)| *before == self.removed)?;
        self.gaps.pop_front().map(|(_, lost)| lost)
    }

    /// The oldest item was displaced: the gap before it grows by one, and is now before the next.
    pub(super) fn lose_oldest(&mut self) {
        let gap = self.gap().unwrap_or(0);
        self.removed += 1;
        self.gaps.push_front((self.removed, gap + 1));
        self.lost += 1;
    }

    /// An item was lost that would have had this number.
    pub(super) fn lose_newest(&mut self, number: u64) {
        match self.gaps.back_mut() {
            Some((before, lost)) if *before == number => *lost += 1,
            _ => self.gaps.push_back((number, 1)),
        }
        self.lost += 1;
    }
}

impl<T> Back<T> {
    /// With one sender.
    pub(super) fn new() -> Self {
        Self { items: VecDeque::new(), pushed: 0, removed: 0, senders: 1, closed: false, sleeping: false, waker: None }
    }

    /// Whether no more items can come.
    pub(super) fn is_closed(&self) -> bool {
        self.closed || self.senders == 0
    }

    pub(super) fn has_room(&self, capacity: usize) -> bool {
        self.pushed - self.removed < capacity as u64
    }

    pub(super) fn push(&mut self, item: T) -> Wake {
        self.items.push_back(item);
        self.pushed += 1;
        self.wake()
    }

    /// Takes down who waits for an item.
    pub(super) fn wake(&mut self) -> Wake {
        Wake { sleeping: mem::take(&mut self.sleeping), waker: self.waker.take() }
    }
}
