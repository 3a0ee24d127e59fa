package conformance

import (
	"net/http"
	"testing"
)

// nobody has this id.
const noSuchID = "5f0000000000000000000000"

func TestASecondContainerForTheSameProviderAndRegionIsRefused(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), DigestCaller(t)
	groupID := NewProject(ctx, t, caller).GetId()
	network := caller.API.NetworkPeeringApi
	CreateContainer(ctx, t, caller, groupID, AWS)
	again := AWS.Container()
	*again.AtlasCidrBlock = "192.168.216.0/21"
	Got(network.CreatePeeringContainer(ctx, groupID, again).Execute()).IsRefused(t, http.StatusConflict, "CONTAINER_ALREADY_EXISTS")

	// GCP has one container a project.
	CreateContainer(ctx, t, caller, groupID, GCP)
	Got(network.CreatePeeringContainer(ctx, groupID, GCP.Container()).Execute()).
		IsRefused(t, http.StatusConflict, "CONTAINER_ALREADY_EXISTS")
}

func TestWhatAPeeringHoldsCannotBeRemovedBeforeIt(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), DigestCaller(t)
	groupID := NewProject(ctx, t, caller).GetId()
	container := CreateContainer(ctx, t, caller, groupID, AWS)
	peer := CreatePeer(ctx, t, caller, groupID, AWS.Peer(container.GetId()))

	Got(caller.API.ProjectsApi.DeleteProject(ctx, groupID).Execute()).
		IsRefused(t, http.StatusConflict, "CANNOT_CLOSE_GROUP_ACTIVE_PEERING_CONNECTIONS")
	Got(caller.API.NetworkPeeringApi.DeletePeeringContainer(ctx, groupID, container.GetId()).Execute()).
		IsRefused(t, http.StatusConflict, "CONTAINERS_IN_USE")
	changed := AWS.Container()
	*changed.AtlasCidrBlock = "192.168.216.0/21"
	Got(caller.API.NetworkPeeringApi.UpdatePeeringContainer(ctx, groupID, container.GetId(), changed).Execute()).
		IsRefused(t, http.StatusConflict, "CONTAINERS_IN_USE")

	RemovePeer(ctx, t, caller, groupID, peer.GetId())
}

func TestAPeeringIsRemovedOnceAndThenUnknown(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), DigestCaller(t)
	groupID := NewProject(ctx, t, caller).GetId()
	network := caller.API.NetworkPeeringApi
	container := CreateContainer(ctx, t, caller, groupID, AWS)
	peer := CreatePeer(ctx, t, caller, groupID, AWS.Peer(container.GetId()))

	Got(network.DeletePeeringConnection(ctx, groupID, peer.GetId()).Execute()).Is(t, http.StatusAccepted)
	// A phase lasts about a second in the default latency profile.
	Got(network.DeletePeeringConnection(ctx, groupID, peer.GetId()).Execute()).
		IsRefused(t, http.StatusConflict, "PEER_ALREADY_REQUESTED_DELETION")
	if _, err := ProviderWaitsForRemoval(ctx, caller, groupID, peer.GetId()); err != nil {
		t.Fatalf("the provider's removal would fail: %v", err)
	}
	Got(network.DeletePeeringConnection(ctx, groupID, peer.GetId()).Execute()).IsRefused(t, http.StatusNotFound, "PEER_NOT_FOUND")
	Got(network.GetPeeringConnection(ctx, groupID, peer.GetId()).Execute()).IsRefused(t, http.StatusNotFound, "PEER_NOT_FOUND")
}

func TestTheSameVPCCannotBePeeredTwiceInOneProject(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), DigestCaller(t)
	groupID := NewProject(ctx, t, caller).GetId()
	container := CreateContainer(ctx, t, caller, groupID, AWS)
	CreatePeer(ctx, t, caller, groupID, AWS.Peer(container.GetId()))
	Got(caller.API.NetworkPeeringApi.CreatePeeringConnection(ctx, groupID, awsPeer(container.GetId(), awsVPC, "10.64.0.0/16")).Execute()).
		IsRefused(t, http.StatusConflict, "PEER_ALREADY_EXISTS")
}

func TestWhatDoesNotExistIsRefusedByItsOwnCode(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), TokenCaller(t)
	groupID := NewProject(ctx, t, caller).GetId()
	network := caller.API.NetworkPeeringApi
	Got(network.GetPeeringConnection(ctx, groupID, noSuchID).Execute()).IsRefused(t, http.StatusNotFound, "PEER_NOT_FOUND")
	Got(network.DeletePeeringConnection(ctx, groupID, noSuchID).Execute()).IsRefused(t, http.StatusNotFound, "PEER_NOT_FOUND")
	Got(network.GetPeeringContainer(ctx, groupID, noSuchID).Execute()).
		IsRefused(t, http.StatusNotFound, "CLOUD_PROVIDER_CONTAINER_NOT_FOUND")
	Got(network.CreatePeeringConnection(ctx, groupID, AWS.Peer(noSuchID)).Execute()).
		IsRefused(t, http.StatusNotFound, "CLOUD_PROVIDER_CONTAINER_NOT_FOUND")
	Got(network.ListPeeringConnections(ctx, noSuchID).Execute()).IsRefused(t, http.StatusNotFound, "GROUP_NOT_FOUND")
}

func TestAnInjectedFaultAnswers500OnceAndLeavesThePeeringAsItWas(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), DigestCaller(t)
	groupID := NewProject(ctx, t, caller).GetId()
	network := caller.API.NetworkPeeringApi
	container := CreateContainer(ctx, t, caller, groupID, AWS)
	peer := CreatePeer(ctx, t, caller, groupID, AWS.Peer(container.GetId()))

	caller.World(ctx, t, groupID, `{"faults":[{"on":"deleteGroupPeer","errorCode":"UNEXPECTED_ERROR","times":1}]}`)
	Got(network.DeletePeeringConnection(ctx, groupID, peer.GetId()).Execute()).
		IsRefused(t, http.StatusInternalServerError, "UNEXPECTED_ERROR")
	if status := StatusOf(readPeer(ctx, t, caller, groupID, peer.GetId())); status != "PENDING_ACCEPTANCE" {
		t.Errorf("a removal that failed left the peering in %s", status)
	}
	RemovePeer(ctx, t, caller, groupID, peer.GetId())
}
