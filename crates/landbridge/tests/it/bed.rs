//! A folder, a server in it, and waiting with a bound.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use api::Method;
use landbridge::client::Client;
use landbridge::client::access::Access;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The program that is tested.
pub const LANDBRIDGE: &str = env!("CARGO_BIN_EXE_landbridge");

const POLL: Duration = Duration::from_millis(20);
/// How long anything may take that should be done at once, on a machine with other things to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// Tries until there is something, for a minute.
pub fn eventually<T>(what: &str, mut attempt: impl FnMut() -> Option<T>) -> T {
    for _ in 0..PATIENCE.as_millis() / POLL.as_millis() {
        if let Some(found) = attempt() {
            return found;
        }
        thread::park_timeout(POLL);
    }
    panic!("within a minute it should have happened that {what}");
}

/// A folder of its own, on a real disk.
pub fn folder() -> TempDir {
    TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder")
}

/// The program with nothing in its environment but `PATH`.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(LANDBRIDGE);
    command.args(arguments).current_dir(folder).env_clear();
    if let Some(path) = option_env!("PATH") {
        command.env("PATH", path);
    }
    command
}

/// Runs the program to its end.
pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("the program starts")
}

/// What the program says, which must succeed.
pub fn said(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// What the program says in JSON, which must succeed.
pub fn json_said(folder: &Path, arguments: &[&str]) -> Value {
    let said = said(folder, &[arguments, &["--output", "json"]].concat());
    serde_json::from_str(&said).expect("it says JSON")
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs a shell script in that folder; it must succeed.
pub fn bash(folder: &Path, script: &str) -> String {
    let output = Command::new("bash").args(["-euc", script]).current_dir(folder).output();
    let output = output.expect("these tests need bash: on Debian, apt-get install bash");
    assert!(output.status.success(), "{script}\n{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

/// Fails with a sentence where there is no curl.
pub fn need_curl() {
    let found = Command::new("curl").arg("--version").output().is_ok_and(|output| output.status.success());
    assert!(found, "these tests need curl 7.76 or newer: on Debian, apt-get install curl");
}

/// A server, killed when it is dropped.
pub struct Server {
    child: Child,
    lines: Receiver<String>,
    greeting: String,
    log: PathBuf,
}

impl Server {
    /// Starts one with the data folder `data` in `folder`, on a free port, and waits until it
    /// listens.
    pub fn start(folder: &Path, more: &[&str]) -> Self {
        let mut server = Self::spawn(folder, more);
        server.await_greeting();
        server
    }

    /// Starts one with a command that is ready, and waits until it listens.
    pub fn of(command: Command, folder: &Path) -> Self {
        let mut server = Self::spawn_of(command, folder);
        server.await_greeting();
        server
    }

    /// Starts one and waits for nothing.
    pub fn spawn(folder: &Path, more: &[&str]) -> Self {
        let mut command = command(folder, &["serve", "--data", "data"]);
        if !more.contains(&"--listen") {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        command.args(more);
        Self::spawn_of(command, folder)
    }

    /// Starts one with a command that is ready, and waits for nothing.
    pub fn spawn_of(mut command: Command, folder: &Path) -> Self {
        let log = folder.join("log");
        let stderr: File = OpenOptions::new().create(true).append(true).open(&log).expect("a log");
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .expect("the program starts");
        let stdout = child.stdout.take().expect("it is piped");
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // The test may have what it wants.
                let _ = sender.send(line);
            }
        });
        Self { child, lines, greeting: String::new(), log }
    }

    /// Waits for the whole greeting: its last line begins with the last command.
    fn await_greeting(&mut self) {
        assert!(self.greets(), "the server did not start:\n{}{}", self.greeting, self.log());
    }

    /// Waits for the whole greeting; false if the server ends before.
    pub fn greets(&mut self) -> bool {
        // Where the file to source is missing, no commands follow.
        while self.commands().len() < 3 && !self.greeting.contains("bootstrap.env is missing") {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => self.greeting.push_str(&format!("{line}\n")),
                Err(_) => return false,
            }
        }
        true
    }

    /// What it said on standard output.
    pub fn greeting(&self) -> &str {
        &self.greeting
    }

    /// What it and its predecessors said on standard error.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).expect("the log is there")
    }

    /// The commands that it offers to paste.
    pub fn commands(&self) -> Vec<&str> {
        let offered = |line: &&str| line.starts_with("  source ") || line.starts_with("  curl ");
        self.greeting.lines().filter(offered).map(str::trim).collect()
    }

    /// Where it listens, as a client's base URL.
    pub fn url(&self) -> String {
        let told = self.greeting.lines().find_map(|line| line.split_once("http://"));
        let (_, rest) = told.expect("it tells where it listens");
        format!("http://{}/", rest.split(['/', ' ']).next().unwrap_or_default())
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Kills it as a crash would.
    pub fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    pub fn signal(&self, name: &str) {
        bash(Path::new("."), &format!("kill -{name} {}", self.pid()));
    }

    /// Waits for its end.
    pub fn ended(&mut self) -> ExitStatus {
        eventually("the server ends", || self.child.try_wait().expect("it can be waited for"))
    }

    /// Ends it as an operator would.
    pub fn stop(&mut self) {
        self.signal("TERM");
        let status = self.ended();
        assert!(status.success(), "{status}: {}", self.log());
        self.greeting.extend(self.lines.iter());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client with the credentials of one of the two files.
pub fn client(folder: &Path, file: &str) -> Client {
    let access = Access::of_file(&folder.join("data").join(file)).expect("a file to source");
    Client::new(&access, None).expect("a client")
}

/// A block of addresses at AWS.
pub fn aws_place() -> Value {
    json!({ "providerName": "AWS", "regionName": "US_EAST_1", "atlasCidrBlock": "10.8.0.0/21" })
}

/// A peering of such a container.
pub fn aws_peering(container: &str) -> Value {
    json!({
        "containerId": container, "providerName": "AWS", "accepterRegionName": "us-east-1",
        "awsAccountId": "123456789012", "vpcId": "vpc-0123456789abcdef0", "routeTableCidrBlock": "172.31.0.0/16"
    })
}

/// Makes both in the project whose path is `group`; the peering's id.
pub fn aws_peer(client: &mut Client, group: &str) -> String {
    let mut post = |part: &str, body: Value| {
        let answer = client.call(Method::Post, &format!("{group}/{part}"), Some(&body)).expect("an answer");
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.text("id").to_owned()
    };
    let container = post("containers", aws_place());
    post("peers", aws_peering(&container))
}

/// The value that one of the two files gives a variable.
pub fn value(folder: &Path, file: &str, name: &str) -> String {
    let text = fs::read_to_string(folder.join("data").join(file)).expect("the file is there");
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("export {name}=")));
    line.unwrap_or_else(|| panic!("{file} has no {name}")).to_owned()
}

/// All secrets that a first start made.
pub fn secrets(folder: &Path) -> Vec<String> {
    let master = fs::read_to_string(folder.join("data/master.key")).expect("a master key");
    vec![
        value(folder, "bootstrap.env", "MONGODB_ATLAS_PRIVATE_KEY"),
        value(folder, "bootstrap-oauth.env", "MONGODB_ATLAS_CLIENT_SECRET"),
        master.trim().to_owned(),
    ]
}
