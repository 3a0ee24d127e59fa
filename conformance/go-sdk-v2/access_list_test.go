package conformance

import (
	"context"
	"net/http"
	"testing"
	"time"

	"go.mongodb.org/atlas-sdk/v20231115014/admin"
)

func TestAnAddressOnTheAccessListHasBothItsFormsAndGoesAwayByEither(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), DigestCaller(t)
	groupID := NewProject(ctx, t, caller).GetId()
	list := caller.API.ProjectIPAccessListApi

	added := addEntry(ctx, t, caller, groupID, admin.NetworkPermissionEntry{
		IpAddress: admin.PtrString("203.0.113.7"),
		Comment:   admin.PtrString("the office"),
	})
	for _, entry := range []admin.NetworkPermissionEntry{
		added,
		*Got(list.GetProjectIpList(ctx, groupID, "203.0.113.7").Execute()).Is(t, http.StatusOK),
		*Got(list.GetProjectIpList(ctx, groupID, "203.0.113.7/32").Execute()).Is(t, http.StatusOK),
	} {
		if entry.GetIpAddress() != "203.0.113.7" || entry.GetCidrBlock() != "203.0.113.7/32" ||
			entry.GetComment() != "the office" || entry.GetGroupId() != groupID {
			t.Errorf("the entry reads %+v", fields(t, entry))
		}
	}
	mustBecomeActive(ctx, t, caller, groupID, "203.0.113.7")

	// The provider posts again while it waits: that adopts the entry.
	again := addEntry(ctx, t, caller, groupID, admin.NetworkPermissionEntry{
		IpAddress: admin.PtrString("203.0.113.7"),
		Comment:   admin.PtrString("the new office"),
	})
	if again.GetComment() != "the new office" {
		t.Errorf("an entry that was posted again keeps the comment %q", again.GetComment())
	}

	Got(list.DeleteProjectIpAccessList(ctx, groupID, "203.0.113.7").Execute()).Is(t, http.StatusNoContent)
	Got(list.GetProjectIpList(ctx, groupID, "203.0.113.7").Execute()).
		IsRefused(t, http.StatusNotFound, "ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND")
}

func TestACIDRBlockOnTheAccessListIsReachedThroughAnEscapedSlash(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), TokenCaller(t)
	groupID := NewProject(ctx, t, caller).GetId()
	list := caller.API.ProjectIPAccessListApi

	addEntry(ctx, t, caller, groupID, admin.NetworkPermissionEntry{CidrBlock: admin.PtrString("198.51.100.0/24")})
	entry := Got(list.GetProjectIpList(ctx, groupID, "198.51.100.0/24").Execute()).Is(t, http.StatusOK)
	if entry.GetCidrBlock() != "198.51.100.0/24" || entry.IpAddress != nil {
		t.Errorf("the entry reads %+v", fields(t, entry))
	}
	mustBecomeActive(ctx, t, caller, groupID, "198.51.100.0/24")
	all := Got(list.ListProjectIpAccessLists(ctx, groupID).Execute()).Is(t, http.StatusOK)
	if all.GetTotalCount() != 1 || len(all.GetResults()) != 1 {
		t.Errorf("the access list is %+v", fields(t, all))
	}
	Got(list.DeleteProjectIpAccessList(ctx, groupID, "198.51.100.0/24").Execute()).Is(t, http.StatusNoContent)
	Got(list.GetProjectIpList(ctx, groupID, "198.51.100.0/24").Execute()).
		IsRefused(t, http.StatusNotFound, "ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND")
}

func TestATemporaryEntrySaysWhenItEnds(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), DigestCaller(t)
	groupID := NewProject(ctx, t, caller).GetId()
	// Three days ahead, because the server's world may have been moved.
	end := time.Now().UTC().Add(72 * time.Hour).Truncate(time.Second)
	entry := addEntry(ctx, t, caller, groupID, admin.NetworkPermissionEntry{
		IpAddress:       admin.PtrString("203.0.113.8"),
		DeleteAfterDate: &end,
	})
	if entry.DeleteAfterDate == nil || !entry.DeleteAfterDate.Equal(end) {
		t.Errorf("deleteAfterDate was sent as %v and came back as %v", end, entry.DeleteAfterDate)
	}
}

