package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"testing"

	"google.golang.org/api/cloudresourcemanager/v3"
	"google.golang.org/api/compute/v1"
	"google.golang.org/api/option"
)

const farNetwork = "projects/far-project/global/networks/app"

func TestANetworkLivesAndDies(t *testing.T) {
	w := newWorld(t)
	w.network("one")
	w.subnetwork("one", "10.8.0.0/18")
	n, err := w.client.Networks.Get("near", "one").Do()
	if err != nil || n.Description != "of a test" || len(n.Subnetworks) != 1 {
		t.Fatalf("%+v, %v", n, err)
	}
	_, err = w.client.Networks.Delete("near", "one").Do()
	w.refused(400, "resourceInUseByAnotherResource", err)
	w.well(w.client.Subnetworks.Delete("near", "us-east1", "one").Do())
	w.well(w.client.Networks.Delete("near", "one").Do())
	_, err = w.client.Networks.Get("near", "one").Do()
	w.refused(404, "notFound", err)
	w.clean()
}

func TestAPeeringIsActiveWhileBothHalvesStand(t *testing.T) {
	w := newWorld(t)
	w.network("one")
	w.hand("network", hand{Project: "far-project", Network: "app", Block: "10.9.0.0/16", Region: "us-east1"})
	w.well(w.client.Networks.AddPeering("near", "one", ask("ours", farNetwork)).Do())
	if half := w.half("one"); half.State != "INACTIVE" || half.Network != link(farNetwork) {
		t.Errorf("%+v", half)
	}
	w.hand("peer", hand{Project: "far-project", Network: "app", Name: "theirs", Peer: "projects/near/global/networks/one"})
	if half := w.half("one"); half.State != "ACTIVE" {
		t.Errorf("%+v", half)
	}
	routes, err := w.client.Networks.ListPeeringRoutes("near", "one").Direction("INCOMING").PeeringName("ours").Region("us-east1").Do()
	if err != nil || len(routes.Items) != 1 || routes.Items[0].DestRange != "10.9.0.0/16" {
		t.Errorf("%+v, %v", routes, err)
	}
	w.hand("unpeer", hand{Project: "far-project", Network: "app", Name: "theirs"})
	if half := w.half("one"); half.State != "INACTIVE" {
		t.Errorf("%+v", half)
	}
	w.well(w.client.Networks.RemovePeering("near", "one", &compute.NetworksRemovePeeringRequest{Name: "ours"}).Do())
	if half := w.half("one"); half != nil {
		t.Errorf("%+v", half)
	}
	w.clean()
}

func TestRoutesOfAPeeringAreUpdated(t *testing.T) {
	w := newWorld(t)
	w.network("one")
	w.well(w.client.Networks.AddPeering("near", "one", ask("ours", farNetwork)).Do())
	w.well(w.client.Networks.UpdatePeering("near", "one", &compute.NetworksUpdatePeeringRequest{NetworkPeering: &compute.NetworkPeering{
		Name: "ours", ExchangeSubnetRoutes: true, ExportCustomRoutes: true,
	}}).Do())
	if half := w.half("one"); !half.ExportCustomRoutes || half.ImportCustomRoutes || half.Network != link(farNetwork) {
		t.Errorf("%+v", half)
	}
	w.clean()
}

func TestOneChangeOfPeeringsAtATime(t *testing.T) {
	w := newWorld(t)
	w.network("one")
	many := 50
	w.hand("settings", hand{OpTicks: &many})
	first, err := w.client.Networks.AddPeering("near", "one", ask("ours", farNetwork)).Do()
	if err != nil || first.Status != "RUNNING" {
		t.Fatalf("%+v, %v", first, err)
	}
	_, err = w.client.Networks.AddPeering("near", "one", ask("more", farNetwork+"2")).Do()
	w.refused(400, "badRequest", err)
	w.well(first, nil)
	w.well(w.client.Networks.AddPeering("near", "one", ask("more", farNetwork+"2")).Do())
	w.clean()
}

func TestOverlappingNetworksAreNotConnected(t *testing.T) {
	w := newWorld(t)
	w.network("one")
	w.subnetwork("one", "10.8.0.0/18")
	w.hand("network", hand{Project: "far-project", Network: "app", Block: "10.8.0.0/16", Region: "us-east1"})
	w.hand("peer", hand{Project: "far-project", Network: "app", Name: "theirs", Peer: "projects/near/global/networks/one"})
	o := w.done(w.client.Networks.AddPeering("near", "one", ask("ours", farNetwork)).Do())
	if o.Error == nil || w.half("one") != nil {
		t.Errorf("%+v", o)
	}
	// The networks with which the other side is connected already count, too.
	w.hand("network", hand{Project: "far-project", Network: "hub"})
	w.hand("peer", hand{Project: "far-project", Network: "hub", Name: "app", Peer: farNetwork})
	w.hand("peer", hand{Project: "far-project", Network: "app", Name: "hub", Peer: "projects/far-project/global/networks/hub"})
	w.hand("peer", hand{Project: "far-project", Network: "hub", Name: "near", Peer: "projects/near/global/networks/one"})
	o = w.done(w.client.Networks.AddPeering("near", "one", ask("hub", "projects/far-project/global/networks/hub")).Do())
	if o.Error == nil {
		t.Errorf("%+v", o)
	}
	w.clean()
}

