package main

import (
	"context"
	"fmt"
	"net/http"

	azfake "github.com/Azure/azure-sdk-for-go/sdk/azcore/fake"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v7"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v7/fake"
)

// Halves plays the operations on peerings for one call.
func (c *call) halves() *fake.VirtualNetworkPeeringsServer {
	return &fake.VirtualNetworkPeeringsServer{
		BeginCreateOrUpdate: func(_ context.Context, group, vnet, name string, body armnetwork.VirtualNetworkPeering, options *armnetwork.VirtualNetworkPeeringsClientBeginCreateOrUpdateOptions) (resp azfake.PollerResponder[armnetwork.VirtualNetworkPeeringsClientCreateOrUpdateResponse], errResp azfake.ErrorResponder) {
			sync := options != nil && options.SyncRemoteAddressSpace != nil && *options.SyncRemoteAddressSpace == armnetwork.SyncRemoteAddressSpaceTrue
			p, status, no := c.putPeering(c.at(group, vnet, name), body, sync)
			if no != nil {
				errResp.SetError(c.refused(no))
				return
			}
			shown := armnetwork.VirtualNetworkPeeringsClientCreateOrUpdateResponse{VirtualNetworkPeering: c.cloud.showPeering(p)}
			resp.SetTerminalResponse(status, shown, nil)
			return
		},
		BeginDelete: func(_ context.Context, group, vnet, name string, _ *armnetwork.VirtualNetworkPeeringsClientBeginDeleteOptions) (resp azfake.PollerResponder[armnetwork.VirtualNetworkPeeringsClientDeleteResponse], errResp azfake.ErrorResponder) {
			status, no := c.deletePeering(c.at(group, vnet, name))
			if no != nil {
				errResp.SetError(c.refused(no))
				return
			}
			resp.SetTerminalResponse(status, armnetwork.VirtualNetworkPeeringsClientDeleteResponse{}, nil)
			return
		},
		Get: func(_ context.Context, group, vnet, name string, _ *armnetwork.VirtualNetworkPeeringsClientGetOptions) (resp azfake.Responder[armnetwork.VirtualNetworkPeeringsClientGetResponse], errResp azfake.ErrorResponder) {
			id := c.at(group, vnet, name)
			v := c.cloud.vnets[key(id.vnetID())]
			if v == nil {
				errResp.SetError(c.refused(notFound(c.at(group, vnet, ""))))
				return
			}
			v.op.look()
			p := v.peerings[key(name)]
			if p == nil {
				errResp.SetError(c.refused(notFound(id)))
				return
			}
			resp.SetResponse(http.StatusOK, armnetwork.VirtualNetworkPeeringsClientGetResponse{VirtualNetworkPeering: c.cloud.showPeering(p)}, nil)
			return
		},
		NewListPager: func(group, vnet string, _ *armnetwork.VirtualNetworkPeeringsClientListOptions) (resp azfake.PagerResponder[armnetwork.VirtualNetworkPeeringsClientListResponse]) {
			id := c.at(group, vnet, "")
			v := c.cloud.vnets[key(id.vnetID())]
			if v == nil {
				resp.AddError(c.refused(notFound(id)))
				return
			}
			v.op.look()
			all := v.sorted()
			from, until, next := c.page(len(all))
			page := armnetwork.VirtualNetworkPeeringListResult{NextLink: next, Value: []*armnetwork.VirtualNetworkPeering{}}
			for _, p := range all[from:until] {
				page.Value = append(page.Value, to.Ptr(c.cloud.showPeering(p)))
			}
			resp.AddPage(http.StatusOK, armnetwork.VirtualNetworkPeeringsClientListResponse{VirtualNetworkPeeringListResult: page}, nil)
			return
		},
	}
}

