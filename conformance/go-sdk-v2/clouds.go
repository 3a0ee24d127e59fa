package conformance

import (
	"regexp"
	"testing"

	"go.mongodb.org/atlas-sdk/v20231115014/admin"
)

// Cloud is what differs between the three providers in a peering's life.
type Cloud struct {
	Provider string
	// Container and Peer make a request that the service must accept.
	Container func() *admin.CloudProviderContainer
	Peer      func(containerID string) *admin.BaseNetworkPeeringConnectionSettings
	// Begins is the status right after POST, Awaits the one at which the
	// provider's creation ends, Leaves the one after DELETE.
	Begins, Awaits, Leaves string
	// FarSide is what the customer does in the own cloud; Azure needs nothing.
	FarSide string
	// Change is what the provider's update sends.
	Change func(peer *admin.BaseNetworkPeeringConnectionSettings) *admin.BaseNetworkPeeringConnectionSettings
	// Realised checks the fields that a provisioned container shows, and
	// Unrealised that they are not there (null) before and after.
	Realised, Unrealised func(t *testing.T, container *admin.CloudProviderContainer)
}

// The tests of AWS share account, VPC and CIDR blocks on purpose: different
// projects may hold the same ones at the same time.
const (
	awsAccount    = "123456789012"
	awsVPC        = "vpc-0123456789abcdef0"
	awsOtherVPC   = "vpc-0fedcba9876543210"
	awsAtlasCIDR  = "192.168.208.0/21"
	awsRouteTable = "10.0.0.0/16"
	azureTenant   = "c1ae3b9f-2d5a-4d8a-9f10-5f3a2f4c7e01"
)

// AWS is a container in us-east-1 and a VPC in the same region.
var AWS = Cloud{
	Provider: "AWS",
	Container: func() *admin.CloudProviderContainer {
		return &admin.CloudProviderContainer{
			ProviderName:   admin.PtrString("AWS"),
			AtlasCidrBlock: admin.PtrString(awsAtlasCIDR),
			RegionName:     admin.PtrString("US_EAST_1"),
		}
	},
	Peer: func(containerID string) *admin.BaseNetworkPeeringConnectionSettings {
		return awsPeer(containerID, awsVPC, awsRouteTable)
	},
	Begins: "INITIATING",
	Awaits: "PENDING_ACCEPTANCE",
	Leaves: "TERMINATING",

	FarSide: "accept",
	Change: func(peer *admin.BaseNetworkPeeringConnectionSettings) *admin.BaseNetworkPeeringConnectionSettings {
		changed := awsPeer(peer.ContainerId, peer.GetVpcId(), "10.128.0.0/16")
		changed.AccepterRegionName = admin.PtrString("us-east-1")
		return changed
	},
	Realised: func(t *testing.T, c *admin.CloudProviderContainer) {
		matches(t, "vpcId", c.GetVpcId(), `^vpc-[0-9a-f]{17}$`)
	},
	Unrealised: func(t *testing.T, c *admin.CloudProviderContainer) { absent(t, "vpcId", c.VpcId) },
}

// Azure is a container in US_EAST_2 and a VNet that no other test uses.
var Azure = Cloud{
	Provider: "AZURE",
	Container: func() *admin.CloudProviderContainer {
		return &admin.CloudProviderContainer{
			ProviderName:   admin.PtrString("AZURE"),
			AtlasCidrBlock: admin.PtrString("192.168.208.0/21"),
			Region:         admin.PtrString("US_EAST_2"),
		}
	},
	Peer: func(containerID string) *admin.BaseNetworkPeeringConnectionSettings {
		return azurePeer(containerID, Unique("vnet-"))
	},
	Begins: "ADDING_PEER",
	Awaits: "AVAILABLE",
	Leaves: "DELETING",

	Change: onlyContainerAndProvider,
	Realised: func(t *testing.T, c *admin.CloudProviderContainer) {
		matches(t, "vnetName", c.GetVnetName(), `^vnet_`+c.GetId()+`_[0-9a-z]{8}$`)
		matches(t, "azureSubscriptionId", c.GetAzureSubscriptionId(), `^[0-9a-f]{24}$`)
	},
	Unrealised: func(t *testing.T, c *admin.CloudProviderContainer) { absent(t, "vnetName", c.VnetName) },
}

