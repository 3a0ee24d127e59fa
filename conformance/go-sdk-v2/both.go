package conformance

import (
	"net/http"
	"testing"
)

// BothWays runs a test once for each kind of credentials that a client can have:
// an API key by digest, and a service account's token.
func BothWays(t *testing.T, test func(t *testing.T, caller Caller)) {
	t.Helper()
	t.Parallel()
	t.Run("by digest key", func(t *testing.T) {
		t.Parallel()
		test(t, DigestCaller(t))
	})
	t.Run("by token", func(t *testing.T) {
		t.Parallel()
		test(t, TokenCaller(t))
	})
}

// GotEmpty wraps the two results of an SDK call whose answer has no body.
func GotEmpty(response *http.Response, err error) Answer[struct{}] {
	return Got(struct{}{}, response, err)
}
