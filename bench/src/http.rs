//! HTTP/1.1 on one kept-alive connection, with as little work as possible, so that what is measured
//! is the server. It understands only answers with a `content-length`.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The version that is asked for.
pub const V2: &str = "application/vnd.atlas.2023-01-01+json";

/// One connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// How much of the buffer the last answer took.
    taken: usize,
}

/// An answer, in the connection's buffer until the next one is asked for.
pub struct Answer<'a> {
    /// The status.
    pub status: u16,
    /// The status line and the headers.
    pub head: &'a str,
    /// The body.
    pub body: &'a [u8],
}

impl Answer<'_> {
    /// A header, whose name is given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(self.head, name)
    }
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 << 10), taken: 0 })
    }

    /// Sends one request and reads its answer.
    pub async fn send(&mut self, request: &[u8]) -> io::Result<Answer<'_>> {
        self.buffer.drain(..self.taken);
        self.taken = 0;
        self.stream.write_all(request).await?;
        let head = loop {
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            self.more().await?;
        };
        let text = std::str::from_utf8(&self.buffer[..head]).map_err(io::Error::other)?;
        let length: usize = find(text, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        let status = text.get(9..12).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| io::Error::other("no status line"))?;
        while self.buffer.len() < head + length {
            self.more().await?;
        }
        self.taken = head + length;
        let (text, body) = self.buffer[..self.taken].split_at(head);
        let text = std::str::from_utf8(text).map_err(io::Error::other)?;
        Ok(Answer { status, head: text, body })
    }

    async fn more(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

fn find<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let pair = head.split("\r\n").skip(1).filter_map(|line| line.split_once(": "));
    pair.filter(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
}

/// The bytes of a request. `authorization` is the whole line with its end, or nothing.
pub fn request(method: &str, path: &str, authorization: &str, body: Option<&str>) -> Vec<u8> {
    let accept = if path.starts_with("/api/atlas/v2") { V2 } else { "application/json" };
    let mut text =
        format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\naccept: {accept}\r\n{authorization}");
    match body {
        None => text.push_str("\r\n"),
        Some(body) => {
            let length = body.len();
            text.push_str(&format!(
                "content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
            ));
        }
    }
    text.into_bytes()
}
