package conformance

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"go.mongodb.org/atlas-sdk/v20231115014/admin"
)

func TestAProjectAnswersEveryCallThatTheProviderMakesAroundItUnderADigestKey(t *testing.T) {
	t.Parallel()
	callsAroundAProject(t, DigestCaller(t))
}

func TestAProjectAnswersEveryCallThatTheProviderMakesAroundItUnderAServiceAccountToken(t *testing.T) {
	t.Parallel()
	callsAroundAProject(t, TokenCaller(t))
}

func callsAroundAProject(t *testing.T, caller Caller) {
	ctx := t.Context()
	projects := caller.API.ProjectsApi
	group := NewProject(ctx, t, caller)
	groupID := group.GetId()

	settings := Got(projects.GetProjectSettings(ctx, groupID).Execute()).Is(t, http.StatusOK)
	settings.IsPerformanceAdvisorEnabled = admin.PtrBool(false)
	Got(projects.UpdateProjectSettings(ctx, groupID, settings).Execute()).Is(t, http.StatusOK)
	settings = Got(projects.GetProjectSettings(ctx, groupID).Execute()).Is(t, http.StatusOK)
	if settings.IsPerformanceAdvisorEnabled == nil || *settings.IsPerformanceAdvisorEnabled {
		t.Error("a changed project setting reads as it was before")
	}

	read := Got(projects.GetProject(ctx, groupID).Execute()).Is(t, http.StatusOK)
	if read.Name != group.Name || read.OrgId != caller.Env.OrgID || read.ClusterCount != 0 {
		t.Errorf("the project reads back as %+v", fields(t, read))
	}
	byName := Got(projects.GetProjectByName(ctx, group.Name).Execute()).Is(t, http.StatusOK)
	if byName.GetId() != groupID {
		t.Errorf("the name %q leads to project %s, not to %s", group.Name, byName.GetId(), groupID)
	}

	teams := Got(caller.API.TeamsApi.ListProjectTeams(ctx, groupID).Execute()).Is(t, http.StatusOK)
	if len(teams.GetResults()) != 0 {
		t.Errorf("a new project has teams: %+v", teams.GetResults())
	}
	if limits := Got(projects.ListProjectLimits(ctx, groupID).Execute()).Is(t, http.StatusOK); len(limits) == 0 {
		t.Error("the project has no limits")
	}
	Got(projects.GetProjectLimit(ctx, "atlas.project.security.networkAccess.entries", groupID).Execute()).Is(t, http.StatusOK)
	Got(projects.ReturnAllIPAddresses(ctx, groupID).Execute()).Is(t, http.StatusOK)

	slowOperations(ctx, t, caller, groupID)

	renamed := Unique("conformance-renamed-")
	changed := Got(projects.UpdateProject(ctx, groupID, &admin.GroupUpdate{
		Name: admin.PtrString(renamed),
		Tags: &[]admin.ResourceTag{{Key: "stage", Value: "rehearsal"}},
	}).Execute()).Is(t, http.StatusOK)
	if changed.Name != renamed || len(changed.GetTags()) != 1 {
		t.Errorf("the changed project reads %+v", fields(t, changed))
	}

	DeleteProject(ctx, t, caller, groupID)
}

// The SDK of this date cannot read the threshold's switch, which is a bare JSON
// boolean; the provider's newer one can.
func slowOperations(ctx context.Context, t *testing.T, caller Caller, groupID string) {
	t.Helper()
	path := "api/atlas/v2/groups/" + groupID + "/managedSlowMs"
	const accept = "application/vnd.atlas.2023-01-01+json"
	expect := func(want string) {
		t.Helper()
		if body := caller.Call(ctx, t, http.MethodGet, path, accept, "").Is(t, http.StatusOK); strings.TrimSpace(body) != want {
			t.Errorf("managedSlowMs is %s, not %s", body, want)
		}
	}
	caller.Call(ctx, t, http.MethodDelete, path+"/disable", accept, "").Is(t, http.StatusNoContent)
	expect("false")
	caller.Call(ctx, t, http.MethodPost, path+"/enable", accept, "").Is(t, http.StatusNoContent)
	expect("true")
}
