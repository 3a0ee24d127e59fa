//! What a handler gets: everything that was found out before it was called.

use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use api::media_type::Version;
use api::{ErrorCode, Operation, Root};
use bytes::Bytes;
use http::header::HOST;
use http::request::Parts;
use model::key::Principal;
use model::project::{Org, Project};
use model::{Act, Actor, Clock, OrgId, ProjectId, Roles, Timestamp};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::ApiError;
use crate::query::Query;
use crate::serve::Scheme;

/// One request, authenticated and let in.
pub struct Context {
    /// The shared state.
    pub app: Arc<App>,
    /// The operation.
    pub operation: &'static Operation,
    /// The root that it was called under.
    pub root: Root,
    /// The version to answer in; `None` outside v2.
    pub version: Option<Version>,
    /// Path parameters.
    pub params: Vec<(&'static str, String)>,
    /// The query.
    pub query: Query,
    /// The body, whole.
    pub body: Bytes,
    /// Who calls. `None` for operations that need nobody.
    pub caller: Option<Arc<Caller>>,
    /// The address that the call came from.
    pub address: IpAddr,
    /// The project of the path.
    pub project: Option<Project>,
    /// The organization of the path.
    pub org: Option<Org>,
    /// The caller's roles in the project or organization of the path.
    pub roles: Roles,
    /// `http://host`, as the caller used it.
    pub base: String,
    /// The path as sent, without a trailing slash.
    pub path: String,
}

/// What a link's path segment may not hold as it is: the service writes `192.168.0.3%2F32`.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}');

impl Context {
    /// The world's time.
    pub fn now(&self) -> Timestamp {
        self.app.world.now()
    }

    /// Who does it, and when.
    pub fn act(&self) -> Act {
        let address = self.address.to_string();
        let by = match &self.caller {
            None => Actor::System,
            Some(caller) => match &caller.principal {
                Principal::Key(id) => Actor::Key { id: *id, public_key: caller.name.clone(), address },
                Principal::ServiceAccount(client_id) => {
                    Actor::ServiceAccount { client_id: client_id.clone(), address }
                }
            },
        };
        Act { at: self.now(), by }
    }

    /// The caller.
    pub fn caller(&self) -> Result<&Caller, ApiError> {
        self.caller.as_deref().ok_or_else(|| ApiError::new(ErrorCode::UserUnauthorized, []))
    }

    /// The project of the path. The pipeline has looked it up for every path that names one.
    pub fn project(&self) -> Result<&Project, ApiError> {
        self.project
            .as_ref()
            .ok_or_else(|| ApiError::new(ErrorCode::ResourceNotFound, [self.path.as_str().into()]))
    }

    /// Its id.
    pub fn project_id(&self) -> Result<ProjectId, ApiError> {
        self.project().map(|project| project.id)
    }

    /// The organization of the path.
    pub fn org(&self) -> Result<&Org, ApiError> {
        self.org
            .as_ref()
            .ok_or_else(|| ApiError::new(ErrorCode::ResourceNotFound, [self.path.as_str().into()]))
    }

    /// Its id.
    pub fn org_id(&self) -> Result<OrgId, ApiError> {
        self.org().map(|org| org.id)
    }

    /// A path parameter as text.
    pub fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value.as_str())
    }

    /// A path parameter as an id; the pipeline has checked its form.
    pub fn id<T: FromStr>(&self, name: &str) -> Result<T, ApiError> {
        self.param(name).parse().map_err(|_| malformed_path(&self.path))
    }

    /// `http://host/api/atlas/v2`, or whatever root the caller used.
    pub fn root_url(&self) -> String {
        format!("{}{}", self.base, self.root.prefix())
    }

    /// A link below the caller's root; the parts are escaped.
    pub fn url(&self, parts: &[&str]) -> String {
        let mut url = self.root_url();
        for part in parts {
            url.push('/');
            url.extend(utf8_percent_encode(part, SEGMENT));
        }
        url
    }

    /// Where the caller is: the link of a list to itself, without its query.
    pub fn here(&self) -> String {
        format!("{}{}", self.base, self.path)
    }
}

/// `http://host` as the caller used it, for links.
pub fn base(app: &App, parts: &Parts) -> String {
    if let Some(url) = &app.config.public_url {
        return url.clone();
    }
    let scheme = parts.extensions.get::<Scheme>().copied().unwrap_or(Scheme::Http);
    let host = parts
        .headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .or_else(|| parts.uri.authority().map(http::uri::Authority::as_str))
        .filter(|host| {
            !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:[]".contains(&b))
        })
        .unwrap_or(&app.config.authority);
    format!("{}://{host}", scheme.as_str())
}

/// The refusal of a path whose id is none.
pub fn malformed_path(path: &str) -> ApiError {
    ApiError::new(ErrorCode::PathParamParseError, [path.into()])
}
