//! What async-nats does for a connection is passed through: TLS, user names, nkeys; and what a connection may not do is said.

use std::{fs, path::PathBuf, time::Duration};

use events_nats::{
    NatsPublisher, PublishError, StreamSettings, Violations,
    async_nats::{Client, ConnectErrorKind, ConnectOptions},
    ensure_stream,
};
use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

use crate::{
    domain::{EVENTS, STREAM, all, packet, packet_of, publisher, soon, stored, tell},
    server::Server,
};

/// An authority's certificate, and those that it signs, as files.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    directory: TempDir,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "an authority of these tests");
        let key = KeyPair::generate().unwrap();
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("ca.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
        Self { issuer: Issuer::new(params, key), directory }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// `<name>.pem` and `<name>.key`, of a server or a client here.
    fn sign(&self, name: &str) {
        let mut params = CertificateParams::new(["localhost".into(), "127.0.0.1".into()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        let key = KeyPair::generate().unwrap();
        fs::write(self.path(&format!("{name}.pem")), params.signed_by(&key, &self.issuer).unwrap().pem()).unwrap();
        fs::write(self.path(&format!("{name}.key")), key.serialize_pem()).unwrap();
    }

    /// A server that shows a certificate, and wants to see one.
    fn server(&self, more: &str) -> Server {
        let tls = format!(
            "tls {{ cert_file: \"{}\", key_file: \"{}\", ca_file: \"{}\", verify: true }}",
            self.path("server.pem").display(),
            self.path("server.key").display(),
            self.path("ca.pem").display(),
        );
        Server::with_config(&format!("{tls}\n{more}"))
    }
}

#[tokio::test]
async fn events_go_over_tls_between_those_who_know_each_other() {
    let authority = Authority::new();
    authority.sign("server");
    authority.sign("harness");
    // A nkey, as `nk -gen user` makes it: the server knows its public half.
    let nkey = nkeys::KeyPair::new_user();
    let server = authority.server(&format!(r#"authorization {{ users = [{{ nkey: "{}" }}] }}"#, nkey.public_key()));
    let options = || {
        let options = ConnectOptions::with_nkey(nkey.seed().unwrap()).require_tls(true);
        options.add_client_certificate(authority.path("harness.pem"), authority.path("harness.key"))
    };
    let client = options().add_root_certificates(authority.path("ca.pem")).connect(server.url()).await.unwrap();
    ensure_stream(&client, &StreamSettings::new(STREAM)).await.unwrap();
    all(soon(publisher(&client).publish_batch((0..100).map(packet))).await);
    let builder = events_nats::NatsSubscriber::builder(client.clone(), STREAM, "watcher").types(EVENTS.clone());
    assert_eq!(tell(&mut builder.open().await.unwrap(), 100).await.numbers(), (0..100).collect::<Vec<_>>());

    // An authority that nobody named, a client without a certificate, and another key.
    let error = options().connect(server.url()).await.unwrap_err();
    assert!(error.to_string().contains("UnknownIssuer"), "{error}");
    let nameless = ConnectOptions::with_nkey(nkey.seed().unwrap()).require_tls(true);
    assert!(nameless.add_root_certificates(authority.path("ca.pem")).connect(server.url()).await.is_err());
    let stranger = ConnectOptions::with_nkey(nkeys::KeyPair::new_user().seed().unwrap()).require_tls(true);
    let stranger = stranger.add_client_certificate(authority.path("harness.pem"), authority.path("harness.key"));
    let error = stranger.add_root_certificates(authority.path("ca.pem")).connect(server.url()).await.unwrap_err();
    assert_eq!(error.kind(), ConnectErrorKind::AuthorizationViolation, "{error}");
}

/// A server with a user that may do everything, and one with these permissions.
fn restricted(permissions: &str) -> Server {
    Server::with_config(&format!(
        r#"authorization {{ users = [
            {{ user: "lead", password: "1" }},
            {{ user: "guest", password: "2", permissions: {{ {permissions} }} }},
        ] }}"#
    ))
}

async fn enter(server: &Server, user: &str, password: &str) -> (Client, Violations) {
    let violations = Violations::new();
    let hearing = violations.clone();
    let options = ConnectOptions::with_user_and_password(user.into(), password.into()).event_callback(move |event| {
        hearing.hear(&event);
        async {}
    });
    (options.connect(server.url()).await.unwrap(), violations)
}

#[tokio::test]
async fn what_may_not_be_published_fails_at_once_and_the_rest_passes() {
    let server = restricted(r#"publish: { deny: "events.*.*.forbidden" }"#);
    let (lead, _) = enter(&server, "lead", "1").await;
    ensure_stream(&lead, &StreamSettings::new(STREAM)).await.unwrap();
    let (guest, violations) = enter(&server, "guest", "2").await;
    let publisher = NatsPublisher::builder(guest).ack_timeout(Duration::from_secs(60)).violations(&violations).build();
    let allowed = publisher.publish(packet(1)).await.unwrap();
    let forbidden = publisher.publish(packet_of("forbidden", 2)).await.unwrap();
    let error = soon(forbidden).await.unwrap_err();
    let PublishError::Forbidden { said, .. } = &error else { panic!("{error}") };
    assert!(said.contains("events.quick_test.packet.forbidden"), "{said}");
    assert_eq!(soon(allowed).await.unwrap().attempts(), 1);
    assert_eq!(stored(&lead).await, [1]);
}

#[tokio::test]
async fn who_may_not_hear_that_it_is_stored_is_told_so() {
    let server = restricted(r#"subscribe: { deny: "_INBOX.>" }"#);
    let (lead, _) = enter(&server, "lead", "1").await;
    ensure_stream(&lead, &StreamSettings::new(STREAM)).await.unwrap();
    let (guest, violations) = enter(&server, "guest", "2").await;
    let publisher = NatsPublisher::builder(guest)
        .ack_timeout(Duration::from_millis(100))
        .retry_for(Duration::from_millis(300))
        .violations(&violations)
        .build();
    for number in 0..2 {
        let error = soon(publisher.publish(packet(number)).await.unwrap()).await.unwrap_err();
        let PublishError::Forbidden { said, .. } = &error else { panic!("{error}") };
        assert!(said.contains("Subscription") && said.contains("_INBOX."), "{said}");
    }
}
