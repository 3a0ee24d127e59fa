package conformance

import (
	"context"
	"net/http"
	"testing"
)

// FarSide acts as the owner of the customer's network: "accept", "reject",
// "delete" or "expire" for AWS; "create" makes the customer's half on GCP.
func (c Caller) FarSide(ctx context.Context, t *testing.T, groupID, peerID, action string) {
	t.Helper()
	path := "api/landbridge/v1/groups/" + groupID + "/peers/" + peerID + "/farSide"
	answer := c.Call(ctx, t, http.MethodPost, path, "application/json", `{"action":"`+action+`"}`)
	if answer.Status < 200 || answer.Status > 299 {
		t.Fatalf("the far side was asked to %s and the whole answer was\n%s", action, answer.whole)
	}
}

// World changes a project's simulated world: its latency profile, whether the
// far side accepts by itself, and its faults.
func (c Caller) World(ctx context.Context, t *testing.T, groupID, change string) {
	t.Helper()
	answer := c.Call(ctx, t, http.MethodPatch, "api/landbridge/v1/groups/"+groupID+"/world", "application/json", change)
	if answer.Status < 200 || answer.Status > 299 {
		t.Fatalf("the world was asked for %s and the whole answer was\n%s", change, answer.whole)
	}
}
