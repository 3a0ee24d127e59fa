//! Hands and eyes at moto that are not the driver's: signed, and straight to moto.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqsign_aws_v4::{Credential, RequestSigner, StaticCredentialProvider};
use reqsign_core::{Context, Signer};
use sha2::{Digest, Sha256};

use super::tree::Node;

/// Somebody in an account.
pub struct Hands {
    http: reqwest::Client,
    url: String,
    signer: Signer<Credential>,
    /// Before signatures are checked, a header says which account it is about.
    account: Option<&'static str>,
}

/// A refusal: its code and its words.
#[derive(Debug)]
pub struct Refused(pub String);

impl Hands {
    /// With a key of their own.
    pub fn new(url: &str, key: &str, secret: &str) -> Self {
        let keys = StaticCredentialProvider::new(key, secret);
        let signer = Signer::new(Context::new(), keys, RequestSigner::new("ec2", "us-east-1"));
        Self { http: reqwest::Client::new(), url: url.to_owned(), signer, account: None }
    }

    /// Unchecked, in an account.
    pub fn unchecked(url: &str, account: &'static str) -> Self {
        Self { account: Some(account), ..Self::new(url, "AKIAAAAAAAAAAAAAAAAA", "unchecked") }
    }

    /// One call.
    pub async fn try_call(
        &self,
        service: &str,
        region: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Node, Refused> {
        let version = match service {
            "ec2" => "2016-11-15",
            "iam" => "2010-05-08",
            _ => "2011-06-15",
        };
        let mut body = format!("Action={action}&Version={version}");
        for (name, value) in parameters {
            body.push_str(&format!("&{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)));
        }
        let digest: String = Sha256::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect();
        let mut request = http::Request::post(&self.url)
            .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
            .header("x-amz-content-sha256", digest);
        if let Some(account) = self.account {
            request = request.header("x-moto-account-id", account);
        }
        let (mut parts, ()) = request.body(()).expect("a request").into_parts();
        let signer = self.signer.clone().with_request_signer(RequestSigner::new(service, region));
        signer.sign(&mut parts, None).await.expect("it has a key");
        let request = http::Request::from_parts(parts, body);
        let answer = self.http.execute(request.try_into().expect("a request")).await.expect("moto answers");
        let ok = answer.status().is_success();
        let text = answer.text().await.expect("an answer");
        if !ok {
            return Err(Refused(text));
        }
        Ok(if text.trim().is_empty() { Node::default() } else { Node::parse(&text) })
    }

    /// One call that goes well.
    pub async fn call(&self, service: &str, region: &str, action: &str, parameters: &[(&str, &str)]) -> Node {
        let called = self.try_call(service, region, action, parameters).await;
        called.unwrap_or_else(|refused| panic!("{action}: {}", refused.0))
    }

    /// One call of EC2 that goes well.
    pub async fn ec2(&self, region: &str, action: &str, parameters: &[(&str, &str)]) -> Node {
        self.call("ec2", region, action, parameters).await
    }

    /// A user with a policy, as hands of its own.
    pub async fn make_user(&self, name: &str, policy: &str) -> (String, String) {
        self.call("iam", "us-east-1", "CreateUser", &[("UserName", name)]).await;
        let parameters = [("UserName", name), ("PolicyName", "all"), ("PolicyDocument", policy)];
        self.call("iam", "us-east-1", "PutUserPolicy", &parameters).await;
        let made = self.call("iam", "us-east-1", "CreateAccessKey", &[("UserName", name)]).await;
        let text = |name| made.deep(name).expect("a key").text.clone();
        (text("AccessKeyId"), text("SecretAccessKey"))
    }

    /// Something for the test alone, beside Amazon's API.
    pub async fn control(&self, path: &str, body: &str) {
        let url = format!("{}/moto-api/{path}", self.url);
        let answer = self.http.post(url).body(body.to_owned()).send().await.expect("moto answers");
        assert!(answer.status().is_success(), "{path}");
    }
}
