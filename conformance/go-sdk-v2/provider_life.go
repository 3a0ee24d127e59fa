package conformance

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/atlas-sdk/v20231115014/admin"
)

// LiveTheProvidersLife makes, changes, imports and removes one peering with the
// calls that the Terraform provider makes, in its order, and accepts it on the
// far side in between.
func LiveTheProvidersLife(t *testing.T, caller Caller, cloud Cloud) {
	ctx := t.Context()
	network := caller.API.NetworkPeeringApi

	groupID := NewProject(ctx, t, caller).GetId()
	container := CreateContainer(ctx, t, caller, groupID, cloud)
	containerID := container.GetId()

	// Create, and wait as the provider waits.
	request := cloud.Peer(containerID)
	created := Got(network.CreatePeeringConnection(ctx, groupID, request).Execute()).Is(t, http.StatusCreated)
	peerID := created.GetId()
	MustEcho(t, request, created, "accepterRegionName")
	if status := StatusOf(created); status != cloud.Begins {
		t.Errorf("a new peering shows %q, not %s", status, cloud.Begins)
	}
	// What was answered can be read at once.
	MustEcho(t, request, readPeer(ctx, t, caller, groupID, peerID), "accepterRegionName")
	status, seen, err := ProviderWaitsForCreation(ctx, caller, groupID, peerID, containerID)
	if err != nil {
		t.Fatalf("the provider's creation would fail: %v", err)
	}
	if status != cloud.Awaits {
		t.Fatalf("creation ended at %s, not at %s (statuses seen: %v)", status, cloud.Awaits, seen)
	}
	t.Logf("created: %v", seen)

	// Read: the peering, and the container that it names.
	peer := readPeer(ctx, t, caller, groupID, peerID)
	MustEcho(t, request, peer, "accepterRegionName")
	if cloud.Provider == "AWS" {
		matches(t, "connectionId", peer.GetConnectionId(), `^pcx-[0-9a-f]{17}$`)
	}
	container = Got(network.GetPeeringContainer(ctx, groupID, peer.ContainerId).Execute()).Is(t, http.StatusOK)
	if !container.GetProvisioned() {
		t.Error("the container of a peering that was made is not provisioned")
	}
	cloud.Realised(t, container)

	// An AWS peering is changed while it waits for the far side, as a plan that
	// is applied twice in a row would; the others once they are up.
	if cloud.Provider == "AWS" {
		update(ctx, t, caller, groupID, peer, cloud, cloud.Awaits)
	}

	// The far side says yes.
	if cloud.FarSide != "" {
		caller.FarSide(ctx, t, groupID, peerID, cloud.FarSide)
	}
	seen, err = WaitForAvailable(ctx, caller, groupID, peerID)
	if err != nil {
		t.Fatalf("the peering did not become AVAILABLE: %v", err)
	}
	t.Logf("accepted: %v", seen)
	if cloud.Provider != "AWS" {
		update(ctx, t, caller, groupID, peer, cloud, "AVAILABLE")
	}

	// Import: everything is read back by ids alone, and the plural data source
	// finds the peering under its provider.
	imported := readPeer(ctx, t, caller, groupID, peerID)
	if StatusOf(imported) != "AVAILABLE" || imported.ErrorStateName != nil || imported.ErrorState != nil || imported.ErrorMessage != nil {
		t.Errorf("an available peering reads %+v", fields(t, imported))
	}
	Got(network.GetPeeringContainer(ctx, groupID, imported.ContainerId).Execute()).Is(t, http.StatusOK)
	listed := Got(network.ListPeeringConnections(ctx, groupID).ProviderName(cloud.Provider).Execute()).Is(t, http.StatusOK)
	if len(listed.GetResults()) != 1 || listed.GetResults()[0].GetId() != peerID {
		t.Errorf("the list of %s peerings is not just the one that was made: %+v", cloud.Provider, listed)
	}

	// Delete, wait for 404, and look again as the provider's own check does: in v1.0.
	removal := Got(network.DeletePeeringConnection(ctx, groupID, peerID).Execute()).Is(t, http.StatusAccepted)
	if len(removal) != 0 {
		t.Errorf("DELETE answered %v, not an empty object", removal)
	}
	seen, err = ProviderWaitsForRemoval(ctx, caller, groupID, peerID)
	if err != nil {
		t.Fatalf("the provider's removal would fail: %v", err)
	}
	for _, status := range seen {
		if status != cloud.Leaves && status != gone {
			t.Errorf("after DELETE the peering showed %s (statuses seen: %v)", status, seen)
		}
	}
	t.Logf("removed: %v", seen)
	old := caller.Call(ctx, t, http.MethodGet, "api/atlas/v1.0/groups/"+groupID+"/peers/"+peerID, "application/json", "")
	if !strings.Contains(old.Is(t, http.StatusNotFound), "PEER_NOT_FOUND") {
		t.Errorf("v1.0 answers for a removed peering: %s", old.Body)
	}

	// The last peering took the container's network with it.
	waitUntilUnprovisioned(ctx, t, caller, groupID, containerID, cloud)
	if err := ProviderDeletesContainer(ctx, caller, groupID, containerID); err != nil {
		t.Fatalf("the provider could not delete the container: %v", err)
	}
	Got(network.GetPeeringContainer(ctx, groupID, containerID).Execute()).
		IsRefused(t, http.StatusNotFound, "CLOUD_PROVIDER_CONTAINER_NOT_FOUND")

	DeleteProject(ctx, t, caller, groupID)
}