func TestSecurityGroupsComeWithAPeeringThatStillWaitsAndVanishWithTheLastOne(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), DigestCaller(t)
	groupID := NewProject(ctx, t, caller).GetId()
	list := caller.API.ProjectIPAccessListApi
	const group = "sg-0123456789abcdef0"
	securityGroup := admin.NetworkPermissionEntry{AwsSecurityGroup: admin.PtrString(group)}

	// No peering, no security group.
	Got(list.CreateProjectIpAccessList(ctx, groupID, &[]admin.NetworkPermissionEntry{securityGroup}).Execute()).
		IsRefused(t, http.StatusBadRequest, "CANNOT_USE_AWS_SECURITY_GROUP_WITHOUT_VPC_PEERING_CONNECTION")

	// A peering that only waits for its acceptance is enough.
	container := CreateContainer(ctx, t, caller, groupID, AWS)
	first := CreatePeer(ctx, t, caller, groupID, awsPeer(container.GetId(), awsVPC, awsRouteTable))
	second := CreatePeer(ctx, t, caller, groupID, awsPeer(container.GetId(), awsOtherVPC, "10.64.0.0/16"))
	if added := addEntry(ctx, t, caller, groupID, securityGroup); added.GetAwsSecurityGroup() != group {
		t.Errorf("the entry reads %+v", fields(t, added))
	}
	addEntry(ctx, t, caller, groupID, admin.NetworkPermissionEntry{CidrBlock: admin.PtrString("198.51.100.0/24")})
	mustBecomeActive(ctx, t, caller, groupID, group)

	// The last but one peering takes nothing with it.
	RemovePeer(ctx, t, caller, groupID, first.GetId())
	Got(list.GetProjectIpList(ctx, groupID, group).Execute()).Is(t, http.StatusOK)

	// The last one takes the security groups, and only them.
	RemovePeer(ctx, t, caller, groupID, second.GetId())
	Got(list.GetProjectIpList(ctx, groupID, group).Execute()).
		IsRefused(t, http.StatusNotFound, "ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND")
	Got(list.GetProjectIpList(ctx, groupID, "198.51.100.0/24").Execute()).Is(t, http.StatusOK)
}

// addEntry posts an array of one and finds the entry in the list that answers.
func addEntry(ctx context.Context, t *testing.T, caller Caller, groupID string, entry admin.NetworkPermissionEntry) admin.NetworkPermissionEntry {
	t.Helper()
	answer := Got(caller.API.ProjectIPAccessListApi.CreateProjectIpAccessList(ctx, groupID,
		&[]admin.NetworkPermissionEntry{entry}).Execute()).Is(t, http.StatusCreated)
	for _, listed := range answer.GetResults() {
		if entry.IpAddress != nil && listed.GetIpAddress() == *entry.IpAddress ||
			entry.CidrBlock != nil && listed.GetCidrBlock() == *entry.CidrBlock ||
			entry.AwsSecurityGroup != nil && listed.GetAwsSecurityGroup() == *entry.AwsSecurityGroup {
			return listed
		}
	}
	t.Fatalf("%+v was added, and is not in the answer: %+v", fields(t, entry), fields(t, answer))
	return admin.NetworkPermissionEntry{}
}

func mustBecomeActive(ctx context.Context, t *testing.T, caller Caller, groupID, entry string) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		status := Got(caller.API.ProjectIPAccessListApi.GetProjectIpAccessListStatus(ctx, groupID, entry).Execute()).
			Is(t, http.StatusOK).STATUS
		if status == "ACTIVE" {
			return
		}
		if status != "PENDING" || time.Now().After(deadline) {
			t.Fatalf("the status of access list entry %s is %q", entry, status)
		}
		time.Sleep(lookEvery)
	}
}
