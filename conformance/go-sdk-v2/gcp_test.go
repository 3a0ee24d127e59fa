package conformance

import (
	"net/http"
	"testing"

	"go.mongodb.org/atlas-sdk/v20231115014/admin"
)

func TestAGCPPeeringLivesTheProvidersLifeUnderADigestKey(t *testing.T) {
	t.Parallel()
	LiveTheProvidersLife(t, DigestCaller(t), GCP)
}

func TestAGCPPeeringLivesTheProvidersLifeUnderAServiceAccountToken(t *testing.T) {
	t.Parallel()
	LiveTheProvidersLife(t, TokenCaller(t), GCP)
}

func TestASmallGCPContainerKeepsTheRegionsItWasMadeWith(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), DigestCaller(t)
	groupID := NewProject(ctx, t, caller).GetId()
	request := &admin.CloudProviderContainer{
		ProviderName:   admin.PtrString("GCP"),
		AtlasCidrBlock: admin.PtrString("192.168.208.0/21"),
		Regions:        &[]string{"US_EAST_4", "US_WEST_3"},
	}
	created := Got(caller.API.NetworkPeeringApi.CreatePeeringContainer(ctx, groupID, request).Execute()).Is(t, http.StatusCreated)
	MustEcho(t, request, created)
	MustEcho(t, request, Got(caller.API.NetworkPeeringApi.GetPeeringContainer(ctx, groupID, created.GetId()).Execute()).Is(t, http.StatusOK))
}
