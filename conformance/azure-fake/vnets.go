package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/netip"

	azfake "github.com/Azure/azure-sdk-for-go/sdk/azcore/fake"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v7"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v7/fake"
)

// Networks plays the operations on virtual networks for one call.
func (c *call) networks() *fake.VirtualNetworksServer {
	return &fake.VirtualNetworksServer{
		BeginCreateOrUpdate: func(_ context.Context, group, name string, body armnetwork.VirtualNetwork, _ *armnetwork.VirtualNetworksClientBeginCreateOrUpdateOptions) (resp azfake.PollerResponder[armnetwork.VirtualNetworksClientCreateOrUpdateResponse], errResp azfake.ErrorResponder) {
			v, status, no := c.putVNet(c.at(group, name, ""), body)
			if no != nil {
				errResp.SetError(c.refused(no))
				return
			}
			shown := armnetwork.VirtualNetworksClientCreateOrUpdateResponse{VirtualNetwork: c.cloud.showVNet(v)}
			resp.SetTerminalResponse(status, shown, nil)
			return
		},
		BeginDelete: func(_ context.Context, group, name string, _ *armnetwork.VirtualNetworksClientBeginDeleteOptions) (resp azfake.PollerResponder[armnetwork.VirtualNetworksClientDeleteResponse], errResp azfake.ErrorResponder) {
			status, no := c.deleteVNet(c.at(group, name, ""))
			if no != nil {
				errResp.SetError(c.refused(no))
				return
			}
			resp.SetTerminalResponse(status, armnetwork.VirtualNetworksClientDeleteResponse{}, nil)
			return
		},
		Get: func(_ context.Context, group, name string, _ *armnetwork.VirtualNetworksClientGetOptions) (resp azfake.Responder[armnetwork.VirtualNetworksClientGetResponse], errResp azfake.ErrorResponder) {
			id := c.at(group, name, "")
			v := c.cloud.vnets[key(id.vnetID())]
			if v != nil {
				v.op.look()
				v = c.cloud.vnets[key(id.vnetID())]
			}
			if v == nil {
				errResp.SetError(c.refused(notFound(id)))
				return
			}
			resp.SetResponse(http.StatusOK, armnetwork.VirtualNetworksClientGetResponse{VirtualNetwork: c.cloud.showVNet(v)}, nil)
			return
		},
		NewListPager: func(group string, _ *armnetwork.VirtualNetworksClientListOptions) (resp azfake.PagerResponder[armnetwork.VirtualNetworksClientListResponse]) {
			all := c.cloud.sorted(c.at(group, "", "").groupID())
			from, until, next := c.page(len(all))
			page := armnetwork.VirtualNetworkListResult{NextLink: next, Value: []*armnetwork.VirtualNetwork{}}
			for _, v := range all[from:until] {
				page.Value = append(page.Value, to.Ptr(c.cloud.showVNet(v)))
			}
			resp.AddPage(http.StatusOK, armnetwork.VirtualNetworksClientListResponse{VirtualNetworkListResult: page}, nil)
			return
		},
		UpdateTags: func(_ context.Context, group, name string, body armnetwork.TagsObject, _ *armnetwork.VirtualNetworksClientUpdateTagsOptions) (resp azfake.Responder[armnetwork.VirtualNetworksClientUpdateTagsResponse], errResp azfake.ErrorResponder) {
			id := c.at(group, name, "")
			v := c.cloud.vnets[key(id.vnetID())]
			if v == nil {
				errResp.SetError(c.refused(notFound(id)))
				return
			}
			v.tags, v.version = tags(body.Tags), c.cloud.next()
			resp.SetResponse(http.StatusOK, armnetwork.VirtualNetworksClientUpdateTagsResponse{VirtualNetwork: c.cloud.showVNet(v)}, nil)
			return
		},
	}
}

// Usages plays the counts of a location.
func (c *call) usages() *fake.UsagesServer {
	return &fake.UsagesServer{
		NewListPager: func(location string, _ *armnetwork.UsagesClientListOptions) (resp azfake.PagerResponder[armnetwork.UsagesClientListResponse]) {
			usage := func(name, words string, has, most int) *armnetwork.Usage {
				return &armnetwork.Usage{
					CurrentValue: to.Ptr(int64(has)),
					Limit:        to.Ptr(int64(most)),
					Name:         &armnetwork.UsageName{LocalizedValue: to.Ptr(words), Value: to.Ptr(name)},
					Unit:         to.Ptr(armnetwork.UsageUnitCount),
				}
			}
			all := []*armnetwork.Usage{
				usage("VirtualNetworks", "Virtual Networks", c.cloud.count(c.subscription, location), c.cloud.limits.VNets),
				usage("PeeringsPerVirtualNetwork", "Peerings per Virtual Network", 0, c.cloud.limits.Peerings),
			}
			from, until, next := c.page(len(all))
			resp.AddPage(http.StatusOK, armnetwork.UsagesClientListResponse{UsagesListResult: armnetwork.UsagesListResult{NextLink: next, Value: all[from:until]}}, nil)
			return
		},
	}
}

func (c *world) count(subscription, location string) int {
	n := 0
	for _, v := range c.vnets {
		if key(v.id.subscription) == key(subscription) && v.location == location {
			n++
		}
	}
	return n
}

