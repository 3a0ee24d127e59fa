package conformance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/retry"
	"go.mongodb.org/atlas-sdk/v20231115014/admin"
)

// The provider looks first after ten seconds and then every ten; here the same
// loop runs with the same lists of statuses on a clock that suits a test. The
// interval also keeps the whole suite under the service's rate limit.
const (
	firstLook = 100 * time.Millisecond
	lookEvery = 250 * time.Millisecond
)

// gone is the provider's word for a peering that answers 404.
const gone = "DELETED"

// Seen is the row of different statuses that a wait came across.
type Seen []string

func (s *Seen) add(status string) {
	if len(*s) == 0 || (*s)[len(*s)-1] != status {
		*s = append(*s, status)
	}
}

// Has tells whether a status was come across.
func (s Seen) Has(status string) bool { return slices.Contains(s, status) }

// StatusOf is one status for the three providers: AWS has statusName, the others
// have status.
func StatusOf(peer *admin.BaseNetworkPeeringConnectionSettings) string {
	if peer.GetStatusName() != "" {
		return peer.GetStatusName()
	}
	return peer.GetStatus()
}

// ProviderWaitsForCreation waits as the Terraform provider does after it made or
// changed a peering, with exactly its lists: any status outside them is an
// error. A GCP peering that waits for its user is done for the provider as soon
// as the container is provisioned.
func ProviderWaitsForCreation(ctx context.Context, caller Caller, groupID, peerID, containerID string) (string, Seen, error) {
	var seen Seen
	wait := retry.StateChangeConf{
		Pending: []string{"INITIATING", "FINALIZING", "ADDING_PEER", "WAITING_FOR_USER"},
		Target:  []string{"FAILED", "AVAILABLE", "PENDING_ACCEPTANCE"},
		Refresh: func() (any, string, error) {
			peer, status, err := look(ctx, caller, groupID, peerID)
			if err != nil {
				return nil, "", err
			}
			seen.add(status)
			if status == "WAITING_FOR_USER" {
				container := Got(caller.API.NetworkPeeringApi.GetPeeringContainer(ctx, groupID, containerID).Execute())
				if container.Err() != nil {
					return nil, "", fmt.Errorf("reading the container of a peering that waits for its user: %s", container)
				}
				if container.Body().GetProvisioned() {
					status = "PENDING_ACCEPTANCE"
				}
			}
			return found(peer), status, nil
		},
		Timeout: patience, Delay: firstLook, MinTimeout: firstLook, PollInterval: lookEvery,
	}
	return run(ctx, &wait, &seen)
}

// ProviderWaitsForRemoval waits as the Terraform provider does after DELETE. Two
// statuses would break it: FAILED is not in its list, and on WAITING_FOR_USER it
// reads a container whose id it does not have.
func ProviderWaitsForRemoval(ctx context.Context, caller Caller, groupID, peerID string) (Seen, error) {
	var seen Seen
	wait := retry.StateChangeConf{
		Pending: []string{"AVAILABLE", "INITIATING", "PENDING_ACCEPTANCE", "FINALIZING", "ADDING_PEER",
			"WAITING_FOR_USER", "TERMINATING", "DELETING"},
		Target: []string{gone},
		Refresh: func() (any, string, error) {
			peer, status, err := look(ctx, caller, groupID, peerID)
			if err != nil {
				return nil, "", err
			}
			seen.add(status)
			if status == "WAITING_FOR_USER" {
				return nil, "", errors.New("a peering showed WAITING_FOR_USER after DELETE, which breaks the provider")
			}
			return found(peer), status, nil
		},
		Timeout: patience, Delay: firstLook, MinTimeout: firstLook, PollInterval: lookEvery,
	}
	_, seen, err := run(ctx, &wait, &seen)
	return seen, err
}

// WaitForAvailable is no loop of the provider's: it follows a peering from the
// far side's yes to AVAILABLE, and lets nothing else happen on the way.
func WaitForAvailable(ctx context.Context, caller Caller, groupID, peerID string) (Seen, error) {
	return waitFor(ctx, caller, groupID, peerID, "AVAILABLE",
		"INITIATING", "PENDING_ACCEPTANCE", "FINALIZING", "ADDING_PEER", "WAITING_FOR_USER")
}

