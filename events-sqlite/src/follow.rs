//! [`Follower`]: events as they come.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
    vec,
};

use events_core::{RecvTimeoutError, TryRecvError};

use crate::{EventLog, LogError, Query, Record, scan::Scan};

impl EventLog {
    /// The events of a query: those that are there, and then those that come, from whichever process. Of the query,
    /// [`newest`](Query::newest) says with how many of those that are there it begins; with the last of its
    /// [`positions`](Query::positions) it ends.
    ///
    /// What this process appends wakes the follower; for what others append it looks at every
    /// [`poll_interval`](crate::EventLogBuilder::poll_interval).
    ///
    /// ```
    /// use std::thread;
    /// use events_sqlite::{EventLog, Query};
    /// # use events_core::{Event, EventType};
    /// # #[derive(serde::Serialize)]
    /// # struct Started { attempt: u32 }
    /// # impl Event for Started { const TYPE: EventType = EventType::from_static("quick_test.started"); }
    /// # let directory = tempfile::tempdir()?;
    /// # let log = EventLog::open(directory.path().join("events.db"))?;
    ///
    /// let mut follower = log.follow(Query::all());
    /// let stop = follower.stop_handle();
    /// let reader = thread::spawn(move || follower.by_ref().take(2).map(|record| record.unwrap().position()).collect::<Vec<_>>());
    /// log.append(Started { attempt: 1 }.for_entity("test-001")?)?;
    /// log.append(Started { attempt: 2 }.for_entity("test-001")?)?;
    /// assert_eq!(reader.join().unwrap(), [1, 2]);
    /// stop.stop(); // nothing waits any more, but one that did would end
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn follow(&self, query: Query) -> Follower {
        Follower {
            log: self.clone(),
            scan: Scan::new(query),
            next: None,
            page: Vec::new().into_iter(),
            stopped: Arc::default(),
        }
    }
}

/// Events as they come. As an iterator it waits for each, and ends behind the last position of the query or when it is stopped; after an
/// error it may be asked again.
#[derive(Debug)]
#[must_use = "nothing is read before it is asked"]
pub struct Follower {
    log: EventLog,
    scan: Scan,
    /// The first position that was not looked at; unknown before the first page.
    next: Option<u64>,
    page: vec::IntoIter<Record>,
    stopped: Arc<AtomicBool>,
}

/// Ends a [`Follower`], from another thread.
#[derive(Clone, Debug)]
pub struct StopHandle {
    log: EventLog,
    stopped: Arc<AtomicBool>,
}

impl StopHandle {
    /// Ends the follower: it gives what is there, and instead of waiting for more it says that there is none.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        self.log.shared.tip.wake();
    }
}

impl Follower {
    /// What ends this follower.
    pub fn stop_handle(&self) -> StopHandle {
        StopHandle { log: self.log.clone(), stopped: Arc::clone(&self.stopped) }
    }

    /// What the iterator would give next, if it need not wait for it.
    ///
    /// # Errors
    ///
    /// [`TryRecvError::Empty`] when no event is there yet, [`TryRecvError::Closed`] behind the last position of the query, and when
    /// it was stopped and has given what is there. The inner error is whatever keeps an event from being read.
    pub fn try_recv(&mut self) -> Result<Result<Record, LogError>, TryRecvError> {
        self.next_until(Some(Instant::now())).map_err(|none| match none {
            RecvTimeoutError::Timeout => TryRecvError::Empty,
            RecvTimeoutError::Closed => TryRecvError::Closed,
        })
    }

    /// What the iterator would give next, waited for so long at most.
    ///
    /// ```
    /// use std::time::Duration;
    /// use events_core::RecvTimeoutError;
    /// use events_sqlite::{EventLog, Query};
    ///
    /// # let directory = tempfile::tempdir()?;
    /// # let log = EventLog::open(directory.path().join("events.db"))?;
    /// let mut follower = log.follow(Query::all());
    /// # follower.stop_handle().stop();
    /// loop {
    ///     match follower.recv_timeout(Duration::from_secs(1)) {
    ///         Ok(record) => println!("{}", record?.json()),
    ///         Err(RecvTimeoutError::Timeout) => println!("nothing new"),
    ///         Err(RecvTimeoutError::Closed) => break, // stopped
    ///     }
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`RecvTimeoutError::Timeout`] when no event came in time; the others as [`try_recv`](Self::try_recv) has them.
    pub fn recv_timeout(&mut self, timeout: Duration) -> Result<Result<Record, LogError>, RecvTimeoutError> {
        // A time-out beyond all clocks is none.
        self.next_until(Instant::now().checked_add(timeout))
    }

    /// Makes the next event the one behind a position.
    pub(crate) fn go_on_after(&mut self, position: u64) {
        self.next = Some(position.saturating_add(1));
        self.page = Vec::new().into_iter();
    }

    /// Without a deadline it waits as long as it takes.
    fn next_until(&mut self, deadline: Option<Instant>) -> Result<Result<Record, LogError>, RecvTimeoutError> {
        loop {
            // Asked before it looks: what was appended before it was stopped is given.
            let stopped = self.stopped.load(Ordering::SeqCst);
            if let Some(record) = self.page.next() {
                return Ok(Ok(record));
            }
            if self.is_past_end() {
                return Err(RecvTimeoutError::Closed);
            }
            match self.turn_page() {
                Ok(true) => continue,
                // Where it begins is known by now, and may be behind the last position.
                Ok(false) if stopped || self.is_past_end() => return Err(RecvTimeoutError::Closed),
                Ok(false) => {}
                Err(error) => return Ok(Err(error)),
            }
            let left = deadline.map_or(Duration::MAX, |deadline| deadline.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Err(RecvTimeoutError::Timeout);
            }
            let shared = &self.log.shared;
            let seen = self.next.map_or(0, |next| next.saturating_sub(1));
            let interval = shared.readers.options().poll_interval;
            shared.tip.wait_beyond(seen, interval.min(left), || self.stopped.load(Ordering::SeqCst));
        }
    }

    fn is_past_end(&self) -> bool {
        self.next.is_some_and(|next| next > self.scan.last())
    }

    /// Looks at what has come; says whether there was anything to look at.
    fn turn_page(&mut self) -> Result<bool, LogError> {
        let Self { log, scan, next, .. } = self;
        let (from, page) = log.shared.readers.read(|connection| {
            let from = match *next {
                Some(next) => next,
                None => scan.beginning(connection)?,
            };
            Ok((from, scan.page(connection, from, scan.last())?))
        })?;
        *next = Some(page.next);
        let looked = page.next > from;
        self.page = page.records.into_iter();
        Ok(looked)
    }
}

impl Iterator for Follower {
    type Item = Result<Record, LogError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_until(None).ok()
    }
}
