//! moto as a process of its own, on a free port.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The version that is pinned; `./test` installs it.
const VERSION: &str = "5.2.1";
/// Lines that moto says before it tells its address.
const LINES: usize = 100;

/// A moto that ends with this value.
pub struct Moto {
    child: Child,
    pub url: String,
}

impl Moto {
    /// Starts one. The first calls are not checked, so that users and roles can be made.
    pub fn start() -> Self {
        let tools = tools();
        let mut command = Command::new("python3");
        if tools.is_dir() {
            command.env("PYTHONPATH", &tools);
        }
        let mut child = command
            .args(["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"])
            .env("INITIAL_NO_AUTH_ACTION_COUNT", "1000")
            .env_remove("MOTO_ACCOUNT_ID")
            .env_remove("MOTO_PORT")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("python3 starts");
        let mut lines = BufReader::new(child.stderr.take().expect("it was piped")).lines();
        let mut said = Vec::new();
        for line in lines.by_ref().take(LINES) {
            let line = line.expect("text");
            if let Some((_, url)) = line.split_once("Running on ") {
                // Its log of requests has to go somewhere.
                std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
                return Self { child, url: url.trim().to_owned() };
            }
            said.push(line);
        }
        drop(child.kill());
        drop(child.wait());
        panic!(
            "moto {VERSION} does not start; get it with ./test, or: pip install 'moto[server]=={VERSION}'\n{said:#?}"
        );
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Where `./test` puts it; the machine's own is taken where it has that version.
fn tools() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.join(format!(".cache/tools/moto-{VERSION}"))
}
