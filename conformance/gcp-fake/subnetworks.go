package main

import (
	"fmt"
	"net/http"
	"net/netip"
	"sort"
)

func sortBy[T any](all []T, key func(T) string) {
	sort.Slice(all, func(i, j int) bool { return key(all[i]) < key(all[j]) })
}

// The regions that there are. Google has more; a region that is not among them is refused.
var regions = []string{"us-central1", "us-east1", "us-east4", "us-west1", "us-west3", "europe-west1", "europe-west3", "asia-east1"}

func (s *server) findSubnetwork(c *call) (*subnetwork, error) {
	p, err := s.cloud.project(c.project())
	if err != nil {
		return nil, err
	}
	if sub, ok := p.subnetworks[c.path["region"]+"/"+c.path["subnetwork"]]; ok {
		return sub, nil
	}
	return nil, refuse(http.StatusNotFound, "notFound", "The resource 'projects/%s/regions/%s/subnetworks/%s' was not found",
		p.id, c.path["region"], c.path["subnetwork"])
}

func (s *subnetwork) json() map[string]any {
	all := map[string]any{
		"kind":                  "compute#subnetwork",
		"id":                    s.id,
		"creationTimestamp":     s.made,
		"gatewayAddress":        s.block.Addr().Next().String(),
		"fingerprint":           "c2FtZQ==",
		"selfLink":              link("%s", s.key()),
		"stackType":             "IPV4_ONLY",
		"purpose":               "PRIVATE",
		"privateIpGoogleAccess": false,
	}
	for name, value := range s.given {
		all[name] = value
	}
	all["network"] = link("%s", s.network.key())
	all["region"] = link("projects/%s/regions/%s", s.network.project.id, s.region)
	return all
}

func getSubnetwork(s *server, c *call) (any, error) {
	sub, err := s.findSubnetwork(c)
	if err != nil {
		return nil, err
	}
	return sub.json(), nil
}

func insertSubnetwork(s *server, c *call) (any, error) {
	if again := s.repeated(c); again != nil {
		return again, nil
	}
	p, err := s.cloud.project(c.project())
	if err != nil {
		return nil, err
	}
	region := c.path["region"]
	if !contains(regions, region) {
		return nil, refuse(http.StatusBadRequest, "invalid", "Invalid value for field 'region': '%s'. Unknown region.", region)
	}
	name, _ := c.body["name"].(string)
	text, _ := c.body["ipCidrRange"].(string)
	block, err := netip.ParsePrefix(text)
	if err != nil || block != block.Masked() {
		return nil, refuse(http.StatusBadRequest, "invalid", "Invalid value for field 'resource.ipCidrRange': '%s'.", text)
	}
	n := s.cloud.network(relative(fmt.Sprint(c.body["network"]), p.id))
	if n == nil {
		return nil, refuse(http.StatusNotFound, "notFound", "The resource '%s' was not found", relative(fmt.Sprint(c.body["network"]), p.id))
	}
	sub := &subnetwork{network: n, region: region, name: name, id: s.cloud.newID(), made: timestamp(), block: block, given: c.body}
	if _, taken := p.subnetworks[region+"/"+name]; taken || p.pending("insert", sub.key()) {
		return nil, refuse(http.StatusConflict, "alreadyExists", "The resource '%s' already exists", sub.key())
	}
	return s.start(c, operation{kind: "insert", region: region, target: sub.key(), targetID: sub.id}, func() *opError {
		if err := s.cloud.overlapping(n, block); err != nil {
			return err
		}
		if s.cloud.network(n.key()) != n {
			return &opError{Code: "RESOURCE_NOT_FOUND", Message: fmt.Sprintf("The resource '%s' was not found", n.key()), Status: http.StatusNotFound}
		}
		p.subnetworks[region+"/"+name] = sub
		return nil
	})
}

// overlapping refuses a block that a network, or one that it is connected with, has already.
func (c *cloud) overlapping(n *network, block netip.Prefix) *opError {
	for _, there := range append([]*network{n}, c.connected(n)...) {
		for _, other := range there.subnetworks() {
			if other.block.Overlaps(block) {
				return &opError{
					Code:    "INVALID_USAGE",
					Message: fmt.Sprintf("Invalid IPCidrRange: %s conflicts with existing subnetwork '%s' in region '%s'.", block, other.name, other.region),
					Status:  http.StatusBadRequest,
				}
			}
		}
	}
	return nil
}

func deleteSubnetwork(s *server, c *call) (any, error) {
	sub, err := s.findSubnetwork(c)
	if err != nil {
		return nil, err
	}
	p := sub.network.project
	if p.pending("delete", sub.key()) {
		return nil, notReady(sub.key())
	}
	return s.start(c, operation{kind: "delete", region: sub.region, target: sub.key(), targetID: sub.id}, func() *opError {
		delete(p.subnetworks, sub.region+"/"+sub.name)
		return nil
	})
}

func getRegion(s *server, c *call) (any, error) {
	region := c.path["region"]
	if !contains(regions, region) {
		return nil, refuse(http.StatusNotFound, "notFound", "The resource 'projects/%s/regions/%s' was not found", c.project(), region)
	}
	return map[string]any{"kind": "compute#region", "id": "1230", "name": region, "status": "UP",
		"selfLink": link("projects/%s/regions/%s", c.project(), region)}, nil
}