func (c *call) putPeering(id resource, body armnetwork.VirtualNetworkPeering, sync bool) (*peering, int, *refusal) {
	v := c.cloud.vnets[key(id.vnetID())]
	if v == nil {
		return nil, 0, refuse(http.StatusNotFound, "ParentResourceNotFound", "Failed to perform 'write' on resource(s) of type 'virtualNetworks/virtualNetworkPeerings', because the parent resource '%s' could not be found.", id.vnetID())
	}
	remote, wanted, no := c.remoteOf(id, body)
	if no != nil {
		return nil, 0, no
	}
	if no := c.linked(id, remote); no != nil {
		return nil, 0, no
	}
	if no := c.free(v); no != nil {
		return nil, 0, no
	}
	there := c.cloud.vnets[key(remote.vnetID())]
	if there == nil {
		return nil, 0, refuse(http.StatusBadRequest, "InvalidResourceReference", "Resource %s referenced by resource %s was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.", remote.vnetID(), id.peeringID())
	}
	p, status := v.peerings[key(id.peering)], http.StatusOK
	if other := v.half(remote); other != nil && other != p {
		return nil, 0, refuse(http.StatusBadRequest, "AnotherPeeringAlreadyReferencesRemoteVnet", "Peering %s already references remote virtual network %s. Cannot add another peering referencing the same remote virtual network.", other.id.peeringID(), remote.vnetID())
	}
	if p != nil && key(p.remote.vnetID()) != key(remote.vnetID()) {
		return nil, 0, refuse(http.StatusBadRequest, "CannotChangeRemoteVirtualNetwork", "Peering %s references remote virtual network %s, which cannot be changed.", id.peeringID(), p.remote.vnetID())
	}
	if no := c.fits(id, v, there); no != nil {
		return nil, 0, no
	}
	if p == nil {
		if most := c.cloud.limits.Peerings; len(v.peerings) >= most {
			return nil, 0, refuse(http.StatusBadRequest, "PeeringsPerVirtualNetworkLimitReached", "Cannot create more than %d peerings for virtual network %s.", most, v.id.vnetID())
		}
		p, status = &peering{id: id, remote: there.id, link: "Initiated", far: there.prefixes}, http.StatusCreated
		v.peerings[key(id.peering)] = p
	}
	if p.link == "Disconnected" {
		p.link, p.far = "Initiated", there.prefixes
	}
	if sync {
		p.far = there.prefixes
	}
	p.flags, p.version = wanted, c.cloud.next()
	c.start(v, &p.state, "Updating", func(failed bool) {
		if !failed {
			c.cloud.connect(p)
		}
	})
	return p, status, nil
}

// RemoteOf reads the network that a peering leads to, and what it lets pass.
func (c *call) remoteOf(id resource, body armnetwork.VirtualNetworkPeering) (resource, flags, *refusal) {
	p := body.Properties
	if p == nil || p.RemoteVirtualNetwork == nil || p.RemoteVirtualNetwork.ID == nil {
		return resource{}, flags{}, refuse(http.StatusBadRequest, "InvalidRequestFormat", "Peering %s must reference a remote virtual network.", id.peeringID())
	}
	remote, ok := parse(*p.RemoteVirtualNetwork.ID)
	if !ok || remote.peering != "" {
		return resource{}, flags{}, refuse(http.StatusBadRequest, "LinkedInvalidPropertyId", "Property id '%s' at path 'properties.remoteVirtualNetwork.id' is invalid. Expect fully qualified resource Id that start with '/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.", *p.RemoteVirtualNetwork.ID)
	}
	if key(remote.vnetID()) == key(id.vnetID()) {
		return resource{}, flags{}, refuse(http.StatusBadRequest, "CannotPeerWithSelf", "Virtual network %s cannot be peered with itself.", id.vnetID())
	}
	on := func(flag *bool, otherwise bool) bool {
		if flag == nil {
			return otherwise
		}
		return *flag
	}
	return remote, flags{
		access:    on(p.AllowVirtualNetworkAccess, true),
		forwarded: on(p.AllowForwardedTraffic, false),
		transit:   on(p.AllowGatewayTransit, false),
		gateways:  on(p.UseRemoteGateways, false),
	}, nil
}

