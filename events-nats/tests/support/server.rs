//! A `nats-server` of one's own: on loopback, on a port of its own, with a store that goes when it goes.

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::PathBuf,
    process::{self, Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

const MISSING: &str = "\
There is no `nats-server` to test with. Install it with `scripts/install-nats` (Debian and Ubuntu: `apt-get install nats-server`; \
elsewhere from https://github.com/nats-io/nats-server/releases), or say where it is: NATS_SERVER=/path/to/nats-server.";

/// A server with `JetStream`; it ends with this value.
pub(crate) struct Server {
    child: Option<Child>,
    port: u16,
    dir: PathBuf,
    config: Option<String>,
}

impl Server {
    /// Starts one.
    pub(crate) fn start() -> Self {
        Self::with(None)
    }

    /// Starts one with lines of configuration more.
    #[allow(dead_code, reason = "not every program that has this module needs it")]
    pub(crate) fn with_config(config: &str) -> Self {
        Self::with(Some(config.to_owned()))
    }

    fn with(config: Option<String>) -> Self {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let dir = env::temp_dir().join(format!("events-nats-{}-{number}", process::id()));
        fs::create_dir_all(&dir).expect("a temporary directory");
        let mut server = Self { child: None, port: free_port(), dir, config };
        server.launch();
        server
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Ends it at once, as a crash would (SIGKILL).
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("the server runs");
            child.wait().expect("the server ends");
        }
    }

    /// Starts it again, with what it had stored.
    #[allow(dead_code, reason = "not every program that has this module needs it")]
    pub(crate) fn restart(&mut self) {
        self.kill();
        self.launch();
    }

    fn launch(&mut self) {
        let path = self.dir.join("server.conf");
        let config = format!(
            "listen: \"127.0.0.1:{}\"\njetstream {{ store_dir: \"{}\" }}\n{}\n",
            self.port,
            self.dir.join("store").display(),
            self.config.as_deref().unwrap_or_default(),
        );
        fs::write(&path, config).expect("a configuration");
        let log = fs::File::create(self.dir.join("server.log")).expect("a log");
        let mut command = Command::new(binary());
        command.arg("-c").arg(&path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        self.child = Some(command.spawn().unwrap_or_else(|error| panic!("{error}. {MISSING}")));
        let deadline = Instant::now() + Duration::from_secs(20);
        while !self.is_ready() {
            let child = self.child.as_mut().expect("a server that was started");
            let ended = child.try_wait().expect("its state");
            assert!(
                ended.is_none() && Instant::now() < deadline,
                "the server did not start: {}",
                fs::read_to_string(self.dir.join("server.log")).unwrap_or_default()
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Whether it greets.
    fn is_ready(&self) -> bool {
        let greeting = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).and_then(|socket| {
            socket.set_read_timeout(Some(Duration::from_secs(2)))?;
            let mut line = String::new();
            BufReader::new(socket).read_line(&mut line).map(|_| line)
        });
        greeting.is_ok_and(|line| line.starts_with("INFO "))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// Free now; whoever takes it before the server does makes the server end, which is noticed.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|socket| socket.local_addr()).expect("a port").port()
}

/// Debian puts it where only the administrator's shell looks.
fn binary() -> PathBuf {
    if let Some(named) = env::var_os("NATS_SERVER") {
        return named.into();
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let mut places = env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    let found = places.find_map(|place| Some(place.join("nats-server")).filter(|file| file.is_file()));
    found.unwrap_or_else(|| panic!("{MISSING}"))
}