// CreateContainer makes a container and reads it as the provider does.
func CreateContainer(ctx context.Context, t *testing.T, caller Caller, groupID string, cloud Cloud) *admin.CloudProviderContainer {
	t.Helper()
	network := caller.API.NetworkPeeringApi
	request := cloud.Container()
	created := Got(network.CreatePeeringContainer(ctx, groupID, request).Execute()).Is(t, http.StatusCreated)
	container := Got(network.GetPeeringContainer(ctx, groupID, created.GetId()).Execute()).Is(t, http.StatusOK)
	MustEcho(t, request, container)
	if container.Provisioned == nil || *container.Provisioned {
		t.Errorf("a new container must say provisioned: false, and says %v", fields(t, container)["provisioned"])
	}
	cloud.Unrealised(t, container)
	return container
}

// CreatePeer makes a peering and waits until the provider would call it created.
func CreatePeer(ctx context.Context, t *testing.T, caller Caller, groupID string, request *admin.BaseNetworkPeeringConnectionSettings) *admin.BaseNetworkPeeringConnectionSettings {
	t.Helper()
	created := Got(caller.API.NetworkPeeringApi.CreatePeeringConnection(ctx, groupID, request).Execute()).Is(t, http.StatusCreated)
	if _, _, err := ProviderWaitsForCreation(ctx, caller, groupID, created.GetId(), request.ContainerId); err != nil {
		t.Fatalf("the provider's creation would fail: %v", err)
	}
	return created
}

// RemovePeer deletes a peering and waits for 404.
func RemovePeer(ctx context.Context, t *testing.T, caller Caller, groupID, peerID string) {
	t.Helper()
	Got(caller.API.NetworkPeeringApi.DeletePeeringConnection(ctx, groupID, peerID).Execute()).Is(t, http.StatusAccepted)
	if _, err := ProviderWaitsForRemoval(ctx, caller, groupID, peerID); err != nil {
		t.Fatalf("the provider's removal would fail: %v", err)
	}
}

// DeleteProject looks for clusters first, as the provider does and with the
// version that it asks for, then deletes the project and makes sure of it.
func DeleteProject(ctx context.Context, t *testing.T, caller Caller, groupID string) {
	t.Helper()
	clusters := caller.Call(ctx, t, http.MethodGet, "api/atlas/v2/groups/"+groupID+"/clusters",
		"application/vnd.atlas.2024-08-05+json", "").Is(t, http.StatusOK)
	if !strings.Contains(clusters, `"totalCount":0`) {
		t.Errorf("the provider reads totalCount of the list of clusters without a look, and it is: %s", clusters)
	}
	removal := Got(caller.API.ProjectsApi.DeleteProject(ctx, groupID).Execute()).Is(t, http.StatusAccepted)
	if len(removal) != 0 {
		t.Errorf("DELETE of a project answered %v, not an empty object", removal)
	}
	if after := Got(caller.API.ProjectsApi.GetProject(ctx, groupID).Execute()); after.Status() != http.StatusNotFound {
		t.Errorf("a deleted project can still be read: %s", after)
	}
	if byName := Got(caller.API.ProjectsApi.GetProjectByName(ctx, groupID).Execute()); byName.Err() == nil {
		t.Errorf("the provider looks a deleted project up by its id as if that were its name, and found one: %s", byName)
	}
}

func readPeer(ctx context.Context, t *testing.T, caller Caller, groupID, peerID string) *admin.BaseNetworkPeeringConnectionSettings {
	t.Helper()
	return Got(caller.API.NetworkPeeringApi.GetPeeringConnection(ctx, groupID, peerID).Execute()).Is(t, http.StatusOK)
}

func update(ctx context.Context, t *testing.T, caller Caller, groupID string, peer *admin.BaseNetworkPeeringConnectionSettings, cloud Cloud, target string) {
	t.Helper()
	readPeer(ctx, t, caller, groupID, peer.GetId())
	change := cloud.Change(peer)
	Got(caller.API.NetworkPeeringApi.UpdatePeeringConnection(ctx, groupID, peer.GetId(), change).Execute()).Is(t, http.StatusOK)
	status, seen, err := ProviderWaitsForCreation(ctx, caller, groupID, peer.GetId(), peer.ContainerId)
	if err != nil {
		t.Fatalf("the provider's update would fail: %v", err)
	}
	if status != target {
		t.Fatalf("the update ended at %s, not at %s (statuses seen: %v)", status, target, seen)
	}
	MustEcho(t, change, readPeer(ctx, t, caller, groupID, peer.GetId()), "accepterRegionName")
	t.Logf("updated: %v", seen)
}

func waitUntilUnprovisioned(ctx context.Context, t *testing.T, caller Caller, groupID, containerID string, cloud Cloud) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		container := Got(caller.API.NetworkPeeringApi.GetPeeringContainer(ctx, groupID, containerID).Execute()).Is(t, http.StatusOK)
		if container.Provisioned == nil {
			t.Fatal("the container has no field provisioned, which crashes the provider")
		}
		if !*container.Provisioned {
			cloud.Unrealised(t, container)
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the container is still provisioned %s after its last peering went: %+v", patience, fields(t, container))
		}
		time.Sleep(lookEvery)
	}
}
