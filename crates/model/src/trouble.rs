//! What keeps a row of a real account from being as it should, as last seen, with the cloud's own
//! words. It is kept beside the row and explains it; nothing is decided by it but whether somebody
//! has been told already.

/// What is the matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// The account is not configured at this server.
    NoAccount,
    /// The account is read-only, and something would have to be done.
    ReadOnly,
    /// The cloud could not be asked.
    Unreachable,
    /// The cloud wants to be left alone for a while.
    Throttled,
    /// Our account may not do what it takes.
    Denied,
    /// The cloud does not take what is asked for.
    Rejected,
    /// Our half is not as it was made: closed to traffic, or with other addresses.
    Differs,
    /// Our routes are gone or lead elsewhere.
    RouteGone,
    /// The connection is gone.
    ConnectionGone,
    /// The near network is gone.
    NetworkGone,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::NoAccount,
        Self::ReadOnly,
        Self::Unreachable,
        Self::Throttled,
        Self::Denied,
        Self::Rejected,
        Self::Differs,
        Self::RouteGone,
        Self::ConnectionGone,
        Self::NetworkGone,
    ];

    /// The name under which it is kept, also on the wire of our own API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoAccount => "noAccount",
            Self::ReadOnly => "readOnly",
            Self::Unreachable => "unreachable",
            Self::Throttled => "throttled",
            Self::Denied => "denied",
            Self::Rejected => "rejected",
            Self::Differs => "differs",
            Self::RouteGone => "routeGone",
            Self::ConnectionGone => "connectionGone",
            Self::NetworkGone => "networkGone",
        }
    }

    /// The trouble kept under that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trouble| trouble.name() == name)
    }

    /// Whether something changed in the cloud behind our back.
    pub const fn drift(self) -> bool {
        match self {
            Self::Differs | Self::RouteGone | Self::ConnectionGone | Self::NetworkGone => true,
            Self::NoAccount
            | Self::ReadOnly
            | Self::Unreachable
            | Self::Throttled
            | Self::Denied
            | Self::Rejected => false,
        }
    }
}

/// The longest that is kept of what a cloud says, in characters.
pub const SAYS_MAX: usize = 2000;

/// What is known of a row beside its state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Note {
    /// What is the matter, if anything is.
    pub trouble: Option<Trouble>,
    /// The cloud's own words, and ours about them.
    pub says: Option<String>,
    /// The newest generation of a peering that was seen complete: what is missing of it later went
    /// behind our back. Always 0 for a network that was not seen to stand.
    pub settled: i64,
}

impl Note {
    /// The same, with something the matter.
    #[must_use]
    pub fn with(&self, trouble: Trouble, says: impl Into<String>) -> Self {
        let says: String = says.into();
        let says = says.chars().take(SAYS_MAX).collect();
        Self { trouble: Some(trouble), says: Some(says), settled: self.settled }
    }

    /// The same, with nothing the matter.
    #[must_use]
    pub fn well(&self) -> Self {
        Self { trouble: None, says: None, settled: self.settled }
    }

    /// Whether this tells of a drift of which `before` told nothing.
    pub fn drifts_since(&self, before: Option<Trouble>) -> bool {
        self.trouble.is_some_and(|trouble| trouble.drift() && before != Some(trouble))
    }

    /// Whether a drift of which `before` told is over.
    pub fn mended_since(&self, before: Option<Trouble>) -> bool {
        self.trouble.is_none() && before.is_some_and(Trouble::drift)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drift_is_told_once_and_its_end_once() {
        let well = Note::default();
        let gone = well.with(Trouble::RouteGone, "no route");
        assert!(gone.drifts_since(None));
        assert!(!gone.drifts_since(Some(Trouble::RouteGone)));
        assert!(gone.drifts_since(Some(Trouble::Denied)));
        assert!(gone.well().mended_since(Some(Trouble::RouteGone)));
        assert!(!gone.well().mended_since(None));
        assert!(!well.with(Trouble::Unreachable, "x").mended_since(Some(Trouble::RouteGone)));
    }

    #[test]
    fn words_without_end_are_cut_and_each_trouble_has_a_name_of_its_own() {
        let note = Note::default().with(Trouble::Denied, "é".repeat(SAYS_MAX + 5));
        assert_eq!(note.says.expect("words").chars().count(), SAYS_MAX);
        for trouble in Trouble::ALL {
            assert_eq!(Trouble::from_name(trouble.name()), Some(trouble));
        }
    }
}
