//! Three servers, of which one dies at a time. Run by `.ci/run --long`: two cores are few for three servers and a test.

use std::{collections::BTreeSet, time::Duration};

use events_nats::{
    NatsPublisher, StreamSettings,
    async_nats::{self, Client, ConnectOptions, jetstream},
    ensure_stream,
};
use tokio::{sync::mpsc, time::sleep};

use crate::{
    domain::{STREAM, packet, soon, stored},
    server::{Server, free_port},
};

/// Servers that know each other, named by their place in the list.
fn cluster() -> Vec<Server> {
    let ports: Vec<u16> = (0..3).map(|_| free_port()).collect();
    let routes: Vec<String> = ports.iter().map(|port| format!("\"nats://127.0.0.1:{port}\"")).collect();
    let routes = routes.join(", ");
    let server = |(number, port): (usize, &u16)| {
        Server::with_config(&format!(
            "server_name: \"{number}\"\ncluster {{ name: lab, listen: \"127.0.0.1:{port}\", routes: [{routes}] }}"
        ))
    };
    ports.iter().enumerate().map(server).collect()
}

async fn connect(servers: &[Server]) -> Client {
    let urls: Vec<async_nats::ServerAddr> = servers.iter().map(|server| server.url().parse().unwrap()).collect();
    let options = ConnectOptions::new().reconnect_delay_callback(|_| Duration::from_millis(50));
    options.retry_on_initial_connect().connect(urls).await.unwrap()
}

/// The number of the server that leads the stream, when all three have all of it.
async fn leader(client: &Client) -> usize {
    let jetstream = jetstream::new(client.clone());
    Box::pin(async {
        loop {
            if let Ok(stream) = jetstream.get_stream(STREAM).await
                && let Some(cluster) = &stream.cached_info().cluster
                && cluster.replicas.len() == 2
                && cluster.replicas.iter().all(|replica| replica.current && !replica.offline)
                && let Some(leader) = &cluster.leader
            {
                return leader.parse().unwrap();
            }
            sleep(Duration::from_millis(100)).await;
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "three servers on one machine need time: `.ci/run --long` runs it"]
async fn the_leader_of_a_stream_is_killed_again_and_again() {
    let mut servers = cluster();
    let client = connect(&servers).await;
    let settings = StreamSettings::new(STREAM).replicas(3);
    soon(async {
        // They have to find each other first.
        while ensure_stream(&client, &settings).await.is_err() {
            sleep(Duration::from_millis(200)).await;
        }
    })
    .await;
    let publisher = NatsPublisher::builder(client.clone())
        .ack_timeout(Duration::from_secs(1))
        .retry_for(Duration::from_secs(90))
        .build();
    let (sent, mut to_confirm) = mpsc::unbounded_channel();
    let publishing = tokio::spawn(async move {
        let mut count = 0;
        while !sent.is_closed() {
            // So many that each kill meets some; not so many that reading them back takes long.
            sent.send(publisher.publish(packet(count)).await.unwrap()).ok();
            count += 1;
            sleep(Duration::from_millis(1)).await;
        }
        publisher.flush().await;
        count
    });
    let mut confirmed = BTreeSet::new();
    for _ in 0..3 {
        let leader = tokio::time::timeout(Duration::from_secs(90), leader(&client)).await.expect("a leader");
        sleep(Duration::from_millis(300)).await;
        servers[leader].kill();
        sleep(Duration::from_secs(2)).await;
        servers[leader].restart();
    }
    to_confirm.close();
    while let Some(receipt) = to_confirm.recv().await {
        let receipt = tokio::time::timeout(Duration::from_secs(90), receipt).await.expect("an answer").unwrap();
        confirmed.insert(receipt.sequence());
    }
    let count: u64 = tokio::time::timeout(Duration::from_secs(90), publishing).await.expect("an end").unwrap();
    tokio::time::timeout(Duration::from_secs(90), leader(&client)).await.expect("a leader");
    let mut stored = stored(&client).await;
    stored.sort_unstable();
    assert_eq!(stored, (0..count).collect::<Vec<_>>(), "each event once");
    assert!(confirmed.len() > 500, "{} events are too few to matter", confirmed.len());
}
