//! One server.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;
use tokio_postgres::NoTls;

use crate::{apart, binary, rows};

/// Users that a server may run as where the tests run as root.
const USERS: [&str; 2] = ["postgres", "nobody"];
/// How long it may take to start on a machine with other things to do.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(20);
/// Starts the server with the arguments after the first, which is the folder of everything; does what
/// it is told, and stops the server when the standard input ends. It alone ends processes, and only
/// its own child and that one's children, which can't have become others before it waited for them.
const KEEPER: &str = r#"folder=$1; shift
start() { "$@" >>"$folder/log" 2>&1 </dev/null & server=$!; }
stop() { kill "-$1" $server $2 2>/dev/null; wait "$server"; server=; }
start "$@"
while read -r order; do
  case $order in
    restart) stop INT; start "$@" ;;
    kill)
      stop KILL "$(cat "/proc/$server/task/$server/children" 2>/dev/null)"
      (set -- $(sed -n 7p "$folder/data/postmaster.pid"); ipcrm -m "$2" 2>/dev/null) ;;
  esac
  echo done
done
[ -z "$server" ] || stop INT
rm -rf "$folder""#;

/// A server, stopped when it is dropped or its process is gone.
pub struct Server {
    folder: PathBuf,
    port: u16,
    user: Option<User>,
    keeper: Child,
    leash: Option<ChildStdin>,
    said: BufReader<ChildStdout>,
}

/// Whom to run as.
#[derive(Clone, Copy)]
struct User {
    uid: u32,
    gid: u32,
}

impl Server {
    /// Starts one with these settings, each as `name=value`.
    pub fn start(settings: &[&str]) -> Self {
        Self::start_with(settings, &[])
    }

    /// The same, with these files, each as its name and its text, in the folder of the data.
    pub fn start_with(settings: &[&str], files: &[(&str, &str)]) -> Self {
        let folder = TempDir::with_prefix("landbridge-pg-").expect("a temporary folder");
        let user = another_user(folder.path());
        if let Some(User { uid, gid }) = user {
            chown(folder.path(), Some(uid), Some(gid)).expect("root may give a folder away");
        }
        let data = folder.path().join("data");
        let mut initdb = Command::new(binary("initdb"));
        initdb.args(["--no-sync", "--no-instructions", "--auth=trust", "--username=landbridge"]);
        initdb.args(["--encoding=UTF8", "--locale=C.UTF-8", "--pgdata"]).arg(&data);
        let made = become_user(&mut initdb, user).current_dir("/").output().expect("initdb runs");
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        for (name, text) in files {
            let path = data.join(name);
            fs::write(&path, text).expect("written");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("ours");
            if let Some(User { uid, gid }) = user {
                chown(&path, Some(uid), Some(gid)).expect("root may give a file away");
            }
        }
        Self::start_on(folder.keep(), free_port(), settings, user)
    }

    /// Starts a standby of this server on that port, with a copy of its data.
    pub(crate) fn standby(&self, port: u16, settings: &[&str]) -> Self {
        let folder = TempDir::with_prefix("landbridge-pg-").expect("a temporary folder");
        if let Some(User { uid, gid }) = self.user {
            chown(folder.path(), Some(uid), Some(gid)).expect("root may give a folder away");
        }
        // Beside the server: distributions put a choice of versions into the PATH.
        let mut copy = Command::new(binary("postgres").with_file_name("pg_basebackup"));
        copy.args(["--host=127.0.0.1", "--username=landbridge", "--no-sync", "--checkpoint=fast"]);
        copy.args(["--write-recovery-conf", "--wal-method=stream", &format!("--port={}", self.port)]);
        copy.arg("--pgdata").arg(folder.path().join("data"));
        let made = become_user(&mut copy, self.user).current_dir("/").output().expect("it runs");
        assert!(made.status.success(), "pg_basebackup: {}", String::from_utf8_lossy(&made.stderr));
        Self::start_on(folder.keep(), port, settings, self.user)
    }

