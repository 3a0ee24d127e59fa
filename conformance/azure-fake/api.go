package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/authorization/armauthorization/v2"
	authorizationfake "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/authorization/armauthorization/v2/fake"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v7"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v7/fake"

	azfake "github.com/Azure/azure-sdk-for-go/sdk/azcore/fake"
)

// The versions of the API that the vendor's modules speak.
const (
	networkVersion       = "2025-01-01"
	authorizationVersion = "2022-04-01"
)

// The largest body that is read.
const bodyLimit = 1 << 20

// An operationKind is one row of the table of what can be asked.
type operationKind struct {
	name    string // as the vendor's clients call it
	method  string
	path    *regexp.Regexp
	action  string // what a role must cover
	version string
	body    func() any // what the body must be
}

const (
	inSubscription = `(?i)^/subscriptions/([^/]+)`
	inGroup        = inSubscription + `/resourceGroups/([^/]+)`
	inNetwork      = inGroup + `/providers/Microsoft\.Network/virtualNetworks`
	networks       = "Microsoft.Network/virtualNetworks"
	peeringsOf     = networks + "/virtualNetworkPeerings"
)

var operationKinds = []operationKind{
	{"VirtualNetworksClient.NewListPager", http.MethodGet, regexp.MustCompile(inNetwork + `$`), networks + "/read", networkVersion, nil},
	{"VirtualNetworksClient.Get", http.MethodGet, regexp.MustCompile(inNetwork + `/([^/]+)$`), networks + "/read", networkVersion, nil},
	{"VirtualNetworksClient.BeginCreateOrUpdate", http.MethodPut, regexp.MustCompile(inNetwork + `/([^/]+)$`), networks + "/write", networkVersion, func() any { return &armnetwork.VirtualNetwork{} }},
	{"VirtualNetworksClient.UpdateTags", http.MethodPatch, regexp.MustCompile(inNetwork + `/([^/]+)$`), networks + "/write", networkVersion, func() any { return &armnetwork.TagsObject{} }},
	{"VirtualNetworksClient.BeginDelete", http.MethodDelete, regexp.MustCompile(inNetwork + `/([^/]+)$`), networks + "/delete", networkVersion, nil},
	{"VirtualNetworkPeeringsClient.NewListPager", http.MethodGet, regexp.MustCompile(inNetwork + `/([^/]+)/virtualNetworkPeerings$`), peeringsOf + "/read", networkVersion, nil},
	{"VirtualNetworkPeeringsClient.Get", http.MethodGet, regexp.MustCompile(inNetwork + `/([^/]+)/virtualNetworkPeerings/([^/]+)$`), peeringsOf + "/read", networkVersion, nil},
	{"VirtualNetworkPeeringsClient.BeginCreateOrUpdate", http.MethodPut, regexp.MustCompile(inNetwork + `/([^/]+)/virtualNetworkPeerings/([^/]+)$`), peeringsOf + "/write", networkVersion, func() any { return &armnetwork.VirtualNetworkPeering{} }},
	{"VirtualNetworkPeeringsClient.BeginDelete", http.MethodDelete, regexp.MustCompile(inNetwork + `/([^/]+)/virtualNetworkPeerings/([^/]+)$`), peeringsOf + "/delete", networkVersion, nil},
	{"UsagesClient.NewListPager", http.MethodGet, regexp.MustCompile(inSubscription + `/providers/Microsoft\.Network/locations/([^/]+)/usages$`), "Microsoft.Network/locations/usages/read", networkVersion, nil},
	{"PermissionsClient.NewListForResourceGroupPager", http.MethodGet, regexp.MustCompile(inGroup + `/providers/Microsoft\.Authorization/permissions$`), "Microsoft.Authorization/permissions/read", authorizationVersion, nil},
	{permissionsOfNetwork, http.MethodGet, regexp.MustCompile(inNetwork + `/([^/]+)/providers/Microsoft\.Authorization/permissions$`), "Microsoft.Authorization/permissions/read", authorizationVersion, nil},
	{getOperation, http.MethodGet, regexp.MustCompile(inSubscription + `/providers/Microsoft\.Network/locations/([^/]+)/operations/([^/]+)$`), "", networkVersion, nil},
	{getSubscription, http.MethodGet, regexp.MustCompile(inSubscription + `$`), "", "2022-12-01", nil},
}

// What the vendor's fakes do not know.
const (
	permissionsOfNetwork = "PermissionsClient.NewListForScopePager"
	getOperation         = "Operations.Get"
	getSubscription      = "SubscriptionsClient.Get"
)

// An entry tells of one request.
type entry struct {
	Method    string   `json:"method"`
	Path      string   `json:"path"`
	Operation string   `json:"operation"`
	Status    int      `json:"status"`
	Auxiliary []string `json:"auxiliary"`
}

