package conformance

import (
	"net/http"
	"testing"

	"go.mongodb.org/atlas-sdk/v20231115014/admin"
)

func TestAnAWSPeeringLivesTheProvidersLifeUnderADigestKey(t *testing.T) {
	t.Parallel()
	LiveTheProvidersLife(t, DigestCaller(t), AWS)
}

func TestAnAWSPeeringLivesTheProvidersLifeUnderAServiceAccountToken(t *testing.T) {
	t.Parallel()
	LiveTheProvidersLife(t, TokenCaller(t), AWS)
}

func TestAVPCInAnotherRegionThanItsContainerIsEchoedWithItsRegion(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), DigestCaller(t)
	groupID := NewProject(ctx, t, caller).GetId()
	container := CreateContainer(ctx, t, caller, groupID, AWS)
	request := AWS.Peer(container.GetId())
	request.AccepterRegionName = admin.PtrString("eu-west-1")
	peer := CreatePeer(ctx, t, caller, groupID, request)
	MustEcho(t, request, readPeer(ctx, t, caller, groupID, peer.GetId()))
	RemovePeer(ctx, t, caller, groupID, peer.GetId())
}

func TestARejectedAWSRequestIsFAILEDForTheReasonREJECTEDAndCanStillBeRemoved(t *testing.T) {
	t.Parallel()
	failOnTheFarSide(t, "reject", "REJECTED")
}

func TestAnExpiredAWSRequestIsFAILEDForTheReasonEXPIREDAndCanStillBeRemoved(t *testing.T) {
	t.Parallel()
	failOnTheFarSide(t, "expire", "EXPIRED")
}

func failOnTheFarSide(t *testing.T, action, reason string) {
	ctx, caller := t.Context(), DigestCaller(t)
	groupID := NewProject(ctx, t, caller).GetId()
	container := CreateContainer(ctx, t, caller, groupID, AWS)
	peer := CreatePeer(ctx, t, caller, groupID, AWS.Peer(container.GetId()))
	caller.FarSide(ctx, t, groupID, peer.GetId(), action)
	if _, err := WaitForFailed(ctx, caller, groupID, peer.GetId()); err != nil {
		t.Fatalf("the peering did not become FAILED: %v", err)
	}
	if failed := readPeer(ctx, t, caller, groupID, peer.GetId()); failed.GetErrorStateName() != reason {
		t.Errorf("errorStateName is %q, not %s", failed.GetErrorStateName(), reason)
	}
	// FAILED must be gone at the first look after DELETE: the provider does not
	// know it there.
	RemovePeer(ctx, t, caller, groupID, peer.GetId())
}

func TestAPeeringThatIsStillINITIATINGCanBeDeletedAsAfterACreationTimeout(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), DigestCaller(t)
	groupID := NewProject(ctx, t, caller).GetId()
	container := CreateContainer(ctx, t, caller, groupID, AWS)
	peer := Got(caller.API.NetworkPeeringApi.CreatePeeringConnection(ctx, groupID, AWS.Peer(container.GetId())).Execute()).
		Is(t, http.StatusCreated)
	RemovePeer(ctx, t, caller, groupID, peer.GetId())
}
