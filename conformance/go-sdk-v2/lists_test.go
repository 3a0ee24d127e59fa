package conformance

import (
	"net/http"
	"testing"

	"go.mongodb.org/atlas-sdk/v20231115014/admin"
)

func TestPeeringsAreListedPerProviderAndContainersAltogether(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), DigestCaller(t)
	groupID := NewProject(ctx, t, caller).GetId()
	network := caller.API.NetworkPeeringApi

	peers, containers := map[string]string{}, map[string]string{}
	for _, cloud := range []Cloud{AWS, Azure, GCP} {
		container := CreateContainer(ctx, t, caller, groupID, cloud)
		peer := Got(network.CreatePeeringConnection(ctx, groupID, cloud.Peer(container.GetId())).Execute()).Is(t, http.StatusCreated)
		containers[cloud.Provider], peers[cloud.Provider] = container.GetId(), peer.GetId()
	}

	// The spelling of the provider's name is the Atlas CLI's in two of the cases.
	for spelling, provider := range map[string]string{"AWS": "AWS", "AZURE": "AZURE", "GCP": "GCP", "Azure": "AZURE", "aws": "AWS"} {
		listed := Got(network.ListPeeringConnections(ctx, groupID).ProviderName(spelling).Execute()).Is(t, http.StatusOK)
		if len(listed.GetResults()) != 1 || listed.GetTotalCount() != 1 ||
			listed.GetResults()[0].GetId() != peers[provider] || listed.GetResults()[0].GetProviderName() != provider {
			t.Errorf("the list of peerings for providerName=%s is %+v", spelling, fields(t, listed))
		}
		own := Got(network.ListPeeringContainerByCloudProvider(ctx, groupID).ProviderName(spelling).Execute()).Is(t, http.StatusOK)
		if len(own.GetResults()) != 1 || own.GetResults()[0].GetId() != containers[provider] {
			t.Errorf("the list of containers for providerName=%s is %+v", spelling, fields(t, own))
		}
	}

	// Without a provider the list of peerings is AWS's.
	listed := Got(network.ListPeeringConnections(ctx, groupID).Execute()).Is(t, http.StatusOK)
	if len(listed.GetResults()) != 1 || listed.GetResults()[0].GetId() != peers["AWS"] {
		t.Errorf("the list of peerings without a provider is %+v", fields(t, listed))
	}

	all := Got(network.ListPeeringContainers(ctx, groupID).Execute()).Is(t, http.StatusOK)
	if all.GetTotalCount() != 3 || len(all.GetResults()) != 3 {
		t.Errorf("containers/all has %d of 3: %+v", all.GetTotalCount(), fields(t, all))
	}
	for _, container := range all.GetResults() {
		if containers[container.GetProviderName()] != container.GetId() || container.Provisioned == nil {
			t.Errorf("containers/all has %+v", fields(t, container))
		}
	}
}

func TestAListIsReadPageByPage(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), TokenCaller(t)
	groupID := NewProject(ctx, t, caller).GetId()
	entries := []admin.NetworkPermissionEntry{
		{IpAddress: admin.PtrString("203.0.113.1")}, {IpAddress: admin.PtrString("203.0.113.2")}, {IpAddress: admin.PtrString("203.0.113.3")},
	}
	list := caller.API.ProjectIPAccessListApi
	Got(list.CreateProjectIpAccessList(ctx, groupID, &entries).Execute()).Is(t, http.StatusCreated)

	seen := map[string]bool{}
	for page := 1; page <= 4; page++ {
		answer := Got(list.ListProjectIpAccessLists(ctx, groupID).ItemsPerPage(1).PageNum(page).Execute()).Is(t, http.StatusOK)
		if answer.GetTotalCount() != 3 {
			t.Errorf("page %d says totalCount %d", page, answer.GetTotalCount())
		}
		hasNext := false
		for _, link := range answer.GetLinks() {
			hasNext = hasNext || link.GetRel() == "next"
		}
		if hasNext != (page < 3) {
			t.Errorf("page %d of 3 has the links %+v", page, answer.GetLinks())
		}
		for _, entry := range answer.GetResults() {
			seen[entry.GetIpAddress()] = true
		}
		if page == 4 && len(answer.GetResults()) != 0 {
			t.Errorf("the page past the end has %+v", answer.GetResults())
		}
	}
	if len(seen) != 3 {
		t.Errorf("three pages of one entry showed %v", seen)
	}
	// The Atlas CLI counts from zero.
	if first := Got(list.ListProjectIpAccessLists(ctx, groupID).ItemsPerPage(1).PageNum(0).Execute()).Is(t, http.StatusOK); len(first.GetResults()) != 1 {
		t.Errorf("pageNum=0 is not the first page: %+v", fields(t, first))
	}
}
