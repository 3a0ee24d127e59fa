//! The program as a process: start, sign in, memory, stop.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::client::Client;

/// How a server is started.
pub struct Setup<'a> {
    /// The program.
    pub program: &'a Path,
    /// Its data folder; the log goes in beside it.
    pub data: PathBuf,
    /// Its latency profile.
    pub latency: &'a str,
    /// How much it logs.
    pub log: &'a str,
    /// The database, if it is not in the data folder.
    pub database: Option<&'a str>,
    /// The master key of the server that was first on the database.
    pub key: Option<&'a str>,
}

/// A running server; it is ended when dropped.
pub struct Server {
    child: Child,
    _stdout: BufReader<ChildStdout>,
    /// Where it listens.
    pub address: SocketAddr,
    settings: HashMap<String, String>,
}

impl Setup<'_> {
    /// Runs the program, without waiting for anything.
    pub fn spawn(&self, listen: &str) -> io::Result<Child> {
        let log = File::options().create(true).append(true).open(self.data.with_extension("log"))?;
        let mut command = Command::new(self.program);
        if let Some(database) = self.database {
            command.env("LANDBRIDGE_DATABASE", database);
        }
        if let Some(key) = self.key {
            command.env("LANDBRIDGE_MASTER_KEY", key);
        }
        command
            .args(["serve", "--listen", listen, "--latency", self.latency, "--log-level", self.log])
            // Counted as always, but nobody is refused.
            .args(["--rate-limit-factor", "1000000", "--data"])
            .arg(&self.data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
    }

    /// Starts a server on a free port and reads what it wrote for its clients.
    pub fn start(&self) -> io::Result<Server> {
        let mut child = self.spawn("127.0.0.1:0")?;
        let stdout = child.stdout.take().ok_or_else(|| io::Error::other("no output"))?;
        let mut stdout = BufReader::new(stdout);
        let mut line = String::new();
        stdout.read_line(&mut line)?;
        let address = line.trim().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let address = address.parse().map_err(io::Error::other)?;
        let mut settings = HashMap::new();
        // Only the first server on a database writes them.
        let files = ["bootstrap.env", "bootstrap-oauth.env"].map(|file| self.data.join(file));
        for file in files.iter().filter(|file| self.key.is_none() || file.exists()) {
            for line in fs::read_to_string(file)?.lines() {
                if let Some((name, value)) = line.strip_prefix("export ").and_then(|it| it.split_once('=')) {
                    settings.insert(name.to_owned(), value.trim_matches(['\'', '"']).to_owned());
                }
            }
        }
        Ok(Server { child, _stdout: stdout, address, settings })
    }
}

impl Server {
    /// A line of the files to source; `name` without its prefix.
    pub fn setting(&self, name: &str) -> &str {
        self.settings.get(&format!("MONGODB_ATLAS_{name}")).map_or("", String::as_str)
    }

    /// A client with a token.
    pub async fn client(&self) -> io::Result<Client> {
        Client::sign_in(self.address, self.setting("CLIENT_ID"), self.setting("CLIENT_SECRET")).await
    }

    /// The master key that it made.
    pub fn master_key(data: &Path) -> io::Result<String> {
        Ok(fs::read_to_string(data.join("master.key"))?.trim().to_owned())
    }

    /// A line of the kernel's account of its memory, in MiB.
    pub fn memory(&self, name: &str) -> io::Result<f64> {
        memory(self.child.id(), name)
    }

    /// Its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end, and waits until it has.
    pub fn stop(mut self) -> io::Result<()> {
        stop(&mut self.child)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends SIGTERM, and waits.
pub fn stop(child: &mut Child) -> io::Result<()> {
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status()?;
    child.wait()?;
    Ok(())
}

/// The time that a process has spent on processors so far, in µs. Threads that have ended don't count.
pub fn processor_time(process: u32) -> io::Result<f64> {
    let mut nanos = 0.0;
    for thread in fs::read_dir(format!("/proc/{process}/task"))? {
        let told = fs::read_to_string(thread?.path().join("schedstat"))?;
        let spent = told.split_whitespace().next().and_then(|spent| spent.parse::<f64>().ok());
        nanos += spent.ok_or_else(|| io::Error::other("the kernel does not tell"))?;
    }
    Ok(nanos / 1000.0)
}

/// A line of `/proc/PID/status`, in MiB.
pub fn memory(process: u32, name: &str) -> io::Result<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    Ok(kib.ok_or_else(|| io::Error::other("the kernel does not tell"))? / 1024.0)
}
