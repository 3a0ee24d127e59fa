package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// The longest that a test waits for a call to be held.
const waitForHeld = 10 * time.Second

// serveHands is what a test does beside Google: the far side's hands, what goes wrong, what there is.
// Everything is POST with a JSON object, or GET.
func (s *server) serveHands(w http.ResponseWriter, r *http.Request) {
	name := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/-/")
	var given hand
	if r.Method == http.MethodPost {
		if err := json.NewDecoder(r.Body).Decode(&given); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	if name == "GET held" {
		s.serveHeld(w, r)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	answer, err := s.hand(name, &given)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}

// hand is what a POST may say.
type hand struct {
	Project     string   `json:"project"`
	Network     string   `json:"network"`
	Name        string   `json:"name"`
	Peer        string   `json:"peer"` // a network's key
	Block       string   `json:"block"`
	Region      string   `json:"region"`
	Description string   `json:"description"`
	Strategy    string   `json:"strategy"`
	Permissions []string `json:"permissions"`
	Custom      bool     `json:"custom"`
	Fault       *fault   `json:"fault"`
	OpTicks     *int     `json:"opTicks"`
	PeerLimit   *int     `json:"peeringLimit"`
	NetLimit    *int     `json:"networkLimit"`
	PageLimit   *int     `json:"pageLimit"`
}

func (s *server) hand(name string, given *hand) (any, error) {
	done := map[string]bool{"done": true}
	switch name {
	case "POST project":
		s.cloud.addProject(given.Project)
		return done, nil
	case "POST reset": // nothing exists, and nothing goes wrong
		s.faults.clear()
		s.cloud = newCloud()
		return done, nil
	case "POST network":
		return done, s.makeNetwork(given)
	case "POST settle": // all operations are over
		s.cloud.settle(func(*operation) bool { return true })
		return done, nil
	case "POST settings":
		s.cloud.set(given)
		return done, nil
	case "POST fault":
		s.faults.add(given.Fault)
		return done, nil
	case "POST mend": // no fault is left, and nothing is denied
		s.faults.clear()
		for _, p := range s.cloud.projects {
			p.denied = map[string]bool{}
		}
		return done, nil
	case "POST deny":
		for _, permission := range given.Permissions {
			s.cloud.addProject(given.Project).denied[permission] = true
		}
		return done, nil
	case "POST peer", "POST unpeer", "POST request-removal", "POST change":
		return done, s.moveHalf(strings.TrimPrefix(name, "POST "), given)
	case "POST delete-network": // with all that is in it, as an administrator would
		return done, s.dropNetwork(given)
	case "GET state":
		return s.cloud.everything(), nil
	case "GET calls":
		return s.calls, nil
	case "GET violations":
		return map[string]any{"violations": append([]string{}, s.violations...)}, nil
	case "GET credentials":
		return s.identity.files(), nil
	}
	return nil, fmt.Errorf("there is no hand for %s", name)
}

func (c *cloud) set(given *hand) {
	for _, one := range []struct{ to, from *int }{
		{&c.opTicks, given.OpTicks},
		{&c.peeringLimit, given.PeerLimit},
		{&c.networkLimit, given.NetLimit},
		{&c.pageLimit, given.PageLimit},
	} {
		if one.from != nil {
			*one.to = *one.from
		}
	}
}

// makeNetwork makes a network at once, with a subnetwork when a block is given.
func (s *server) makeNetwork(given *hand) error {
	p := s.cloud.addProject(given.Project)
	n, ok := p.networks[given.Network]
	if !ok {
		n = &network{project: p, name: given.Network, id: s.cloud.newID(), made: timestamp(),
			given: map[string]any{"name": given.Network, "description": given.Description, "autoCreateSubnetworks": false}}
		p.networks[given.Network] = n
	}
	if given.Block == "" {
		return nil
	}
	block, err := netip.ParsePrefix(given.Block)
	if err != nil {
		return err
	}
	name := given.Name
	if name == "" {
		name = given.Network + "-sub"
	}
	p.subnetworks[given.Region+"/"+name] = &subnetwork{network: n, region: given.Region, name: name, id: s.cloud.newID(), made: timestamp(),
		block: block, given: map[string]any{"name": name, "ipCidrRange": given.Block}}
	return nil
}

// moveHalf is what the administrator of a network does to its half of a peering.
func (s *server) moveHalf(what string, given *hand) error {
	s.cloud.settle(func(*operation) bool { return true })
	p := s.cloud.addProject(given.Project)
	n, ok := p.networks[given.Network]
	if !ok {
		return fmt.Errorf("there is no network %s in %s", given.Network, given.Project)
	}
	if what == "peer" {
		strategy := given.Strategy
		if strategy == "" {
			strategy = "INDEPENDENT"
		}
		half := &peering{Name: given.Name, peer: given.Peer, Network: link("%s", given.Peer), ExchangeSubnetRoutes: true,
			StackType: "IPV4_ONLY", UpdateStrategy: strategy, since: timestamp()}
		if no := s.cloud.connect(n, half); no != nil {
			return fmt.Errorf("%s", no.Message)
		}
		return nil
	}
	for _, half := range n.peerings {
		if half.Name == given.Name || half.peer == given.Peer {
			switch what {
			case "unpeer":
				n.drop(half)
			case "request-removal":
				half.asksAway = true
			case "change":
				half.ExportCustomRoutes, half.ImportCustomRoutes = given.Custom, given.Custom
			}
			return nil
		}
	}
	return fmt.Errorf("%s has no such peering", n.key())
}

func (s *server) dropNetwork(given *hand) error {
	s.cloud.settle(func(*operation) bool { return true })
	p := s.cloud.addProject(given.Project)
	n, ok := p.networks[given.Network]
	if !ok {
		return fmt.Errorf("there is no network %s in %s", given.Network, given.Project)
	}
	for _, sub := range n.subnetworks() {
		delete(p.subnetworks, sub.region+"/"+sub.name)
	}
	delete(p.networks, given.Network)
	return nil
}

// everything that exists, by the names of projects.
func (c *cloud) everything() map[string]any {
	all := map[string]any{}
	for id, p := range c.projects {
		networks := map[string]any{}
		for name, n := range p.networks {
			networks[name] = c.networkJSON(n)
		}
		var subnetworks, policies []string
		for _, sub := range p.subnetworks {
			subnetworks = append(subnetworks, sub.key()+" "+sub.block.String())
		}
		for name := range p.policies {
			policies = append(policies, name)
		}
		sortBy(subnetworks, func(text string) string { return text })
		sortBy(policies, func(text string) string { return text })
		running := 0
		for _, o := range p.operations {
			if o.effect != nil {
				running++
			}
		}
		all[id] = map[string]any{"networks": networks, "subnetworks": subnetworks, "policies": policies, "running": running}
	}
	return all
}

// serveHeld answers when a call is being held, with its method.
func (s *server) serveHeld(w http.ResponseWriter, r *http.Request) {
	select {
	case method := <-s.faults.held:
		_ = json.NewEncoder(w).Encode(map[string]string{"method": method})
	case <-r.Context().Done():
	case <-time.After(waitForHeld):
		http.Error(w, "no call was held", http.StatusRequestTimeout)
	}
}
