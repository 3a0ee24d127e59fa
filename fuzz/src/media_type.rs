//! `Accept`, `Content-Type`, and the dates in them.

use api::media_type::{Choice, Version, choose, is_json, versioned};

const LIVE: [Version; 2] = [Version::new(2023, 1, 1), Version::new(2024, 8, 5)];
const GONE: [Version; 1] = [Version::new(2023, 2, 1)];

/// What is chosen is among what there is; asking for exactly that chooses it again; nothing that
/// comes later in the header takes it back.
pub fn check(bytes: &[u8]) {
    let Some(text) = crate::text(bytes) else { return };
    if let Some(version) = Version::parse(text) {
        assert_eq!(version.to_string(), text);
        assert!(is_json(&versioned(version)));
    }
    let choice = choose(text, &LIVE, &GONE);
    match choice {
        Choice::Version(version) => {
            assert!(LIVE.contains(&version));
            assert_eq!(choose(&versioned(version), &LIVE, &GONE), choice);
            assert_eq!(choose(&format!("{text}, application/json"), &LIVE, &GONE), choice);
        }
        Choice::Gone(version) => assert!(GONE.contains(&version)),
        Choice::NotAcceptable => {
            let then = format!("{text},{}", versioned(LIVE[1]));
            assert_eq!(choose(&then, &LIVE, &GONE), Choice::Version(LIVE[1]));
        }
    }
    assert_eq!(is_json(text), is_json(&text.to_ascii_uppercase()), "case means nothing");
}
