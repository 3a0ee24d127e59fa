//! How often a service account may ask for a token, from one address.
//!
//! Asking is counted before the secret is looked at, so it bounds guessing, too. One window of a
//! minute for each address and client id, on the real clock.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use api::ErrorCode;
use model::Timestamp;
use parking_lot::Mutex;

use crate::error::ApiError;
use crate::rate::Rates;

/// Tokens a minute that one account may ask for from one address. Documented.
pub const TOKENS_PER_MINUTE: u32 = 50;

const WINDOW: Duration = Duration::from_secs(60);
/// Windows kept at once; beyond that, those that are over are dropped.
const MAX_WINDOWS: usize = 20_000;
/// A client id is shorter; what is longer is nobody's, and counted together by its beginning.
const MAX_ID_CHARS: usize = 64;

/// Counts who asks for tokens.
pub struct TokenRate {
    limit: Option<u64>,
    windows: Mutex<HashMap<(IpAddr, String), Window>>,
}

struct Window {
    since: Timestamp,
    n_asked: u64,
}

impl Default for TokenRate {
    /// As strict as the service.
    fn default() -> Self {
        Self::held_to(Rates::Times(NonZeroU32::MIN))
    }
}

impl TokenRate {
    /// One that is as strict as the other rate limits are.
    pub fn held_to(rates: Rates) -> Self {
        Self::new(rates.allowed(TOKENS_PER_MINUTE))
    }

    /// One that lets so many through a minute; `None` lets all.
    pub fn new(limit: Option<u64>) -> Self {
        Self { limit, windows: Mutex::default() }
    }

    /// Counts one who asks, and refuses in the service's words if it is one too many.
    pub fn ask(&self, address: IpAddr, client_id: &str, now: Timestamp) -> Result<(), ApiError> {
        let Some(limit) = self.limit else { return Ok(()) };
        let mut windows = self.windows.lock();
        if windows.len() >= MAX_WINDOWS {
            windows.retain(|_, window| now.since(window.since) < WINDOW);
            if windows.len() >= MAX_WINDOWS {
                windows.clear();
            }
        }
        let name = (address, client_id.chars().take(MAX_ID_CHARS).collect());
        let window = windows.entry(name).or_insert(Window { since: now, n_asked: 0 });
        if now.since(window.since) >= WINDOW {
            *window = Window { since: now, n_asked: 0 };
        }
        window.n_asked = window.n_asked.saturating_add(1);
        if window.n_asked <= limit {
            return Ok(());
        }
        let left = WINDOW.saturating_sub(now.since(window.since));
        let seconds = u32::try_from(left.as_micros().div_ceil(1_000_000)).unwrap_or(u32::MAX);
        let parameters = ["/api/oauth/token".into(), limit.into(), 1.into()];
        Err(ApiError { retry_after: Some(seconds), ..ApiError::new(ErrorCode::RateLimited, parameters) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const NOW: Timestamp = Timestamp::from_seconds(1_000);

    #[test]
    fn each_account_has_its_own_minute_at_each_address() {
        let rate = TokenRate::new(Some(2));
        let elsewhere = "192.0.2.1".parse().expect("an address");
        let asked = |address, id, now| rate.ask(address, id, now).is_ok();
        assert_eq!(
            [asked(HERE, "a", NOW), asked(HERE, "a", NOW), asked(HERE, "a", NOW)],
            [true, true, false]
        );
        assert!(asked(HERE, "b", NOW) && asked(elsewhere, "a", NOW));
        assert!(!asked(HERE, "a", Timestamp::from_seconds(1_059)));
        assert!(asked(HERE, "a", Timestamp::from_seconds(1_060)));
    }

    #[test]
    fn whoever_asks_too_often_is_told_the_limit_and_when_to_come_again() {
        let rate = TokenRate::new(Some(0));
        let error = rate.ask(HERE, "a", NOW).expect_err("none is let through");
        assert_eq!(error.retry_after, Some(60));
        assert_eq!(
            String::from_utf8(error.json()).expect("UTF-8"),
            r#"{"detail":"Resource /api/oauth/token is limited to 0 requests every 1 minutes.","error":429,"errorCode":"RATE_LIMITED","parameters":["/api/oauth/token",0,1],"reason":"Too Many Requests"}"#
        );
    }

    #[test]
    fn without_a_limit_nobody_is_counted() {
        let rate = TokenRate::new(None);
        assert!((0..1_000).all(|_| rate.ask(HERE, "a", NOW).is_ok()));
        assert!(rate.windows.lock().is_empty());
    }

    #[test]
    fn memory_is_bounded() {
        let rate = TokenRate::default();
        for nth in 0..=MAX_WINDOWS {
            rate.ask(HERE, &nth.to_string(), NOW).expect("the first time");
        }
        assert_eq!(rate.windows.lock().len(), 1);
    }
}
