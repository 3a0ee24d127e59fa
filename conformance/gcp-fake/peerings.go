package main

import (
	"fmt"
	"net/http"
)

// peering is one network's half. Whether it is active depends on the other half alone.
type peering struct {
	Name                           string `json:"name"`
	Network                        string `json:"network"`
	ExchangeSubnetRoutes           bool   `json:"exchangeSubnetRoutes"`
	AutoCreateRoutes               *bool  `json:"autoCreateRoutes"`
	ExportCustomRoutes             bool   `json:"exportCustomRoutes"`
	ImportCustomRoutes             bool   `json:"importCustomRoutes"`
	ExportSubnetRoutesWithPublicIP *bool  `json:"exportSubnetRoutesWithPublicIp"`
	ImportSubnetRoutesWithPublicIP bool   `json:"importSubnetRoutesWithPublicIp"`
	StackType                      string `json:"stackType"`
	UpdateStrategy                 string `json:"updateStrategy"`

	peer     string // the other network's key
	since    string
	asksAway bool // a request to delete a consensus peering
}

// other is the half that answers this one, if there is one.
func (c *cloud) other(n *network, half *peering) *peering {
	there := c.network(half.peer)
	if there == nil {
		return nil
	}
	for _, theirs := range there.peerings {
		if theirs.peer == n.key() {
			return theirs
		}
	}
	return nil
}

// connected are the networks with which one has an active peering.
func (c *cloud) connected(n *network) []*network {
	var all []*network
	for _, half := range n.peerings {
		if c.other(n, half) != nil {
			all = append(all, c.network(half.peer))
		}
	}
	return all
}

func (c *cloud) consensus(n *network, half *peering) bool {
	theirs := c.other(n, half)
	return half.UpdateStrategy == "CONSENSUS" && theirs != nil && theirs.UpdateStrategy == "CONSENSUS"
}

// agreed tells how far the two sides are with the deletion of a consensus peering.
func (c *cloud) agreed(n *network, half *peering) string {
	theirs := c.other(n, half)
	switch {
	case half.asksAway && theirs != nil && theirs.asksAway:
		return "DELETE_ACKNOWLEDGED"
	case half.asksAway:
		return "LOCAL_DELETE_REQUESTED"
	case theirs != nil && theirs.asksAway:
		return "PEER_DELETE_REQUESTED"
	}
	return "DELETE_STATUS_UNSPECIFIED"
}

func (c *cloud) peeringJSON(n *network, half *peering) map[string]any {
	state, details := "INACTIVE", "Waiting for peer network to connect."
	if c.other(n, half) != nil {
		state, details = "ACTIVE", "Connected."
	}
	all := map[string]any{
		"name":                           half.Name,
		"network":                        link("%s", half.peer),
		"exchangeSubnetRoutes":           true,
		"autoCreateRoutes":               true,
		"exportCustomRoutes":             half.ExportCustomRoutes,
		"importCustomRoutes":             half.ImportCustomRoutes,
		"exportSubnetRoutesWithPublicIp": half.ExportSubnetRoutesWithPublicIP == nil || *half.ExportSubnetRoutesWithPublicIP,
		"importSubnetRoutesWithPublicIp": half.ImportSubnetRoutesWithPublicIP,
		"stackType":                      half.StackType,
		"updateStrategy":                 half.UpdateStrategy,
		"state":                          state,
		"stateDetails":                   fmt.Sprintf("[%s]: %s", half.since, details),
	}
	strategy := "INDEPENDENT"
	status := map[string]any{"updateStrategy": strategy}
	if c.consensus(n, half) {
		status["updateStrategy"] = "CONSENSUS"
		status["consensusState"] = map[string]any{"updateStatus": "IN_SYNC", "deleteStatus": c.agreed(n, half)}
	}
	all["connectionStatus"] = status
	return all
}

func (s *server) findHalf(n *network, name string) (*peering, error) {
	for _, half := range n.peerings {
		if half.Name == name {
			return half, nil
		}
	}
	return nil, refuse(http.StatusBadRequest, "invalid", "Invalid value for field 'name': '%s'. There is no peering with that name on '%s'.", name, n.key())
}

// change begins a change of peerings, of which a network takes one at a time.
func (s *server) change(c *call, n *network, peer, kind string, effect func() *opError) (any, error) {
	there := s.cloud.network(peer)
	if s.cloud.busy(n) || (there != nil && s.cloud.busy(there)) {
		return nil, refuse(http.StatusBadRequest, "badRequest",
			"There is a peering operation in progress on the local or peer network. Try again later.")
	}
	return s.start(c, operation{kind: kind, target: n.key(), targetID: n.id, peers: [2]string{n.key(), peer}}, effect)
}