func TestNamesAndPeersAreTakenOnce(t *testing.T) {
	w := newWorld(t)
	w.network("one")
	w.well(w.client.Networks.AddPeering("near", "one", ask("ours", farNetwork)).Do())
	_, err := w.client.Networks.AddPeering("near", "one", ask("ours", farNetwork+"2")).Do()
	w.refused(409, "alreadyExists", err)
	_, err = w.client.Networks.AddPeering("near", "one", ask("again", farNetwork)).Do()
	w.refused(400, "invalid", err)
	_, err = w.client.Networks.Insert("near", &compute.Network{Name: "one", ForceSendFields: []string{"AutoCreateSubnetworks"}}).Do()
	w.refused(409, "alreadyExists", err)
	w.clean()
}

func TestLimitsEndInAnOperationThatFails(t *testing.T) {
	w := newWorld(t)
	w.network("one")
	for i := range peeringLimit {
		w.well(w.client.Networks.AddPeering("near", "one", ask(fmt.Sprintf("p%d", i), fmt.Sprintf("%s%d", farNetwork, i))).Do())
	}
	o := w.done(w.client.Networks.AddPeering("near", "one", ask("last", farNetwork)).Do())
	if o.Error == nil || o.Error.Errors[0].Code != "QUOTA_EXCEEDED" {
		t.Errorf("%+v", o)
	}
	w.clean()
}

func TestAConsensusPeeringGoesWhenBothAsk(t *testing.T) {
	w := newWorld(t)
	w.network("one")
	w.hand("network", hand{Project: "far-project", Network: "app"})
	w.hand("peer", hand{Project: "far-project", Network: "app", Name: "theirs", Peer: "projects/near/global/networks/one", Strategy: "CONSENSUS"})
	request := ask("ours", farNetwork)
	request.NetworkPeering.UpdateStrategy = "CONSENSUS"
	w.well(w.client.Networks.AddPeering("near", "one", request).Do())
	remove := func() (*compute.Operation, error) {
		return w.client.Networks.RemovePeering("near", "one", &compute.NetworksRemovePeeringRequest{Name: "ours"}).Do()
	}
	_, err := remove()
	w.refused(400, "invalid", err)
	w.well(w.client.Networks.RequestRemovePeering("near", "one", &compute.NetworksRequestRemovePeeringRequest{Name: "ours"}).Do())
	if status := w.half("one").ConnectionStatus; status.ConsensusState.DeleteStatus != "LOCAL_DELETE_REQUESTED" {
		t.Errorf("%+v", status.ConsensusState)
	}
	w.hand("request-removal", hand{Project: "far-project", Network: "app", Name: "theirs"})
	if status := w.half("one").ConnectionStatus; status.ConsensusState.DeleteStatus != "DELETE_ACKNOWLEDGED" {
		t.Errorf("%+v", status.ConsensusState)
	}
	w.well(remove())
	w.clean()
}

func TestListsComeInPages(t *testing.T) {
	w := newWorld(t)
	for i := range 7 {
		w.hand("network", hand{Project: "near", Network: fmt.Sprintf("n%d", i)})
	}
	var names []string
	pages := 0
	err := w.client.Networks.List("near").MaxResults(3).Pages(context.Background(), func(page *compute.NetworkList) error {
		pages++
		for _, n := range page.Items {
			names = append(names, n.Name)
		}
		return nil
	})
	if err != nil || pages != 3 || len(names) != 7 {
		t.Errorf("%d pages, %v, %v", pages, names, err)
	}
	one, err := w.client.Networks.List("near").Filter(`(name = "n3")`).Do()
	if err != nil || len(one.Items) != 1 {
		t.Errorf("%+v, %v", one, err)
	}
	w.clean()
}

func TestARequestIDIsTakenOnce(t *testing.T) {
	w := newWorld(t)
	w.network("one")
	id := "6a793f62-c0eb-4e7a-9771-502a00000001"
	first, err := w.client.Networks.AddPeering("near", "one", ask("ours", farNetwork)).RequestId(id).Do()
	w.well(first, err)
	again, err := w.client.Networks.AddPeering("near", "one", ask("ours", farNetwork)).RequestId(id).Do()
	if err != nil || again.Name != first.Name || again.Status != "DONE" {
		t.Errorf("%+v, %v", again, err)
	}
	found, err := w.client.GlobalOperations.List("near").Filter(`clientOperationId = "` + id + `"`).Do()
	if err != nil || len(found.Items) != 1 || found.Items[0].Name != first.Name {
		t.Errorf("%+v, %v", found, err)
	}
	w.clean()
}

