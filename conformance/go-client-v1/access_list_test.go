package conformance

import (
	"net/http"
	"testing"

	"go.mongodb.org/atlas/mongodbatlas"
)

func TestAnAccessListEntryIsAddedReadAndRemovedInV1(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), DigestCaller(t)
	groupID := NewProject(ctx, t, caller).ID
	list := caller.API.ProjectIPAccessList

	added := Got(list.Create(ctx, groupID, []*mongodbatlas.ProjectIPAccessList{
		{IPAddress: "203.0.113.7", Comment: "the office"},
		{CIDRBlock: "198.51.100.0/24"},
	})).Is(t, http.StatusCreated)
	if added.TotalCount != 2 || len(added.Results) != 2 {
		t.Errorf("two entries were added and the answer has %+v", added)
	}
	one := Got(list.Get(ctx, groupID, "203.0.113.7")).Is(t, http.StatusOK)
	if one.CIDRBlock != "203.0.113.7/32" || one.IPAddress != "203.0.113.7" || one.Comment != "the office" || one.GroupID != groupID {
		t.Errorf("the entry reads %+v", one)
	}
	Got(list.Get(ctx, groupID, "198.51.100.0/24")).Is(t, http.StatusOK)

	Done(list.Delete(ctx, groupID, "198.51.100.0/24")).Is(t, http.StatusNoContent)
	Got(list.Get(ctx, groupID, "198.51.100.0/24")).IsRefused(t, http.StatusNotFound, "ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND")
	left := Got(list.List(ctx, groupID, nil)).Is(t, http.StatusOK)
	if left.TotalCount != 1 || len(left.Results) != 1 {
		t.Errorf("one entry is left and the list has %+v", left)
	}
}

func TestSecurityGroupsVanishWithTheLastPeeringInV1(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), DigestCaller(t)
	groupID := NewProject(ctx, t, caller).ID
	list := caller.API.ProjectIPAccessList
	const group = "sg-0123456789abcdef0"
	request := []*mongodbatlas.ProjectIPAccessList{{AwsSecurityGroup: group}}

	Got(list.Create(ctx, groupID, request)).
		IsRefused(t, http.StatusBadRequest, "CANNOT_USE_AWS_SECURITY_GROUP_WITHOUT_VPC_PEERING_CONNECTION")
	container := CreateContainer(ctx, t, caller, groupID, AWS)
	peer := Got(caller.API.Peers.Create(ctx, groupID, AWS.Peer(container.ID))).Is(t, http.StatusCreated)
	if _, err := WaitFor(ctx, caller, groupID, peer.ID, AWS.Awaits, AWS.Begins); err != nil {
		t.Fatal(err)
	}
	Got(list.Create(ctx, groupID, request)).Is(t, http.StatusCreated)
	Got(list.Get(ctx, groupID, group)).Is(t, http.StatusOK)

	Done(caller.API.Peers.Delete(ctx, groupID, peer.ID)).Is(t, http.StatusAccepted)
	if _, err := WaitFor(ctx, caller, groupID, peer.ID, gone, AWS.Leaves); err != nil {
		t.Fatal(err)
	}
	Got(list.Get(ctx, groupID, group)).IsRefused(t, http.StatusNotFound, "ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND")
}
