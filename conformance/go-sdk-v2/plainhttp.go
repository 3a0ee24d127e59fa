package conformance

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
)

// Plain is an answer read without the SDK.
type Plain struct {
	Status int
	Header http.Header
	Body   string
	whole  string
}

// Is demands exactly this status, and gives the body.
func (p Plain) Is(t *testing.T, status int) string {
	t.Helper()
	if p.Status != status {
		t.Fatalf("expected %d, but the whole answer was\n%s", status, p.whole)
	}
	return p.Body
}

// Call makes one request with the caller's credentials and without the SDK. The
// path is relative to the base URL; a body, when there is one, is JSON.
func (c Caller) Call(ctx context.Context, t *testing.T, method, path, accept, body string) Plain {
	t.Helper()
	var content io.Reader
	if body != "" {
		content = strings.NewReader(body)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.Env.BaseURL+path, content)
	if err != nil {
		t.Fatalf("%s %s is no request: %v", method, path, err)
	}
	request.Header.Set("Accept", accept)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := c.HTTP.Do(request)
	if err != nil {
		t.Fatalf("%s %s: no answer: %v", method, path, err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("%s %s: the answer broke off: %v", method, path, err)
	}
	response.Body = io.NopCloser(strings.NewReader(string(text)))
	return Plain{Status: response.StatusCode, Header: response.Header, Body: string(text), whole: describe(response, nil)}
}
