//! The service under test: it sends datagrams back over loopback, and loses some.

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

/// A server on loopback; it stops when it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(loss: f64, seed: u64) -> io::Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        // So often the thread looks whether it is to stop.
        socket.set_read_timeout(Some(Duration::from_millis(10)))?;
        let address = socket.local_addr()?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            let mut random = fastrand::Rng::with_seed(seed);
            let mut datagram = [0; 2048];
            while !stopped.load(Relaxed) {
                if let Ok((len, from)) = socket.recv_from(&mut datagram)
                    && random.f64() >= loss
                {
                    // What cannot be sent is lost, as on any network: the client sees it.
                    let _ = socket.send_to(&datagram[..len], from);
                }
            }
        });
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

/// Sends so many datagrams of a size, each when the one before was answered; the longest that an answer took.
pub(crate) fn exchange(server: SocketAddr, datagrams: u32, size: usize) -> Result<Duration, ExchangeError> {
    // One socket an exchange, so that no late answer of the one before is heard.
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    socket.connect(server)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let mut slowest = Duration::ZERO;
    let mut answer = [0; 2048];
    for number in 1..=datagrams {
        let sent = vec![number.to_le_bytes()[0]; size.min(answer.len())];
        let begin = Instant::now();
        socket.send(&sent)?;
        let len = match socket.recv(&mut answer) {
            Ok(len) => len,
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
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
