package conformance

import (
	"fmt"
	"net/http"
	"testing"

	"go.mongodb.org/atlas-sdk/v20231115014/admin"
)

func TestAProjectsMaintenanceWindowIsSetReadAndReset(t *testing.T) {
	BothWays(t, func(t *testing.T, caller Caller) {
		ctx, windows := t.Context(), caller.API.MaintenanceWindowsApi
		groupID := NewProject(ctx, t, caller).GetId()
		wish := &admin.GroupMaintenanceWindow{DayOfWeek: 3, HourOfDay: admin.PtrInt(17), AutoDeferOnceEnabled: admin.PtrBool(true)}
		if set := Got(windows.UpdateMaintenanceWindow(ctx, groupID, wish).Execute()); set.Err() != nil {
			t.Fatalf("the window could not be set: %s", set)
		}
		MustEcho(t, wish, Got(windows.GetMaintenanceWindow(ctx, groupID).Execute()).Is(t, http.StatusOK))
		if reset := GotEmpty(windows.ResetMaintenanceWindow(ctx, groupID).Execute()); reset.Err() != nil {
			t.Fatalf("the window could not be reset: %s", reset)
		}
		if after := Got(windows.GetMaintenanceWindow(ctx, groupID).Execute()).Is(t, http.StatusOK); after.DayOfWeek == 3 {
			t.Errorf("after the reset the window still is %+v", fields(t, after))
		}
		bad := Got(windows.UpdateMaintenanceWindow(ctx, groupID, &admin.GroupMaintenanceWindow{DayOfWeek: 8}).Execute())
		if bad.Status() != http.StatusBadRequest {
			t.Errorf("an eighth day of the week is taken: %s", bad)
		}
	})
}

func TestAProjectsAuditLogAndCustomDNSAreKept(t *testing.T) {
	BothWays(t, func(t *testing.T, caller Caller) {
		ctx := t.Context()
		groupID := NewProject(ctx, t, caller).GetId()
		audit := &admin.AuditLog{Enabled: admin.PtrBool(true), AuditAuthorizationSuccess: admin.PtrBool(false), AuditFilter: admin.PtrString(`{"atype":"authCheck"}`)}
		MustEcho(t, audit, Got(caller.API.AuditingApi.UpdateAuditingConfiguration(ctx, groupID, audit).Execute()).Is(t, http.StatusOK))
		MustEcho(t, audit, Got(caller.API.AuditingApi.GetAuditingConfiguration(ctx, groupID).Execute()).Is(t, http.StatusOK))

		dns := caller.API.AWSClustersDNSApi
		if before := Got(dns.GetAWSCustomDNS(ctx, groupID).Execute()).Is(t, http.StatusOK); before.Enabled {
			t.Error("a new project has custom DNS switched on")
		}
		Got(dns.ToggleAWSCustomDNS(ctx, groupID, &admin.AWSCustomDNSEnabled{Enabled: true}).Execute()).Is(t, http.StatusOK)
		if after := Got(dns.GetAWSCustomDNS(ctx, groupID).Execute()).Is(t, http.StatusOK); !after.Enabled {
			t.Error("custom DNS does not stay on")
		}
	})
}

func TestALimitThatIsSetLimits(t *testing.T) {
	BothWays(t, func(t *testing.T, caller Caller) {
		const entries = "atlas.project.security.networkAccess.entries"
		ctx, projects := t.Context(), caller.API.ProjectsApi
		groupID := NewProject(ctx, t, caller).GetId()
		Got(projects.SetProjectLimit(ctx, entries, groupID, &admin.DataFederationLimit{Name: entries, Value: 2}).Execute()).Is(t, http.StatusOK)
		add := func(n int) Answer[*admin.PaginatedNetworkAccess] {
			entry := admin.NetworkPermissionEntry{IpAddress: admin.PtrString(fmt.Sprintf("192.0.2.%d", n))}
			return Got(caller.API.ProjectIPAccessListApi.CreateProjectIpAccessList(ctx, groupID, &[]admin.NetworkPermissionEntry{entry}).Execute())
		}
		add(1).Is(t, http.StatusCreated)
		add(2).Is(t, http.StatusCreated)
		add(3).IsRefused(t, http.StatusForbidden, "ATLAS_NETWORK_PERMISSIONS_LIMIT_EXCEEDED")
		limit := Got(projects.GetProjectLimit(ctx, entries, groupID).Execute()).Is(t, http.StatusOK)
		if limit.Value != 2 || limit.GetCurrentUsage() != 2 {
			t.Errorf("the limit reads %+v", fields(t, limit))
		}
		if reset := Got(projects.DeleteProjectLimit(ctx, entries, groupID).Execute()); reset.Err() != nil {
			t.Fatalf("the limit could not be reset: %s", reset)
		}
		add(3).Is(t, http.StatusCreated)
		Got(projects.GetProjectLimit(ctx, "atlas.project.nothing", groupID).Execute()).
			IsRefused(t, http.StatusNotFound, "PROJECT_LIMIT_NOT_FOUND")
	})
}
