//! The regions that containers can be in, as Azure calls them.

/// What Azure calls a region: `US_EAST_2` is `eastus2`. `None` for one that is not listed.
pub(super) fn location(region: &str) -> Option<&'static str> {
    LOCATIONS.iter().find(|(ours, _)| *ours == region).map(|(_, theirs)| *theirs)
}

const LOCATIONS: &[(&str, &str)] = &[
    ("US_CENTRAL", "centralus"),
    ("US_EAST", "eastus"),
    ("US_EAST_2", "eastus2"),
    ("US_EAST_2_EUAP", "eastus2euap"),
    ("US_NORTH_CENTRAL", "northcentralus"),
    ("US_WEST", "westus"),
    ("US_SOUTH_CENTRAL", "southcentralus"),
    ("EUROPE_NORTH", "northeurope"),
    ("EUROPE_WEST", "westeurope"),
    ("US_WEST_CENTRAL", "westcentralus"),
    ("US_WEST_2", "westus2"),
    ("US_WEST_3", "westus3"),
    ("CANADA_EAST", "canadaeast"),
    ("CANADA_CENTRAL", "canadacentral"),
    ("BRAZIL_SOUTH", "brazilsouth"),
    ("BRAZIL_SOUTHEAST", "brazilsoutheast"),
    ("AUSTRALIA_EAST", "australiaeast"),
    ("AUSTRALIA_SOUTH_EAST", "australiasoutheast"),
    ("AUSTRALIA_CENTRAL", "australiacentral"),
    ("AUSTRALIA_CENTRAL_2", "australiacentral2"),
    ("UAE_NORTH", "uaenorth"),
    ("GERMANY_WEST_CENTRAL", "germanywestcentral"),
    ("GERMANY_NORTH", "germanynorth"),
    ("SWITZERLAND_NORTH", "switzerlandnorth"),
    ("SWITZERLAND_WEST", "switzerlandwest"),
    ("SWEDEN_CENTRAL", "swedencentral"),
    ("SWEDEN_SOUTH", "swedensouth"),
    ("UK_SOUTH", "uksouth"),
    ("UK_WEST", "ukwest"),
    ("INDIA_CENTRAL", "centralindia"),
    ("INDIA_WEST", "westindia"),
    ("INDIA_SOUTH", "southindia"),
    ("CHINA_EAST", "chinaeast"),
    ("CHINA_NORTH", "chinanorth"),
    ("ASIA_EAST", "eastasia"),
    ("JAPAN_EAST", "japaneast"),
    ("JAPAN_WEST", "japanwest"),
    ("ASIA_SOUTH_EAST", "southeastasia"),
    ("KOREA_CENTRAL", "koreacentral"),
    ("KOREA_SOUTH", "koreasouth"),
    ("FRANCE_CENTRAL", "francecentral"),
    ("FRANCE_SOUTH", "francesouth"),
    ("SOUTH_AFRICA_NORTH", "southafricanorth"),
    ("SOUTH_AFRICA_WEST", "southafricawest"),
    ("NORWAY_EAST", "norwayeast"),
    ("NORWAY_WEST", "norwaywest"),
    ("UAE_CENTRAL", "uaecentral"),
    ("QATAR_CENTRAL", "qatarcentral"),
    ("POLAND_CENTRAL", "polandcentral"),
    ("ISRAEL_CENTRAL", "israelcentral"),
    ("ITALY_NORTH", "italynorth"),
    ("SPAIN_CENTRAL", "spaincentral"),
    ("MEXICO_CENTRAL", "mexicocentral"),
    ("NEW_ZEALAND_NORTH", "newzealandnorth"),
    ("INDONESIA_CENTRAL", "indonesiacentral"),
    ("MALAYSIA_WEST", "malaysiawest"),
    ("CHILE_CENTRAL", "chilecentral"),
    ("US_GOV_VIRGINIA", "usgovvirginia"),
    ("US_GOV_ARIZONA", "usgovarizona"),
    ("US_GOV_TEXAS", "usgovtexas"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use model::provider::Provider;

    use super::*;

    #[test]
    fn every_region_has_a_location_of_its_own() {
        let named: BTreeSet<_> =
            Provider::Azure.regions().iter().map(|region| location(region).expect(region)).collect();
        assert_eq!(named.len(), Provider::Azure.regions().len());
        assert_eq!(LOCATIONS.len(), named.len());
        assert_eq!(location("NOWHERE"), None);
    }
}
