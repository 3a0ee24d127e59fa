package conformance

import "go.mongodb.org/atlas/mongodbatlas"

// Cloud is what differs between the three providers in a peering's life.
type Cloud struct {
	Provider  string
	Container func() *mongodbatlas.Container
	Peer      func(containerID string) *mongodbatlas.Peer
	// Begins is the status right after POST, Awaits the one at which only the far
	// side can go on, Leaves the one after DELETE.
	Begins, Awaits, Leaves string
	// FarSide is what the customer does in the own cloud; Azure needs nothing.
	FarSide string
	// Network is the container's network in the cloud, which is there while it is
	// provisioned.
	Network func(container *mongodbatlas.Container) string
}

// AWS is a container in US_EAST_1 and a VPC whose region is not told: it is the
// container's then. Account, VPC and blocks are the same in every test, because
// different projects may hold the same ones.
var AWS = Cloud{
	Provider: "AWS",
	Container: func() *mongodbatlas.Container {
		return &mongodbatlas.Container{ProviderName: "AWS", AtlasCIDRBlock: "192.168.208.0/21", RegionName: "US_EAST_1"}
	},
	Peer: func(containerID string) *mongodbatlas.Peer {
		return &mongodbatlas.Peer{
			ContainerID: containerID, ProviderName: "AWS",
			AWSAccountID: "123456789012", VpcID: "vpc-0123456789abcdef0", RouteTableCIDRBlock: "10.0.0.0/16",
		}
	},
	Begins: "INITIATING", Awaits: "PENDING_ACCEPTANCE", Leaves: "TERMINATING", FarSide: "accept",
	Network: func(c *mongodbatlas.Container) string { return c.VPCID },
}

// Azure is a container in US_EAST_2 and a VNet that no other test uses.
var Azure = Cloud{
	Provider: "AZURE",
	Container: func() *mongodbatlas.Container {
		return &mongodbatlas.Container{ProviderName: "AZURE", AtlasCIDRBlock: "192.168.208.0/21", Region: "US_EAST_2"}
	},
	Peer: func(containerID string) *mongodbatlas.Peer {
		return &mongodbatlas.Peer{
			ContainerID: containerID, ProviderName: "AZURE",
			AzureDirectoryID: "c1ae3b9f-2d5a-4d8a-9f10-5f3a2f4c7e01", AzureSubscriptionID: "7f9a4c2e-6b1d-4e53-8a77-0d2b9c5e1f42",
			ResourceGroupName: "landbridge-conformance", VNetName: Unique("vnet-"),
		}
	},
	Begins: "ADDING_PEER", Awaits: "AVAILABLE", Leaves: "DELETING",
	Network: func(c *mongodbatlas.Container) string { return c.VNetName },
}

// GCP is the project's one container and a network that no other test uses.
var GCP = Cloud{
	Provider: "GCP",
	Container: func() *mongodbatlas.Container {
		return &mongodbatlas.Container{ProviderName: "GCP", AtlasCIDRBlock: "192.168.192.0/18"}
	},
	Peer: func(containerID string) *mongodbatlas.Peer {
		return &mongodbatlas.Peer{
			ContainerID: containerID, ProviderName: "GCP",
			GCPProjectID: "conformance-191923", NetworkName: Unique("network-"),
		}
	},
	Begins: "ADDING_PEER", Awaits: "WAITING_FOR_USER", Leaves: "DELETING", FarSide: "create",
	Network: func(c *mongodbatlas.Container) string { return c.NetworkName },
}
