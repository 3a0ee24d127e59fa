//! What things are called: names and tags that follow from ids, so that what was made is found
//! again by anybody who knows the row.
//!
//! A virtual network has tags. A peering has none, so its name carries the mark. A peering that
//! somebody else made can't be given another name; when it is adopted, a tag of its network
//! remembers what it is called.

use std::fmt;
use std::str::FromStr;

use model::id::{ContainerId, PeeringId};

/// The tag that names the installation.
pub(super) const TAG_INSTALLATION: &str = "landbridge-installation";
/// The tag that names the container.
pub(super) const TAG_CONTAINER: &str = "landbridge-container";
/// The tag that names an adopted peering's halves; the peering's id follows.
const TAG_PEERING: &str = "landbridge-peering-";

/// The tag that names an adopted peering's halves.
pub(super) fn peering_tag(peering: PeeringId) -> String {
    format!("{TAG_PEERING}{peering}")
}

/// The peering whose halves a tag names.
pub(super) fn tagged_peering(tag: &str) -> Option<PeeringId> {
    tag.strip_prefix(TAG_PEERING)?.parse().ok()
}

/// What the network of a container is called: the service's own form.
pub(super) fn vnet_name(mark: &str, container: ContainerId) -> String {
    let short = mark.get(mark.len().saturating_sub(8)..).unwrap_or(mark);
    format!("vnet_{container}_{short}")
}

/// What both halves of a peering are called. At most 80 characters, as Azure has it.
pub(super) fn half_name(mark: &str, peering: PeeringId, incarnation: i64) -> String {
    format!("{}{incarnation}", half_prefix(mark, peering))
}

/// What the names of all incarnations of a peering begin with.
pub(super) fn half_prefix(mark: &str, peering: PeeringId) -> String {
    format!("landbridge-{mark}-{peering}-")
}

/// The peering that a half was made for by this installation.
pub(super) fn made_for(mark: &str, name: &str) -> Option<PeeringId> {
    let rest = name.strip_prefix("landbridge-")?.strip_prefix(mark)?.strip_prefix('-')?;
    let (peering, incarnation) = rest.split_once('-')?;
    incarnation.parse::<i64>().ok()?;
    peering.parse().ok()
}

/// The names of the two halves of a peering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HalfNames {
    pub(super) near: String,
    pub(super) far: String,
}

impl HalfNames {
    /// As a tag holds them.
    pub(super) fn tag(&self) -> String {
        format!("{}/{}", self.near, self.far)
    }

    /// As a tag held them.
    pub(super) fn of_tag(text: &str) -> Option<Self> {
        let (near, far) = text.split_once('/')?;
        Some(Self { near: near.to_owned(), far: far.to_owned() })
    }
}

/// Where a virtual network is.
#[derive(Debug, Clone)]
pub(super) struct VnetId {
    pub(super) subscription: String,
    pub(super) group: String,
    pub(super) name: String,
}

impl VnetId {
    /// The id of a peering in it.
    pub(super) fn half(&self, name: &str) -> String {
        format!("{self}/virtualNetworkPeerings/{name}")
    }

    /// The network and the name of a peering in it.
    pub(super) fn of_half(id: &str) -> Option<(Self, String)> {
        let parts: Vec<_> = id.trim_start_matches('/').split('/').collect();
        let [.., kind, name] = parts.as_slice() else { return None };
        let vnet = parts.get(..parts.len() - 2)?.join("/").parse().ok()?;
        (kind.eq_ignore_ascii_case("virtualNetworkPeerings") && !name.is_empty())
            .then(|| (vnet, (*name).to_owned()))
    }

    /// Whether it is the same one: Azure does not look at the case of names.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.to_string().eq_ignore_ascii_case(&other.to_string())
    }
}

impl fmt::Display for VnetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { subscription, group, name } = self;
        write!(
            f,
            "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/{name}"
        )
    }
}

/// The text does not name a virtual network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoVnetId;

impl FromStr for VnetId {
    type Err = NoVnetId;

    fn from_str(text: &str) -> Result<Self, NoVnetId> {
        let parts: Vec<_> = text.trim_start_matches('/').split('/').collect();
        let [subscriptions, subscription, groups, group, providers, network, networks, name] =
            parts.as_slice()
        else {
            return Err(NoVnetId);
        };
        let words = [
            (subscriptions, "subscriptions"),
            (groups, "resourceGroups"),
            (providers, "providers"),
            (network, "Microsoft.Network"),
            (networks, "virtualNetworks"),
        ];
        let fits = words.iter().all(|(has, wants)| has.eq_ignore_ascii_case(wants));
        if !fits || [subscription, group, name].iter().any(|part| part.is_empty()) {
            return Err(NoVnetId);
        }
        Ok(Self {
            subscription: (*subscription).to_owned(),
            group: (*group).to_owned(),
            name: (*name).to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARK: &str = "6a793f62c0eb9e7a17715001";

    fn peering() -> PeeringId {
        "6a793f62c0eb9e7a1771502a".parse().expect("an id")
    }

    #[test]
    fn the_name_of_a_half_tells_whose_it_is_and_fits() {
        let name = half_name(MARK, peering(), i64::MAX);
        assert!(name.len() <= 80, "{name}");
        assert_eq!(made_for(MARK, &name), Some(peering()));
        assert_eq!(made_for("6a793f62c0eb9e7a17715002", &name), None);
        for other in ["", "hub-to-spoke", "landbridge-", &half_prefix(MARK, peering())] {
            assert_eq!(made_for(MARK, other), None, "{other}");
        }
    }

    #[test]
    fn the_name_of_a_network_is_the_services_own_form_and_fits() {
        let name = vnet_name(MARK, "68b470e5c210fb29e6fd0cd6".parse().expect("an id"));
        assert_eq!(name, "vnet_68b470e5c210fb29e6fd0cd6_17715001");
        assert!(name.len() <= 64);
    }

    #[test]
    fn an_id_is_read_in_any_case_and_written_in_azures() {
        let id = "/subscriptions/s/resourcegroups/RG/providers/microsoft.network/virtualnetworks/v";
        let vnet: VnetId = id.parse().expect("an id");
        let same: VnetId = vnet.to_string().to_uppercase().parse().expect("an id");
        assert!(vnet.is(&same));
        let (again, name) = VnetId::of_half(&vnet.half("p")).expect("a half");
        assert!(again.is(&vnet));
        assert_eq!(name, "p");
        for text in ["", "pcx-0123456789abcdef0", "/subscriptions/s", &vnet.half("p"), &format!("{id}/x")] {
            assert!(text.parse::<VnetId>().is_err(), "{text}");
        }
        assert!(VnetId::of_half(id).is_none());
        assert!(VnetId::of_half(&vnet.half("")).is_none());
    }

    #[test]
    fn the_halves_of_an_adopted_peering_survive_the_trip_through_a_tag() {
        let names = HalfNames { near: "to-customer".into(), far: "to-us".into() };
        assert_eq!(HalfNames::of_tag(&names.tag()), Some(names));
        assert_eq!(tagged_peering(&peering_tag(peering())), Some(peering()));
        assert_eq!(tagged_peering(TAG_CONTAINER), None);
    }
}