// ServeHTTP answers one request of the API, or of whoever controls the fake.
func (c *world) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
	if err != nil {
		refuse(http.StatusRequestEntityTooLarge, "RequestContentTooLarge", "%v", err).write(w)
		return
	}
	if c.serve(w, r, body) == held {
		// Whoever asks waits until they have enough of it.
		<-r.Context().Done()
	}
}

// What becomes of a request.
type fate int

const (
	answered fate = iota
	held
)

// Serve answers one request under the lock, or says that it is never answered.
func (c *world) serve(w http.ResponseWriter, r *http.Request, body []byte) fate {
	c.lock.Lock()
	defer c.lock.Unlock()
	if name, ok := strings.CutPrefix(r.URL.Path, "/_control/"); ok {
		c.control(w, name, body)
		return answered
	}
	var kind *operationKind
	var parts []string
	for i := range operationKinds {
		if parts = operationKinds[i].path.FindStringSubmatch(r.URL.Path); parts != nil && operationKinds[i].method == r.Method {
			kind = &operationKinds[i]
			break
		}
	}
	if kind == nil {
		refuse(http.StatusNotFound, "InvalidResourceType", "No operation %s %s.", r.Method, r.URL.Path).write(w)
		return answered
	}
	one := &call{cloud: c, request: r, op: *kind, subscription: parts[1], headers: map[string]string{}}
	hit := c.hit(kind.name, r.URL.Path)
	if hit != nil && (hit.Kind == "unsent" || hit.Kind == "hang") {
		c.log = append(c.log, entry{Method: r.Method, Path: r.URL.Path, Operation: kind.name})
		if hit.Kind == "hang" {
			return held
		}
		hangUp(w)
		return answered
	}
	kept := &kept{header: http.Header{}, status: http.StatusOK}
	one.answer(kept, body, hit)
	told := entry{Method: r.Method, Path: r.URL.Path, Operation: kind.name, Status: kept.status}
	for _, more := range one.auxiliary {
		told.Auxiliary = append(told.Auxiliary, more.Tenant)
	}
	c.log = append(c.log, told)
	if hit != nil && hit.Kind == "lost" {
		hangUp(w)
		return answered
	}
	kept.send(w)
	return answered
}

// Answer goes through what Resource Manager goes through, in its order.
func (c *call) answer(w http.ResponseWriter, body []byte, hit *fault) {
	if hit != nil {
		switch hit.Kind {
		case "refuse":
			hit.refusal().write(w)
			return
		case "fail":
			c.fails = hit.refusal()
		}
	}
	if got := c.request.URL.Query().Get("api-version"); got != c.op.version {
		refuse(http.StatusBadRequest, "InvalidApiVersionParameter", "The api-version '%s' is invalid. The supported versions are '%s'.", got, c.op.version).write(w)
		return
	}
	if no := c.authenticate(); no != nil {
		no.write(w)
		return
	}
	if no := c.authorize(scopeOf(c.request.URL.Path)); no != nil {
		no.write(w)
		return
	}
	if parts := regexp.MustCompile(inGroup).FindString(c.request.URL.Path); parts != "" {
		if _, ok := c.cloud.groups[key(parts)]; !ok {
			refuse(http.StatusNotFound, "ResourceGroupNotFound", "Resource group '%s' could not be found.", parts[strings.LastIndex(parts, "/")+1:]).write(w)
			return
		}
	}
	if c.op.body != nil {
		if no := strictly(c.op.body(), body); no != nil {
			no.write(w)
			return
		}
	}
	switch c.op.name {
	case getOperation:
		c.operation(w)
	case getSubscription:
		reply(w, http.StatusOK, map[string]any{"id": "/subscriptions/" + c.subscription, "subscriptionId": c.subscription, "tenantId": c.caller.Tenant, "state": "Enabled"})
	case permissionsOfNetwork:
		reply(w, http.StatusOK, map[string]any{"value": c.held()})
	default:
		c.vendor(w, body)
	}
}

