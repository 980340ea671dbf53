//! What events say in numbers, served as Prometheus text on the loopback interface.
//!
//! Run it with `cargo run --example prometheus`; with `-- --serve` it stays, for a browser or a Prometheus to look at.

use std::{
    error::Error,
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    thread,
    time::Duration,
};

use events_core::{Emitter, EntityEmitter, Event, EventBus, MetricsObserver};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use serde::Serialize;

/// A connection was tested.
#[derive(Event, Serialize)]
#[event_type("connection.tested")]
#[event(emitter = Connection)]
struct Tested {
    protocol: String,
    /// Packets that were sent.
    #[event(metric(counter, name = "packets_sent_total", labels(protocol)))]
    sent: u64,
    /// The part of the packets that was lost.
    #[event(metric(gauge, name = "packet_loss_ratio", labels(protocol)))]
    loss: f64,
    /// How long the answer took.
    #[event(metric(histogram, name = "round_trip_seconds", unit = "seconds", labels(protocol)))]
    round_trip: Duration,
}

/// Emits the events of one connection.
#[derive(Emitter)]
#[emitter(entity_type = "connection")]
struct Connection(EntityEmitter);

fn main() -> Result<(), Box<dyn Error>> {
    let address = free_address()?;
    PrometheusBuilder::new()
        .with_http_listener(address)
        .set_buckets_for_metric(Matcher::Full("round_trip_seconds".into()), &[0.001, 0.01, 0.1])?
        .install()?;

    let bus = EventBus::new();
    let _metrics = bus.observe(MetricsObserver::new());
    let connection = Connection::new(&bus, "loopback");
    for (protocol, sent, loss, millis) in [("udp", 100, 0.02, 4), ("udp", 50, 0.0, 20), ("quic", 10, 0.0, 1)] {
        connection.emit_tested(protocol, sent, loss, Duration::from_millis(millis))?.into_result()?;
    }

    let page = scrape(address)?;
    println!("http://{address}/metrics\n\n{page}");
    for line in [
        "# HELP packets_sent_total Packets that were sent.",
        "# TYPE packets_sent_total counter",
        r#"packets_sent_total{protocol="udp"} 150"#,
        r#"packets_sent_total{protocol="quic"} 10"#,
        r#"packet_loss_ratio{protocol="udp"} 0"#,
        r#"round_trip_seconds_bucket{protocol="udp",le="0.01"} 1"#,
        r#"round_trip_seconds_count{protocol="udp"} 2"#,
        r#"events_total{event_type="connection.tested",entity_type="connection"} 3"#,
    ] {
        assert!(page.lines().any(|found| found == line), "no line `{line}`");
    }
    if std::env::args().any(|argument| argument == "--serve") {
        thread::park();
    }
    Ok(())
}

/// An address of this machine that nobody listens on.
fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

/// Asks as a Prometheus does. The server needs a moment to start.
fn scrape(address: SocketAddr) -> Result<String, Box<dyn Error>> {
    let mut attempts = 0;
    let mut stream = loop {
        match TcpStream::connect(address) {
            Ok(stream) => break stream,
            Err(error) if attempts == 100 => return Err(error.into()),
            Err(_) => thread::sleep(Duration::from_millis(50)),
        }
        attempts += 1;
    };
    write!(stream, "GET /metrics HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, page) = answer.split_once("\r\n\r\n").ok_or("an answer without a body")?;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    Ok(page.to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_is_served() {
        super::main().unwrap();
    }
}