func TestRightsAreAskedForAndRefused(t *testing.T) {
	w := newWorld(t)
	w.network("one")
	w.hand("deny", hand{Project: "near", Permissions: []string{"compute.networks.addPeering"}})
	_, err := w.client.Networks.AddPeering("near", "one", ask("ours", farNetwork)).Do()
	w.refused(403, "forbidden", err)
	rights, err := cloudresourcemanager.NewService(context.Background(), append(w.options, option.WithEndpoint(w.base+"/"))...)
	if err != nil {
		t.Fatal(err)
	}
	told, err := rights.Projects.TestIamPermissions("projects/near", &cloudresourcemanager.TestIamPermissionsRequest{
		Permissions: []string{"compute.networks.addPeering", "compute.networks.get"},
	}).Do()
	if err != nil || len(told.Permissions) != 1 || told.Permissions[0] != "compute.networks.get" {
		t.Errorf("%+v, %v", told, err)
	}
	w.clean()
}

func TestTroublesAreGooglesOwn(t *testing.T) {
	w := newWorld(t)
	w.network("one")
	for _, trouble := range []struct {
		kind   string
		status int
		reason string
	}{{kindThrottled, 429, "rateLimitExceeded"}, {kindRate, 403, "rateLimitExceeded"}, {kindQuota, 403, "quotaExceeded"}, {kindDenied, 403, "forbidden"}} {
		w.hand("fault", hand{Fault: &fault{Method: "compute.networks.addPeering", Kind: trouble.kind}})
		_, err := w.client.Networks.AddPeering("near", "one", ask("ours", farNetwork)).Do()
		w.refused(trouble.status, trouble.reason, err)
	}
	// A lost answer has its effect.
	w.hand("fault", hand{Fault: &fault{Method: "compute.networks.addPeering", Kind: kindLost}})
	if _, err := w.client.Networks.AddPeering("near", "one", ask("ours", farNetwork)).Do(); err == nil {
		t.Error("the answer should have been lost")
	}
	w.hand("settle", hand{})
	if w.half("one") == nil {
		t.Error("the call whose answer was lost had no effect")
	}
	w.clean()
}

func TestWhatTheDocumentDoesNotKnowIsRefused(t *testing.T) {
	w := newWorld(t)
	w.network("one")
	client, _, err := newHTTPClient(w)
	if err != nil {
		t.Fatal(err)
	}
	networks := w.base + "/compute/v1/projects/near/global/networks"
	for i, wrong := range []struct{ method, url, body string }{
		{"POST", networks, `{"name":"two","autoCreateSubnetworks":false,"labels":{}}`},
		{"POST", networks, `{"name":"two","autoCreateSubnetworks":"no"}`},
		{"POST", networks, `{"name":"Two","autoCreateSubnetworks":false}`},
		{"POST", networks, `{"autoCreateSubnetworks":false}`},
		{"POST", networks, `{"name":"two","autoCreateSubnetworks":false,"id":"1"}`},
		{"POST", networks, `{"name":"two","autoCreateSubnetworks":false,"mtu":1460.5}`},
		{"POST", networks + "/one/addPeering", `{"networkPeering":{"name":"x","network":"y","stackType":"IPV5"}}`},
		{"POST", networks + "/one/addPeering?requestId=7", `{"networkPeering":{"name":"x"}}`},
		{"GET", networks + "?maxResults=-1", ""},
		{"GET", networks + "?limit=1", ""},
		{"GET", networks + "/One", ""},
		{"GET", networks + "/one/peerings", ""},
		{"DELETE", networks + "/one", `{}`},
	} {
		request, _ := http.NewRequest(wrong.method, wrong.url, bytes.NewReader([]byte(wrong.body)))
		answer, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if told := w.violations(); answer.StatusCode < 400 || len(told) != i+1 {
			t.Errorf("%s %s %s: %d, %v", wrong.method, wrong.url, wrong.body, answer.StatusCode, told)
		}
	}
}

func TestStrangersAreRefused(t *testing.T) {
	w := newWorld(t)
	for _, token := range []string{"", "Bearer x", "Bearer a.b.c"} {
		request, _ := http.NewRequest("GET", w.base+"/compute/v1/projects/near/global/networks", nil)
		if token != "" {
			request.Header.Set("Authorization", token)
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusUnauthorized {
			t.Errorf("%q: %d", token, answer.StatusCode)
		}
	}
}
