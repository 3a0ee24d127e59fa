package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"google.golang.org/api/compute/v1"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"
	htransport "google.golang.org/api/transport/http"
)

// world is a server of its own with two projects, and Google's own client.
type world struct {
	*testing.T
	base    string
	client  *compute.Service
	options []option.ClientOption
}

func newWorld(t *testing.T) *world {
	t.Helper()
	module, err := moduleFolder()
	if err != nil {
		t.Fatal(err)
	}
	var inner http.Handler
	outer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { inner.ServeHTTP(w, r) }))
	t.Cleanup(outer.Close)
	server, err := newServer(module, outer.URL)
	if err != nil {
		t.Fatal(err)
	}
	inner = server
	w := &world{T: t, base: outer.URL}
	w.hand("project", hand{Project: "near"})
	w.hand("project", hand{Project: "far-project"})
	key, err := json.Marshal(server.identity.files()["service_account"])
	if err != nil {
		t.Fatal(err)
	}
	w.options = []option.ClientOption{
		option.WithAuthCredentialsJSON(option.ServiceAccount, key),
		option.WithScopes(compute.CloudPlatformScope),
	}
	w.client, err = compute.NewService(context.Background(), append(w.options, option.WithEndpoint(outer.URL+"/compute/v1/"))...)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// hand uses a hand of the server.
func (w *world) hand(name string, what hand) {
	w.Helper()
	text, _ := json.Marshal(what)
	answer, err := http.Post(w.base+"/-/"+name, "application/json", bytes.NewReader(text))
	if err != nil {
		w.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(answer.Body)
		w.Fatalf("%s: %s", name, said)
	}
}

// violations are what the server holds against its clients, and against itself.
func (w *world) violations() []string {
	w.Helper()
	answer, err := http.Get(w.base + "/-/violations")
	if err != nil {
		w.Fatal(err)
	}
	defer answer.Body.Close()
	var told struct{ Violations []string }
	if err := json.NewDecoder(answer.Body).Decode(&told); err != nil {
		w.Fatal(err)
	}
	return told.Violations
}

func (w *world) clean() {
	w.Helper()
	if told := w.violations(); len(told) > 0 {
		w.Errorf("the documents were broken: %v", told)
	}
}

// done waits for a global operation with Google's client, and gives what it came to.
func (w *world) done(o *compute.Operation, err error) *compute.Operation {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
	for range 5 {
		if o.Status == "DONE" {
			return o
		}
		if o.Region != "" {
			o, err = w.client.RegionOperations.Wait("near", last(o.Region), o.Name).Do()
		} else {
			o, err = w.client.GlobalOperations.Wait("near", o.Name).Do()
		}
		if err != nil {
			w.Fatal(err)
		}
	}
	w.Fatalf("%s is not over", o.Name)
	return nil
}

func (w *world) well(o *compute.Operation, err error) {
	w.Helper()
	if o = w.done(o, err); o.Error != nil {
		w.Fatalf("%s: %+v", o.OperationType, o.Error.Errors[0])
	}
}

func (w *world) network(name string) {
	w.Helper()
	w.well(w.client.Networks.Insert("near", &compute.Network{
		Name: name, Description: "of a test", AutoCreateSubnetworks: false, ForceSendFields: []string{"AutoCreateSubnetworks"},
	}).Do())
}

func (w *world) subnetwork(network, block string) {
	w.Helper()
	w.well(w.client.Subnetworks.Insert("near", "us-east1", &compute.Subnetwork{
		Name: network, Network: "projects/near/global/networks/" + network, IpCidrRange: block,
	}).Do())
}

func ask(name, peer string) *compute.NetworksAddPeeringRequest {
	return &compute.NetworksAddPeeringRequest{NetworkPeering: &compute.NetworkPeering{Name: name, Network: peer, ExchangeSubnetRoutes: true}}
}

func (w *world) half(network string) *compute.NetworkPeering {
	w.Helper()
	n, err := w.client.Networks.Get("near", network).Do()
	if err != nil {
		w.Fatal(err)
	}
	if len(n.Peerings) == 0 {
		return nil
	}
	return n.Peerings[0]
}

// refused expects an error of Google's form.
func (w *world) refused(status int, reason string, err error) {
	w.Helper()
	var no *googleapi.Error
	if !errors.As(err, &no) || no.Code != status || len(no.Errors) == 0 || no.Errors[0].Reason != reason {
		w.Errorf("expected %d %s, got %v", status, reason, err)
	}
}

func last(url string) string {
	for i := len(url) - 1; i >= 0; i-- {
		if url[i] == '/' {
			return url[i+1:]
		}
	}
	return url
}

// newHTTPClient is Google's client without its types: what is sent is up to the test.
func newHTTPClient(w *world) (*http.Client, string, error) {
	return htransport.NewClient(context.Background(), w.options...)
}
