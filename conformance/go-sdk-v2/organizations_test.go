package conformance

import (
	"net/http"
	"testing"
)

func TestTheCallersOrganizationIsListedAndReadAndKnowsItsProjects(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), DigestCaller(t)
	groupID := NewProject(ctx, t, caller).GetId()

	orgs := Got(caller.API.OrganizationsApi.ListOrganizations(ctx).Execute()).Is(t, http.StatusOK)
	found := false
	for _, org := range orgs.GetResults() {
		found = found || org.GetId() == caller.Env.OrgID
	}
	if !found || orgs.GetTotalCount() < 1 {
		t.Errorf("organization %s is not in the list: %+v", caller.Env.OrgID, fields(t, orgs))
	}

	org := Got(caller.API.OrganizationsApi.GetOrganization(ctx, caller.Env.OrgID).Execute()).Is(t, http.StatusOK)
	if org.GetId() != caller.Env.OrgID || org.Name == "" {
		t.Errorf("the organization reads %+v", fields(t, org))
	}

	projects := Got(caller.API.OrganizationsApi.ListOrganizationProjects(ctx, caller.Env.OrgID).ItemsPerPage(500).Execute()).Is(t, http.StatusOK)
	found = false
	for _, project := range projects.GetResults() {
		found = found || project.GetId() == groupID
	}
	if !found {
		t.Errorf("the organization does not list its new project %s among %d", groupID, projects.GetTotalCount())
	}
}

func TestTheProjectOfTheBootstrapFileCanBeRead(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), TokenCaller(t)
	project := Got(caller.API.ProjectsApi.GetProject(ctx, caller.Env.ProjectID).Execute()).Is(t, http.StatusOK)
	if project.OrgId != caller.Env.OrgID {
		t.Errorf("the first project belongs to organization %s, not to %s", project.OrgId, caller.Env.OrgID)
	}
}
