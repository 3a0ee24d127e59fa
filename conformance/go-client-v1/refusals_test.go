package conformance

import (
	"context"
	"net/http"
	"testing"
	"time"

	"go.mongodb.org/atlas/mongodbatlas"
)

// noSuchID has the form of an id and belongs to nothing.
const noSuchID = "5f0000000000000000000000"

func TestV1RefusesByTheDocumentedCodes(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), DigestCaller(t)
	groupID := NewProject(ctx, t, caller).ID
	peers, containers := caller.API.Peers, caller.API.Containers

	Got(peers.Get(ctx, groupID, noSuchID)).IsRefused(t, http.StatusNotFound, "PEER_NOT_FOUND")
	Done(peers.Delete(ctx, groupID, noSuchID)).IsRefused(t, http.StatusNotFound, "PEER_NOT_FOUND")
	Got(peers.Get(ctx, noSuchID, noSuchID)).IsRefused(t, http.StatusNotFound, "GROUP_NOT_FOUND")
	Got(containers.Get(ctx, groupID, noSuchID)).IsRefused(t, http.StatusNotFound, "CLOUD_PROVIDER_CONTAINER_NOT_FOUND")

	container := CreateContainer(ctx, t, caller, groupID, AWS)
	Got(containers.Create(ctx, groupID, AWS.Container())).IsRefused(t, http.StatusConflict, "CONTAINER_ALREADY_EXISTS")
	changed := AWS.Container()
	changed.AtlasCIDRBlock = "192.168.216.0/21"
	Got(containers.Update(ctx, groupID, container.ID, changed)).Is(t, http.StatusOK)

	peer := Got(peers.Create(ctx, groupID, AWS.Peer(container.ID))).Is(t, http.StatusCreated)
	if _, err := WaitFor(ctx, caller, groupID, peer.ID, AWS.Awaits, AWS.Begins); err != nil {
		t.Fatal(err)
	}
	Got(peers.Create(ctx, groupID, AWS.Peer(container.ID))).IsRefused(t, http.StatusConflict, "PEER_ALREADY_EXISTS")
	Done(containers.Delete(ctx, groupID, container.ID)).IsRefused(t, http.StatusConflict, "CONTAINERS_IN_USE")
	Done(caller.API.Projects.Delete(ctx, groupID)).
		IsRefused(t, http.StatusConflict, "CANNOT_CLOSE_GROUP_ACTIVE_PEERING_CONNECTIONS")

	Done(peers.Delete(ctx, groupID, peer.ID)).Is(t, http.StatusAccepted)
	// A phase lasts about a second in the default latency profile.
	Done(peers.Delete(ctx, groupID, peer.ID)).IsRefused(t, http.StatusConflict, "PEER_ALREADY_REQUESTED_DELETION")
	if _, err := WaitFor(ctx, caller, groupID, peer.ID, gone, AWS.Leaves); err != nil {
		t.Fatal(err)
	}
	Done(peers.Delete(ctx, groupID, peer.ID)).IsRefused(t, http.StatusNotFound, "PEER_NOT_FOUND")
}

func TestOnlyAProjectOwnerRemovesAPeeringInV1(t *testing.T) {
	t.Parallel()
	ctx, owner := t.Context(), DigestCaller(t)
	groupID := NewProject(ctx, t, owner).ID
	container := CreateContainer(ctx, t, owner, groupID, AWS)
	peer := Got(owner.API.Peers.Create(ctx, groupID, AWS.Peer(container.ID))).Is(t, http.StatusCreated)

	for _, role := range []string{"GROUP_READ_ONLY", "GROUP_NETWORK_ACCESS_MANAGER"} {
		caller := newProjectKey(ctx, t, owner, groupID, role)
		Got(caller.API.Peers.Get(ctx, groupID, peer.ID)).Is(t, http.StatusOK)
		Done(caller.API.Peers.Delete(ctx, groupID, peer.ID)).IsRefused(t, http.StatusUnauthorized, "USER_UNAUTHORIZED")
	}
	another := newProjectKey(ctx, t, owner, groupID, "GROUP_OWNER")
	Done(another.API.Peers.Delete(ctx, groupID, peer.ID)).Is(t, http.StatusAccepted)
	if _, err := WaitFor(ctx, owner, groupID, peer.ID, gone, AWS.Leaves); err != nil {
		t.Fatal(err)
	}
}

func newProjectKey(ctx context.Context, t *testing.T, owner Caller, groupID, role string) Caller {
	t.Helper()
	key := Got(owner.API.ProjectAPIKeys.Create(ctx, groupID, &mongodbatlas.APIKeyInput{
		Desc: Unique("conformance-v1-"), Roles: []string{role},
	})).Is(t, http.StatusOK)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if removal := Done(owner.API.APIKeys.Delete(ctx, owner.Env.OrgID, key.ID)); removal.err != nil {
			t.Errorf("the test's API key %s could not be removed: %s", key.ID, removal)
		}
	})
	return KeyCaller(t, owner.Env, key.PublicKey, key.PrivateKey)
}
