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

func (s *server) findFirewall(c *call) (*project, map[string]any, error) {
	p, err := s.cloud.project(c.project())
	if err != nil {
		return nil, nil, err
	}
	if rule, ok := p.firewalls[c.path["firewall"]]; ok {
		return p, rule, nil
	}
	return nil, nil, refuse(http.StatusNotFound, "notFound", "The resource 'projects/%s/global/firewalls/%s' was not found", p.id, c.path["firewall"])
}

func firewallJSON(p *project, name string, rule map[string]any) map[string]any {
	all := map[string]any{"kind": "compute#firewall", "direction": "INGRESS", "priority": 1000}
	for field, value := range rule {
		all[field] = value
	}
	all["selfLink"] = link("projects/%s/global/firewalls/%s", p.id, name)
	return all
}

func getFirewall(s *server, c *call) (any, error) {
	p, rule, err := s.findFirewall(c)
	if err != nil {
		return nil, err
	}
	return firewallJSON(p, c.path["firewall"], rule), nil
}

func listFirewalls(s *server, c *call) (any, error) {
	p, err := s.cloud.project(c.project())
	if err != nil {
		return nil, err
	}
	var names []string
	for name := range p.firewalls {
		names = append(names, name)
	}
	kept, next, err := page(s.cloud, c, names, func(name string) string { return name }, func(name, field string) string {
		return fmt.Sprint(firewallJSON(p, name, p.firewalls[name])[field])
	})
	if err != nil {
		return nil, err
	}
	items := make([]any, len(kept))
	for i, name := range kept {
		items[i] = firewallJSON(p, name, p.firewalls[name])
	}
	return list("compute#firewallList", "projects/"+p.id+"/global/firewalls", items, next), nil
}

func insertFirewall(s *server, c *call) (any, error) {
	p, err := s.cloud.project(c.project())
	if err != nil {
		return nil, err
	}
	name := fmt.Sprint(c.body["name"])
	target := "projects/" + p.id + "/global/firewalls/" + name
	if _, taken := p.firewalls[name]; taken || p.pending("insert", target) {
		return nil, refuse(http.StatusConflict, "alreadyExists", "The resource '%s' already exists", target)
	}
	n := s.cloud.network(relative(fmt.Sprint(c.body["network"]), p.id))
	if n == nil {
		return nil, refuse(http.StatusNotFound, "notFound", "The resource '%s' was not found", relative(fmt.Sprint(c.body["network"]), p.id))
	}
	_, allows := c.body["allowed"]
	_, denies := c.body["denied"]
	if allows == denies {
		return nil, refuse(http.StatusBadRequest, "invalid", "Exactly one of 'allowed' and 'denied' must be given.")
	}
	rule := c.body
	rule["id"], rule["creationTimestamp"] = s.cloud.newID(), timestamp()
	rule["network"] = link("%s", n.key())
	return s.start(c, operation{kind: "insert", target: target, targetID: fmt.Sprint(rule["id"])}, func() *opError {
		p.firewalls[name] = rule
		return nil
	})
}

func patchFirewall(s *server, c *call) (any, error) {
	p, rule, err := s.findFirewall(c)
	if err != nil {
		return nil, err
	}
	name := c.path["firewall"]
	return s.start(c, operation{kind: "patch", target: "projects/" + p.id + "/global/firewalls/" + name, targetID: fmt.Sprint(rule["id"])}, func() *opError {
		for field, value := range c.body {
			rule[field] = value
		}
		return nil
	})
}

func deleteFirewall(s *server, c *call) (any, error) {
	p, rule, err := s.findFirewall(c)
	if err != nil {
		return nil, err
	}
	name := c.path["firewall"]
	return s.start(c, operation{kind: "delete", target: "projects/" + p.id + "/global/firewalls/" + name, targetID: fmt.Sprint(rule["id"])}, func() *opError {
		delete(p.firewalls, name)
		return nil
	})
}
