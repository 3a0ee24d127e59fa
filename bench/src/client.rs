//! A client with a token, and many of them at work on one list.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::http::{Connection, request};

/// One connection with a token.
pub struct Client {
    connection: Connection,
    address: SocketAddr,
    /// The `authorization` line, with its end.
    pub authorization: Arc<str>,
}

impl Client {
    /// Fetches a token for a service account.
    pub async fn sign_in(address: SocketAddr, id: &str, secret: &str) -> io::Result<Self> {
        let mut connection = Connection::open(address).await?;
        let credentials = STANDARD.encode(format!("{id}:{secret}"));
        let body = "grant_type=client_credentials";
        let length = body.len();
        let request = format!(
            "POST /api/oauth/token HTTP/1.1\r\nhost: localhost\r\naccept: application/json\r\n\
             authorization: Basic {credentials}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {length}\r\n\r\n{body}"
        );
        let answer = connection.send(request.as_bytes()).await?;
        let body: Value = serde_json::from_slice(answer.body)?;
        let token = body["access_token"].as_str();
        let token = token.ok_or_else(|| io::Error::other(format!("no token: {body}")))?;
        let authorization = format!("authorization: Bearer {token}\r\n").into();
        Ok(Self { connection, address, authorization })
    }

    /// Another connection with the same token.
    pub async fn another(&self) -> io::Result<Self> {
        Self::with(self.address, Arc::clone(&self.authorization)).await
    }

    /// One that has a token already.
    pub async fn with(address: SocketAddr, authorization: Arc<str>) -> io::Result<Self> {
        Ok(Self { connection: Connection::open(address).await?, address, authorization })
    }

    /// GET; the status, the body unread.
    pub async fn get(&mut self, path: &str) -> io::Result<(u16, &[u8])> {
        let request = request("GET", path, &self.authorization, None);
        let answer = self.connection.send(&request).await?;
        Ok((answer.status, answer.body))
    }

    /// Any request with a body; the status, the body unread.
    pub async fn send(&mut self, method: &str, path: &str, body: &Value) -> io::Result<(u16, &[u8])> {
        let request = request(method, path, &self.authorization, Some(&body.to_string()));
        let answer = self.connection.send(&request).await?;
        Ok((answer.status, answer.body))
    }

    /// A request that was written down before and has to succeed. Its answer is read, not understood.
    pub async fn succeed(&mut self, request: &[u8]) -> io::Result<()> {
        let answer = self.connection.send(request).await?;
        if answer.status >= 300 {
            let body = String::from_utf8_lossy(answer.body);
            return Err(io::Error::other(format!("{}{body}", answer.head)));
        }
        Ok(())
    }

    /// A request that has to succeed; its body.
    pub async fn done(&mut self, method: &str, path: &str, body: &Value) -> io::Result<Value> {
        let (status, answer) = self.send(method, path, body).await?;
        if status >= 300 {
            let answer = String::from_utf8_lossy(answer);
            return Err(io::Error::other(format!("{method} {path}: {status} {answer}")));
        }
        Ok(serde_json::from_slice(answer)?)
    }
}

/// A project with a container at AWS.
#[derive(Clone)]
pub struct Place {
    /// The project's id.
    pub project: String,
    /// The container's id.
    pub container: String,
}

impl Place {
    /// Makes one. Without `automatic` the far side waits for somebody.
    pub async fn make(client: &mut Client, org: &str, name: &str, automatic: bool) -> io::Result<Self> {
        let body = json!({ "name": name, "orgId": org });
        let project = id(&client.done("POST", "/api/atlas/v2/groups", &body).await?)?;
        if automatic {
            let path = format!("/api/landbridge/v1/groups/{project}/world");
            client.done("PATCH", &path, &json!({ "acceptance": "automatic" })).await?;
        }
        let path = format!("/api/atlas/v2/groups/{project}/containers");
        let body =
            json!({ "atlasCidrBlock": "192.168.208.0/21", "providerName": "AWS", "regionName": "US_EAST_1" });
        let container = id(&client.done("POST", &path, &body).await?)?;
        Ok(Self { project, container })
    }

    /// Where its peerings are.
    pub fn peers(&self) -> String {
        format!("/api/atlas/v2/groups/{}/peers", self.project)
    }

    /// The body of its peering of this number.
    pub fn peer(&self, number: usize) -> Value {
        json!({
            "awsAccountId": "123456789012",
            "containerId": self.container,
            "providerName": "AWS",
            "routeTableCidrBlock": format!("10.{}.{}.0/24", number / 256, number % 256),
            // The last digits of an id are the ones that differ.
            "vpcId": format!("vpc-{}{number:05x}", &self.container[12..]),
        })
    }
}

/// The id in an answer.
pub fn id(body: &Value) -> io::Result<String> {
    let id = body["id"].as_str().ok_or_else(|| io::Error::other(format!("no id: {body}")))?;
    Ok(id.to_owned())
}

/// Many connections take from one list until it is empty.
pub async fn share<T, R, F>(
    client: &Client,
    connections: usize,
    items: Vec<T>,
    work: impl Fn(Client, T) -> F + Clone + Send + 'static,
) -> io::Result<Vec<R>>
where
    T: Send + 'static,
    R: Send + 'static,
    F: Future<Output = io::Result<(Client, R)>> + Send,
{
    let items = Arc::new(Mutex::new(items.into_iter()));
    let mut tasks = JoinSet::new();
    for _ in 0..connections {
        let mut client = client.another().await?;
        let (items, work) = (Arc::clone(&items), work.clone());
        tasks.spawn(async move {
            let mut results = Vec::new();
            loop {
                let next = items.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some(item) = next else { return io::Result::Ok(results) };
                let (back, result) = work(client, item).await?;
                client = back;
                results.push(result);
            }
        });
    }
    let mut all = Vec::new();
    while let Some(results) = tasks.join_next().await {
        all.extend(results.map_err(io::Error::other)??);
    }
    Ok(all)
}

/// Makes many places.
pub async fn places(
    client: &Client,
    org: &str,
    prefix: &str,
    count: usize,
    automatic: bool,
) -> io::Result<Vec<Place>> {
    let (org, prefix) = (org.to_owned(), prefix.to_owned());
    share(client, 32, (0..count).collect(), move |mut client, number: usize| {
        let (org, name) = (org.clone(), format!("{prefix}-{number}"));
        async move {
            let place = Place::make(&mut client, &org, &name, automatic).await?;
            Ok((client, place))
        }
    })
    .await
}
