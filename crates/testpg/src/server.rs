//! One server.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;
use tokio_postgres::NoTls;

use crate::{apart, binary};

/// Users that a server may run as where the tests run as root.
const USERS: [&str; 2] = ["postgres", "nobody"];
/// How long it may take to start on a machine with other things to do.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(20);
/// Starts the server with the arguments after the first two, the folder of everything and the
/// program; stops it when the standard input ends.
const KEEPER: &str = r#"folder=$1; shift
"$@" >"$folder/log" 2>&1 </dev/null & server=$!
echo "$server" >"$folder/pid"
read -r _
kill -INT "$server" 2>/dev/null
wait "$server"
rm -rf "$folder""#;

/// A server, stopped when it is dropped or its process is gone.
pub struct Server {
    folder: PathBuf,
    port: u16,
    keeper: Child,
    leash: Option<ChildStdin>,
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
        Self::start_on(folder.keep(), settings, user)
    }

    fn start_on(folder: PathBuf, settings: &[&str], user: Option<User>) -> Self {
        let port = free_port();
        let mut keeper = Command::new("/bin/sh");
        keeper.args(["-c", KEEPER, "keeper"]).arg(&folder).arg(binary("postgres"));
        keeper.arg("-D").arg(folder.join("data")).arg("-p").arg(port.to_string());
        let ours = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300"];
        for setting in ours.iter().chain(["shared_buffers=32MB"].iter()).chain(settings) {
            keeper.arg("-c").arg(setting);
        }
        keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).current_dir("/");
        let mut keeper = become_user(&mut keeper, user).spawn().expect("a shell starts");
        let leash = keeper.stdin.take();
        let server = Self { folder, port, keeper, leash };
        server.await_start();
        server
    }

    /// The URL of a database.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://landbridge@127.0.0.1:{}/{database}", self.port)
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

fn free_port() -> u16 {
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
