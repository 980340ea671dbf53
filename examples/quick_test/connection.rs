//! The thing under test: an echo service on loopback that may lose datagrams, and the measurement of it.

use std::{
    io::{self, ErrorKind},
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use events_examples::quick_test::Results;

/// Why a test failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectionError {
    #[error("lost {lost} of {sent} packets: the success rate is {rate}, required is {required}")]
    PacketLoss { lost: u32, sent: u32, rate: f64, required: f64 },
    #[error("the socket failed: {0}")]
    Io(#[from] io::Error),
}

impl ConnectionError {
    /// The kind of error, for programs.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::PacketLoss { .. } => "packet_loss",
            Self::Io(_) => "io_error",
        }
    }
}

/// Sends every datagram back to where it came from, but for a part that it loses. Stops when it is dropped.
pub(crate) struct EchoServer {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl EchoServer {
    pub(crate) fn start(drop_rate: f64, seed: u64) -> io::Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        // So often the thread looks whether it is to stop.
        socket.set_read_timeout(Some(Duration::from_millis(10)))?;
        let address = socket.local_addr()?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            let mut random = fastrand::Rng::with_seed(seed);
            let mut datagram = [0; 64];
            while !stopped.load(Relaxed) {
                if let Ok((len, from)) = socket.recv_from(&mut datagram)
                    && random.f64() >= drop_rate
                {
                    // What cannot be sent back is lost, as on any network: the measurement sees it.
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

impl Drop for EchoServer {
    fn drop(&mut self) {
        self.stop.store(true, Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Sends so many datagrams, one after the other, and waits for each to come back.
pub(crate) fn measure(peer: SocketAddr, packets: u32, timeout: Duration) -> io::Result<Results> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    socket.connect(peer)?;
    let mut received = 0;
    for number in 0..packets {
        socket.send(&number.to_be_bytes())?;
        received += u32::from(await_echo(&socket, number, Instant::now() + timeout)?);
    }
    Ok(Results::new(packets, received))
}

/// Whether the datagram with this number comes back in time. One that comes too late is passed over.
fn await_echo(socket: &UdpSocket, number: u32, deadline: Instant) -> io::Result<bool> {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(false);
        }
        socket.set_read_timeout(Some(left))?;
        let mut datagram = [0; 64];
        match socket.recv(&mut datagram) {
            Ok(len) if datagram[..len] == number.to_be_bytes() => return Ok(true),
            Ok(_) => {}
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted) => {}
            Err(error) => return Err(error),
        }
    }
}

/// The results, if enough came back.
pub(crate) fn judge(results: Results, required: f64) -> Result<Results, ConnectionError> {
    let Results { packets_sent: sent, packets_received, success_rate: rate } = results;
    if rate < required {
        return Err(ConnectionError::PacketLoss { lost: sent - packets_received, sent, rate, required });
    }
    Ok(results)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use events_examples::quick_test::Results;

    use super::{ConnectionError, EchoServer, judge, measure};

    #[test]
    fn everything_comes_back() {
        let server = EchoServer::start(0.0, 1).unwrap();
        let results = measure(server.address(), 20, Duration::from_secs(1)).unwrap();
        assert_eq!(results, Results::new(20, 20));
        assert!(judge(results, 1.0).is_ok());
    }

    #[test]
    fn losses_are_measured_and_named() {
        let server = EchoServer::start(1.0, 1).unwrap();
        let results = measure(server.address(), 3, Duration::from_millis(5)).unwrap();
        assert_eq!(results, Results::new(3, 0));
        let error = judge(results, 0.95).unwrap_err();
        assert_eq!(error.to_string(), "lost 3 of 3 packets: the success rate is 0, required is 0.95");
        assert!(matches!(error, ConnectionError::PacketLoss { lost: 3, .. }));
        assert_eq!(error.kind(), "packet_loss");
    }
}
