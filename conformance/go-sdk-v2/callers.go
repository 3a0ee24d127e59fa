package conformance

import (
	"context"
	"net/http"
	"sync"
	"testing"

	"go.mongodb.org/atlas-sdk/v20231115014/admin"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// Caller is one principal: the SDK's client, and the HTTP client that the SDK
// uses, for the few calls that this version of the SDK has no method for.
type Caller struct {
	Env  Environment
	API  *admin.APIClient
	HTTP *http.Client
}

// DigestCaller signs in with the API key of the environment.
func DigestCaller(t *testing.T) Caller {
	t.Helper()
	env := ReadEnvironment(t)
	return KeyCaller(t, env, env.PublicKey, env.PrivateKey)
}

// KeyCaller signs in with any API key.
func KeyCaller(t *testing.T, env Environment, publicKey, privateKey string) Caller {
	t.Helper()
	api, err := admin.NewClient(admin.UseDigestAuth(publicKey, privateKey), admin.UseBaseURL(env.BaseURL))
	if err != nil {
		t.Fatalf("the SDK refused to make a digest client: %v", err)
	}
	return Caller{Env: env, API: api, HTTP: api.GetConfig().HTTPClient}
}

// TokenCaller signs in with the service account of the environment. All tests
// share one token, as one process of a real client does: the service limits how
// often a token may be asked for.
func TokenCaller(t *testing.T) Caller {
	t.Helper()
	env := ReadEnvironment(t)
	sharedToken.once.Do(func() {
		sharedToken.client = ServiceAccount(env, env.ClientSecret).Client(context.Background())
	})
	api, err := admin.NewClient(admin.UseHTTPClient(sharedToken.client), admin.UseBaseURL(env.BaseURL))
	if err != nil {
		t.Fatalf("the SDK refused to make a client around a token: %v", err)
	}
	return Caller{Env: env, API: api, HTTP: sharedToken.client}
}

// ServiceAccount is how a client asks for a token: client credentials, sent as
// basic authentication and never as form fields.
func ServiceAccount(env Environment, secret string) *clientcredentials.Config {
	return &clientcredentials.Config{
		ClientID:     env.ClientID,
		ClientSecret: secret,
		TokenURL:     env.BaseURL + "api/oauth/token",
		AuthStyle:    oauth2.AuthStyleInHeader,
	}
}

var sharedToken struct {
	once   sync.Once
	client *http.Client
}
