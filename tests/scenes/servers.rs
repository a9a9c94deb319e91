//! Servers of our own, PostgreSQL and PgBouncer, to freeze, stop and misconfigure. None if they are not installed.

use std::net::{Ipv4Addr, TcpListener, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Debian's folder for programs that are not in everybody's PATH.
fn postgres_bin() -> PathBuf {
    let folder = std::env::var_os("POSTGRES_BIN");
    folder.map_or_else(|| "/usr/lib/postgresql/15/bin".into(), PathBuf::from)
}

/// A name of this machine that does not look local; none if it has none for 127.0.0.1.
pub fn another_host() -> Option<String> {
    let output = Command::new("hostname").output().ok()?;
    let name = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    let mut found = (name.as_str(), 0).to_socket_addrs().ok()?;
    if name == "localhost" || !found.any(|address| address.ip() == Ipv4Addr::LOCALHOST) {
        println!("skipped: this machine has no name of its own for 127.0.0.1");
        return None;
    }
    Some(name)
}

/// `program` as another user, because it refuses to run as root.
fn as_postgres(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args([
        "--reuid=postgres",
        "--regid=postgres",
        "--clear-groups",
        "--",
    ]);
    command.arg(program);
    command
}

pub fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().unwrap();
    output.stdout.starts_with(b"0")
}

