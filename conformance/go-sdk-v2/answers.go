package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"go.mongodb.org/atlas-sdk/v20231115014/admin"
)

// Answer is what one call of the SDK came back with.
type Answer[T any] struct {
	body     T
	response *http.Response
	err      error
}

// Got wraps the three results of an SDK call, so that a test can say in one line
// what it expects of them.
func Got[T any](body T, response *http.Response, err error) Answer[T] {
	return Answer[T]{body, response, err}
}

// Is demands success with exactly this status, and gives the decoded body.
func (a Answer[T]) Is(t *testing.T, status int) T {
	t.Helper()
	if a.err != nil || a.response == nil || a.response.StatusCode != status {
		t.Fatalf("expected %d, but the whole answer was\n%s", status, a)
	}
	return a.body
}

// IsRefused demands an error that the SDK itself recognises by its code, with
// the fields that every error object of the service carries.
func (a Answer[T]) IsRefused(t *testing.T, status int, code string) {
	t.Helper()
	refusal, known := admin.AsError(a.err)
	if !known {
		t.Fatalf("expected %d %s as an error object, but the whole answer was\n%s", status, code, a)
	}
	complete := refusal.Detail != nil && *refusal.Detail != "" && refusal.Error != nil && *refusal.Error == status &&
		refusal.Parameters != nil && refusal.GetReason() == http.StatusText(status)
	if !admin.IsErrorCode(a.err, code) || a.response.StatusCode != status || !complete {
		t.Fatalf("expected %d %s with all its fields, but the whole answer was\n%s", status, code, a)
	}
	if header := a.response.Header.Get("X-Error-Code"); header != code {
		t.Errorf("X-Error-Code is %q beside a body that says %q", header, code)
	}
}

// Err is the SDK's error, for loops that decide on it.
func (a Answer[T]) Err() error { return a.err }

// Body is the decoded body, for loops that have looked at Err.
func (a Answer[T]) Body() T { return a.body }

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
	return describe(a.response, a.err)
}

func describe(response *http.Response, err error) string {
	var text strings.Builder
	if request := response.Request; request != nil {
		fmt.Fprintf(&text, "%s %s\n", request.Method, request.URL)
	}
	fmt.Fprintf(&text, "%s\n", response.Status)
	names := make([]string, 0, len(response.Header))
	for name := range response.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(&text, "%s: %s\n", name, strings.Join(response.Header[name], ", "))
	}
	// The SDK leaves the body readable. An error of the SDK keeps a copy of its own.
	body, _ := io.ReadAll(response.Body)
	var apiError *admin.GenericOpenAPIError
	if errors.As(err, &apiError) && len(apiError.Body()) > 0 {
		body = apiError.Body()
	}
	fmt.Fprintf(&text, "\n%s\n", body)
	if err != nil {
		fmt.Fprintf(&text, "the client says: %v\n", err)
	}
	return text.String()
}

// MustEcho demands that every field that was sent is in the answer, unchanged.
// A field named in mayBeAbsent may be missing, but not different.
func MustEcho(t *testing.T, sent, got any, mayBeAbsent ...string) {
	t.Helper()
	asked, answered := fields(t, sent), fields(t, got)
	for name, want := range asked {
		have, present := answered[name]
		if !present && slices.Contains(mayBeAbsent, name) {
			continue
		}
		if fmt.Sprint(have) != fmt.Sprint(want) {
			t.Errorf("%s was sent as %v and came back as %v", name, want, have)
		}
	}
}

func fields(t *testing.T, value any) map[string]any {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatalf("cannot encode %T: %v", value, err)
	}
	var object map[string]any
	if err := json.Unmarshal(text, &object); err != nil {
		t.Fatalf("%T is not a JSON object: %v", value, err)
	}
	return object
}
