package conformance

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"go.mongodb.org/atlas-sdk/v20231115014/admin"
)

func TestWhatHappenedToAPeeringIsInTheProjectsEventsNewestFirst(t *testing.T) {
	BothWays(t, func(t *testing.T, caller Caller) {
		ctx, events := t.Context(), caller.API.EventsApi
		groupID := NewProject(ctx, t, caller).GetId()
		container := CreateContainer(ctx, t, caller, groupID, AWS)
		peer := CreatePeer(ctx, t, caller, groupID, AWS.Peer(container.GetId()))
		RemovePeer(ctx, t, caller, groupID, peer.GetId())

		all := Got(events.ListProjectEvents(ctx, groupID).Execute()).Is(t, http.StatusOK)
		kinds := eventTypes(all.GetResults())
		created, deleted := slices.Index(kinds, "PEER_CREATED"), slices.Index(kinds, "PEER_DELETED")
		if created < 0 || deleted < 0 || deleted > created || !slices.Contains(kinds, "GROUP_CREATED") {
			t.Fatalf("the project's events are %v", kinds)
		}
		event := all.GetResults()[created]
		if event.GetGroupId() != groupID || event.GetId() == "" || event.GetCreated().IsZero() || event.GetRemoteAddress() == "" {
			t.Errorf("an event reads %+v", fields(t, event))
		}
		one := Got(events.GetProjectEvent(ctx, groupID, event.GetId()).Execute()).Is(t, http.StatusOK)
		if one.GetEventTypeName() != "PEER_CREATED" || one.GetId() != event.GetId() {
			t.Errorf("one event reads %+v", fields(t, one))
		}
	})
}

func TestEventsAreFilteredByTypeAndByTime(t *testing.T) {
	BothWays(t, func(t *testing.T, caller Caller) {
		ctx, events := t.Context(), caller.API.EventsApi
		groupID := NewProject(ctx, t, caller).GetId()
		CreateContainer(ctx, t, caller, groupID, AWS)
		Got(caller.API.ProjectIPAccessListApi.CreateProjectIpAccessList(ctx, groupID,
			&[]admin.NetworkPermissionEntry{{IpAddress: admin.PtrString("192.0.2.1")}, {CidrBlock: admin.PtrString("198.51.100.0/24")}},
		).Execute()).Is(t, http.StatusCreated)

		added := Got(events.ListProjectEvents(ctx, groupID).EventType([]string{"NETWORK_PERMISSION_ENTRY_ADDED"}).Execute()).Is(t, http.StatusOK)
		if added.GetTotalCount() != 2 {
			t.Errorf("two entries were added and the events are %v", eventTypes(added.GetResults()))
		}
		for _, event := range added.GetResults() {
			if event.GetWhitelistEntry() == "" {
				t.Errorf("an entry's event does not name the entry: %+v", fields(t, event))
			}
		}
		others := Got(events.ListProjectEvents(ctx, groupID).ExcludedEventType([]string{"NETWORK_PERMISSION_ENTRY_ADDED"}).Execute()).Is(t, http.StatusOK)
		if slices.Contains(eventTypes(others.GetResults()), "NETWORK_PERMISSION_ENTRY_ADDED") || others.GetTotalCount() == 0 {
			t.Errorf("without the excluded type the events are %v", eventTypes(others.GetResults()))
		}
		// The world's clock may be ahead of this machine's, but not behind.
		old := Got(events.ListProjectEvents(ctx, groupID).MaxDate(time.Now().Add(-time.Hour)).Execute()).Is(t, http.StatusOK)
		if old.GetTotalCount() != 0 {
			t.Errorf("an hour ago there was nothing, and yet there are %v", eventTypes(old.GetResults()))
		}
		recent := Got(events.ListProjectEvents(ctx, groupID).MinDate(time.Now().Add(-time.Hour)).Execute()).Is(t, http.StatusOK)
		if recent.GetTotalCount() != added.GetTotalCount()+others.GetTotalCount() {
			t.Errorf("of the last hour are only %v", eventTypes(recent.GetResults()))
		}
	})
}

func eventTypes(events []admin.EventViewForNdsGroup) []string {
	var names []string
	for _, event := range events {
		names = append(names, event.GetEventTypeName())
	}
	return names
}
