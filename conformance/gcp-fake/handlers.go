package main

// allHandlers is every method that is done here, with the permissions that it takes.
// Source: the "Required permissions" of Google's reference.
func allHandlers() map[string]handler {
	return map[string]handler{
		"compute.networks.insert":                {[]string{"compute.networks.create"}, insertNetwork},
		"compute.networks.get":                   {[]string{"compute.networks.get"}, getNetwork},
		"compute.networks.list":                  {[]string{"compute.networks.list"}, listNetworks},
		"compute.networks.delete":                {[]string{"compute.networks.delete"}, deleteNetwork},
		"compute.networks.addPeering":            {[]string{"compute.networks.addPeering"}, addPeering},
		"compute.networks.updatePeering":         {[]string{"compute.networks.updatePeering"}, updatePeering},
		"compute.networks.removePeering":         {[]string{"compute.networks.removePeering"}, removePeering},
		"compute.networks.requestRemovePeering":  {[]string{"compute.networks.removePeering"}, requestRemovePeering},
		"compute.networks.listPeeringRoutes":     {[]string{"compute.networks.listPeeringRoutes"}, listPeeringRoutes},
		"compute.subnetworks.insert":             {[]string{"compute.subnetworks.create", "compute.networks.updatePolicy"}, insertSubnetwork},
		"compute.subnetworks.get":                {[]string{"compute.subnetworks.get"}, getSubnetwork},
		"compute.subnetworks.delete":             {[]string{"compute.subnetworks.delete", "compute.networks.updatePolicy"}, deleteSubnetwork},
		"compute.networkFirewallPolicies.insert": {[]string{"compute.firewallPolicies.create"}, insertPolicy},
		"compute.networkFirewallPolicies.get":    {[]string{"compute.firewallPolicies.get"}, getPolicy},
		"compute.networkFirewallPolicies.list":   {[]string{"compute.firewallPolicies.list"}, listPolicies},
		"compute.networkFirewallPolicies.delete": {[]string{"compute.firewallPolicies.delete"}, deletePolicy},
		"compute.regions.get":                    {[]string{"compute.regions.get"}, getRegion},
		"compute.globalOperations.get":           {[]string{"compute.globalOperations.get"}, getOperation},
		"compute.globalOperations.wait":          {[]string{"compute.globalOperations.get"}, waitOperation},
		"compute.globalOperations.list":          {[]string{"compute.globalOperations.list"}, listOperations},
		"compute.regionOperations.get":           {[]string{"compute.regionOperations.get"}, getOperation},
		"compute.regionOperations.wait":          {[]string{"compute.regionOperations.get"}, waitOperation},
		"compute.regionOperations.list":          {[]string{"compute.regionOperations.list"}, listOperations},

		"cloudresourcemanager.projects.testIamPermissions":            {nil, testPermissions},
		"iamcredentials.projects.serviceAccounts.generateAccessToken": {nil, impersonate},
		"oauth2.tokeninfo": {nil, tokenInfo},
		"sts.token":        {nil, exchange},
	}
}
