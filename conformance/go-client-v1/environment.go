// Package conformance drives a running Landbridge server with the official Go
// client of the MongoDB Atlas Administration API, v1.0. Nothing here knows how
// the server works inside: it sees what every client sees.
package conformance

import (
	"os"
	"strings"
	"testing"
)

// Environment is what a server's two bootstrap files export.
type Environment struct {
	BaseURL      string // always with its trailing slash
	OrgID        string
	ProjectID    string
	PublicKey    string
	PrivateKey   string
	ClientID     string
	ClientSecret string
}

// ReadEnvironment fails the test, with the sentence that helps, when a variable
// is missing: a conformance run that skips itself proves nothing.
func ReadEnvironment(t *testing.T) Environment {
	t.Helper()
	var missing []string
	read := func(name string) string {
		value := os.Getenv(name)
		if value == "" {
			missing = append(missing, name)
		}
		return value
	}
	env := Environment{
		BaseURL:      read("MONGODB_ATLAS_BASE_URL"),
		OrgID:        read("MONGODB_ATLAS_ORG_ID"),
		ProjectID:    read("MONGODB_ATLAS_PROJECT_ID"),
		PublicKey:    read("MONGODB_ATLAS_PUBLIC_KEY"),
		PrivateKey:   read("MONGODB_ATLAS_PRIVATE_KEY"),
		ClientID:     read("MONGODB_ATLAS_CLIENT_ID"),
		ClientSecret: read("MONGODB_ATLAS_CLIENT_SECRET"),
	}
	if len(missing) > 0 {
		t.Fatalf("%s not set: start `landbridge serve`, then source bootstrap.env and bootstrap-oauth.env from its data folder",
			strings.Join(missing, ", "))
	}
	if !strings.HasSuffix(env.BaseURL, "/") {
		t.Fatalf("MONGODB_ATLAS_BASE_URL is %q: it needs its trailing slash, as the official clients do", env.BaseURL)
	}
	return env
}
