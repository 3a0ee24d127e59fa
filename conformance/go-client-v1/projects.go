package conformance

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"testing"
	"time"

	"go.mongodb.org/atlas/mongodbatlas"
)

// Unique is a word that no other test and no earlier run has used: lower-case
// letters and digits, a letter first.
func Unique(prefix string) string {
	random := make([]byte, 5)
	_, _ = rand.Read(random)
	return prefix + hex.EncodeToString(random)
}

// NewProject makes the test its own project. When the test ends, whatever it
// left in the project is removed, and so is the project.
func NewProject(ctx context.Context, t *testing.T, caller Caller) *mongodbatlas.Project {
	t.Helper()
	project := Got(caller.API.Projects.Create(ctx, &mongodbatlas.Project{
		Name:  Unique("conformance-v1-"),
		OrgID: caller.Env.OrgID,
	}, nil)).Is(t, http.StatusCreated)
	if len(project.ID) != 24 {
		t.Fatalf("the new project's id is %q, not 24 hexadecimal digits", project.ID)
	}
	// Not the test's own context: that one has ended by then.
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
		defer cancel()
		if err := removeProject(ctx, caller, project.ID); err != nil {
			t.Errorf("the test's project %s could not be removed: %v", project.ID, err)
		}
	})
	return project
}

// removeProject is safe to call on a project that is partly or wholly gone.
func removeProject(ctx context.Context, caller Caller, groupID string) error {
	if project := Got(caller.API.Projects.GetOneProject(ctx, groupID)); project.Status() == http.StatusNotFound {
		return nil
	}
	for _, provider := range []string{"AWS", "AZURE", "GCP"} {
		peers := Got(caller.API.Peers.List(ctx, groupID, &mongodbatlas.ContainersListOptions{ProviderName: provider}))
		if peers.err != nil {
			return fmt.Errorf("listing its %s peerings: %s", provider, peers)
		}
		for _, peer := range peers.body {
			removal := Done(caller.API.Peers.Delete(ctx, groupID, peer.ID))
			if removal.err != nil && removal.Code() != "PEER_ALREADY_REQUESTED_DELETION" && removal.Code() != "PEER_NOT_FOUND" {
				return fmt.Errorf("removing peering %s: %s", peer.ID, removal)
			}
			if _, err := WaitFor(ctx, caller, groupID, peer.ID, gone, "TERMINATING", "DELETING"); err != nil {
				return fmt.Errorf("waiting for peering %s to go: %w", peer.ID, err)
			}
		}
	}
	containers := Got(caller.API.Containers.ListAll(ctx, groupID, nil))
	if containers.err != nil {
		return fmt.Errorf("listing its containers: %s", containers)
	}
	for _, container := range containers.body {
		if err := DeleteContainer(ctx, caller, groupID, container.ID); err != nil {
			return fmt.Errorf("removing container %s: %w", container.ID, err)
		}
	}
	if removal := Done(caller.API.Projects.Delete(ctx, groupID)); removal.err != nil {
		return fmt.Errorf("removing the project itself: %s", removal)
	}
	return nil
}

// DeleteContainer takes 409 for "not yet": a container is held for a moment
// after its making and after its last peering went.
func DeleteContainer(ctx context.Context, caller Caller, groupID, containerID string) error {
	deadline := time.Now().Add(patience)
	for {
		removal := Done(caller.API.Containers.Delete(ctx, groupID, containerID))
		if removal.Status() == http.StatusNoContent || removal.Status() == http.StatusNotFound {
			return nil
		}
		if removal.Status() != http.StatusConflict || time.Now().After(deadline) {
			return fmt.Errorf("DELETE answered: %s", removal)
		}
		time.Sleep(lookEvery)
	}
}
