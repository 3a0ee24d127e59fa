package story

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"go.mongodb.org/atlas-sdk/v20231115014/admin"
	conformance "landbridge.invalid/conformance/go-sdk-v2"
)

const containerBlock = "192.168.208.0/21"

// TestTwoProvidersMakeOnePeeringAtAmazon lives examples/terraform/aws from
// nothing to nothing: apply, AVAILABLE, an empty plan, an outsider's deletion
// that shows on both sides, destroy, and nothing left in either account.
func TestTwoProvidersMakeOnePeeringAtAmazon(t *testing.T) {
	amazon := StartAmazon(t)
	server := StartServer(t, amazon)
	ctx := t.Context()
	caller := conformance.DigestCaller(t)
	network := caller.API.NetworkPeeringApi
	customer := NewCustomer(t, amazon)
	t.Logf("the customer is %s", customer.Name())

	// The account takes new projects, so that one apply makes everything.
	project := conformance.NewProject(ctx, t, caller).GetId()

	// Apply: the customer's VPC, our container, our request.
	vpc := customer.MakeVPC(t)
	container := conformance.Got(network.CreatePeeringContainer(ctx, project, &admin.CloudProviderContainer{
		AtlasCidrBlock: admin.PtrString(containerBlock),
		ProviderName:   admin.PtrString("AWS"),
		RegionName:     admin.PtrString("US_EAST_1"),
	}).Execute()).Is(t, http.StatusCreated).GetId()
	if left := amazon.Left(t, nearAccount); len(left.VPCs) != 0 {
		t.Errorf("a container alone has made %v", left)
	}
	peer := conformance.CreatePeer(ctx, t, caller, project, &admin.BaseNetworkPeeringConnectionSettings{
		ContainerId:         container,
		ProviderName:        admin.PtrString("AWS"),
		AccepterRegionName:  admin.PtrString(region),
		AwsAccountId:        admin.PtrString(customerAccount),
		VpcId:               admin.PtrString(vpc),
		RouteTableCidrBlock: admin.PtrString(customerBlock),
	}).GetId()
	waiting := conformance.Got(network.GetPeeringConnection(ctx, project, peer).Execute()).Is(t, http.StatusOK)
	if status := conformance.StatusOf(waiting); status != "PENDING_ACCEPTANCE" {
		t.Fatalf("nobody has accepted, and the peering shows %s", status)
	}
	connection := waiting.GetConnectionId()

	// Apply, further: the customer accepts and routes, we route back.
	customer.Accept(t, connection, containerBlock)
	if seen, err := conformance.WaitForAvailable(ctx, caller, project, peer); err != nil {
		t.Fatalf("the peering does not become AVAILABLE: %v (seen: %v)", err, seen)
	}
	near := amazon.Left(t, nearAccount)
	if len(near.VPCs) != 1 || !slices.Equal(near.Connections, []string{connection + " active"}) ||
		!slices.Equal(near.Routes, []string{customerBlock + " " + connection}) {
		t.Errorf("on our side there is %+v", near)
	}
	far := amazon.Left(t, customerAccount)
	if len(far.VPCs) != 1 || !slices.Equal(far.Routes, []string{containerBlock + " " + connection}) {
		t.Errorf("on the customer's side there is %+v", far)
	}

	// The plan is empty.
	if customer.Differs(t) {
		t.Error("nothing was changed, and the customer's plan is not empty")
	}

	// An outsider deletes the connection: both sides see it.
	amazon.Call(t, customerAccount, "DeleteVpcPeeringConnection", "VpcPeeringConnectionId", connection)
	if seen, err := conformance.WaitForFailed(ctx, caller, project, peer); err != nil {
		t.Errorf("the peering does not become FAILED: %v (seen: %v)", err, seen)
	}
	if !customer.Differs(t) {
		t.Error("the connection was deleted, and the customer's plan is empty")
	}

	// Destroy, on both sides.
	conformance.RemovePeer(ctx, t, caller, project, peer)
	if err := conformance.ProviderDeletesContainer(ctx, caller, project, container); err != nil {
		t.Errorf("the container does not go: %v", err)
	}
	customer.Destroy(t)
	for _, account := range []string{nearAccount, customerAccount} {
		if left := amazon.Left(t, account); len(left.VPCs)+len(left.Connections)+len(left.Routes) != 0 {
			t.Errorf("in %s is left: %+v", account, left)
		}
	}
	if orphans := server.Command(t, "orphans"); strings.Contains(orphans, "pcx-") || strings.Contains(orphans, "vpc-") {
		t.Errorf("landbridge orphans: %s", orphans)
	}
}
