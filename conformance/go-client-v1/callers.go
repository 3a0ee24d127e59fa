package conformance

import (
	"context"
	"net/http"
	"sync"
	"testing"

	"github.com/mongodb-forks/digest"
	"go.mongodb.org/atlas/mongodbatlas"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// Caller is one principal, and the v1.0 client that speaks for it.
type Caller struct {
	Env Environment
	API *mongodbatlas.Client
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
	client, err := digest.NewTransport(publicKey, privateKey).Client()
	if err != nil {
		t.Fatalf("no HTTP client for digest authentication: %v", err)
	}
	return newCaller(t, env, client)
}

// TokenCaller signs in with the service account of the environment. The v1.0
// client knows nothing of tokens; the Terraform provider lends it one for its
// checks. All tests share one, because the service limits how often a token may
// be asked for.
func TokenCaller(t *testing.T) Caller {
	t.Helper()
	env := ReadEnvironment(t)
	sharedToken.once.Do(func() {
		account := clientcredentials.Config{
			ClientID:     env.ClientID,
			ClientSecret: env.ClientSecret,
			TokenURL:     env.BaseURL + "api/oauth/token",
			AuthStyle:    oauth2.AuthStyleInHeader,
		}
		sharedToken.client = account.Client(context.Background())
	})
	return newCaller(t, env, sharedToken.client)
}

func newCaller(t *testing.T, env Environment, client *http.Client) Caller {
	t.Helper()
	// Raw keeps each answer, so that a failure can show the whole of it.
	api, err := mongodbatlas.New(client, mongodbatlas.SetBaseURL(env.BaseURL), mongodbatlas.SetWithRaw())
	if err != nil {
		t.Fatalf("the v1.0 client refused the base URL %s: %v", env.BaseURL, err)
	}
	return Caller{Env: env, API: api}
}

var sharedToken struct {
	once   sync.Once
	client *http.Client
}