// Fits says whether two networks can be peered, by their addresses and by their other peerings.
func (c *call) fits(id resource, here, there *vnet) *refusal {
	if no := overlapping(id.peeringID(), here.id, here.prefixes, there.id, there.prefixes); no != nil {
		return no
	}
	beside := func(first, second *vnet) *refusal {
		for _, p := range second.sorted() {
			third := c.cloud.vnets[key(p.remote.vnetID())]
			if third == nil || third == first || p.link == "Disconnected" {
				continue
			}
			if _, _, yes := overlap(first.prefixes, third.prefixes); yes {
				return refuse(http.StatusBadRequest, "VnetAddressSpaceOverlapsWithAlreadyPeeredVnet", "Cannot create or update peering %s. Virtual networks %s and %s cannot be peered because address space of the first virtual network overlaps with address space of virtual network %s already peered with the second.", id.peeringID(), first.id.vnetID(), second.id.vnetID(), third.id.vnetID())
			}
		}
		return nil
	}
	if no := beside(here, there); no != nil {
		return no
	}
	if no := beside(there, here); no != nil {
		return no
	}
	if other := there.half(here.id); other != nil && other.link == "Disconnected" {
		return refuse(http.StatusBadRequest, "RemotePeeringIsDisconnected", "Cannot create or update peering %s because remote peering %s referencing parent virtual network %s is in Disconnected state. Update or re-create the remote peering to get it back to Initiated state. Peering gets Disconnected when remote vnet or remote peering is deleted and re-created.", id.peeringID(), other.id.peeringID(), here.id.vnetID())
	}
	return nil
}

func overlapping(peering string, a resource, ours []string, b resource, theirs []string) *refusal {
	one, other, yes := overlap(ours, theirs)
	if !yes {
		return nil
	}
	return refuse(http.StatusBadRequest, "VnetAddressSpacesOverlap", "Cannot create or update peering %s. Virtual networks %s and %s cannot be peered because their address spaces overlap. Overlapping address prefixes: %s, %s", peering, a.vnetID(), b.vnetID(), one, other)
}

func (c *call) deletePeering(id resource) (int, *refusal) {
	v := c.cloud.vnets[key(id.vnetID())]
	if v == nil {
		return http.StatusNoContent, nil
	}
	if no := c.free(v); no != nil {
		return 0, no
	}
	p := v.peerings[key(id.peering)]
	if p == nil {
		return http.StatusNoContent, nil
	}
	c.start(v, &p.state, "Deleting", func(failed bool) {
		if !failed {
			c.cloud.dropPeering(v, p)
		}
	})
	return http.StatusAccepted, nil
}

func (c *world) showPeering(p *peering) armnetwork.VirtualNetworkPeering {
	space := func(prefixes []string) *armnetwork.AddressSpace {
		return &armnetwork.AddressSpace{AddressPrefixes: to.SliceOfPtrs(prefixes...)}
	}
	shown := &armnetwork.VirtualNetworkPeeringPropertiesFormat{
		AllowForwardedTraffic:     to.Ptr(p.flags.forwarded),
		AllowGatewayTransit:       to.Ptr(p.flags.transit),
		AllowVirtualNetworkAccess: to.Ptr(p.flags.access),
		UseRemoteGateways:         to.Ptr(p.flags.gateways),
		PeerCompleteVnets:         to.Ptr(true),
		PeeringState:              to.Ptr(armnetwork.VirtualNetworkPeeringState(p.link)),
		PeeringSyncLevel:          to.Ptr(armnetwork.VirtualNetworkPeeringLevel(c.sync(p))),
		ProvisioningState:         to.Ptr(armnetwork.ProvisioningState(p.state)),
		RemoteVirtualNetwork:      &armnetwork.SubResource{ID: to.Ptr(p.remote.vnetID())},
		RemoteAddressSpace:        space(p.far),
	}
	if there := c.vnets[key(p.remote.vnetID())]; there != nil {
		shown.RemoteVirtualNetworkAddressSpace = space(there.prefixes)
	}
	return armnetwork.VirtualNetworkPeering{
		ID:         to.Ptr(p.id.peeringID()),
		Name:       to.Ptr(p.id.peering),
		Type:       to.Ptr("Microsoft.Network/virtualNetworks/virtualNetworkPeerings"),
		Etag:       to.Ptr(fmt.Sprintf("W/\"%d\"", p.version)),
		Properties: shown,
	}
}
