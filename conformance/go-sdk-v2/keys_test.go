package conformance

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/atlas-sdk/v20231115014/admin"
)

func TestAReadOnlyKeySeesAPeeringAndCannotRemoveIt(t *testing.T) {
	t.Parallel()
	ctx, owner := t.Context(), DigestCaller(t)
	groupID, peerID := projectWithPeer(ctx, t, owner)
	reader, _ := newProjectKey(ctx, t, owner, groupID, "GROUP_READ_ONLY")

	Got(reader.API.NetworkPeeringApi.GetPeeringConnection(ctx, groupID, peerID).Execute()).Is(t, http.StatusOK)
	// A role too low is 401 on this service, not 403.
	Got(reader.API.NetworkPeeringApi.DeletePeeringConnection(ctx, groupID, peerID).Execute()).
		IsRefused(t, http.StatusUnauthorized, "USER_UNAUTHORIZED")
	if status := StatusOf(readPeer(ctx, t, owner, groupID, peerID)); status != "PENDING_ACCEPTANCE" {
		t.Errorf("a refused removal left the peering in %s", status)
	}
}

func TestANetworkAccessManagerRemovesAPeeringInV2ButNotInV1(t *testing.T) {
	t.Parallel()
	ctx, owner := t.Context(), DigestCaller(t)
	groupID, peerID := projectWithPeer(ctx, t, owner)
	manager, _ := newProjectKey(ctx, t, owner, groupID, "GROUP_NETWORK_ACCESS_MANAGER")

	old := manager.Call(ctx, t, http.MethodDelete, "api/atlas/v1.0/groups/"+groupID+"/peers/"+peerID, "application/json", "")
	if body := old.Is(t, http.StatusUnauthorized); !strings.Contains(body, "USER_UNAUTHORIZED") {
		t.Errorf("v1.0 refuses with %s", body)
	}
	RemovePeer(ctx, t, manager, groupID, peerID)
}

func TestAnOrganizationKeyWorksInAProjectOnceItIsAssignedAndUntilItIsDeleted(t *testing.T) {
	t.Parallel()
	ctx, owner := t.Context(), DigestCaller(t)
	groupID := NewProject(ctx, t, owner).GetId()
	keys := owner.API.ProgrammaticAPIKeysApi

	created := Got(keys.CreateApiKey(ctx, owner.Env.OrgID, &admin.CreateAtlasOrganizationApiKey{
		Desc: Unique("conformance-"), Roles: []string{"ORG_MEMBER"},
	}).Execute()).Is(t, http.StatusOK)
	deleteKeyAtTheEnd(t, owner, created.GetId())
	member := KeyCaller(t, owner.Env, created.GetPublicKey(), created.GetPrivateKey())

	Got(member.API.NetworkPeeringApi.ListPeeringConnections(ctx, groupID).Execute()).
		IsRefused(t, http.StatusUnauthorized, "USER_UNAUTHORIZED")
	assigned := Got(keys.AddProjectApiKey(ctx, groupID, created.GetId(),
		&[]admin.UserAccessRoleAssignment{{Roles: &[]string{"GROUP_READ_ONLY"}}}).Execute())
	if assigned.Err() != nil {
		t.Fatalf("the key could not be assigned: %s", assigned)
	}
	Got(member.API.NetworkPeeringApi.ListPeeringConnections(ctx, groupID).Execute()).Is(t, http.StatusOK)

	// Only the first answer shows the private key.
	read := Got(keys.GetApiKey(ctx, owner.Env.OrgID, created.GetId()).Execute()).Is(t, http.StatusOK)
	if read.GetPrivateKey() == created.GetPrivateKey() || !strings.HasPrefix(read.GetPrivateKey(), "********") {
		t.Errorf("the private key reads %q afterwards", read.GetPrivateKey())
	}

	Got(keys.DeleteApiKey(ctx, owner.Env.OrgID, created.GetId()).Execute()).Is(t, http.StatusNoContent)
	if after := Got(member.API.NetworkPeeringApi.ListPeeringConnections(ctx, groupID).Execute()); after.Status() != http.StatusUnauthorized {
		t.Errorf("a deleted key is not refused: %s", after)
	}
}

func TestAKeyWhoseAccessListDoesNotHoldTheCallerIsRefusedWith403(t *testing.T) {
	t.Parallel()
	ctx, owner := t.Context(), DigestCaller(t)
	groupID, peerID := projectWithPeer(ctx, t, owner)
	elsewhere, keyID := newProjectKey(ctx, t, owner, groupID, "GROUP_OWNER")

	Got(elsewhere.API.NetworkPeeringApi.GetPeeringConnection(ctx, groupID, peerID).Execute()).Is(t, http.StatusOK)
	Got(owner.API.ProgrammaticAPIKeysApi.CreateApiKeyAccessList(ctx, owner.Env.OrgID, keyID,
		&[]admin.UserAccessListRequest{{IpAddress: admin.PtrString("203.0.113.99")}}).Execute()).Is(t, http.StatusOK)
	Got(elsewhere.API.NetworkPeeringApi.DeletePeeringConnection(ctx, groupID, peerID).Execute()).
		IsRefused(t, http.StatusForbidden, "IP_ADDRESS_NOT_ON_ACCESS_LIST")
}

func projectWithPeer(ctx context.Context, t *testing.T, owner Caller) (groupID, peerID string) {
	t.Helper()
	groupID = NewProject(ctx, t, owner).GetId()
	container := CreateContainer(ctx, t, owner, groupID, AWS)
	return groupID, CreatePeer(ctx, t, owner, groupID, AWS.Peer(container.GetId())).GetId()
}

func newProjectKey(ctx context.Context, t *testing.T, owner Caller, groupID, role string) (Caller, string) {
	t.Helper()
	key := Got(owner.API.ProgrammaticAPIKeysApi.CreateProjectApiKey(ctx, groupID, &admin.CreateAtlasProjectApiKey{
		Desc: Unique("conformance-"), Roles: []string{role},
	}).Execute()).Is(t, http.StatusOK)
	deleteKeyAtTheEnd(t, owner, key.GetId())
	return KeyCaller(t, owner.Env, key.GetPublicKey(), key.GetPrivateKey()), key.GetId()
}

func deleteKeyAtTheEnd(t *testing.T, owner Caller, keyID string) {
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		removal := Got(owner.API.ProgrammaticAPIKeysApi.DeleteApiKey(ctx, owner.Env.OrgID, keyID).Execute())
		if removal.Err() != nil && !admin.IsErrorCode(removal.Err(), "API_KEY_NOT_FOUND") {
			t.Errorf("the test's API key %s could not be removed: %s", keyID, removal)
		}
	})
}
