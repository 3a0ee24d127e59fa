//! The client's half of digest, with one challenge for many requests.

use std::fmt::Write as _;
use std::io;

use md5::{Digest as _, Md5};

use crate::http::{Connection, request};

/// Requests on one challenge.
const USES: u32 = 1000;

/// An API key on one connection.
pub struct Digest {
    user: String,
    secret: String,
    ha1: String,
    nonce: String,
    uses: u32,
}

impl Digest {
    /// One that has no challenge yet.
    pub fn new(user: &str, secret: &str) -> Self {
        Self {
            user: user.to_owned(),
            secret: secret.to_owned(),
            ha1: String::new(),
            nonce: String::new(),
            uses: USES,
        }
    }

    /// The `authorization` line for the next GET, after asking for a challenge where the last one is
    /// used up. A server that gives no challenge is signed for as if it had.
    pub async fn authorize(&mut self, connection: &mut Connection, path: &str) -> io::Result<String> {
        if self.uses >= USES {
            let answer = connection.send(&request("GET", path, "", None)).await?;
            let challenge = answer.header("www-authenticate").unwrap_or("realm=\"none\", nonce=\"none\"");
            let realm = value(challenge, "realm");
            self.nonce = value(challenge, "nonce").to_owned();
            self.ha1 = md5(&format!("{}:{realm}:{}", self.user, self.secret));
            self.uses = 0;
        }
        self.uses += 1;
        let (user, nonce, count) = (&self.user, &self.nonce, self.uses);
        let ha2 = md5(&format!("GET:{path}"));
        let response = md5(&format!("{}:{nonce}:{count:08x}:0a4f113b:auth:{ha2}", self.ha1));
        Ok(format!(
            "authorization: Digest username=\"{user}\", realm=\"MMS Public API\", nonce=\"{nonce}\", \
             uri=\"{path}\", cnonce=\"0a4f113b\", nc={count:08x}, qop=auth, response=\"{response}\", \
             algorithm=MD5\r\n"
        ))
    }
}

fn value<'a>(challenge: &'a str, name: &str) -> &'a str {
    let rest = challenge.split_once(&format!("{name}=\"")).map_or("", |(_, rest)| rest);
    rest.split('"').next().unwrap_or_default()
}

fn md5(text: &str) -> String {
    let mut hex = String::with_capacity(32);
    for byte in Md5::digest(text.as_bytes()) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
