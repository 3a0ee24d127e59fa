package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v7"
)

// The vendor's own client drives the fake over HTTP, with its own poller and pager: so the fake is
// held from both sides.

const (
	home, away     = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
	ours, theirs   = "aaaaaaaa-1111-4111-8111-111111111111", "bbbbbbbb-2222-4222-8222-222222222222"
	app            = "e90a1407-55c3-432d-9cb1-3638900a9d22"
	looksUntilDone = 3
)

// A login gets tokens from the fake's own identity platform.
type login struct {
	cloud  *underTest
	tenant string
}

func (l login) GetToken(_ context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	tenant := l.tenant
	if options.TenantID != "" {
		tenant = options.TenantID
	}
	form := url.Values{"client_id": {app}, "client_secret": {"hush"}, "grant_type": {"client_credentials"}, "scope": {strings.Join(options.Scopes, " ")}}
	request := httptest.NewRequest(http.MethodPost, "/"+tenant+"/oauth2/v2.0/token", strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer := httptest.NewRecorder()
	l.cloud.fake.token(answer, request)
	var told struct {
		Token string `json:"access_token"`
		Error string `json:"error_description"`
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &told); err != nil {
		return azcore.AccessToken{}, err
	}
	if told.Token == "" {
		return azcore.AccessToken{}, errors.New(told.Error)
	}
	return azcore.AccessToken{Token: told.Token, ExpiresOn: time.Now().Add(tokenLife)}, nil
}

type underTest struct {
	fake *world
	url  string
}

func start(t *testing.T) *underTest {
	t.Helper()
	identity, _, err := newIdentity("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	fake := newWorld("", identity)
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	fake.base = server.URL
	var s setup
	text := `{
		"tenants": [{"id": "` + home + `", "subscriptions": ["` + ours + `"], "apps": ["` + app + `"]},
			{"id": "` + away + `", "subscriptions": ["` + theirs + `"], "apps": ["` + app + `"]}],
		"secrets": {"` + app + `": "hush"},
		"groups": [{"id": "/subscriptions/` + ours + `/resourceGroups/near"}, {"id": "/subscriptions/` + theirs + `/resourceGroups/far"}],
		"grants": [{"tenant": "` + home + `", "app": "` + app + `", "scope": "/subscriptions/` + ours + `", "actions": ["*"]},
			{"tenant": "` + away + `", "app": "` + app + `", "scope": "/subscriptions/` + theirs + `", "actions": ["*"]}]}`
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatal(err)
	}
	fake.set(s)
	fake.limits.Looks = looksUntilDone
	return &underTest{fake: fake, url: server.URL}
}

func (c *underTest) clients(t *testing.T, tenant, subscription string, also ...string) (*armnetwork.VirtualNetworksClient, *armnetwork.VirtualNetworkPeeringsClient) {
	t.Helper()
	options := &arm.ClientOptions{AuxiliaryTenants: also}
	options.Cloud = cloud.Configuration{
		ActiveDirectoryAuthorityHost: "https://login.invalid/",
		Services:                     map[cloud.ServiceName]cloud.ServiceConfiguration{cloud.ResourceManager: {Audience: audience, Endpoint: c.url}},
	}
	options.InsecureAllowCredentialWithHTTP = true
	options.DisableRPRegistration = true
	options.Retry.MaxRetries = -1
	who := login{cloud: c, tenant: tenant}
	networks, err := armnetwork.NewVirtualNetworksClient(subscription, who, options)
	if err != nil {
		t.Fatal(err)
	}
	halves, err := armnetwork.NewVirtualNetworkPeeringsClient(subscription, who, options)
	if err != nil {
		t.Fatal(err)
	}
	return networks, halves
}

// Poll goes on until an operation is done, without the poller's own waiting of a second and more.
func poll[T any](t *testing.T, poller *runtime.Poller[T], err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	polls := 0
	for ; !poller.Done() && polls < 20; polls++ {
		if _, err := poller.Poll(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if polls < looksUntilDone-1 {
		t.Errorf("done after %d polls: the vendor's poller never saw it in progress", polls)
	}
	result, err := poller.Result(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func network(prefix string) armnetwork.VirtualNetwork {
	return armnetwork.VirtualNetwork{
		Location:   to.Ptr("eastus2"),
		Properties: &armnetwork.VirtualNetworkPropertiesFormat{AddressSpace: &armnetwork.AddressSpace{AddressPrefixes: to.SliceOfPtrs(prefix)}},
	}
}

func half(remote string) armnetwork.VirtualNetworkPeering {
	return armnetwork.VirtualNetworkPeering{Properties: &armnetwork.VirtualNetworkPeeringPropertiesFormat{RemoteVirtualNetwork: &armnetwork.SubResource{ID: to.Ptr(remote)}}}
}

func code(err error) string {
	var refused *azcore.ResponseError
	if errors.As(err, &refused) {
		return refused.ErrorCode
	}
	return ""
}

func TestTheVendorsClientLivesThePeeringOfTwoDirectories(t *testing.T) {
	c := start(t)
	ctx := t.Context()
	nearNetworks, nearHalves := c.clients(t, home, ours, away)
	farNetworks, farHalves := c.clients(t, away, theirs, home)
	created, err := nearNetworks.BeginCreateOrUpdate(ctx, "near", "v1", network("10.1.0.0/16"), nil)
	near := poll(t, created, err)
	created, err = farNetworks.BeginCreateOrUpdate(ctx, "far", "v2", network("10.2.0.0/16"), nil)
	far := poll(t, created, err)

	// The other directory has to vouch, too.
	_, alone := c.clients(t, home, ours)
	if _, err := alone.BeginCreateOrUpdate(ctx, "near", "v1", "p", half(*far.ID), nil); code(err) != "LinkedAuthorizationFailed" {
		t.Errorf("without a token of the other directory: %v", err)
	}

	made, err := nearHalves.BeginCreateOrUpdate(ctx, "near", "v1", "to-far", half(*far.ID), nil)
	if state := *poll(t, made, err).Properties.PeeringState; state != armnetwork.VirtualNetworkPeeringStateInitiated {
		t.Errorf("one half alone is %s", state)
	}
	made, err = farHalves.BeginCreateOrUpdate(ctx, "far", "v2", "to-near", half(*near.ID), nil)
	if state := *poll(t, made, err).Properties.PeeringState; state != armnetwork.VirtualNetworkPeeringStateConnected {
		t.Errorf("both halves are %s", state)
	}
	seen, err := nearHalves.Get(ctx, "near", "v1", "to-far", nil)
	if err != nil || *seen.Properties.PeeringState != armnetwork.VirtualNetworkPeeringStateConnected || *seen.Properties.PeeringSyncLevel != armnetwork.VirtualNetworkPeeringLevelFullyInSync {
		t.Errorf("the first half: %v %+v", err, seen.Properties)
	}

	// The first network changes: the half of the second has to be told, and is where that is done.
	changed := network("10.1.0.0/16")
	changed.Properties.AddressSpace.AddressPrefixes = to.SliceOfPtrs("10.1.0.0/16", "10.99.0.0/16")
	created, err = nearNetworks.BeginCreateOrUpdate(ctx, "near", "v1", changed, nil)
	poll(t, created, err)
	levels := func() [2]armnetwork.VirtualNetworkPeeringLevel {
		one, err := nearHalves.Get(ctx, "near", "v1", "to-far", nil)
		if err != nil {
			t.Fatal(err)
		}
		two, err := farHalves.Get(ctx, "far", "v2", "to-near", nil)
		if err != nil {
			t.Fatal(err)
		}
		return [2]armnetwork.VirtualNetworkPeeringLevel{*one.Properties.PeeringSyncLevel, *two.Properties.PeeringSyncLevel}
	}
	if got := levels(); got != [2]armnetwork.VirtualNetworkPeeringLevel{"RemoteNotInSync", "LocalNotInSync"} {
		t.Errorf("after a change of the first network: %v", got)
	}
	made, err = farHalves.BeginCreateOrUpdate(ctx, "far", "v2", "to-near", half(*near.ID), &armnetwork.VirtualNetworkPeeringsClientBeginCreateOrUpdateOptions{SyncRemoteAddressSpace: to.Ptr(armnetwork.SyncRemoteAddressSpaceTrue)})
	poll(t, made, err)
	if got := levels(); got != [2]armnetwork.VirtualNetworkPeeringLevel{"FullyInSync", "FullyInSync"} {
		t.Errorf("after the second half was told: %v", got)
	}

	gone, err := farHalves.BeginDelete(ctx, "far", "v2", "to-near", nil)
	poll(t, gone, err)
	if seen, err := nearHalves.Get(ctx, "near", "v1", "to-far", nil); err != nil || *seen.Properties.PeeringState != armnetwork.VirtualNetworkPeeringStateDisconnected {
		t.Errorf("a half whose other is gone: %v %+v", err, seen.Properties)
	}
	if _, err := farHalves.BeginCreateOrUpdate(ctx, "far", "v2", "again", half(*near.ID), nil); code(err) != "RemotePeeringIsDisconnected" {
		t.Errorf("a half to one that is Disconnected: %v", err)
	}
	dropped, err := nearNetworks.BeginDelete(ctx, "near", "v1", nil)
	poll(t, dropped, err)
	if _, err := nearNetworks.Get(ctx, "near", "v1", nil); code(err) != "ResourceNotFound" {
		t.Errorf("a network that is gone: %v", err)
	}
}

func TestWhatAzureRefusesIsRefused(t *testing.T) {
	c := start(t)
	c.fake.limits.Looks = 0
	ctx := t.Context()
	networks, halves := c.clients(t, home, ours, away)
	for name, prefix := range map[string]string{"v1": "10.1.0.0/16", "v2": "10.2.0.0/16", "v3": "10.1.128.0/24", "v4": "10.1.0.0/17"} {
		if _, err := networks.BeginCreateOrUpdate(ctx, "near", name, network(prefix), nil); err != nil {
			t.Fatal(err)
		}
	}
	at := func(name string) string {
		return resource{subscription: ours, group: "near", vnet: name}.vnetID()
	}
	put := func(from, name, to string) string {
		_, err := halves.BeginCreateOrUpdate(ctx, "near", from, name, half(to), nil)
		return code(err)
	}
	c.fake.lock.Lock()
	for _, op := range c.fake.operations {
		op.end()
	}
	c.fake.lock.Unlock()
	if got := put("v1", "p", at("v2")); got != "" {
		t.Fatal(got)
	}
	if got := put("v1", "p", at("v2")); got != "AnotherOperationInProgress" {
		t.Errorf("while the first goes on: %q", got)
	}
	for _, one := range []struct{ from, name, to, code string }{
		{"v1", "q", at("v2"), "AnotherPeeringAlreadyReferencesRemoteVnet"},
		{"v1", "q", at("v3"), "VnetAddressSpacesOverlap"},
		{"v4", "q", at("v2"), "VnetAddressSpaceOverlapsWithAlreadyPeeredVnet"},
		{"v1", "q", at("nowhere"), "InvalidResourceReference"},
		{"nowhere", "q", at("v2"), "ParentResourceNotFound"},
		{"v1", "q", "/not/an/id", "LinkedInvalidPropertyId"},
	} {
		// The first one stands by now; v4 is peered with nothing, v2 is, by v1's half alone.
		if one.from == "v4" {
			put("v2", "back", at("v1"))
		}
		if got := put(one.from, one.name, one.to); got != one.code {
			t.Errorf("%s to %s: %q, not %q", one.from, one.to, got, one.code)
		}
	}
	c.fake.limits.VNets = 4
	if _, err := networks.BeginCreateOrUpdate(ctx, "near", "v5", network("10.5.0.0/16"), nil); code(err) != "VnetCountLimitReached" {
		t.Errorf("one network too many: %v", err)
	}
	c.fake.grants = nil
	if _, err := networks.Get(ctx, "near", "v1", nil); code(err) != "AuthorizationFailed" {
		t.Errorf("without a role: %v", err)
	}
}

func TestListsHavePagesThatTheVendorsPagerFollows(t *testing.T) {
	c := start(t)
	c.fake.limits.Looks, c.fake.limits.PageSize = 0, 2
	networks, _ := c.clients(t, home, ours)
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		if _, err := networks.BeginCreateOrUpdate(t.Context(), "near", name, network("10.1.0.0/16"), nil); err != nil {
			t.Fatal(err)
		}
	}
	pages, names := 0, ""
	for pager := networks.NewListPager("near", nil); pager.More(); pages++ {
		page, err := pager.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range page.Value {
			names += *v.Name
		}
	}
	if pages != 3 || names != "abcde" {
		t.Errorf("%d pages: %s", pages, names)
	}
}

func TestABodyThatTheSchemaDoesNotKnowIsRefused(t *testing.T) {
	for body, as := range map[string]any{
		`{"location": "eastus2", "properties": {"adressSpace": {}}}`:           &armnetwork.VirtualNetwork{},
		`{"properties": {"remoteVirtualNetwork": {"id": "x", "tenant": "y"}}}`: &armnetwork.VirtualNetworkPeering{},
		`{"tags": {"a": 1}}`: &armnetwork.TagsObject{},
		`[]`:                 &armnetwork.VirtualNetwork{},
	} {
		if no := strictly(as, []byte(body)); no == nil || no.code != "InvalidRequestContent" {
			t.Errorf("%s: %v", body, no)
		}
	}
	if no := strictly(&armnetwork.VirtualNetwork{}, []byte(`{"location": "eastus2", "tags": {"a": "b"}, "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}}`)); no != nil {
		t.Error(no)
	}
}
