//! HTTP digest, the client's side: MD5 with `qop=auth`, which is all that the service speaks.

use md5::{Digest as _, Md5};
use server::auth::credentials::{OsRandom, uuid_v4};

/// A caller and the challenge it answers; a nonce serves for many calls, each with its count.
pub(super) struct Session {
    public: String,
    private: String,
    challenge: Option<Challenge>,
    n_used: u32,
}

#[derive(PartialEq, Eq)]
struct Challenge {
    realm: String,
    nonce: String,
}

impl Session {
    pub(super) fn new(public: &str, private: &str) -> Self {
        Self { public: public.to_owned(), private: private.to_owned(), challenge: None, n_used: 0 }
    }

    /// Takes a challenge. Whether answering it makes sense: it is the first, or the last nonce was
    /// only too old. A refusal of a good nonce would be refused again.
    pub(super) fn challenged(&mut self, header: &str) -> bool {
        let (Some(realm), Some(nonce)) = (parameter(header, "realm"), parameter(header, "nonce")) else {
            return false;
        };
        let first = self.challenge.is_none();
        self.challenge = Some(Challenge { realm: realm.to_owned(), nonce: nonce.to_owned() });
        self.n_used = 0;
        first || parameter(header, "stale") == Some("true")
    }

    /// The header for one call; none before there was a challenge.
    pub(super) fn answer(&mut self, method: &str, target: &str) -> Option<String> {
        let cnonce = uuid_v4(&OsRandom);
        let Challenge { realm, nonce } = self.challenge.as_ref()?;
        self.n_used += 1;
        let count = format!("{:08x}", self.n_used);
        let ha1 = md5(&[&self.public, realm, &self.private]);
        let response = md5(&[&ha1, nonce, &count, &cnonce, "auth", &md5(&[method, target])]);
        Some(format!(
            "Digest username=\"{}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{target}\", algorithm=MD5, \
             qop=auth, nc={count}, cnonce=\"{cnonce}\", response=\"{response}\"",
            self.public
        ))
    }
}

/// The value of a parameter of a challenge, quoted or not.
fn parameter<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    let rest = header.strip_prefix("Digest ")?;
    rest.split(',').find_map(|part| {
        let (key, value) = part.trim().split_once('=')?;
        (key == name).then(|| value.trim_matches('"'))
    })
}

fn md5(parts: &[&str]) -> String {
    let hash = Md5::digest(parts.join(":"));
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_response_is_that_of_rfc_2617() {
        let ha1 = md5(&["Mufasa", "testrealm@host.com", "Circle Of Life"]);
        let parts = [&ha1, "dcd98b7102dd2f0e8b11d0f600bfb0c093", "00000001", "0a4f113b", "auth"];
        let response = md5(&[&parts[..], &[&md5(&["GET", "/dir/index.html"])]].concat());
        assert_eq!(response, "6629fae49393a05397450978507c4ef1");
    }

    #[test]
    fn a_nonce_is_used_again_with_the_next_count_until_it_is_stale() {
        let challenge = |nonce: &str, stale: bool| {
            format!(
                "Digest realm=\"MMS Public API\", domain=\"\", nonce=\"{nonce}\", algorithm=MD5, qop=\"auth\", stale={stale}"
            )
        };
        let mut session = Session::new("abcdefgh", "secret");
        assert_eq!(session.answer("GET", "/"), None);
        assert!(session.challenged(&challenge("n1", false)));
        for count in ["nc=00000001", "nc=00000002"] {
            let answer = session.answer("GET", "/").expect("challenged");
            assert!(answer.contains("nonce=\"n1\"") && answer.contains(count), "{answer}");
            assert!(!answer.contains("secret"));
        }
        assert!(session.challenged(&challenge("n2", true)));
        assert!(session.answer("GET", "/").expect("challenged").contains("nc=00000001"));
        assert!(!session.challenged(&challenge("n3", false)), "refused for another reason");
        assert!(!session.challenged("Bearer"));
    }
}
