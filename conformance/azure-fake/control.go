package main

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// A fault happens to requests that a test means.
type fault struct {
	Operation  string `json:"operation"`  // by the vendor's name; empty for any
	Path       string `json:"path"`       // a part of the path, in any case; empty for any
	Kind       string `json:"kind"`       // unsent, hang, lost, refuse, fail
	Skip       int    `json:"skip"`       // how many such requests go well before
	Times      int    `json:"times"`      // how many it happens to
	Status     int    `json:"status"`     // of a refusal
	Code       string `json:"code"`       // of a refusal or a failure
	Message    string `json:"message"`    // of a refusal or a failure
	RetryAfter int    `json:"retryAfter"` // seconds; told if the status is 429
}

func (f *fault) refusal() *refusal {
	no := refuse(f.Status, f.Code, "%s", f.Message)
	if f.Status == http.StatusTooManyRequests {
		no = no.with("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	return no
}

// Hit uses up a fault that is laid out for such a request.
func (c *world) hit(operation, path string) *fault {
	for _, f := range c.faults {
		if (f.Operation != "" && f.Operation != operation) || !strings.Contains(key(path), key(f.Path)) || f.Times == 0 {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		f.Times--
		return f
	}
	return nil
}

// A setup is what a test wants to be there.
type setup struct {
	Tenants []struct {
		ID            string   `json:"id"`
		Subscriptions []string `json:"subscriptions"`
		Apps          []string `json:"apps"`
	} `json:"tenants"`
	Secrets map[string]string `json:"secrets"`
	Groups  []struct {
		ID       string `json:"id"`
		Location string `json:"location"`
	} `json:"groups"`
	Grants []struct {
		Tenant  string   `json:"tenant"`
		App     string   `json:"app"`
		Scope   string   `json:"scope"`
		Actions []string `json:"actions"`
	} `json:"grants"`
}

// A deed is what somebody at the far side does with their own rights, at once.
type deed struct {
	ID       string            `json:"id"`       // of a network or of a peering
	Location string            `json:"location"` // of a new network
	Prefixes []string          `json:"prefixes"` // of a network
	Tags     map[string]string `json:"tags"`     // of a new network
	Remote   string            `json:"remote"`   // the id of the network that a peering leads to
}

// A sight is all that there is.
type sight struct {
	VNets  []seenVNet `json:"vnets"`
	Tokens int        `json:"tokens"`
	Log    []entry    `json:"log"`
	Faults int        `json:"faults_left"` // how many more requests a fault would happen to
}

type seenVNet struct {
	ID       string            `json:"id"`
	State    string            `json:"state"`
	Tags     map[string]string `json:"tags"`
	Prefixes []string          `json:"prefixes"`
	Peerings []seenPeering     `json:"peerings"`
}

type seenPeering struct {
	ID     string `json:"id"`
	Remote string `json:"remote"`
	State  string `json:"state"`
	Link   string `json:"link"`
	Sync   string `json:"sync"`
}

// Control does what a test asks for, beside the API.
func (c *world) control(w http.ResponseWriter, name string, body []byte) {
	var err error
	switch name {
	case "setup":
		var s setup
		if err = json.Unmarshal(body, &s); err == nil {
			c.set(s)
		}
	case "fault":
		f := &fault{Times: 1}
		if err = json.Unmarshal(body, f); err == nil {
			c.faults = append(c.faults, f)
		}
	case "heal":
		c.faults = nil
	case "rekey":
		c.identity.key[0]++
	case "reset":
		fresh := newWorld(c.base, c.identity)
		c.vnets, c.operations, c.faults, c.limits = fresh.vnets, fresh.operations, fresh.faults, fresh.limits
		c.groups, c.grants, c.log = fresh.groups, fresh.grants, nil
	case "limits":
		err = json.Unmarshal(body, &c.limits)
	case "revoke":
		var g grant
		if err = json.Unmarshal(body, &g); err == nil {
			c.grants = slices.DeleteFunc(c.grants, func(held grant) bool { return key(held.Scope) == key(g.Scope) })
		}
	case "vnet", "peering", "remove":
		var d deed
		if err = json.Unmarshal(body, &d); err == nil {
			if no := c.do(name, d); no != nil {
				no.write(w)
				return
			}
		}
	case "settle":
		for _, op := range c.operations {
			op.end()
		}
	case "state":
		reply(w, http.StatusOK, c.see())
		return
	case "forget":
		c.log = nil
	default:
		http.Error(w, "no control "+name, http.StatusNotFound)
		return
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	reply(w, http.StatusOK, map[string]any{})
}

func (c *world) set(s setup) {
	for _, t := range s.Tenants {
		known := &tenant{apps: map[string]bool{}}
		for _, app := range t.Apps {
			known.apps[app] = true
		}
		c.tenants[t.ID] = known
		for _, subscription := range t.Subscriptions {
			c.subscriptions[key(subscription)] = t.ID
		}
	}
	for app, secret := range s.Secrets {
		c.secrets[app] = secret
	}
	for _, g := range s.Groups {
		c.groups[key(g.ID)] = g.Location
	}
	for _, g := range s.Grants {
		c.grants = append(c.grants, grant{App: object(g.Tenant, g.App), Scope: g.Scope, Actions: g.Actions})
	}
}

func (c *world) do(name string, d deed) *refusal {
	id, ok := parse(d.ID)
	if !ok {
		return refuse(http.StatusBadRequest, "InvalidResourceId", "%s names nothing.", d.ID)
	}
	v := c.vnets[key(id.vnetID())]
	if v == nil && name != "vnet" {
		return notFound(id)
	}
	switch name {
	case "vnet":
		for _, prefix := range d.Prefixes {
			if _, err := netip.ParsePrefix(prefix); err != nil {
				return refuse(http.StatusBadRequest, "InvalidCIDRNotation", "%v", err)
			}
		}
		if v == nil {
			v = &vnet{id: id, location: d.Location, tags: d.Tags, state: "Succeeded", peerings: map[string]*peering{}}
			c.vnets[key(id.vnetID())] = v
		}
		v.prefixes, v.version = d.Prefixes, c.next()
	case "peering":
		remote, ok := parse(d.Remote)
		there := c.vnets[key(remote.vnetID())]
		if !ok || there == nil {
			return notFound(remote)
		}
		p := &peering{id: id, remote: there.id, link: "Initiated", state: "Succeeded", far: there.prefixes, flags: flags{access: true}, version: c.next()}
		v.peerings[key(id.peering)] = p
		c.connect(p)
	case "remove":
		if id.peering == "" {
			c.dropVNet(v)
			return nil
		}
		p := v.peerings[key(id.peering)]
		if p == nil {
			return notFound(id)
		}
		c.dropPeering(v, p)
	}
	return nil
}

func (c *world) see() sight {
	seen := sight{VNets: []seenVNet{}, Tokens: c.tokens, Log: c.log}
	for _, f := range c.faults {
		seen.Faults += f.Times
	}
	for _, v := range c.sorted("") {
		one := seenVNet{ID: v.id.vnetID(), State: v.state, Tags: v.tags, Prefixes: v.prefixes, Peerings: []seenPeering{}}
		for _, p := range v.sorted() {
			one.Peerings = append(one.Peerings, seenPeering{ID: p.id.peeringID(), Remote: p.remote.vnetID(), State: p.state, Link: p.link, Sync: c.sync(p)})
		}
		seen.VNets = append(seen.VNets, one)
	}
	return seen
}