func addPeering(s *server, c *call) (any, error) {
	if again := s.repeated(c); again != nil {
		return again, nil
	}
	n, err := s.findNetwork(c)
	if err != nil {
		return nil, err
	}
	var asked struct {
		NetworkPeering *peering `json:"networkPeering"`
	}
	if err := c.into(&asked); err != nil {
		return nil, err
	}
	half := asked.NetworkPeering
	if half == nil {
		return nil, refuse(http.StatusBadRequest, "required", "Required field 'networkPeering' not specified")
	}
	if !resourceName.MatchString(half.Name) {
		return nil, refuse(http.StatusBadRequest, "invalid", "Invalid value for field 'networkPeering.name': '%s'.", half.Name)
	}
	if !half.ExchangeSubnetRoutes || (half.AutoCreateRoutes != nil && !*half.AutoCreateRoutes) {
		return nil, refuse(http.StatusBadRequest, "invalid", "Invalid value for field 'networkPeering.exchangeSubnetRoutes': 'false'. It must be true.")
	}
	half.peer = relative(half.Network, n.project.id)
	if !networkKey.MatchString(half.peer) {
		return nil, refuse(http.StatusBadRequest, "invalid", "Invalid value for field 'networkPeering.network': '%s'. The URL is malformed.", half.Network)
	}
	if half.peer == n.key() {
		return nil, refuse(http.StatusBadRequest, "invalid", "A network cannot be peered with itself.")
	}
	half.since = timestamp()
	if half.StackType == "" {
		half.StackType = "IPV4_ONLY"
	}
	if half.UpdateStrategy == "" || half.UpdateStrategy == "UNSPECIFIED" {
		half.UpdateStrategy = "INDEPENDENT"
	}
	for _, other := range n.peerings {
		if other.Name == half.Name {
			return nil, refuse(http.StatusConflict, "alreadyExists", "The peering '%s' already exists on '%s'", half.Name, n.key())
		}
		if other.peer == half.peer {
			return nil, refuse(http.StatusBadRequest, "invalid", "The network '%s' is already peered with '%s', by the peering '%s'.", n.key(), half.peer, other.Name)
		}
	}
	return s.change(c, n, half.peer, "addPeering", func() *opError { return s.cloud.connect(n, half) })
}

// connect puts a half in place. A connection comes about only between networks whose addresses, and
// those of the networks that each is connected with, do not overlap.
func (c *cloud) connect(n *network, half *peering) *opError {
	if len(n.peerings) >= c.peeringLimit {
		return quota("PEERINGS_PER_NETWORK", c.peeringLimit)
	}
	n.peerings = append(n.peerings, half)
	theirs := c.other(n, half)
	if theirs == nil {
		return nil
	}
	undo := func(no *opError) *opError {
		n.peerings = n.peerings[:len(n.peerings)-1]
		return no
	}
	if theirs.UpdateStrategy != half.UpdateStrategy {
		return undo(&opError{Code: "INVALID_USAGE", Message: "Both peerings of a connection must have the same update strategy.", Status: http.StatusBadRequest})
	}
	there := c.network(half.peer)
	for _, pair := range [][2][]*network{{{n}, append([]*network{there}, c.connected(there)...)}, {{there}, c.connected(n)}} {
		if no := overlap(pair[0], pair[1]); no != nil {
			return undo(no)
		}
	}
	half.since, theirs.since = timestamp(), timestamp()
	return nil
}

func overlap(locals, peers []*network) *opError {
	for _, local := range locals {
		for _, peer := range peers {
			if local == peer {
				continue
			}
			for _, ours := range local.subnetworks() {
				for _, theirs := range peer.subnetworks() {
					if ours.block.Overlaps(theirs.block) {
						return &opError{
							Code: "INVALID_USAGE",
							Message: fmt.Sprintf("An IP range in the peer network (%s) overlaps with an IP range in the local network (%s) allocated by resource (%s).",
								theirs.block, ours.block, ours.key()),
							Status: http.StatusBadRequest,
						}
					}
				}
			}
		}
	}
	return nil
}

