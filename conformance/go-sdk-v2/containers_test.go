package conformance

import (
	"net/http"
	"testing"

	"go.mongodb.org/atlas-sdk/v20231115014/admin"
)

func TestAContainerThatIsNotInUseCanBeChangedInPlace(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), DigestCaller(t)
	groupID := NewProject(ctx, t, caller).GetId()
	network := caller.API.NetworkPeeringApi
	container := CreateContainer(ctx, t, caller, groupID, AWS)

	// The provider sends every field, whatever changed.
	for _, change := range []struct{ cidr, region string }{
		{awsAtlasCIDR, "US_EAST_1"},       // nothing
		{"192.168.216.0/21", "US_EAST_1"}, // the block
		{"192.168.216.0/21", "EU_WEST_1"}, // the region
	} {
		request := &admin.CloudProviderContainer{
			ProviderName:   admin.PtrString("AWS"),
			AtlasCidrBlock: admin.PtrString(change.cidr),
			RegionName:     admin.PtrString(change.region),
		}
		Got(network.UpdatePeeringContainer(ctx, groupID, container.GetId(), request).Execute()).Is(t, http.StatusOK)
		MustEcho(t, request, Got(network.GetPeeringContainer(ctx, groupID, container.GetId()).Execute()).Is(t, http.StatusOK))
	}
	if err := ProviderDeletesContainer(ctx, caller, groupID, container.GetId()); err != nil {
		t.Fatalf("the provider could not delete the container: %v", err)
	}
}

func TestPrivateIPModeIsOffAndCanBeTurnedOff(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), DigestCaller(t)
	groupID := NewProject(ctx, t, caller).GetId()
	network := caller.API.NetworkPeeringApi
	//nolint:staticcheck // The SDK marks both calls as deprecated; the service still answers them.
	mode := Got(network.VerifyConnectViaPeeringOnlyModeForOneProject(ctx, groupID).Execute()).Is(t, http.StatusOK)
	if mode.Enabled {
		t.Error("a new project is in private IP mode")
	}
	//nolint:staticcheck // As above.
	mode = Got(network.DisablePeering(ctx, groupID, &admin.PrivateIPMode{Enabled: false}).Execute()).Is(t, http.StatusOK)
	if mode.Enabled {
		t.Error("private IP mode is on after it was turned off")
	}
}
