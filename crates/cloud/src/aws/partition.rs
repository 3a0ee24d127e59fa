//! Where the services of a region are. Amazon is several clouds that know nothing of each other;
//! a region's name tells which.

/// One of Amazon's clouds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Partition {
    /// As in `arn:aws-cn:…`.
    pub id: &'static str,
    /// What its host names end with.
    suffix: &'static str,
    /// Where its one IAM is.
    iam_region: &'static str,
    /// The host of its one IAM.
    iam_host: &'static str,
}

/// By the beginning of a region's name; the last takes all others.
const PARTITIONS: &[(&str, Partition)] = &[
    (
        "cn-",
        Partition {
            id: "aws-cn",
            suffix: "amazonaws.com.cn",
            iam_region: "cn-north-1",
            iam_host: "iam.cn-north-1.amazonaws.com.cn",
        },
    ),
    (
        "us-gov-",
        Partition {
            id: "aws-us-gov",
            suffix: "amazonaws.com",
            iam_region: "us-gov-west-1",
            iam_host: "iam.us-gov.amazonaws.com",
        },
    ),
    (
        "us-isob-",
        Partition {
            id: "aws-iso-b",
            suffix: "sc2s.sgov.gov",
            iam_region: "us-isob-east-1",
            iam_host: "iam.us-isob-east-1.sc2s.sgov.gov",
        },
    ),
    (
        "us-iso-",
        Partition {
            id: "aws-iso",
            suffix: "c2s.ic.gov",
            iam_region: "us-iso-east-1",
            iam_host: "iam.us-iso-east-1.c2s.ic.gov",
        },
    ),
    (
        "eusc-",
        Partition {
            id: "aws-eusc",
            suffix: "amazonaws.eu",
            iam_region: "eusc-de-east-1",
            iam_host: "iam.eusc-de-east-1.amazonaws.eu",
        },
    ),
    (
        "",
        Partition {
            id: "aws",
            suffix: "amazonaws.com",
            iam_region: "us-east-1",
            iam_host: "iam.amazonaws.com",
        },
    ),
];

impl Partition {
    /// The cloud that a region is in.
    pub fn of(region: &str) -> Self {
        let found = PARTITIONS.iter().find(|(prefix, _)| region.starts_with(prefix));
        found.map_or(PARTITIONS[PARTITIONS.len() - 1].1, |(_, partition)| *partition)
    }
}

/// A service of Amazon's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Ec2,
    Iam,
    Quotas,
    Sts,
}

impl Service {
    /// The name that is signed, which is also its host's first part.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ec2 => "ec2",
            Self::Iam => "iam",
            Self::Quotas => "servicequotas",
            Self::Sts => "sts",
        }
    }

    /// The region that is signed: identities are in one region of a partition.
    pub fn signed_region(self, region: &str) -> String {
        match self {
            Self::Iam => Partition::of(region).iam_region.to_owned(),
            Self::Ec2 | Self::Quotas | Self::Sts => region.to_owned(),
        }
    }

    /// Where it is.
    pub fn url(self, region: &str) -> String {
        let partition = Partition::of(region);
        match self {
            Self::Iam => format!("https://{}/", partition.iam_host),
            Self::Ec2 | Self::Quotas | Self::Sts => {
                format!("https://{}.{region}.{}/", self.name(), partition.suffix)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_tells_where_its_services_are() {
        for (service, region, url) in [
            (Service::Ec2, "us-east-1", "https://ec2.us-east-1.amazonaws.com/"),
            (Service::Ec2, "cn-northwest-1", "https://ec2.cn-northwest-1.amazonaws.com.cn/"),
            (Service::Sts, "us-gov-east-1", "https://sts.us-gov-east-1.amazonaws.com/"),
            (Service::Iam, "eu-west-1", "https://iam.amazonaws.com/"),
            (Service::Iam, "us-gov-east-1", "https://iam.us-gov.amazonaws.com/"),
            (Service::Ec2, "us-isob-east-1", "https://ec2.us-isob-east-1.sc2s.sgov.gov/"),
            (Service::Quotas, "eu-west-1", "https://servicequotas.eu-west-1.amazonaws.com/"),
        ] {
            assert_eq!(service.url(region), url);
        }
        assert_eq!(Service::Iam.signed_region("us-gov-east-1"), "us-gov-west-1");
        assert_eq!(Service::Ec2.signed_region("us-gov-east-1"), "us-gov-east-1");
        assert_eq!(Partition::of("cn-north-1").id, "aws-cn");
    }
}
