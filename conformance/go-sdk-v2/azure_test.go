package conformance

import (
	"net/http"
	"testing"

	"go.mongodb.org/atlas-sdk/v20231115014/admin"
)

func TestAnAzurePeeringLivesTheProvidersLifeUnderADigestKey(t *testing.T) {
	t.Parallel()
	LiveTheProvidersLife(t, DigestCaller(t), Azure)
}

func TestAnAzurePeeringLivesTheProvidersLifeUnderAServiceAccountToken(t *testing.T) {
	t.Parallel()
	LiveTheProvidersLife(t, TokenCaller(t), Azure)
}

// Each VNet takes one peer for a CIDR block, whoever asks, and Azure says so
// only after the request was accepted.
func TestTwoProjectsWithTheSameVNetAndTheSameCIDREndWithExactlyOneFAILED(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), DigestCaller(t)
	network := caller.API.NetworkPeeringApi
	vnet := Unique("shared-vnet-")

	type half struct{ groupID, containerID, peerID string }
	var halves []half
	for range 2 {
		groupID := NewProject(ctx, t, caller).GetId()
		container := Got(network.CreatePeeringContainer(ctx, groupID, &admin.CloudProviderContainer{
			ProviderName:   admin.PtrString("AZURE"),
			AtlasCidrBlock: admin.PtrString("172.16.0.0/21"),
			Region:         admin.PtrString("US_EAST_2"),
		}).Execute()).Is(t, http.StatusCreated)
		halves = append(halves, half{groupID: groupID, containerID: container.GetId()})
	}
	for i := range halves {
		peer := Got(network.CreatePeeringConnection(ctx, halves[i].groupID, azurePeer(halves[i].containerID, vnet)).Execute()).
			Is(t, http.StatusCreated)
		halves[i].peerID = peer.GetId()
	}

	count := map[string]int{}
	for _, h := range halves {
		status, _, err := ProviderWaitsForCreation(ctx, caller, h.groupID, h.peerID, h.containerID)
		if err != nil {
			t.Fatalf("the provider's creation would fail: %v", err)
		}
		count[status]++
		peer := readPeer(ctx, t, caller, h.groupID, h.peerID)
		if failed := status == "FAILED"; failed != (peer.GetErrorState() != "") {
			t.Errorf("a peering in %s has the errorState %q", status, peer.GetErrorState())
		}
	}
	if count["FAILED"] != 1 || count["AVAILABLE"] != 1 {
		t.Errorf("of two peerings for one VNet and one CIDR block, exactly one must be FAILED and the other AVAILABLE; they ended as %v", count)
	}
	for _, h := range halves {
		RemovePeer(ctx, t, caller, h.groupID, h.peerID)
	}
}
