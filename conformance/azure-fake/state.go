package main

import (
	"fmt"
	"sort"
	"strings"
	"sync"
)

// A world is all that there is, behind one lock.
type world struct {
	lock     sync.Mutex
	base     string
	identity *identity

	tenants       map[string]*tenant
	secrets       map[string]string // by application
	subscriptions map[string]string // to the tenant
	groups        map[string]string // by id, to the location
	grants        []grant           // who may do what, where
	vnets         map[string]*vnet  // by id
	operations    map[string]*operation
	faults        []*fault
	limits        limits
	log           []entry
	tokens        int // requests for one
	minted        int // names given to operations, and versions of resources
}

// A tenant is a directory, with the applications that somebody there consented to.
type tenant struct{ apps map[string]bool }

// A grant is a role given to an application, in its shape there, for a scope and all beneath it.
type grant struct {
	App     string   `json:"app"`
	Scope   string   `json:"scope"`
	Actions []string `json:"actions"`
}

// Limits are what a test may turn.
type limits struct {
	VNets      int `json:"vnets"`      // in one subscription and location
	Peerings   int `json:"peerings"`   // of one virtual network
	PageSize   int `json:"pageSize"`   // of every list
	Looks      int `json:"looks"`      // how often an operation is looked at until it is done
	RetryAfter int `json:"retryAfter"` // seconds, as told to whoever waits for an operation
}

type vnet struct {
	id       resource
	location string
	tags     map[string]string
	prefixes []string
	version  int
	state    string // of its provisioning
	op       *operation
	peerings map[string]*peering // by name
}

type peering struct {
	id      resource
	remote  resource
	version int
	state   string   // of its provisioning
	link    string   // Initiated, Connected, Disconnected
	far     []string // the addresses of the other network that this half was told
	flags   flags
}

// Flags are what traffic a half lets pass.
type flags struct{ access, forwarded, transit, gateways bool }

// An operation is work that goes on after its answer. It is done once it was looked at so often:
// there is no clock here, and no waiting.
type operation struct {
	name   string
	looks  int
	status string
	fails  *refusal
	finish func(failed bool)
}

func newWorld(base string, identity *identity) *world {
	return &world{
		base:          base,
		identity:      identity,
		tenants:       map[string]*tenant{},
		secrets:       map[string]string{},
		subscriptions: map[string]string{},
		groups:        map[string]string{},
		vnets:         map[string]*vnet{},
		operations:    map[string]*operation{},
		limits:        limits{VNets: 1000, Peerings: 500, PageSize: 100, Looks: 1},
	}
}

func (c *world) next() int {
	c.minted++
	return c.minted
}

// Begin starts an operation.
func (c *world) begin(fails *refusal, finish func(failed bool)) *operation {
	op := &operation{
		name:   fmt.Sprintf("00000000-0000-4000-8000-%012x", c.next()),
		looks:  c.limits.Looks,
		status: "InProgress",
		fails:  fails,
		finish: finish,
	}
	c.operations[op.name] = op
	return op
}

// Look lets an operation come one step nearer to its end.
func (op *operation) look() {
	if op == nil || op.status != "InProgress" {
		return
	}
	if op.looks > 0 {
		op.looks--
	}
	if op.looks > 0 {
		return
	}
	op.status = "Succeeded"
	if op.fails != nil {
		op.status = "Failed"
	}
	op.finish(op.fails != nil)
}

// End brings it to its end.
func (op *operation) end() {
	if op != nil {
		op.looks = 0
		op.look()
	}
}

func (v *vnet) busy() bool { return v.op != nil && v.op.status == "InProgress" }

// Half finds the half of a peering that leads from one network to another.
func (v *vnet) half(to resource) *peering {
	if v == nil {
		return nil
	}
	for _, p := range v.peerings {
		if key(p.remote.vnetID()) == key(to.vnetID()) {
			return p
		}
	}
	return nil
}

// Sorted peerings, by name.
func (v *vnet) sorted() []*peering {
	all := make([]*peering, 0, len(v.peerings))
	for _, p := range v.peerings {
		all = append(all, p)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].id.peering < all[j].id.peering })
	return all
}

// Sorted networks of a resource group, by name.
func (c *world) sorted(group string) []*vnet {
	var all []*vnet
	for _, v := range c.vnets {
		if group == "" || key(v.id.groupID()) == key(group) {
			all = append(all, v)
		}
	}
	sort.Slice(all, func(i, j int) bool { return key(all[i].id.vnetID()) < key(all[j].id.vnetID()) })
	return all
}

// Sync says which halves of a connection know old addresses, in Azure's words.
func (c *world) sync(p *peering) string {
	here, there := c.vnets[key(p.id.vnetID())], c.vnets[key(p.remote.vnetID())]
	other := there.half(p.id)
	localOld := there != nil && !samePrefixes(p.far, there.prefixes)
	remoteOld := here != nil && other != nil && !samePrefixes(other.far, here.prefixes)
	switch {
	case localOld && remoteOld:
		return "LocalAndRemoteNotInSync"
	case localOld:
		return "LocalNotInSync"
	case remoteOld:
		return "RemoteNotInSync"
	default:
		return "FullyInSync"
	}
}

// DropPeering takes away a half; the other one has lost its peer.
func (c *world) dropPeering(v *vnet, p *peering) {
	delete(v.peerings, key(p.id.peering))
	if other := c.vnets[key(p.remote.vnetID())].half(v.id); other != nil {
		other.link = "Disconnected"
		other.version = c.next()
	}
}

// DropVNet takes away a network with its halves.
func (c *world) dropVNet(v *vnet) {
	for _, p := range v.sorted() {
		c.dropPeering(v, p)
	}
	// Halves that wait for one of ours lose what they wait for.
	for _, other := range c.vnets {
		if p := other.half(v.id); p != nil {
			p.link = "Disconnected"
		}
	}
	delete(c.vnets, key(v.id.vnetID()))
}

// Connect joins the halves, once both stand.
func (c *world) connect(p *peering) {
	other := c.vnets[key(p.remote.vnetID())].half(p.id)
	if other == nil || other.state != "Succeeded" || p.state != "Succeeded" || other.link == "Disconnected" {
		return
	}
	p.link, other.link = "Connected", "Connected"
	other.version = c.next()
}

// May says whether an application's role lets it do something there.
func (c *world) may(app, action, scope string) bool {
	for _, g := range c.grants {
		if g.App != app {
			continue
		}
		if key(scope) != key(g.Scope) && !strings.HasPrefix(key(scope), key(g.Scope)+"/") {
			continue
		}
		for _, held := range g.Actions {
			if covers(held, action) {
				return true
			}
		}
	}
	return false
}

// Covers says whether an action of a role, perhaps with stars, means another.
func covers(held, action string) bool {
	parts := strings.Split(strings.ToLower(held), "*")
	rest := strings.ToLower(action)
	for i, part := range parts {
		at := strings.Index(rest, part)
		if at < 0 || (i == 0 && at != 0) {
			return false
		}
		rest = rest[at+len(part):]
	}
	return rest == "" || strings.HasSuffix(held, "*")
}