func (c *call) putVNet(id resource, body armnetwork.VirtualNetwork) (*vnet, int, *refusal) {
	prefixes, no := addresses(body)
	if no != nil {
		return nil, 0, no
	}
	if body.Location == nil || *body.Location == "" {
		return nil, 0, refuse(http.StatusBadRequest, "LocationRequired", "The location property is required for this definition.")
	}
	v := c.cloud.vnets[key(id.vnetID())]
	if v == nil {
		most := c.cloud.limits.VNets
		if c.cloud.count(id.subscription, *body.Location) >= most {
			return nil, 0, refuse(http.StatusBadRequest, "VnetCountLimitReached", "Cannot create more than %d virtual networks for this subscription in this region.", most)
		}
		v = &vnet{id: id, location: *body.Location, tags: tags(body.Tags), prefixes: prefixes, peerings: map[string]*peering{}}
		c.cloud.vnets[key(id.vnetID())] = v
		c.start(v, &v.state, "Updating", func(bool) {})
		return v, http.StatusCreated, nil
	}
	if v.location != *body.Location {
		return nil, 0, refuse(http.StatusConflict, "InvalidResourceLocation", "The resource '%s' already exists in location '%s' in resource group '%s'. A resource with the same name cannot be created in location '%s'. Please select a new resource name.", id.vnet, v.location, id.group, *body.Location)
	}
	if no := c.free(v); no != nil {
		return nil, 0, no
	}
	for _, p := range v.sorted() {
		if there := c.cloud.vnets[key(p.remote.vnetID())]; there != nil {
			if no := overlapping(p.id.peeringID(), v.id, prefixes, there.id, there.prefixes); no != nil {
				return nil, 0, no
			}
		}
	}
	v.tags, v.prefixes = tags(body.Tags), prefixes
	c.start(v, &v.state, "Updating", func(bool) {})
	return v, http.StatusOK, nil
}

func (c *call) deleteVNet(id resource) (int, *refusal) {
	v := c.cloud.vnets[key(id.vnetID())]
	if v == nil {
		return http.StatusNoContent, nil
	}
	if no := c.free(v); no != nil {
		return 0, no
	}
	c.start(v, &v.state, "Deleting", func(failed bool) {
		if !failed {
			c.cloud.dropVNet(v)
		}
	})
	return http.StatusAccepted, nil
}

// Start begins an operation on a network, or on a peering in it: one at a time.
func (c *call) start(v *vnet, state *string, meanwhile string, then func(failed bool)) {
	*state = meanwhile
	v.version = c.cloud.next()
	v.op = c.cloud.begin(c.fails, func(failed bool) {
		*state = "Succeeded"
		if failed {
			*state = "Failed"
		}
		then(failed)
	})
	c.promise(v)
}

// Free says whether a network can be changed now. That somebody asked is a look, too.
func (c *call) free(v *vnet) *refusal {
	if !v.busy() {
		return nil
	}
	where := c.asyncURL(v.location, v.op)
	v.op.look()
	return refuse(http.StatusConflict, "AnotherOperationInProgress", "Another operation on this or dependent resource is in progress. To retrieve status of the operation use uri: %s.", where).
		with("Retry-After", fmt.Sprint(c.cloud.limits.RetryAfter))
}

func addresses(body armnetwork.VirtualNetwork) ([]string, *refusal) {
	var prefixes []string
	if body.Properties != nil && body.Properties.AddressSpace != nil {
		for _, prefix := range body.Properties.AddressSpace.AddressPrefixes {
			if prefix == nil {
				continue
			}
			block, err := netip.ParsePrefix(*prefix)
			if err != nil || block.Masked() != block {
				return nil, refuse(http.StatusBadRequest, "InvalidCIDRNotation", "The address prefix %s has an invalid CIDR notation.", *prefix)
			}
			prefixes = append(prefixes, *prefix)
		}
	}
	if len(prefixes) == 0 {
		return nil, refuse(http.StatusBadRequest, "InvalidRequestFormat", "A virtual network needs at least one address prefix.")
	}
	return prefixes, nil
}

func tags(from map[string]*string) map[string]string {
	all := map[string]string{}
	for name, value := range from {
		if value != nil {
			all[name] = *value
		}
	}
	return all
}

func (c *world) showVNet(v *vnet) armnetwork.VirtualNetwork {
	shown := map[string]*string{}
	for name, value := range maps.All(v.tags) {
		shown[name] = to.Ptr(value)
	}
	halves := []*armnetwork.VirtualNetworkPeering{}
	for _, p := range v.sorted() {
		halves = append(halves, to.Ptr(c.showPeering(p)))
	}
	return armnetwork.VirtualNetwork{
		ID:       to.Ptr(v.id.vnetID()),
		Name:     to.Ptr(v.id.vnet),
		Type:     to.Ptr("Microsoft.Network/virtualNetworks"),
		Location: to.Ptr(v.location),
		Etag:     to.Ptr(fmt.Sprintf("W/\"%d\"", v.version)),
		Tags:     shown,
		Properties: &armnetwork.VirtualNetworkPropertiesFormat{
			AddressSpace:           &armnetwork.AddressSpace{AddressPrefixes: to.SliceOfPtrs(v.prefixes...)},
			ProvisioningState:      to.Ptr(armnetwork.ProvisioningState(v.state)),
			Subnets:                []*armnetwork.Subnet{},
			VirtualNetworkPeerings: halves,
			EnableDdosProtection:   to.Ptr(false),
		},
	}
}
