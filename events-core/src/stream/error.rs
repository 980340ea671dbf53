//! Why there is no event.

/// Why [`EventStream::try_recv`](super::EventStream::try_recv) has no event; and who follows a log or a recording has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "a stream has an event, has none yet, or has ended")]
pub enum TryRecvError {
    /// None is waiting at this moment.
    #[error("no event is waiting")]
    Empty,
    /// The stream was closed, or nobody can emit into it any more; what it held was read. A follower was stopped, or is behind the
    /// last position that it was to tell.
    #[error("the stream has ended")]
    Closed,
}

/// Why [`EventStream::recv_timeout`](super::EventStream::recv_timeout) has no event; and who follows a log or a recording has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "a stream has an event, has none yet, or has ended")]
pub enum RecvTimeoutError {
    /// None came in time.
    #[error("no event came in time")]
    Timeout,
    /// The stream was closed, or nobody can emit into it any more; what it held was read. A follower was stopped, or is behind the
    /// last position that it was to tell.
    #[error("the stream has ended")]
    Closed,
}
