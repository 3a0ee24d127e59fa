package conformance

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"go.mongodb.org/atlas-sdk/v20231115014/admin"
)

func TestATeamIsMadeFoundRenamedGivenRolesInAProjectAndRemoved(t *testing.T) {
	BothWays(t, func(t *testing.T, caller Caller) {
		ctx := t.Context()
		teams, org := caller.API.TeamsApi, caller.Env.OrgID
		user := firstUser(ctx, t, caller)
		name := Unique("team-")
		made := Got(teams.CreateTeam(ctx, org, &admin.Team{
			Name: name, Usernames: &[]string{user.GetUsername()},
		}).Execute()).Is(t, http.StatusCreated)
		teamID := made.GetId()
		if len(teamID) != 24 || made.Name != name || !slices.Contains(made.GetUsernames(), user.GetUsername()) {
			t.Errorf("the new team reads %+v", fields(t, made))
		}
		Got(teams.CreateTeam(ctx, org, &admin.Team{Name: name, Usernames: &[]string{user.GetUsername()}}).Execute()).
			IsRefused(t, http.StatusConflict, "TEAM_NAME_NOT_AVAILABLE")

		byName := Got(teams.GetTeamByName(ctx, org, name).Execute()).Is(t, http.StatusOK)
		if byName.GetId() != teamID {
			t.Errorf("the team's name leads to %s instead of %s", byName.GetId(), teamID)
		}
		renamed := Got(teams.RenameTeam(ctx, org, teamID, &admin.TeamUpdate{Name: name + "-2"}).Execute()).Is(t, http.StatusOK)
		if renamed.GetName() != name+"-2" {
			t.Errorf("the renamed team is called %s", renamed.GetName())
		}
		members := Got(teams.ListTeamUsers(ctx, org, teamID).Execute()).Is(t, http.StatusOK)
		if members.GetTotalCount() != 1 || members.GetResults()[0].GetId() != user.GetId() {
			t.Errorf("the team's users are %+v", fields(t, members))
		}
		GotEmpty(teams.RemoveTeamUser(ctx, org, teamID, user.GetId()).Execute()).Is(t, http.StatusNoContent)
		back := Got(teams.AddTeamUser(ctx, org, teamID, &[]admin.AddUserToTeam{{Id: user.GetId()}}).Execute())
		if back.Err() != nil || back.Body().GetTotalCount() != 1 {
			t.Errorf("the user could not be put back: %s", back)
		}

		groupID := NewProject(ctx, t, caller).GetId()
		added := Got(teams.AddAllTeamsToProject(ctx, groupID, &[]admin.TeamRole{
			{TeamId: &teamID, RoleNames: &[]string{"GROUP_READ_ONLY"}},
		}).Execute()).Is(t, http.StatusOK)
		mustHaveRole(t, added, teamID, "GROUP_READ_ONLY")
		changed := Got(teams.UpdateTeamRoles(ctx, groupID, teamID, &admin.TeamRole{
			RoleNames: &[]string{"GROUP_OWNER"},
		}).Execute()).Is(t, http.StatusOK)
		mustHaveRole(t, changed, teamID, "GROUP_OWNER")
		mustHaveRole(t, Got(teams.ListProjectTeams(ctx, groupID).Execute()).Is(t, http.StatusOK), teamID, "GROUP_OWNER")
		GotEmpty(teams.RemoveProjectTeam(ctx, groupID, teamID).Execute()).Is(t, http.StatusNoContent)
		if left := Got(teams.ListProjectTeams(ctx, groupID).Execute()).Is(t, http.StatusOK); left.GetTotalCount() != 0 {
			t.Errorf("the project still has %d teams", left.GetTotalCount())
		}

		Got(teams.DeleteTeam(ctx, org, teamID).Execute()).Is(t, http.StatusNoContent)
		Got(teams.GetTeamById(ctx, org, teamID).Execute()).IsRefused(t, http.StatusNotFound, "TEAM_NOT_FOUND")
	})
}

func mustHaveRole(t *testing.T, teams *admin.PaginatedTeamRole, teamID, role string) {
	t.Helper()
	for _, team := range teams.GetResults() {
		if team.GetTeamId() == teamID && slices.Equal(team.GetRoleNames(), []string{role}) {
			return
		}
	}
	t.Errorf("team %s with the role %s is not among %+v", teamID, role, fields(t, teams))
}

func firstUser(ctx context.Context, t *testing.T, caller Caller) admin.CloudAppUser {
	t.Helper()
	users := Got(caller.API.OrganizationsApi.ListOrganizationUsers(ctx, caller.Env.OrgID).Execute()).Is(t, http.StatusOK)
	if users.GetTotalCount() < 1 {
		t.Fatal("the organization has no user")
	}
	return users.GetResults()[0]
}

func TestAUserIsFoundByIdAndByName(t *testing.T) {
	BothWays(t, func(t *testing.T, caller Caller) {
		ctx := t.Context()
		user := firstUser(ctx, t, caller)
		byID := Got(caller.API.MongoDBCloudUsersApi.GetUser(ctx, user.GetId()).Execute()).Is(t, http.StatusOK)
		byName := Got(caller.API.MongoDBCloudUsersApi.GetUserByUsername(ctx, user.GetUsername()).Execute()).Is(t, http.StatusOK)
		if byID.GetUsername() != user.GetUsername() || byName.GetId() != user.GetId() {
			t.Errorf("the user %s reads %+v by id and %+v by name", user.GetUsername(), fields(t, byID), fields(t, byName))
		}
	})
}
