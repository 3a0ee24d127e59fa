package conformance

import (
	"net/http"
	"testing"

	"go.mongodb.org/atlas/mongodbatlas"
)

func TestAProjectIsMadeFoundRenamedAndRemovedInV1(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), DigestCaller(t)
	projects := caller.API.Projects
	project := NewProject(ctx, t, caller)

	if read := Got(projects.GetOneProject(ctx, project.ID)).Is(t, http.StatusOK); read.Name != project.Name || read.OrgID != caller.Env.OrgID {
		t.Errorf("the project reads %+v", read)
	}
	if byName := Got(projects.GetOneProjectByName(ctx, project.Name)).Is(t, http.StatusOK); byName.ID != project.ID {
		t.Errorf("the name %q leads to project %s", project.Name, byName.ID)
	}
	all := Got(projects.GetAllProjects(ctx, &mongodbatlas.ListOptions{ItemsPerPage: 500})).Is(t, http.StatusOK)
	found := false
	for _, listed := range all.Results {
		found = found || listed.ID == project.ID
	}
	if !found {
		t.Errorf("the new project is not among the %d listed ones", all.TotalCount)
	}
	Got(projects.GetProjectSettings(ctx, project.ID)).Is(t, http.StatusOK)
	Got(projects.GetProjectTeamsAssigned(ctx, project.ID)).Is(t, http.StatusOK)

	name := Unique("conformance-v1-renamed-")
	if renamed := Got(projects.Update(ctx, project.ID, &mongodbatlas.ProjectUpdateRequest{Name: name})).Is(t, http.StatusOK); renamed.Name != name {
		t.Errorf("the project was renamed to %q and reads %q", name, renamed.Name)
	}
	Done(projects.Delete(ctx, project.ID)).Is(t, http.StatusAccepted)
	Got(projects.GetOneProjectByName(ctx, name)).IsRefused(t, http.StatusNotFound, "GROUP_NAME_NOT_FOUND")
}

func TestTheCallersOrganizationIsListedInV1(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), DigestCaller(t)
	orgs := Got(caller.API.Organizations.List(ctx, nil)).Is(t, http.StatusOK)
	found := false
	for _, org := range orgs.Results {
		found = found || org.ID == caller.Env.OrgID
	}
	if !found {
		t.Errorf("organization %s is not in the list %+v", caller.Env.OrgID, orgs.Results)
	}
	if org := Got(caller.API.Organizations.Get(ctx, caller.Env.OrgID)).Is(t, http.StatusOK); org.Name == "" {
		t.Errorf("the organization has no name: %+v", org)
	}
}

func TestPrivateIPModeIsOffInV1(t *testing.T) {
	t.Parallel()
	ctx, caller := t.Context(), DigestCaller(t)
	groupID := NewProject(ctx, t, caller).ID
	off := false
	mode := Got(caller.API.PrivateIPMode.Get(ctx, groupID)).Is(t, http.StatusOK)
	if mode.Enabled == nil || *mode.Enabled {
		t.Errorf("a new project's private IP mode is %+v", mode)
	}
	mode = Got(caller.API.PrivateIPMode.Update(ctx, groupID, &mongodbatlas.PrivateIPMode{Enabled: &off})).Is(t, http.StatusOK)
	if mode.Enabled == nil || *mode.Enabled {
		t.Errorf("after it was turned off, private IP mode is %+v", mode)
	}
}