fn run(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn folder(kind: &str) -> PathBuf {
    let mut name = [0_u8; 8];
    getrandom::fill(&mut name).unwrap();
    let folder = std::env::temp_dir().join(format!("rm-{kind}-{}", const_hex::encode(name)));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Gives a folder to the servers' user.
fn hand_over(folder: &Path) {
    if is_root() {
        assert!(run(Command::new("chown")
            .args(["-R", "postgres:postgres"])
            .arg(folder)));
    }
}

pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}

fn wait_for(port: u16) {
    for _ in 0..1_000 {
        if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("nobody listens on {port}");
}

/// A PostgreSQL server, stopped when dropped.
pub struct Postgres {
    pub folder: PathBuf,
    pub port: u16,
    settings: Vec<String>,
    child: Option<Child>,
}

impl Postgres {
    /// A running server.
    pub fn start(settings: &[&str]) -> Option<Self> {
        let mut server = Self::prepare(settings)?;
        server.serve();
        Some(server)
    }

    /// A server that is not running yet.
    pub fn prepare(settings: &[&str]) -> Option<Self> {
        let initdb = postgres_bin().join("initdb");
        if !initdb.exists() {
            println!("skipped: there is no {}", initdb.display());
            return None;
        }
        let folder = folder("postgres");
        hand_over(&folder);
        let mut initdb = as_postgres(&initdb);
        initdb.arg("-D").arg(folder.join("data"));
        initdb.args(["-A", "trust", "-U", "postgres", "--no-sync"]);
        assert!(run(initdb.current_dir(&folder)), "initdb");
        Some(Self {
            folder,
            port: free_port(),
            settings: settings.iter().map(ToString::to_string).collect(),
            child: None,
        })
    }

    pub fn serve(&mut self) {
        let mut command = as_postgres(&postgres_bin().join("postgres"));
        command.arg("-D").arg(self.folder.join("data"));
        command.arg("-p").arg(self.port.to_string());
        command.arg("-k").arg(&self.folder);
        for setting in ["listen_addresses=127.0.0.1", "fsync=off"]
            .into_iter()
            .chain(self.settings.iter().map(String::as_str))
        {
            command.args(["-c", setting]);
        }
        let child = command
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.child = Some(child.unwrap());
        wait_for(self.port);
        for _ in 0..1_000 {
            if run(Command::new("psql").args([
                "-Atc",
                "select 1",
                &self.url("127.0.0.1", "postgres"),
            ])) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("PostgreSQL does not answer");
    }

    pub fn url(&self, host: &str, database: &str) -> String {
        format!("postgres://postgres@{host}:{}/{database}", self.port)
    }

    /// Runs `sql` like an operator.
    pub fn sql(&self, sql: &str) {
        let url = self.url("127.0.0.1", "postgres");
        assert!(
            run(Command::new("psql")
                .args(["-c", sql, &url])
                .env("PGOPTIONS", "-c default_transaction_read_only=off")),
            "{sql}"
        );
    }

    /// The result of `sql`, without its line end.
    pub fn asked(&self, sql: &str) -> String {
        let mut psql = Command::new("psql");
        let output = psql.args(["-Atc", sql, &self.url("127.0.0.1", "postgres")]);
        let said = String::from_utf8(output.output().unwrap().stdout).unwrap();
        said.trim().to_owned()
    }

    /// A running standby that every commit waits for.
    pub fn standby(&self) -> Self {
        let mut standby = Self {
            folder: folder("postgres"),
            port: free_port(),
            settings: self.settings.clone(),
            child: None,
        };
        hand_over(&standby.folder);
        standby.follow(self);
        self.wait_for_standby();
        standby
    }

    /// Restarts as a standby of `primary`, with a copy of its data.
    pub fn follow(&mut self, primary: &Self) {
        self.stop();
        let data = self.folder.join("data");
        let _ = std::fs::remove_dir_all(&data);
        let mut copy = as_postgres(&postgres_bin().join("pg_basebackup"));
        copy.args(["-R", "--checkpoint=fast", "--no-sync", "-D"]);
        copy.arg(data).arg("-d").arg(primary.url("127.0.0.1", ""));
        assert!(run(copy.current_dir(&self.folder)), "pg_basebackup");
        self.serve();
    }

    /// From now on a commit is answered once a standby has it.
    pub fn wait_for_standby(&self) {
        self.sql("alter system set synchronous_standby_names = '*'");
        self.sql("select pg_reload_conf()");
        for _ in 0..1_000 {
            let sql = "select count(*) from pg_stat_replication where sync_state = 'sync'";
            if self.asked(sql) == "1" {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("no standby follows");
    }

    /// Promotes the standby, so that it takes writes.
    pub fn promote(&self) {
        let mut promote = as_postgres(&postgres_bin().join("pg_ctl"));
        promote.args(["promote", "-w", "-D"]);
        promote.arg(self.folder.join("data"));
        assert!(run(promote.current_dir(&self.folder)), "pg_ctl promote");
    }

    /// Writes a file that the server reads.
    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.join(name), text).unwrap();
        hand_over(&self.folder);
    }

    fn processes(&self) -> Vec<u32> {
        let Some(child) = &self.child else {
            return Vec::new();
        };
        let parent = child.id();
        let children = Command::new("pgrep")
            .arg("-P")
            .arg(parent.to_string())
            .output();
        let children = String::from_utf8(children.unwrap().stdout).unwrap();
        let children = children.split_whitespace().map(|id| id.parse().unwrap());
        std::iter::once(parent).chain(children).collect()
    }

    fn signal(&self, signal: &str) {
        let mut kill = Command::new("kill");
        kill.arg(signal);
        kill.args(self.processes().iter().map(ToString::to_string));
        run(&mut kill);
    }

    /// Suspends the server: it neither answers nor hangs up.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    /// Stops the server at once; [`Postgres::serve`] brings it back.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            run(Command::new("kill")
                .arg("-QUIT")
                .arg(child.id().to_string()));
            let _ = child.wait();
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.thaw();
        self.stop();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Creates an authority and its certificate for `localhost`: `ca.crt`, `server.crt` and `server.key` in the server's folder.
pub fn certificates(server: &Postgres) -> bool {
    let at = |name: &str| server.folder.join(name);
    let openssl = |args: &[&str]| {
        run(Command::new("openssl")
            .args(args)
            .current_dir(&server.folder))
    };
    let made = openssl(&[
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=An authority",
        "-keyout",
        "ca.key",
        "-out",
        "ca.crt",
    ]) && openssl(&[
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=localhost",
        "-keyout",
        "server.key",
        "-out",
        "server.csr",
    ]) && std::fs::write(
        at("names"),
        "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n",
    )
    .is_ok()
        && openssl(&[
            "x509",
            "-req",
            "-in",
            "server.csr",
            "-CA",
            "ca.crt",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            "2",
            "-extfile",
            "names",
            "-out",
            "server.crt",
        ]);
    if !made {
        println!("skipped: openssl cannot make certificates");
        return false;
    }
    run(Command::new("chmod").arg("600").arg(at("server.key")));
    hand_over(&server.folder);
    true
}

/// A PgBouncer in transaction mode before a server, stopped when dropped.
pub struct PgBouncer {
    pub port: u16,
    folder: PathBuf,
    child: Child,
}

impl PgBouncer {
    pub fn start(server: &Postgres, settings: &str) -> Option<Self> {
        let program = Path::new("/usr/sbin/pgbouncer");
        if !program.exists() {
            println!("skipped: there is no {}", program.display());
            return None;
        }
        let (folder, port) = (folder("pgbouncer"), free_port());
        let text = format!(
            "[databases]\n* = host=127.0.0.1 port={} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\n\
             default_pool_size = 2\nmax_client_conn = 100\n{settings}\n",
            server.port
        );
        let file = folder.join("pgbouncer.ini");
        std::fs::write(&file, text).unwrap();
        hand_over(&folder);
        let child = as_postgres(program)
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let bouncer = Self {
            port,
            folder,
            child: child.unwrap(),
        };
        wait_for(port);
        Some(bouncer)
    }

    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
