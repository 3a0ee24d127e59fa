package conformance

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"testing"
	"time"

	"go.mongodb.org/atlas-sdk/v20231115014/admin"
)

// patience bounds every wait. The default latency profile takes about a second
// a phase, so a wait that reaches this bound is a failure, not bad luck.
const patience = 60 * time.Second

// Unique is a word that no other test and no earlier run has used: lower-case
// letters and digits, a letter first.
func Unique(prefix string) string {
	random := make([]byte, 5)
	_, _ = rand.Read(random)
	return prefix + hex.EncodeToString(random)
}

// NewProject makes the test its own project. When the test ends, whatever it
// left in the project is removed, and so is the project.
func NewProject(ctx context.Context, t *testing.T, caller Caller) *admin.Group {
	t.Helper()
	group := Got(caller.API.ProjectsApi.CreateProject(ctx, &admin.Group{
		Name:                      Unique("conformance-"),
		OrgId:                     caller.Env.OrgID,
		WithDefaultAlertsSettings: admin.PtrBool(true),
	}).Execute()).Is(t, http.StatusCreated)
	if len(group.GetId()) != 24 {
		t.Fatalf("the new project's id is %q, not 24 hexadecimal digits", group.GetId())
	}
	// Not the test's own context: that one has ended by then.
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
		defer cancel()
		if err := removeProject(ctx, caller, group.GetId()); err != nil {
			t.Errorf("the test's project %s could not be removed: %v", group.GetId(), err)
		}
	})
	return group
}

// removeProject is safe to call on a project that is partly or wholly gone.
func removeProject(ctx context.Context, caller Caller, groupID string) error {
	if project := Got(caller.API.ProjectsApi.GetProject(ctx, groupID).Execute()); project.Status() == http.StatusNotFound {
		return nil
	}
	network := caller.API.NetworkPeeringApi
	for _, provider := range []string{"AWS", "AZURE", "GCP"} {
		peers := Got(network.ListPeeringConnections(ctx, groupID).ProviderName(provider).Execute())
		if peers.Err() != nil {
			return fmt.Errorf("listing its %s peerings: %s", provider, peers)
		}
		for _, peer := range peers.Body().GetResults() {
			removal := Got(network.DeletePeeringConnection(ctx, groupID, peer.GetId()).Execute())
			if removal.Err() != nil && removal.Status() != http.StatusNotFound &&
				!admin.IsErrorCode(removal.Err(), "PEER_ALREADY_REQUESTED_DELETION") {
				return fmt.Errorf("removing peering %s: %s", peer.GetId(), removal)
			}
			if _, err := ProviderWaitsForRemoval(ctx, caller, groupID, peer.GetId()); err != nil {
				return fmt.Errorf("waiting for peering %s to go: %w", peer.GetId(), err)
			}
		}
	}
	containers := Got(network.ListPeeringContainers(ctx, groupID).Execute())
	if containers.Err() != nil {
		return fmt.Errorf("listing its containers: %s", containers)
	}
	for _, container := range containers.Body().GetResults() {
		if err := ProviderDeletesContainer(ctx, caller, groupID, container.GetId()); err != nil {
			return fmt.Errorf("removing container %s: %w", container.GetId(), err)
		}
	}
	if removal := Got(caller.API.ProjectsApi.DeleteProject(ctx, groupID).Execute()); removal.Err() != nil {
		return fmt.Errorf("removing the project itself: %s", removal)
	}
	return nil
}
