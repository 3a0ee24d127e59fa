package main

import (
	"fmt"
	"net/http"
	"regexp"
)

var (
	resourceName = regexp.MustCompile(`^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$`)
	networkKey   = regexp.MustCompile(`^projects/[-a-z0-9:.]+/global/networks/[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$`)
)

// A policy is a network firewall policy: a global thing with a name and a description, which has no
// effect while it is associated with no network.
type policy struct {
	project *project
	name    string
	id      string
	made    string
	given   map[string]any
}

func (p *policy) key() string {
	return "projects/" + p.project.id + "/global/firewallPolicies/" + p.name
}

func (p *policy) json() map[string]any {
	all := map[string]any{"kind": "compute#firewallPolicy", "id": p.id, "creationTimestamp": p.made, "fingerprint": "c2FtZQ==",
		"selfLink": link("%s", p.key()), "ruleTupleCount": 2}
	for field, value := range p.given {
		all[field] = value
	}
	return all
}

func (s *server) findPolicy(c *call) (*policy, error) {
	p, err := s.cloud.project(c.project())
	if err != nil {
		return nil, err
	}
	if found, ok := p.policies[c.path["firewallPolicy"]]; ok {
		return found, nil
	}
	return nil, refuse(http.StatusNotFound, "notFound", "The resource 'projects/%s/global/firewallPolicies/%s' was not found", p.id, c.path["firewallPolicy"])
}

func getPolicy(s *server, c *call) (any, error) {
	found, err := s.findPolicy(c)
	if err != nil {
		return nil, err
	}
	return found.json(), nil
}

func listPolicies(s *server, c *call) (any, error) {
	p, err := s.cloud.project(c.project())
	if err != nil {
		return nil, err
	}
	var all []*policy
	for _, one := range p.policies {
		all = append(all, one)
	}
	kept, next, err := page(s.cloud, c, all, func(one *policy) string { return one.name }, func(one *policy, field string) string {
		return fmt.Sprint(one.json()[field])
	})
	if err != nil {
		return nil, err
	}
	items := make([]any, len(kept))
	for i, one := range kept {
		items[i] = one.json()
	}
	answer := map[string]any{"kind": "compute#firewallPolicyList", "id": "projects/" + p.id + "/global/firewallPolicies"}
	if len(items) > 0 {
		answer["items"] = items
	}
	if next != "" {
		answer["nextPageToken"] = next
	}
	return answer, nil
}

func insertPolicy(s *server, c *call) (any, error) {
	p, err := s.cloud.project(c.project())
	if err != nil {
		return nil, err
	}
	made := &policy{project: p, name: fmt.Sprint(c.body["name"]), id: s.cloud.newID(), made: timestamp(), given: c.body}
	if !resourceName.MatchString(made.name) {
		return nil, refuse(http.StatusBadRequest, "invalid", "Invalid value for field 'resource.name': '%s'.", made.name)
	}
	if _, taken := p.policies[made.name]; taken || p.pending("insert", made.key()) {
		return nil, refuse(http.StatusConflict, "alreadyExists", "The resource '%s' already exists", made.key())
	}
	return s.start(c, operation{kind: "insert", target: made.key(), targetID: made.id}, func() *opError {
		p.policies[made.name] = made
		return nil
	})
}

func deletePolicy(s *server, c *call) (any, error) {
	found, err := s.findPolicy(c)
	if err != nil {
		return nil, err
	}
	return s.start(c, operation{kind: "delete", target: found.key(), targetID: found.id}, func() *opError {
		delete(found.project.policies, found.name)
		return nil
	})
}