// Vendor hands the request to the generated fake, which parses it and calls us back.
func (c *call) vendor(w http.ResponseWriter, body []byte) {
	ctx := context.WithValue(c.request.Context(), runtime.CtxAPINameKey{}, c.op.name)
	request := c.request.Clone(ctx)
	request.Body = io.NopCloser(bytes.NewReader(body))
	client, _, _ := strings.Cut(c.op.name, ".")
	var transport policy.Transporter
	switch client {
	case "VirtualNetworksClient":
		transport = fake.NewVirtualNetworksServerTransport(c.networks())
	case "VirtualNetworkPeeringsClient":
		transport = fake.NewVirtualNetworkPeeringsServerTransport(c.halves())
	case "UsagesClient":
		transport = fake.NewUsagesServerTransport(c.usages())
	case "PermissionsClient":
		// Its generated pattern has this one segment in lower case.
		request.URL.Path = strings.Replace(request.URL.Path, "/resourceGroups/", "/resourcegroups/", 1)
		transport = authorizationfake.NewPermissionsServerTransport(c.permissions())
	}
	response, err := transport.Do(request)
	if c.no != nil {
		c.no.write(w)
		return
	}
	if err != nil {
		refuse(http.StatusBadRequest, "InvalidRequestContent", "The request content was invalid and could not be deserialized: '%v'.", err).write(w)
		return
	}
	defer response.Body.Close()
	for name, value := range c.headers {
		w.Header().Set(name, value)
	}
	if response.StatusCode == http.StatusAccepted || response.StatusCode == http.StatusNoContent {
		w.WriteHeader(response.StatusCode)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(response.StatusCode)
	_, _ = io.Copy(w, response.Body)
}

// Strictly refuses what the schema does not know, as Azure does; the generated types let it pass.
func strictly(as any, body []byte) *refusal {
	invalid := func(what string) *refusal {
		return refuse(http.StatusBadRequest, "InvalidRequestContent", "The request content was invalid and could not be deserialized: '%s'.", what)
	}
	var said, known any
	if err := json.Unmarshal(body, &said); err != nil {
		return invalid(err.Error())
	}
	if err := json.Unmarshal(body, as); err != nil {
		return invalid(err.Error())
	}
	text, err := json.Marshal(as)
	if err != nil {
		return invalid(err.Error())
	}
	if err := json.Unmarshal(text, &known); err != nil {
		return invalid(err.Error())
	}
	if at := lost(said, known, ""); at != "" {
		return invalid(fmt.Sprintf("Could not find member '%s' on object of type '%s'", at, reflect.TypeOf(as).Elem().Name()))
	}
	return nil
}

// Lost finds what was said and is not there after a trip through the schema.
func lost(said, known any, at string) string {
	switch said := said.(type) {
	case map[string]any:
		held, ok := known.(map[string]any)
		if !ok {
			return at
		}
		for name, value := range said {
			if value == nil {
				continue
			}
			if _, ok := held[name]; !ok {
				return at + "/" + name
			}
			if deeper := lost(value, held[name], at+"/"+name); deeper != "" {
				return deeper
			}
		}
	case []any:
		held, ok := known.([]any)
		if !ok || len(held) != len(said) {
			return at
		}
		for i := range said {
			if deeper := lost(said[i], held[i], fmt.Sprintf("%s/%d", at, i)); deeper != "" {
				return deeper
			}
		}
	}
	return ""
}

// ScopeOf is what a role must be given for, or above.
func scopeOf(path string) string {
	scope, _, _ := strings.Cut(path, "/providers/Microsoft.Authorization/")
	return strings.TrimSuffix(scope, "/virtualNetworkPeerings")
}

// Operation tells how far an operation is.
func (c *call) operation(w http.ResponseWriter) {
	name := c.request.URL.Path[strings.LastIndex(c.request.URL.Path, "/")+1:]
	op := c.cloud.operations[name]
	if op == nil {
		refuse(http.StatusNotFound, "OperationNotFound", "Operation %s not found.", name).write(w)
		return
	}
	op.look()
	told := map[string]any{"name": name, "status": op.status}
	if op.status == "InProgress" {
		w.Header().Set("Retry-After", fmt.Sprint(c.cloud.limits.RetryAfter))
	}
	if op.status == "Failed" {
		told["error"] = op.fails.body()["error"]
	}
	reply(w, http.StatusOK, told)
}

// Permissions plays what the caller's roles allow in a resource group.
func (c *call) permissions() *authorizationfake.PermissionsServer {
	return &authorizationfake.PermissionsServer{
		NewListForResourceGroupPager: func(string, *armauthorization.PermissionsClientListForResourceGroupOptions) (resp azfake.PagerResponder[armauthorization.PermissionsClientListForResourceGroupResponse]) {
			all := c.held()
			from, until, next := c.page(len(all))
			page := armauthorization.PermissionGetResult{NextLink: next, Value: all[from:until]}
			resp.AddPage(http.StatusOK, armauthorization.PermissionsClientListForResourceGroupResponse{PermissionGetResult: page}, nil)
			return
		},
	}
}

func (c *call) held() []*armauthorization.Permission {
	scope := scopeOf(c.request.URL.Path)
	all := []*armauthorization.Permission{}
	for _, g := range c.cloud.grants {
		covered := key(scope) == key(g.Scope) || strings.HasPrefix(key(scope), key(g.Scope)+"/")
		if g.App == object(c.caller.Tenant, c.caller.App) && covered {
			all = append(all, &armauthorization.Permission{Actions: to.SliceOfPtrs(g.Actions...), NotActions: []*string{}, DataActions: []*string{}, NotDataActions: []*string{}})
		}
	}
	return all
}
