package conformance

import (
	"context"
	"net/http"
	"testing"
)

// FarSide acts as the owner of the customer's network: "accept" for AWS,
// "create" for the customer's half on GCP.
func (c Caller) FarSide(ctx context.Context, t *testing.T, groupID, peerID, action string) {
	t.Helper()
	path := "api/landbridge/v1/groups/" + groupID + "/peers/" + peerID + "/farSide"
	request, err := c.API.NewRequest(ctx, http.MethodPost, path, map[string]string{"action": action})
	if err != nil {
		t.Fatalf("%s is no request: %v", path, err)
	}
	if answer := Done(c.API.Do(ctx, request, nil)); answer.err != nil {
		t.Fatalf("the far side was asked to %s and the whole answer was\n%s", action, answer)
	}
}
