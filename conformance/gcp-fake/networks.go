package main

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
)

// network is a VPC network with its halves of peerings.
type network struct {
	project  *project
	name     string
	id       string
	made     string
	given    map[string]any // as it was asked for
	peerings []*peering
}

func (n *network) key() string { return "projects/" + n.project.id + "/global/networks/" + n.name }

// subnetwork is a range of addresses of a network, in one region.
type subnetwork struct {
	network *network
	region  string
	name    string
	id      string
	made    string
	block   netip.Prefix
	given   map[string]any
}

func (s *subnetwork) key() string {
	return "projects/" + s.network.project.id + "/regions/" + s.region + "/subnetworks/" + s.name
}

func (c *cloud) network(key string) *network {
	parts := strings.Split(key, "/")
	if len(parts) != 5 {
		return nil
	}
	if p, ok := c.projects[parts[1]]; ok {
		return p.networks[parts[4]]
	}
	return nil
}

func (s *server) findNetwork(c *call) (*network, error) {
	p, err := s.cloud.project(c.project())
	if err != nil {
		return nil, err
	}
	for _, n := range p.networks {
		if n.name == c.path["network"] || n.id == c.path["network"] {
			return n, nil
		}
	}
	return nil, refuse(http.StatusNotFound, "notFound", "The resource 'projects/%s/global/networks/%s' was not found", p.id, c.path["network"])
}

func (c *cloud) networkJSON(n *network) map[string]any {
	all := map[string]any{
		"kind":                                  "compute#network",
		"id":                                    n.id,
		"creationTimestamp":                     n.made,
		"selfLink":                              link("%s", n.key()),
		"selfLinkWithId":                        link("projects/%s/global/networks/%s", n.project.id, n.id),
		"autoCreateSubnetworks":                 false,
		"networkFirewallPolicyEnforcementOrder": "AFTER_CLASSIC_FIREWALL",
		"routingConfig":                         map[string]any{"routingMode": "REGIONAL"},
	}
	for name, value := range n.given {
		all[name] = value
	}
	var below []any
	for _, sub := range n.subnetworks() {
		below = append(below, link("%s", sub.key()))
	}
	if below != nil {
		all["subnetworks"] = below
	}
	var halves []any
	for _, half := range n.peerings {
		halves = append(halves, c.peeringJSON(n, half))
	}
	if halves != nil {
		all["peerings"] = halves
	}
	return all
}

func (n *network) subnetworks() []*subnetwork {
	var all []*subnetwork
	for _, sub := range n.project.subnetworks {
		if sub.network == n {
			all = append(all, sub)
		}
	}
	sortBy(all, (*subnetwork).key)
	return all
}

func getNetwork(s *server, c *call) (any, error) {
	n, err := s.findNetwork(c)
	if err != nil {
		return nil, err
	}
	return s.cloud.networkJSON(n), nil
}

func listNetworks(s *server, c *call) (any, error) {
	p, err := s.cloud.project(c.project())
	if err != nil {
		return nil, err
	}
	var all []*network
	for _, n := range p.networks {
		all = append(all, n)
	}
	kept, next, err := page(s.cloud, c, all, func(n *network) string { return n.name }, func(n *network, field string) string {
		text, _ := s.cloud.networkJSON(n)[field].(string)
		return text
	})
	if err != nil {
		return nil, err
	}
	items := make([]any, len(kept))
	for i, n := range kept {
		items[i] = s.cloud.networkJSON(n)
	}
	return list("compute#networkList", "projects/"+p.id+"/global/networks", items, next), nil
}

func insertNetwork(s *server, c *call) (any, error) {
	if again := s.repeated(c); again != nil {
		return again, nil
	}
	p, err := s.cloud.project(c.project())
	if err != nil {
		return nil, err
	}
	name, _ := c.body["name"].(string)
	if _, given := c.body["autoCreateSubnetworks"]; !given {
		return nil, refuse(http.StatusBadRequest, "invalid", "Legacy networks are no longer supported: autoCreateSubnetworks must be set")
	}
	if c.body["autoCreateSubnetworks"] == true {
		return nil, refuse(http.StatusNotImplemented, "notImplemented", "gcp-fake has no networks in auto mode")
	}
	n := &network{project: p, name: name, id: s.cloud.newID(), made: timestamp(), given: c.body}
	if _, taken := p.networks[name]; taken || p.pending("insert", n.key()) {
		return nil, refuse(http.StatusConflict, "alreadyExists", "The resource '%s' already exists", n.key())
	}
	return s.start(c, operation{kind: "insert", target: n.key(), targetID: n.id}, func() *opError {
		if len(p.networks) >= s.cloud.networkLimit {
			return quota("NETWORKS", s.cloud.networkLimit)
		}
		p.networks[name] = n
		return nil
	})
}

func quota(metric string, limit int) *opError {
	return &opError{
		Code:    "QUOTA_EXCEEDED",
		Message: fmt.Sprintf("Quota '%s' exceeded.  Limit: %d.0 globally.", metric, limit),
		Status:  http.StatusForbidden,
	}
}

// pending tells whether an operation of a kind on a thing is under way.
func (p *project) pending(kind, target string) bool {
	for _, o := range p.operations {
		if o.effect != nil && o.kind == kind && o.target == target {
			return true
		}
	}
	return false
}

func deleteNetwork(s *server, c *call) (any, error) {
	n, err := s.findNetwork(c)
	if err != nil {
		return nil, err
	}
	if n.project.pending("delete", n.key()) {
		return nil, notReady(n.key())
	}
	if user := s.cloud.userOf(n); user != "" {
		return nil, refuse(http.StatusBadRequest, "resourceInUseByAnotherResource",
			"The network resource '%s' is already being used by '%s'", n.key(), user)
	}
	return s.start(c, operation{kind: "delete", target: n.key(), targetID: n.id}, func() *opError {
		if user := s.cloud.userOf(n); user != "" {
			return &opError{
				Code:    "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE",
				Message: fmt.Sprintf("The network resource '%s' is already being used by '%s'", n.key(), user),
				Status:  http.StatusBadRequest,
			}
		}
		delete(n.project.networks, n.name)
		return nil
	})
}

// userOf names something for whose sake a network can't be deleted.
func (c *cloud) userOf(n *network) string {
	if below := n.subnetworks(); len(below) > 0 {
		return below[0].key()
	}
	if len(n.peerings) > 0 {
		return n.key() + "/peerings/" + n.peerings[0].Name
	}
	return ""
}

func notReady(key string) *refusal {
	return refuse(http.StatusBadRequest, "resourceNotReady", "The resource '%s' is not ready", key)
}
