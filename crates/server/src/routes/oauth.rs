//! Access tokens for service accounts, in OAuth's own dialect (RFC 6749, RFC 7009).

use api::OperationId;
use api::types::key::{Token, TokenError};
use axum::body::Body;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use crate::auth::caller::Refused;
use crate::auth::client::{Client, basic, client};
use crate::auth::token::TOKEN_LIFE;
use crate::context::Context;
use crate::error::ApiError;
use crate::measures::Scheme;
use crate::query::Query;
use crate::reply::{self, Frame, Reply};

/// Answers both token operations.
pub async fn answer(cx: Context, headers: &HeaderMap) -> Response<Body> {
    let now = cx.app.world.real().now();
    let shown = basic(headers);
    if cx.operation.id == OperationId::CreateToken {
        let name = shown.as_ref().map_or("", |(id, _)| id.as_str());
        if let Err(error) = cx.app.auth.token_rate.ask(cx.address, name, now) {
            cx.app.measures.limited(cx.operation.id);
            return no_store(reply::failure(&Frame::default(), &error));
        }
    }
    let known = match shown {
        Some(shown) => client(&cx.app.store, shown, now).await,
        None => Ok(None),
    };
    let proof = match &known {
        Ok(known) => known.as_ref().map(|_| ()).ok_or(Refused::Challenge { stale: false }),
        Err(error) => Err(Refused::from(error.clone())),
    };
    cx.app.measures.proved(Scheme::of(headers), &proof);
    let known = match known {
        Ok(known) => known,
        Err(error) => return reply::failure(&Frame::default(), &ApiError::from(error)),
    };
    let form = Query::parse(std::str::from_utf8(&cx.body).ok());
    let outcome = match known {
        None => Err(UNKNOWN_CLIENT),
        Some(_) if cx.operation.id == OperationId::RevokeToken && form.get("token").is_none() => {
            Err((StatusCode::BAD_REQUEST, "invalid_request", "The form must have a token."))
        }
        Some(client) if cx.operation.id == OperationId::RevokeToken => {
            match revoke(&cx, &client, &form).await {
                Ok(()) => return no_store(reply::success(&Frame::default(), 200, Reply::empty())),
                Err(error) => return reply::failure(&Frame::default(), &error),
            }
        }
        Some(client) => match issue(&cx, &client, &form).await {
            Ok(outcome) => outcome,
            Err(error) => return reply::failure(&Frame::default(), &error),
        },
    };
    let (status, reply) = match outcome {
        Ok(token) => (StatusCode::OK, Reply::json(&token)),
        Err((status, error, error_description)) => {
            (status, Reply::json(&TokenError { error, error_description }))
        }
    };
    no_store(reply::success(&Frame::default(), status.as_u16(), reply))
}

type OauthError = (StatusCode, &'static str, &'static str);

const UNKNOWN_CLIENT: OauthError = (
    StatusCode::UNAUTHORIZED,
    "invalid_client",
    "The client id or secret is wrong, has expired, or was deleted.",
);

async fn issue(cx: &Context, client: &Client, form: &Query) -> Result<Result<Token, OauthError>, ApiError> {
    match form.get("grant_type") {
        Some("client_credentials") => {}
        Some(_) => {
            return Ok(Err((
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "The grant_type must be client_credentials.",
            )));
        }
        None => {
            return Ok(Err((StatusCode::BAD_REQUEST, "invalid_request", "The form must have a grant_type.")));
        }
    }
    let now = cx.app.world.real().now();
    match cx.app.auth.issue_token(&cx.app.store, &client.id, client.secret.id, now, &cx.base).await {
        Ok(access_token) => Ok(Ok(Token {
            access_token,
            expires_in: u32::try_from(TOKEN_LIFE.as_secs()).unwrap_or(u32::MAX),
            token_type: "Bearer",
        })),
        // The secret was deleted since it was looked at.
        Err(store::Error::Refused(_)) => Ok(Err(UNKNOWN_CLIENT)),
        Err(error) => Err(error.into()),
    }
}

/// A token that is unknown, or another's, is as good as revoked: nothing is told of it.
async fn revoke(cx: &Context, client: &Client, form: &Query) -> Result<(), ApiError> {
    let now = cx.app.world.real().now();
    let Some(token) = form.get("token").and_then(|text| cx.app.auth.tokens.verify(text, now).ok()) else {
        return Ok(());
    };
    if token.client_id == client.id {
        cx.app.store.token_revoke(&token.client_id, &token.jti).await?;
    }
    Ok(())
}

fn no_store(mut response: Response<Body>) -> Response<Body> {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(api::media_type::JSON));
    response
}
