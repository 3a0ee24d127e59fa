package main

import (
	"net/netip"
	"strings"
)

// A resource is what a path names; its parts keep the case that the caller wrote.
type resource struct{ subscription, group, vnet, peering string }

// Parse reads the id of a virtual network or of a peering in one.
func parse(id string) (resource, bool) {
	parts := strings.Split(strings.TrimPrefix(id, "/"), "/")
	same := func(i int, word string) bool { return i < len(parts) && strings.EqualFold(parts[i], word) }
	if (len(parts) != 8 && len(parts) != 10) || !same(0, "subscriptions") || !same(2, "resourceGroups") ||
		!same(4, "providers") || !same(5, "Microsoft.Network") || !same(6, "virtualNetworks") {
		return resource{}, false
	}
	r := resource{subscription: parts[1], group: parts[3], vnet: parts[7]}
	if len(parts) == 10 {
		if !same(8, "virtualNetworkPeerings") {
			return resource{}, false
		}
		r.peering = parts[9]
	}
	return r, r.subscription != "" && r.group != "" && r.vnet != ""
}

func (r resource) groupID() string {
	return "/subscriptions/" + r.subscription + "/resourceGroups/" + r.group
}

func (r resource) vnetID() string {
	return r.groupID() + "/providers/Microsoft.Network/virtualNetworks/" + r.vnet
}

func (r resource) peeringID() string {
	return r.vnetID() + "/virtualNetworkPeerings/" + r.peering
}

// ID is the id of what is named.
func (r resource) id() string {
	if r.peering != "" {
		return r.peeringID()
	}
	return r.vnetID()
}

// Names are compared without regard to case.
func key(id string) string { return strings.ToLower(id) }

// Overlap finds the first prefixes of two networks that share addresses.
func overlap(a, b []string) (string, string, bool) {
	for _, one := range a {
		for _, other := range b {
			x, err := netip.ParsePrefix(one)
			if err != nil {
				continue
			}
			y, err := netip.ParsePrefix(other)
			if err == nil && x.Overlaps(y) {
				return one, other, true
			}
		}
	}
	return "", "", false
}

func samePrefixes(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
