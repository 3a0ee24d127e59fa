//! The rights that peering takes, and the least policy that grants them.

use serde_json::json;

use super::account::Account;
use super::mark::INSTALLATION;
use super::partition::Partition;

/// Rights that only look. Each is tried.
pub(super) const LOOKS: [&str; 3] =
    ["ec2:DescribeVpcs", "ec2:DescribeVpcPeeringConnections", "ec2:DescribeRouteTables"];
/// Rights that look, and without which only surveys know less.
const LOOKS_MORE: [&str; 3] =
    ["ec2:DescribeRegions", "iam:SimulatePrincipalPolicy", "servicequotas:GetServiceQuota"];
/// Rights that make something.
const MAKES: [&str; 4] =
    ["ec2:CreateVpcPeeringConnection", "ec2:CreateRoute", "ec2:ReplaceRoute", "ec2:DeleteRoute"];
/// The right that makes what is tagged by the same call.
const MAKES_TAGGED: &str = "ec2:CreateVpc";
/// The right to tag what is made or adopted.
const TAGS: &str = "ec2:CreateTags";
/// Rights over what carries our mark.
const REMOVES: [&str; 2] = ["ec2:DeleteVpc", "ec2:DeleteVpcPeeringConnection"];

/// All rights that change something.
pub(super) fn acts() -> Vec<&'static str> {
    let mut acts = vec![MAKES_TAGGED, TAGS];
    acts.extend(MAKES);
    acts.extend(REMOVES);
    acts
}

/// The least policy, in IAM's JSON. What is taken down has to carry this installation's mark.
pub(super) fn least(account: &Account) -> String {
    let arn = |kind: &str| format!("arn:{}:ec2:*:*:{kind}/*", Partition::of(&account.region).id);
    let looks: Vec<_> = LOOKS.iter().chain(&LOOKS_MORE).collect();
    let marked =
        |when: &str| json!({ "StringEquals": { format!("aws:{when}/{INSTALLATION}"): account.mark } });
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [
            { "Sid": "Looks", "Effect": "Allow", "Action": looks, "Resource": "*" },
            { "Sid": "Connects", "Effect": "Allow", "Action": MAKES, "Resource": "*" },
            {
                "Sid": "MakesMarkedNetworks", "Effect": "Allow", "Action": [MAKES_TAGGED],
                "Resource": "*", "Condition": marked("RequestTag")
            },
            {
                "Sid": "Marks", "Effect": "Allow", "Action": [TAGS],
                "Resource": [arn("vpc"), arn("vpc-peering-connection")]
            },
            {
                "Sid": "RemovesWhatItMarked", "Effect": "Allow", "Action": REMOVES,
                "Resource": "*", "Condition": marked("ResourceTag")
            },
        ]
    });
    format!("{policy:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_every_right_once_and_binds_removal_to_the_mark() {
        let account =
            Account { region: "cn-north-1".into(), ..Account::new("main", "6a793f62c0eb9e7a1771502a") };
        let policy = least(&account);
        for right in acts().into_iter().chain(LOOKS).chain(LOOKS_MORE) {
            assert_eq!(policy.matches(&format!("\"{right}\"")).count(), 1, "{right} in {policy}");
        }
        assert!(policy.contains("arn:aws-cn:ec2"), "{policy}");
        assert!(policy.contains("\"aws:ResourceTag/landbridge:installation\": \"6a793f62c0eb9e7a1771502a\""));
    }
}
