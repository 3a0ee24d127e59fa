package conformance

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"go.mongodb.org/atlas/mongodbatlas"
)

// LiveAPeeringsLife creates a peering, accepts it on the far side, sees it
// AVAILABLE, deletes it, and waits for 404.
func LiveAPeeringsLife(t *testing.T, caller Caller, cloud Cloud) {
	ctx := t.Context()
	peers, containers := caller.API.Peers, caller.API.Containers

	groupID := NewProject(ctx, t, caller).ID
	container := CreateContainer(ctx, t, caller, groupID, cloud)

	request := cloud.Peer(container.ID)
	created := Got(peers.Create(ctx, groupID, request)).Is(t, http.StatusCreated)
	if status := StatusOf(created); status != cloud.Begins {
		t.Errorf("a new peering shows %q, not %s", status, cloud.Begins)
	}
	mustEcho(t, request, created)

	waiting, err := WaitFor(ctx, caller, groupID, created.ID, cloud.Awaits, cloud.Begins)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("created: %v", waiting)
	if cloud.FarSide != "" {
		waitUntilProvisioned(ctx, t, caller, groupID, container.ID, cloud, true)
		caller.FarSide(ctx, t, groupID, created.ID, cloud.FarSide)
	}
	accepted, err := WaitFor(ctx, caller, groupID, created.ID, "AVAILABLE", cloud.Awaits, "FINALIZING")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("accepted: %v", accepted)

	read := Got(peers.Get(ctx, groupID, created.ID)).Is(t, http.StatusOK)
	mustEcho(t, request, read)
	if read.ErrorStateName != "" || read.ErrorState != "" || read.ErrorMessage != "" {
		t.Errorf("an available peering has an error: %+v", read)
	}
	if cloud.Provider == "AWS" && read.ConnectionID == "" {
		t.Error("an AWS peering that was accepted has no connectionId")
	}
	waitUntilProvisioned(ctx, t, caller, groupID, container.ID, cloud, true)

	// What is the same may always be sent again; of Azure and GCP the service
	// takes nothing but the container and the provider.
	same := &mongodbatlas.Peer{ContainerID: container.ID, ProviderName: cloud.Provider}
	if cloud.Provider == "AWS" {
		same = request
	}
	Got(peers.Update(ctx, groupID, created.ID, same)).Is(t, http.StatusOK)
	if _, err := WaitFor(ctx, caller, groupID, created.ID, "AVAILABLE", "INITIATING", "FINALIZING", "ADDING_PEER"); err != nil {
		t.Fatalf("after an update that changed nothing: %v", err)
	}

	listed := Got(peers.List(ctx, groupID, &mongodbatlas.ContainersListOptions{ProviderName: cloud.Provider})).Is(t, http.StatusOK)
	if len(listed) != 1 || listed[0].ID != created.ID {
		t.Errorf("the list of %s peerings is %+v", cloud.Provider, listed)
	}

	Done(peers.Delete(ctx, groupID, created.ID)).Is(t, http.StatusAccepted)
	removed, err := WaitFor(ctx, caller, groupID, created.ID, gone, cloud.Leaves)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("removed: %v", removed)

	waitUntilProvisioned(ctx, t, caller, groupID, container.ID, cloud, false)
	if err := DeleteContainer(ctx, caller, groupID, container.ID); err != nil {
		t.Fatal(err)
	}
	Got(containers.Get(ctx, groupID, container.ID)).IsRefused(t, http.StatusNotFound, "CLOUD_PROVIDER_CONTAINER_NOT_FOUND")
	Done(caller.API.Projects.Delete(ctx, groupID)).Is(t, http.StatusAccepted)
	if after := Got(caller.API.Projects.GetOneProject(ctx, groupID)); after.Status() != http.StatusNotFound {
		t.Errorf("a deleted project can still be read: %s", after)
	}
}

// CreateContainer makes a container and finds it alone, in its provider's list
// and in the list of all.
func CreateContainer(ctx context.Context, t *testing.T, caller Caller, groupID string, cloud Cloud) *mongodbatlas.Container {
	t.Helper()
	containers := caller.API.Containers
	request := cloud.Container()
	created := Got(containers.Create(ctx, groupID, request)).Is(t, http.StatusCreated)
	read := Got(containers.Get(ctx, groupID, created.ID)).Is(t, http.StatusOK)
	if read.AtlasCIDRBlock != request.AtlasCIDRBlock || read.ProviderName != request.ProviderName ||
		read.Region != request.Region || read.RegionName != request.RegionName {
		t.Errorf("the container reads %+v", read)
	}
	if read.Provisioned == nil || *read.Provisioned || cloud.Network(read) != "" {
		t.Errorf("a new container must say provisioned: false and have no network: %+v", read)
	}
	one := Got(containers.List(ctx, groupID, &mongodbatlas.ContainersListOptions{ProviderName: cloud.Provider})).Is(t, http.StatusOK)
	all := Got(containers.ListAll(ctx, groupID, nil)).Is(t, http.StatusOK)
	same := func(c mongodbatlas.Container) bool { return c.ID == created.ID }
	if len(one) != 1 || !slices.ContainsFunc(one, same) || !slices.ContainsFunc(all, same) {
		t.Errorf("the lists of containers are %+v and %+v", one, all)
	}
	return read
}

func waitUntilProvisioned(ctx context.Context, t *testing.T, caller Caller, groupID, containerID string, cloud Cloud, want bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		container := Got(caller.API.Containers.Get(ctx, groupID, containerID)).Is(t, http.StatusOK)
		if container.Provisioned == nil {
			t.Fatal("the container has no field provisioned")
		}
		if *container.Provisioned == want {
			if (cloud.Network(container) != "") != want {
				t.Errorf("a container with provisioned: %v has the network %q", want, cloud.Network(container))
			}
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the container does not become provisioned: %v within %s: %+v", want, patience, container)
		}
		time.Sleep(lookEvery)
	}
}

// mustEcho compares what a request may say; the rest is the service's to fill.
func mustEcho(t *testing.T, sent, got *mongodbatlas.Peer) {
	t.Helper()
	echo := *sent
	echo.ID, echo.StatusName, echo.Status, echo.ConnectionID = got.ID, got.StatusName, got.Status, got.ConnectionID
	if echo.AccepterRegionName == "" {
		echo.AccepterRegionName = got.AccepterRegionName
	}
	if echo != *got {
		t.Errorf("the peering was sent as\n%+v\nand came back as\n%+v", *sent, *got)
	}
}
