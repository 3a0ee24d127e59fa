package conformance

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"go.mongodb.org/atlas/mongodbatlas"
)

// patience bounds every wait. The default latency profile takes about a second
// a phase, so a wait that reaches this bound is a failure, not bad luck.
const (
	patience  = 60 * time.Second
	lookEvery = 250 * time.Millisecond
)

// gone stands for 404 PEER_NOT_FOUND among the statuses.
const gone = "404"

// StatusOf is one status for the three providers: AWS has statusName, the others
// have status.
func StatusOf(peer *mongodbatlas.Peer) string {
	if peer.StatusName != "" {
		return peer.StatusName
	}
	return peer.Status
}

// WaitFor reads the peering until it shows the target. It returns the different
// statuses that it came across, and fails on one that is not named in pending.
func WaitFor(ctx context.Context, caller Caller, groupID, peerID, target string, pending ...string) ([]string, error) {
	var seen []string
	deadline := time.Now().Add(patience)
	for {
		status := gone
		peer := Got(caller.API.Peers.Get(ctx, groupID, peerID))
		if peer.err == nil {
			status = StatusOf(peer.body)
		} else if peer.Status() != http.StatusNotFound || peer.Code() != "PEER_NOT_FOUND" {
			return seen, fmt.Errorf("reading the peering: %s", peer)
		}
		if len(seen) == 0 || seen[len(seen)-1] != status {
			seen = append(seen, status)
		}
		switch {
		case status == target:
			return seen, nil
		case !slices.Contains(pending, status):
			return seen, fmt.Errorf("waiting for %s, the peering showed %q (statuses seen: %v): %s", target, status, seen, peer)
		case time.Now().After(deadline):
			return seen, fmt.Errorf("the peering did not reach %s within %s (statuses seen: %v)", target, patience, seen)
		}
		select {
		case <-ctx.Done():
			return seen, ctx.Err()
		case <-time.After(lookEvery):
		}
	}
}
