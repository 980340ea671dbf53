//! What is under test: a server that sends datagrams back over loopback, and loses some; and a client that asks it.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// The longest datagram that the server takes, in bytes.
pub(crate) const LONGEST: usize = 2048;

/// How long a client waits for an answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// Why an exchange failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExchangeError {
    #[error("no answer to datagram {number} of {of} within {} ms", PATIENCE.as_millis())]
    Lost { number: u32, of: u32 },
    #[error("the answer to datagram {number} is another one")]
    Wrong { number: u32 },
    #[error("the socket failed: {0}")]
    Io(#[from] io::Error),
}

impl ExchangeError {
    /// The kind of error, for programs.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Lost { .. } => "timeout",
            Self::Wrong { .. } => "wrong_answer",
            Self::Io(_) => "io_error",
        }
    }
}

/// A socket for a server: at a free port, or where the port is to be taken, at one that is.
pub(crate) fn bind(taken: bool) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    if taken { UdpSocket::bind(socket.local_addr()?) } else { Ok(socket) }
}

/// A server on loopback; it stops when it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Answers at this socket, but for such a part of the datagrams, of 1.
    pub(crate) fn start(socket: UdpSocket, drop: f64, seed: u64) -> io::Result<Self> {
        // So often the thread looks whether it is to stop.
        socket.set_read_timeout(Some(Duration::from_millis(10)))?;
        let address = socket.local_addr()?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::Builder::new().spawn(move || {
            let mut random = fastrand::Rng::with_seed(seed);
            let mut datagram = [0; LONGEST];
            while !stopped.load(Relaxed) {
                if let Ok((len, from)) = socket.recv_from(&mut datagram)
                    && random.f64() >= drop
                {
                    // What cannot be sent is lost, as on any network: the client sees it.
                    let _ = socket.send_to(&datagram[..len], from);
                }
            }
        })?;
        Ok(Self { address, stop, thread: Some(thread) })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Asks a server, and counts.
pub(crate) struct Client {
    server: SocketAddr,
    /// Datagrams that were sent.
    pub(crate) sent: u32,
    /// Those of them that were not answered.
    pub(crate) lost: u32,
}

impl Client {
    pub(crate) fn of(server: SocketAddr) -> Self {
        Self { server, sent: 0, lost: 0 }
    }

    pub(crate) fn server(&self) -> SocketAddr {
        self.server
    }

    /// Sends so many datagrams of a size in bytes, each when the one before was answered; the longest that an answer took.
    pub(crate) fn exchange(&mut self, datagrams: u32, size: usize) -> Result<Duration, ExchangeError> {
        // One socket an exchange, so that no late answer of the one before is heard.
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.connect(self.server)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        let mut slowest = Duration::ZERO;
        let mut answer = [0; LONGEST];
        for number in 1..=datagrams {
            let sent = vec![number.to_le_bytes()[0]; size];
            let begin = Instant::now();
            socket.send(&sent)?;
            self.sent += 1;
            let len = match socket.recv(&mut answer) {
                Ok(len) => len,
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                    self.lost += 1;
                    return Err(ExchangeError::Lost { number, of: datagrams });
                }
                Err(error) => return Err(error.into()),
            };
            if answer[..len] != sent[..] {
                return Err(ExchangeError::Wrong { number });
            }
            slowest = slowest.max(begin.elapsed());
        }
        Ok(slowest)
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::{Client, ExchangeError, Server, bind};

    #[test]
    fn what_is_sent_comes_back_and_what_is_lost_is_counted() {
        let server = Server::start(bind(false).unwrap(), 0.0, 1).unwrap();
        let mut client = Client::of(server.address());
        client.exchange(20, 1400).unwrap();
        assert_eq!((client.sent, client.lost), (20, 0));

        let deaf = Server::start(bind(false).unwrap(), 1.0, 1).unwrap();
        let mut client = Client::of(deaf.address());
        assert!(matches!(client.exchange(3, 16), Err(ExchangeError::Lost { number: 1, of: 3 })));
        assert_eq!((client.sent, client.lost), (1, 1));
    }

    #[test]
    fn a_port_that_is_taken_is_taken() {
        assert_eq!(bind(true).unwrap_err().kind(), ErrorKind::AddrInUse);
    }
}