// GCP is the project's one container and a network that no other test uses.
var GCP = Cloud{
	Provider: "GCP",
	Container: func() *admin.CloudProviderContainer {
		return &admin.CloudProviderContainer{
			ProviderName:   admin.PtrString("GCP"),
			AtlasCidrBlock: admin.PtrString("192.168.192.0/18"),
		}
	},
	Peer: func(containerID string) *admin.BaseNetworkPeeringConnectionSettings {
		return gcpPeer(containerID, Unique("network-"))
	},
	Begins: "ADDING_PEER",
	Awaits: "WAITING_FOR_USER",
	Leaves: "DELETING",

	FarSide: "create",
	Change:  onlyContainerAndProvider,
	Realised: func(t *testing.T, c *admin.CloudProviderContainer) {
		matches(t, "gcpProjectId", c.GetGcpProjectId(), `^p-[0-9a-z]{24}$`)
		matches(t, "networkName", c.GetNetworkName(), `^nt-[0-9a-f]{24}-[0-9a-z]{8}$`)
	},
	Unrealised: func(t *testing.T, c *admin.CloudProviderContainer) {
		absent(t, "gcpProjectId", c.GcpProjectId)
		absent(t, "networkName", c.NetworkName)
	},
}

func awsPeer(containerID, vpc, routeTable string) *admin.BaseNetworkPeeringConnectionSettings {
	return &admin.BaseNetworkPeeringConnectionSettings{
		ContainerId:         containerID,
		ProviderName:        admin.PtrString("AWS"),
		AccepterRegionName:  admin.PtrString("us-east-1"),
		AwsAccountId:        admin.PtrString(awsAccount),
		RouteTableCidrBlock: admin.PtrString(routeTable),
		VpcId:               admin.PtrString(vpc),
	}
}

func azurePeer(containerID, vnet string) *admin.BaseNetworkPeeringConnectionSettings {
	return &admin.BaseNetworkPeeringConnectionSettings{
		ContainerId:         containerID,
		ProviderName:        admin.PtrString("AZURE"),
		AzureDirectoryId:    admin.PtrString(azureTenant),
		AzureSubscriptionId: admin.PtrString("7f9a4c2e-6b1d-4e53-8a77-0d2b9c5e1f42"),
		ResourceGroupName:   admin.PtrString("landbridge-conformance"),
		VnetName:            admin.PtrString(vnet),
	}
}

func gcpPeer(containerID, network string) *admin.BaseNetworkPeeringConnectionSettings {
	return &admin.BaseNetworkPeeringConnectionSettings{
		ContainerId:  containerID,
		ProviderName: admin.PtrString("GCP"),
		GcpProjectId: admin.PtrString("conformance-191923"),
		NetworkName:  admin.PtrString(network),
	}
}

// The provider lets nothing else of an Azure or GCP peering be changed in place.
func onlyContainerAndProvider(peer *admin.BaseNetworkPeeringConnectionSettings) *admin.BaseNetworkPeeringConnectionSettings {
	return &admin.BaseNetworkPeeringConnectionSettings{ContainerId: peer.ContainerId, ProviderName: peer.ProviderName}
}

func matches(t *testing.T, field, value, pattern string) {
	t.Helper()
	if !regexp.MustCompile(pattern).MatchString(value) {
		t.Errorf("%s is %q, which does not match %s", field, value, pattern)
	}
}

func absent(t *testing.T, field string, value *string) {
	t.Helper()
	if value != nil {
		t.Errorf("%s is %q although the container is not provisioned", field, *value)
	}
}
