package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// A call is one request, while it is answered under the lock.
type call struct {
	cloud        *world
	request      *http.Request
	op           operationKind
	subscription string
	caller       claims
	auxiliary    []claims
	fails        *refusal          // how the operation that it starts will end, if badly
	no           *refusal          // what it was told
	headers      map[string]string // what its answer has beside a body
}

// At names something in the subscription that the call is about.
func (c *call) at(group, vnet, peering string) resource {
	return resource{subscription: c.subscription, group: group, vnet: vnet, peering: peering}
}

// Refused keeps the refusal, to be written as Resource Manager does it.
func (c *call) refused(no *refusal) error {
	c.no = no
	return no
}

// Page says which part of a list this call is for, and where the next one is.
func (c *call) page(n int) (int, int, *string) {
	from, err := strconv.Atoi(c.request.URL.Query().Get("$skiptoken"))
	if err != nil || from < 0 || from > n {
		from = 0
	}
	until := min(from+c.cloud.limits.PageSize, n)
	if until == n {
		return from, until, nil
	}
	query := url.Values{"api-version": {c.request.URL.Query().Get("api-version")}, "$skiptoken": {strconv.Itoa(until)}}
	next := c.cloud.base + c.request.URL.Path + "?" + query.Encode()
	return from, until, &next
}

func (c *call) asyncURL(location string, op *operation) string {
	return fmt.Sprintf("%s/subscriptions/%s/providers/Microsoft.Network/locations/%s/operations/%s?api-version=%s", c.cloud.base, c.subscription, location, op.name, networkVersion)
}

// Promise tells where to ask for an operation.
func (c *call) promise(v *vnet) {
	where := c.asyncURL(v.location, v.op)
	c.headers["Azure-AsyncOperation"] = where
	c.headers["Retry-After"] = strconv.Itoa(c.cloud.limits.RetryAfter)
	if c.request.Method == http.MethodDelete {
		c.headers["Location"] = strings.Replace(where, "/operations/", "/operationResults/", 1)
	}
}

// Authenticate reads who calls, and whether the subscription's directory vouches for them.
func (c *call) authenticate() *refusal {
	tenant, known := c.cloud.subscriptions[key(c.subscription)]
	if !known {
		return refuse(http.StatusNotFound, "SubscriptionNotFound", "The subscription '%s' could not be found.", c.subscription)
	}
	challenge := func(code, words string) string {
		return fmt.Sprintf("Bearer authorization_uri=\"https://login.windows.net/%s\", error=\"%s\", error_description=\"%s\"", tenant, code, words)
	}
	header := c.request.Header.Get("Authorization")
	if header == "" {
		words := "The authentication failed because of missing 'Authorization' header."
		return refuse(http.StatusUnauthorized, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.").
			with("WWW-Authenticate", challenge("invalid_token", words))
	}
	caller, err := c.cloud.identity.read(header)
	if err != nil {
		return refuse(http.StatusUnauthorized, "InvalidAuthenticationToken", "The access token is invalid: %v.", err).
			with("WWW-Authenticate", challenge("invalid_token", "The access token is invalid."))
	}
	if caller.Tenant != tenant {
		return refuse(http.StatusUnauthorized, "InvalidAuthenticationTokenTenant", "The access token is from the wrong issuer '%s'. It must match the tenant 'https://sts.windows.net/%s/' associated with this subscription. Please use the authority (URL) 'https://login.windows.net/%s' to get the token.", caller.Issuer, tenant, tenant).
			with("WWW-Authenticate", challenge("invalid_token", "The access token is from the wrong issuer. It must match the tenant associated with this subscription."))
	}
	c.caller = caller
	// Up to three more tokens, for resources that live in other directories.
	for _, one := range strings.Split(c.request.Header.Get("x-ms-authorization-auxiliary"), ",") {
		one = strings.Trim(strings.TrimSpace(one), ";")
		if one == "" {
			continue
		}
		more, err := c.cloud.identity.read(one)
		if err != nil || len(c.auxiliary) == 3 {
			return refuse(http.StatusUnauthorized, "InvalidAuthenticationToken", "An auxiliary token is invalid: %v.", err)
		}
		c.auxiliary = append(c.auxiliary, more)
	}
	return nil
}

// Authorize asks whether the caller's role covers the operation.
func (c *call) authorize(scope string) *refusal {
	if c.op.action == "" || c.cloud.may(object(c.caller.Tenant, c.caller.App), c.op.action, scope) {
		return nil
	}
	return refuse(http.StatusForbidden, "AuthorizationFailed", "The client '%s' with object id '%s' does not have authorization to perform action '%s' over scope '%s' or the scope is invalid. If access was recently granted, please refresh your credentials.", c.caller.App, c.caller.Object, c.op.action, scope)
}

// Linked asks whether the caller may peer with a network, perhaps in another directory.
func (c *call) linked(id, remote resource) *refusal {
	tenant, known := c.cloud.subscriptions[key(remote.subscription)]
	speaker := c.caller
	if known && tenant != c.caller.Tenant {
		known = false
		for _, more := range c.auxiliary {
			if more.Tenant == tenant && more.App == c.caller.App {
				speaker, known = more, true
			}
		}
	}
	if !known {
		return refuse(http.StatusForbidden, "LinkedAuthorizationFailed", "The client has permission to perform action 'Microsoft.Network/virtualNetworks/peer/action' on scope '%s', however the current tenant '%s' is not authorized to access linked subscription '%s'.", id.peeringID(), c.caller.Tenant, remote.subscription)
	}
	if c.cloud.may(object(speaker.Tenant, speaker.App), "Microsoft.Network/virtualNetworks/peer/action", remote.vnetID()) {
		return nil
	}
	return refuse(http.StatusForbidden, "LinkedAuthorizationFailed", "The client '%s' with object id '%s' has permission to perform action 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings/write' on scope '%s'; however, it does not have permission to perform action(s) 'Microsoft.Network/virtualNetworks/peer/action' on the linked scope(s) '%s' (respectively) or the linked scope(s) are invalid.", speaker.App, speaker.Object, id.peeringID(), remote.vnetID())
}
