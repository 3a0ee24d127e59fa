package conformance

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"go.mongodb.org/atlas/mongodbatlas"
)

// Answer is what one call of the v1.0 client came back with.
type Answer[T any] struct {
	body     T
	response *mongodbatlas.Response
	err      error
}

// Got wraps the three results of a call, so that a test can say in one line what
// it expects of them.
func Got[T any](body T, response *mongodbatlas.Response, err error) Answer[T] {
	return Answer[T]{body, response, err}
}

// Done is Got for the calls that have no body to give.
func Done(response *mongodbatlas.Response, err error) Answer[struct{}] {
	return Answer[struct{}]{struct{}{}, response, err}
}

// Is demands success with exactly this status, in the media type of v1.0, and
// gives the decoded body.
func (a Answer[T]) Is(t *testing.T, status int) T {
	t.Helper()
	if a.err != nil || a.Status() != status {
		t.Fatalf("expected %d, but the whole answer was\n%s", status, a)
	}
	if kind := a.response.Header.Get("Content-Type"); len(a.response.Raw) > 0 && !strings.HasPrefix(kind, "application/json") {
		t.Errorf("v1.0 answered in %q", kind)
	}
	return a.body
}

// IsRefused demands an error object with this status and code.
func (a Answer[T]) IsRefused(t *testing.T, status int, code string) {
	t.Helper()
	var refusal *mongodbatlas.ErrorResponse
	if !errors.As(a.err, &refusal) || a.Status() != status || refusal.ErrorCode != code ||
		refusal.HTTPCode != status || refusal.Reason != http.StatusText(status) || refusal.Detail == "" {
		t.Fatalf("expected %d %s with all its fields, but the whole answer was\n%s", status, code, a)
	}
}

// Code is the error's code, or nothing.
func (a Answer[T]) Code() string {
	var refusal *mongodbatlas.ErrorResponse
	if errors.As(a.err, &refusal) {
		return refusal.ErrorCode
	}
	return ""
}

// Status is 0 when there was no answer at all.
func (a Answer[T]) Status() int {
	if a.response == nil {
		return 0
	}
	return a.response.StatusCode
}

// String is the whole answer, as a person would want to see it in a failure.
func (a Answer[T]) String() string {
	if a.response == nil {
		return fmt.Sprintf("no answer: %v", a.err)
	}
	var text strings.Builder
	if request := a.response.Request; request != nil {
		fmt.Fprintf(&text, "%s %s\n", request.Method, request.URL)
	}
	fmt.Fprintf(&text, "%s\n", a.response.Status)
	names := make([]string, 0, len(a.response.Header))
	for name := range a.response.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(&text, "%s: %s\n", name, strings.Join(a.response.Header[name], ", "))
	}
	fmt.Fprintf(&text, "\n%s\n", a.response.Raw)
	if a.err != nil {
		fmt.Fprintf(&text, "the client says: %v\n", a.err)
	}
	return text.String()
}