    fn start_on(folder: PathBuf, port: u16, settings: &[&str], user: Option<User>) -> Self {
        let mut keeper = Command::new("/bin/sh");
        keeper.args(["-c", KEEPER, "keeper"]).arg(&folder).arg(binary("postgres"));
        keeper.arg("-D").arg(folder.join("data")).arg("-p").arg(port.to_string());
        let ours = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300"];
        // Of a killed server nothing stays in memory that is shared.
        keeper.args(["-c", "dynamic_shared_memory_type=mmap"]);
        for setting in ours.iter().chain(["shared_buffers=32MB"].iter()).chain(settings) {
            keeper.arg("-c").arg(setting);
        }
        keeper.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).current_dir("/");
        let mut keeper = become_user(&mut keeper, user).spawn().expect("a shell starts");
        let leash = keeper.stdin.take();
        let said = BufReader::new(keeper.stdout.take().expect("it is piped"));
        let server = Self { folder, port, user, keeper, leash, said };
        server.await_start();
        server
    }

    /// The URL of a database.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://landbridge@127.0.0.1:{}/{database}", self.port)
    }

    /// Where it listens.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Stops it as a careful operator would, cutting every connection, and starts it again.
    pub fn restart(&mut self) {
        self.tell("restart");
        self.await_start();
    }

    /// Kills it and all of its processes as the loss of its machine would. It stays away.
    pub fn kill(&mut self) {
        self.tell("kill");
    }

    /// Cuts the connections of that application; how many there were.
    pub fn cut(&self, application: &str) -> usize {
        let cut = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{application}'"
        );
        rows(&self.url("postgres"), &cut).len()
    }

    /// Makes a standby take writes.
    pub(crate) fn promote(&self) {
        let mut promote = Command::new(binary("postgres").with_file_name("pg_ctl"));
        promote.args(["promote", "--silent", "--wait", "--pgdata"]).arg(self.folder.join("data"));
        let done = become_user(&mut promote, self.user).current_dir("/").output().expect("it runs");
        assert!(done.status.success(), "pg_ctl promote: {}", String::from_utf8_lossy(&done.stderr));
    }

    /// Has the keeper do something, and waits until it has.
    fn tell(&mut self, order: &str) {
        let leash = self.leash.as_mut().expect("it is there until the server is dropped");
        writeln!(leash, "{order}").expect("the keeper listens");
        let mut line = String::new();
        self.said.read_line(&mut line).expect("the keeper answers");
        assert_eq!(line, "done\n", "the keeper has gone");
    }

    fn await_start(&self) {
        let url = self.url("postgres");
        for _ in 0..PATIENCE.as_millis() / POLL.as_millis() {
            let answers = apart(async {
                let Ok((client, connection)) = tokio_postgres::connect(&url, NoTls).await else {
                    return false;
                };
                drop(client);
                connection.await.is_ok()
            });
            if answers {
                return;
            }
            thread::park_timeout(POLL);
        }
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        panic!("the server did not start:\n{log}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.leash.take());
        // It ends by itself now; whether this sees it matters to nobody.
        let _ = self.keeper.wait();
    }
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("bound").port()
}

/// Whom the server has to run as, if not as whoever made the folder.
fn another_user(folder: &Path) -> Option<User> {
    if fs::metadata(folder).expect("just made").uid() != 0 {
        return None;
    }
    let known = fs::read_to_string("/etc/passwd").expect("there are users");
    let user = |name: &str| {
        let line = known.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut numbers = line.split(':').skip(2).map(|field| field.parse().ok());
        Some(User { uid: numbers.next()??, gid: numbers.next()?? })
    };
    let found = USERS.iter().find_map(|name| user(name));
    Some(found.unwrap_or_else(|| panic!("a server does not run as root, and there is no user of {USERS:?}")))
}

fn become_user(command: &mut Command, user: Option<User>) -> &mut Command {
    match user {
        Some(User { uid, gid }) => command.uid(uid).gid(gid),
        None => command,
    }
}