func updatePeering(s *server, c *call) (any, error) {
	if again := s.repeated(c); again != nil {
		return again, nil
	}
	n, err := s.findNetwork(c)
	if err != nil {
		return nil, err
	}
	given, ok := c.body["networkPeering"].(map[string]any)
	if !ok {
		return nil, refuse(http.StatusBadRequest, "required", "Required field 'networkPeering' not specified")
	}
	half, err := s.findHalf(n, fmt.Sprint(given["name"]))
	if err != nil {
		return nil, err
	}
	for name := range given {
		if !contains([]string{"name", "network", "exchangeSubnetRoutes", "exportCustomRoutes", "importCustomRoutes",
			"exportSubnetRoutesWithPublicIp", "importSubnetRoutesWithPublicIp", "stackType", "updateStrategy"}, name) {
			return nil, refuse(http.StatusBadRequest, "invalid", "Invalid value for field 'networkPeering.%s'. It cannot be updated.", name)
		}
	}
	if given["exchangeSubnetRoutes"] == false {
		return nil, refuse(http.StatusBadRequest, "invalid", "Invalid value for field 'networkPeering.exchangeSubnetRoutes': 'false'. It must be true.")
	}
	var asked struct {
		NetworkPeering *peering `json:"networkPeering"`
	}
	return s.change(c, n, half.peer, "updatePeering", func() *opError {
		peer, since, asks := half.peer, half.since, half.asksAway
		asked.NetworkPeering = half // what is not given stays
		if err := c.into(&asked); err != nil {
			return &opError{Code: "INTERNAL_ERROR", Message: err.Error(), Status: http.StatusInternalServerError}
		}
		half.peer, half.since, half.asksAway = peer, since, asks
		return nil
	})
}

func removePeering(s *server, c *call) (any, error) {
	if again := s.repeated(c); again != nil {
		return again, nil
	}
	n, half, err := s.named(c)
	if err != nil {
		return nil, err
	}
	if s.cloud.consensus(n, half) && s.cloud.agreed(n, half) != "DELETE_ACKNOWLEDGED" {
		return nil, refuse(http.StatusBadRequest, "invalid",
			"The peering '%s' has the update strategy CONSENSUS. Both network admins must request its deletion first.", half.Name)
	}
	return s.change(c, n, half.peer, "removePeering", func() *opError {
		n.drop(half)
		return nil
	})
}

func requestRemovePeering(s *server, c *call) (any, error) {
	if again := s.repeated(c); again != nil {
		return again, nil
	}
	n, half, err := s.named(c)
	if err != nil {
		return nil, err
	}
	if !s.cloud.consensus(n, half) {
		return nil, refuse(http.StatusBadRequest, "invalid", "The peering '%s' does not have the update strategy CONSENSUS.", half.Name)
	}
	return s.change(c, n, half.peer, "requestRemovePeering", func() *opError {
		half.asksAway = true
		return nil
	})
}

func (s *server) named(c *call) (*network, *peering, error) {
	n, err := s.findNetwork(c)
	if err != nil {
		return nil, nil, err
	}
	half, err := s.findHalf(n, fmt.Sprint(c.body["name"]))
	return n, half, err
}

func (n *network) drop(half *peering) {
	var rest []*peering
	for _, other := range n.peerings {
		if other != half {
			rest = append(rest, other)
		}
	}
	n.peerings = rest
}

// listPeeringRoutes shows the subnetworks that come in from the peers, or go out to them.
func listPeeringRoutes(s *server, c *call) (any, error) {
	n, err := s.findNetwork(c)
	if err != nil {
		return nil, err
	}
	var routes []map[string]any
	for _, half := range n.peerings {
		if name := c.query.Get("peeringName"); (name != "" && name != half.Name) || s.cloud.other(n, half) == nil {
			continue
		}
		from := s.cloud.network(half.peer)
		if c.query.Get("direction") == "OUTGOING" {
			from = n
		}
		for _, sub := range from.subnetworks() {
			if region := c.query.Get("region"); region == "" || region == sub.region {
				routes = append(routes, map[string]any{"destRange": sub.block.String(), "type": "SUBNET_PEERING_ROUTE",
					"imported": true, "priority": 0, "nextHopRegion": sub.region})
			}
		}
	}
	text := func(route map[string]any, name string) string { return fmt.Sprint(route[name]) }
	kept, next, err := page(s.cloud, c, routes, func(route map[string]any) string { return text(route, "destRange") }, text)
	if err != nil {
		return nil, err
	}
	items := make([]any, len(kept))
	for i, route := range kept {
		items[i] = route
	}
	return list("compute#exchangedPeeringRoutesList", n.key()+"/peeringRoutes", items, next), nil
}
