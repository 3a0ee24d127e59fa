//! The fake server as a process: `conformance/azure-fake`, built once, one process for each test.

use std::io::{BufRead, BufReader, Lines};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Value, json};

/// Where the program is, once it is built.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../../conformance/azure-fake");
    let program = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("azure-fake");
    let built = Command::new("go")
        .args(["build", "-buildvcs=false", "-o"])
        .arg(&program)
        .arg(".")
        .current_dir(source)
        .status()
        .expect("`go` can be run: Azure's fake server needs Go 1.25.8 or newer, from https://go.dev/dl");
    assert!(built.success(), "conformance/azure-fake is built by Go 1.25.8 or newer; its words are above");
    program
});

/// Where the fake is reached.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Addresses {
    pub resource_manager: String,
    pub authority: String,
    pub certificate: String,
}

/// A running fake; it ends with its owner.
pub struct Fake {
    child: Child,
    /// Held, so that the fake can go on writing.
    _lines: Lines<BufReader<ChildStdout>>,
    client: reqwest::Client,
    pub addresses: Addresses,
}

/// All that there is.
#[derive(Debug, Clone, Deserialize)]
pub struct Sight {
    pub vnets: Vec<SeenVnet>,
    #[serde(default)]
    pub log: Option<Vec<Entry>>,
    /// How many more requests the faults that are laid out would happen to.
    pub faults_left: u32,
}

#[derive(Debug, Clone, Deserialize)]
pub struct SeenVnet {
    pub id: String,
    #[serde(default)]
    pub tags: Option<std::collections::BTreeMap<String, String>>,
    pub peerings: Vec<SeenHalf>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct SeenHalf {
    pub id: String,
    pub remote: String,
    pub link: String,
    pub sync: String,
}

/// One request that the fake had.
#[derive(Debug, Clone, Deserialize)]
pub struct Entry {
    pub operation: String,
    pub status: u16,
    #[serde(default)]
    pub auxiliary: Option<Vec<String>>,
}

impl Fake {
    /// Starts one.
    pub fn start() -> Self {
        let mut child = Command::new(&*PROGRAM)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program was built");
        let stdout = child.stdout.take().expect("it is piped");
        let mut lines = BufReader::new(stdout).lines();
        let line = lines.next().expect("a line").expect("text");
        let addresses = serde_json::from_str(&line).expect("its addresses");
        Self { child, _lines: lines, client: reqwest::Client::new(), addresses }
    }

    /// Turns one of its knobs.
    pub async fn control(&self, name: &str, body: &Value) {
        let url = format!("{}/_control/{name}", self.addresses.resource_manager);
        let answer = self.client.post(url).body(body.to_string()).send().await.expect("the fake answers");
        let status = answer.status();
        let text = answer.text().await.expect("a body");
        assert!(status.is_success(), "{name} {body}: {status} {text}");
    }

    /// What there is, not through the API.
    pub async fn see(&self) -> Sight {
        let url = format!("{}/_control/state", self.addresses.resource_manager);
        let answer = self.client.post(url).send().await.expect("the fake answers");
        let text = answer.text().await.expect("a body");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// Lays out a fault for requests of a kind whose path has a part.
    pub async fn fault(&self, operation: &str, path: &str, more: Value) {
        let mut fault = json!({ "operation": operation, "path": path });
        for (name, value) in more.as_object().expect("an object") {
            fault[name] = value.clone();
        }
        self.control("fault", &fault).await;
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        // It would end by itself when its input does; this is sooner, and by its own process id.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
