//! The three providers and the regions that containers can be made in.
//!
//! Region names are the control plane's own (`US_EAST_1`), as the public API documents them.

use std::fmt;

/// A vendor of networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provider {
    /// Amazon Web Services.
    Aws,
    /// Microsoft Azure.
    Azure,
    /// Google Cloud.
    Gcp,
}

impl Provider {
    /// All of them, in the order of the wire's enumeration.
    pub const ALL: [Self; 3] = [Self::Aws, Self::Azure, Self::Gcp];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::Azure => "AZURE",
            Self::Gcp => "GCP",
        }
    }

    /// Exactly a name on the wire.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.name() == name)
    }

    /// A name in any case, as clients send it in queries.
    pub fn from_any_case(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.name().eq_ignore_ascii_case(name))
    }

    /// The regions in which this provider's containers can be.
    pub const fn regions(self) -> &'static [&'static str] {
        match self {
            Self::Aws => AWS_REGIONS,
            Self::Azure => AZURE_REGIONS,
            Self::Gcp => GCP_REGIONS,
        }
    }

    /// The listed region of that name.
    pub fn region(self, name: &str) -> Option<&'static str> {
        self.regions().iter().copied().find(|region| *region == name)
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// `US_EAST_1` as the customer's cloud writes it: `us-east-1`.
pub fn aws_region(region: &str) -> String {
    region.to_ascii_lowercase().replace('_', "-")
}

const AWS_REGIONS: &[&str] = &[
    "US_EAST_1",
    "US_EAST_2",
    "US_WEST_1",
    "US_WEST_2",
    "CA_CENTRAL_1",
    "EU_NORTH_1",
    "EU_WEST_1",
    "EU_WEST_2",
    "EU_WEST_3",
    "EU_CENTRAL_1",
    "EU_CENTRAL_2",
    "SA_EAST_1",
    "AP_EAST_1",
    "AP_EAST_2",
    "AP_SOUTHEAST_2",
    "AP_SOUTHEAST_3",
    "AP_SOUTHEAST_4",
    "AP_SOUTHEAST_5",
    "AP_SOUTHEAST_6",
    "AP_SOUTHEAST_7",
    "AP_NORTHEAST_1",
    "AP_NORTHEAST_2",
    "AP_NORTHEAST_3",
    "AP_SOUTHEAST_1",
    "AP_SOUTH_1",
    "AP_SOUTH_2",
    "CN_NORTH_1",
    "CN_NORTHWEST_1",
    "ME_CENTRAL_1",
    "ME_SOUTH_1",
    "AF_SOUTH_1",
    "EU_SOUTH_1",
    "EU_SOUTH_2",
    "IL_CENTRAL_1",
    "CA_WEST_1",
    "MX_CENTRAL_1",
    "GLOBAL",
    "US_GOV_WEST_1",
    "US_GOV_EAST_1",
];

const AZURE_REGIONS: &[&str] = &[
    "US_CENTRAL",
    "US_EAST",
    "US_EAST_2",
    "US_EAST_2_EUAP",
    "US_NORTH_CENTRAL",
    "US_WEST",
    "US_SOUTH_CENTRAL",
    "EUROPE_NORTH",
    "EUROPE_WEST",
    "US_WEST_CENTRAL",
    "US_WEST_2",
    "US_WEST_3",
    "CANADA_EAST",
    "CANADA_CENTRAL",
    "BRAZIL_SOUTH",
    "BRAZIL_SOUTHEAST",
    "AUSTRALIA_EAST",
    "AUSTRALIA_SOUTH_EAST",
    "AUSTRALIA_CENTRAL",
    "AUSTRALIA_CENTRAL_2",
    "UAE_NORTH",
    "GERMANY_WEST_CENTRAL",
    "GERMANY_NORTH",
    "SWITZERLAND_NORTH",
    "SWITZERLAND_WEST",
    "SWEDEN_CENTRAL",
    "SWEDEN_SOUTH",
    "UK_SOUTH",
    "UK_WEST",
    "INDIA_CENTRAL",
    "INDIA_WEST",
    "INDIA_SOUTH",
    "CHINA_EAST",
    "CHINA_NORTH",
    "ASIA_EAST",
    "JAPAN_EAST",
    "JAPAN_WEST",
    "ASIA_SOUTH_EAST",
    "KOREA_CENTRAL",
    "KOREA_SOUTH",
    "FRANCE_CENTRAL",
    "FRANCE_SOUTH",
    "SOUTH_AFRICA_NORTH",
    "SOUTH_AFRICA_WEST",
    "NORWAY_EAST",
    "NORWAY_WEST",
    "UAE_CENTRAL",
    "QATAR_CENTRAL",
    "POLAND_CENTRAL",
    "ISRAEL_CENTRAL",
    "ITALY_NORTH",
    "SPAIN_CENTRAL",
    "MEXICO_CENTRAL",
    "NEW_ZEALAND_NORTH",
    "INDONESIA_CENTRAL",
    "MALAYSIA_WEST",
    "CHILE_CENTRAL",
    "US_GOV_VIRGINIA",
    "US_GOV_ARIZONA",
    "US_GOV_TEXAS",
];

const GCP_REGIONS: &[&str] = &[
    "AFRICA_SOUTH_1",
    "ASIA_EAST_2",
    "ASIA_NORTHEAST_2",
    "ASIA_NORTHEAST_3",
    "ASIA_SOUTH_1",
    "ASIA_SOUTH_2",
    "ASIA_SOUTHEAST_2",
    "AUSTRALIA_SOUTHEAST_1",
    "AUSTRALIA_SOUTHEAST_2",
    "CENTRAL_US",
    "EASTERN_ASIA_PACIFIC",
    "EASTERN_US",
    "EUROPE_CENTRAL_2",
    "EUROPE_NORTH_1",
    "EUROPE_WEST_2",
    "EUROPE_WEST_3",
    "EUROPE_WEST_4",
    "EUROPE_WEST_6",
    "EUROPE_WEST_10",
    "EUROPE_WEST_12",
    "MIDDLE_EAST_CENTRAL_1",
    "MIDDLE_EAST_CENTRAL_2",
    "MIDDLE_EAST_WEST_1",
    "NORTH_AMERICA_NORTHEAST_1",
    "NORTH_AMERICA_NORTHEAST_2",
    "NORTH_AMERICA_SOUTH_1",
    "NORTHEASTERN_ASIA_PACIFIC",
    "SOUTH_AMERICA_EAST_1",
    "SOUTH_AMERICA_WEST_1",
    "SOUTHEASTERN_ASIA_PACIFIC",
    "US_EAST_4",
    "US_EAST_5",
    "US_WEST_2",
    "US_WEST_3",
    "US_WEST_4",
    "US_SOUTH_1",
    "WESTERN_EUROPE",
    "WESTERN_US",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_strict_on_bodies_and_lenient_in_queries() {
        assert_eq!(Provider::from_name("Azure"), None);
        assert_eq!(Provider::from_any_case("Azure"), Some(Provider::Azure));
        assert_eq!(Provider::from_any_case("TENANT"), None);
    }

    #[test]
    fn every_region_is_listed_once() {
        for provider in Provider::ALL {
            let mut seen = std::collections::BTreeSet::new();
            assert!(provider.regions().iter().all(|region| seen.insert(region)), "{provider}");
        }
    }
}
