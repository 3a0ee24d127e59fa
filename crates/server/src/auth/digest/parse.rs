//! Takes `Authorization: Digest …` apart (RFC 7235 `auth-param`s), tolerantly but within bounds.
//!
//! Works on bytes, because a request target need not be UTF-8, and borrows them: only a value with
//! an escape in it is copied.

use std::borrow::Cow;

use super::Answer;
use crate::auth::hex;

/// The longest value of an `Authorization` header that is looked at; a longer one is malformed.
/// It repeats the request target, so it is as generous as the limit on that.
pub const MAX_AUTHORIZATION_BYTES: usize = 16 * 1024;

/// Why a header is no answer to a challenge. All of them are the same 401 to the caller; this is
/// for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It is of another scheme.
    #[error("the authorization scheme is not digest")]
    Scheme,
    /// It is longer than [`MAX_AUTHORIZATION_BYTES`].
    #[error("the authorization header is too long")]
    TooLong,
    /// It is not a list of `name=value`.
    #[error("the authorization header is not a list of parameters")]
    Syntax,
    /// A parameter that has to be there is not.
    #[error("the digest parameter \"{0}\" is missing")]
    Missing(&'static str),
    /// A parameter occurs twice, so that two readers could take different ones.
    #[error("the digest parameter \"{0}\" occurs twice")]
    Repeated(&'static str),
    /// A parameter has a value that can't be right.
    #[error("the digest parameter \"{0}\" has an impossible value")]
    Invalid(&'static str),
}

/// A value as sent: what stood between the quotes, or the bare token.
#[derive(Clone, Copy)]
struct Value<'a> {
    raw: &'a [u8],
    escaped: bool,
}

impl<'a> Value<'a> {
    fn plain(self) -> Cow<'a, [u8]> {
        if !self.escaped {
            return Cow::Borrowed(self.raw);
        }
        let mut plain = Vec::with_capacity(self.raw.len());
        let mut bytes = self.raw.iter();
        while let Some(&byte) = bytes.next() {
            plain.push(if byte == b'\\' { *bytes.next().unwrap_or(&byte) } else { byte });
        }
        Cow::Owned(plain)
    }
}

/// The parameters that mean something here, in the order of [`Params`].
const NAMES: [&str; 8] = ["username", "realm", "nonce", "uri", "response", "qop", "cnonce", "nc"];

#[derive(Default)]
struct Params<'a>([Option<Value<'a>>; NAMES.len()]);

impl<'a> Params<'a> {
    fn set(&mut self, name: &[u8], value: Value<'a>) -> Result<(), Malformed> {
        let known = NAMES.iter().position(|known| known.as_bytes().eq_ignore_ascii_case(name));
        let Some(known) = known else { return Ok(()) };
        match self.0[known].replace(value) {
            Some(_) => Err(Malformed::Repeated(NAMES[known])),
            None => Ok(()),
        }
    }

    fn all(self) -> Result<[Value<'a>; NAMES.len()], Malformed> {
        if let Some(missing) = self.0.iter().position(Option::is_none) {
            return Err(Malformed::Missing(NAMES[missing]));
        }
        Ok(self.0.map(|value| value.expect("none is missing")))
    }
}

pub(super) fn answer(header: &[u8]) -> Result<Answer<'_>, Malformed> {
    if header.len() > MAX_AUTHORIZATION_BYTES {
        return Err(Malformed::TooLong);
    }
    let [username, realm, nonce, uri, response, qop, cnonce, nc] = params(list(header)?)?.all()?;
    let username = match username.plain() {
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes).map(Cow::Borrowed).ok(),
        Cow::Owned(bytes) => String::from_utf8(bytes).map(Cow::Owned).ok(),
    };
    let qop = qop.plain();
    if !qop.eq_ignore_ascii_case(b"auth") {
        return Err(Malformed::Invalid("qop"));
    }
    let nc = nc.plain();
    Ok(Answer {
        username: username.ok_or(Malformed::Invalid("username"))?,
        realm: realm.plain(),
        nonce: nonce.plain(),
        uri: uri.raw,
        cnonce: cnonce.plain(),
        count: count(&nc).ok_or(Malformed::Invalid("nc"))?,
        response: hex::read(&response.plain()).ok_or(Malformed::Invalid("response"))?,
        qop,
        nc,
    })
}

/// The eight hexadecimal digits of `nc`. Counting begins with one.
fn count(nc: &[u8]) -> Option<u32> {
    hex::read(nc).map(u32::from_be_bytes).filter(|count| *count > 0)
}

/// What follows the scheme.
fn list(header: &[u8]) -> Result<&[u8], Malformed> {
    let header = header.trim_ascii_start();
    let (scheme, rest) = header.split_at_checked(b"Digest".len()).ok_or(Malformed::Scheme)?;
    let apart = matches!(rest.first(), Some(b' ' | b'\t'));
    if scheme.eq_ignore_ascii_case(b"Digest") && apart { Ok(rest) } else { Err(Malformed::Scheme) }
}

fn params(mut rest: &[u8]) -> Result<Params<'_>, Malformed> {
    let mut params = Params::default();
    loop {
        // RFC 7230, 7: a recipient takes empty elements of a list.
        rest = rest.trim_ascii_start();
        while let Some(after) = rest.strip_prefix(b",") {
            rest = after.trim_ascii_start();
        }
        if rest.is_empty() {
            return Ok(params);
        }
        let equals = rest.iter().position(|&byte| byte == b'=').ok_or(Malformed::Syntax)?;
        let name = rest[..equals].trim_ascii_end();
        if name.is_empty()
            || name.iter().any(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-' && *byte != b'_')
        {
            return Err(Malformed::Syntax);
        }
        let (value, after) = value(rest[equals + 1..].trim_ascii_start())?;
        params.set(name, value)?;
        rest = after.trim_ascii_start();
        if !rest.is_empty() && !rest.starts_with(b",") {
            return Err(Malformed::Syntax);
        }
    }
}

/// One value and what follows it.
fn value(rest: &[u8]) -> Result<(Value<'_>, &[u8]), Malformed> {
    let Some(quoted) = rest.strip_prefix(b"\"") else {
        let end = rest.iter().position(|byte| matches!(byte, b',' | b' ' | b'\t')).unwrap_or(rest.len());
        let (raw, after) = rest.split_at(end);
        return Ok((Value { raw, escaped: false }, after));
    };
    let (mut at, mut escaped) = (0, false);
    loop {
        match quoted.get(at) {
            None => return Err(Malformed::Syntax),
            Some(b'"') => return Ok((Value { raw: &quoted[..at], escaped }, &quoted[at + 1..])),
            Some(b'\\') => {
                escaped = true;
                at += 2;
            }
            Some(_) => at += 1,
        }
    }
}