// WaitForFailed follows a peering to FAILED.
func WaitForFailed(ctx context.Context, caller Caller, groupID, peerID string) (Seen, error) {
	return waitFor(ctx, caller, groupID, peerID, "FAILED",
		"INITIATING", "PENDING_ACCEPTANCE", "FINALIZING", "AVAILABLE", "ADDING_PEER", "WAITING_FOR_USER")
}

func waitFor(ctx context.Context, caller Caller, groupID, peerID, target string, pending ...string) (Seen, error) {
	var seen Seen
	wait := retry.StateChangeConf{
		Pending: pending,
		Target:  []string{target},
		Refresh: func() (any, string, error) {
			peer, status, err := look(ctx, caller, groupID, peerID)
			if err != nil {
				return nil, "", err
			}
			seen.add(status)
			return found(peer), status, nil
		},
		Timeout: patience, Delay: firstLook, MinTimeout: firstLook, PollInterval: lookEvery,
	}
	_, seen, err := run(ctx, &wait, &seen)
	return seen, err
}

// ProviderDeletesContainer removes a container as the provider does: read it,
// hold back while it is provisioned, and take any refusal of DELETE as "not
// yet". A container that answers 404 is gone.
func ProviderDeletesContainer(ctx context.Context, caller Caller, groupID, containerID string) error {
	network := caller.API.NetworkPeeringApi
	var last string
	wait := retry.StateChangeConf{
		Pending: []string{"provisioned"},
		Target:  []string{"removed"},
		Refresh: func() (any, string, error) {
			container := Got(network.GetPeeringContainer(ctx, groupID, containerID).Execute())
			if container.Status() == http.StatusNotFound {
				return struct{}{}, "removed", nil
			}
			if container.Err() != nil {
				return nil, "", fmt.Errorf("reading the container: %s", container)
			}
			// The provider dereferences this field without a look.
			provisioned := container.Body().Provisioned
			if provisioned == nil {
				return nil, "", fmt.Errorf("the container has no field provisioned, which crashes the provider: %s", container)
			}
			if *provisioned {
				last = "it is still provisioned"
				return container.Body(), "provisioned", nil
			}
			removal := Got(network.DeletePeeringContainer(ctx, groupID, containerID).Execute())
			if removal.Err() != nil {
				last = removal.String()
				return container.Body(), "provisioned", nil
			}
			return container.Body(), "removed", nil
		},
		Timeout: patience, Delay: firstLook, MinTimeout: firstLook, PollInterval: lookEvery,
	}
	if _, err := wait.WaitForStateContext(ctx); err != nil {
		return fmt.Errorf("%w (the last thing that held it back: %s)", err, last)
	}
	return nil
}

// look reads the peering's status. A peering that answers 404 is "gone".
func look(ctx context.Context, caller Caller, groupID, peerID string) (*admin.BaseNetworkPeeringConnectionSettings, string, error) {
	peer := Got(caller.API.NetworkPeeringApi.GetPeeringConnection(ctx, groupID, peerID).Execute())
	if admin.IsErrorCode(peer.Err(), "PEER_NOT_FOUND") && peer.Status() == http.StatusNotFound {
		return nil, gone, nil
	}
	if peer.Err() != nil {
		return nil, "", fmt.Errorf("reading the peering: %s", peer)
	}
	return peer.Body(), StatusOf(peer.Body()), nil
}

// found keeps the loop from taking a peering that is gone for one that it has
// not found yet: nil means the latter.
func found(peer *admin.BaseNetworkPeeringConnectionSettings) any {
	if peer == nil {
		return struct{}{}
	}
	return peer
}

func run(ctx context.Context, wait *retry.StateChangeConf, seen *Seen) (string, Seen, error) {
	_, err := wait.WaitForStateContext(ctx)
	if err != nil {
		return "", *seen, fmt.Errorf("%w (statuses seen: %v)", err, *seen)
	}
	return (*seen)[len(*seen)-1], *seen, nil
}
