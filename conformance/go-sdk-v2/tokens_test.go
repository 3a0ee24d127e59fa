package conformance

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

func TestATokenLastsLongEnoughForTheProviderAndIsRefusedOnceItIsRevoked(t *testing.T) {
	t.Parallel()
	ctx, env := t.Context(), ReadEnvironment(t)
	token, err := ServiceAccount(env, env.ClientSecret).Token(ctx)
	if err != nil {
		t.Fatalf("no token for the service account: %v", err)
	}
	// The provider asks for a new one when less than ten minutes are left.
	if left := time.Until(token.Expiry); left < 50*time.Minute || !strings.EqualFold(token.TokenType, "Bearer") {
		t.Errorf("the token is a %s token that lasts %s", token.TokenType, left)
	}
	bearer := Caller{Env: env, HTTP: oauth2.NewClient(ctx, oauth2.StaticTokenSource(token))}
	const accept = "application/vnd.atlas.2023-01-01+json"
	bearer.Call(ctx, t, http.MethodGet, "api/atlas/v2/groups/"+env.ProjectID, accept, "").Is(t, http.StatusOK)

	form := url.Values{"token": {token.AccessToken}, "token_type_hint": {"access_token"}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, env.BaseURL+"api/oauth/revoke", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(env.ClientID, env.ClientSecret)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatalf("no answer to the revocation: %v", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("expected 200, but the whole answer was\n%s", describe(response, nil))
	}

	refused := bearer.Call(ctx, t, http.MethodGet, "api/atlas/v2/groups/"+env.ProjectID, accept, "")
	refused.Is(t, http.StatusUnauthorized)
	// One challenge too many makes some clients give up without reading the answer.
	if challenge := refused.Header.Get("WWW-Authenticate"); strings.Contains(challenge, "Digest") {
		t.Errorf("a refused token is challenged to sign in by digest: %s", challenge)
	}
}

func TestAWrongClientSecretIsRefusedAsTheOAuthStandardSays(t *testing.T) {
	t.Parallel()
	env := ReadEnvironment(t)
	_, err := ServiceAccount(env, "mdb_sa_sk_"+strings.Repeat("x", 40)).Token(t.Context())
	var refusal *oauth2.RetrieveError
	if !errors.As(err, &refusal) || refusal.Response.StatusCode != http.StatusUnauthorized || refusal.ErrorCode != "invalid_client" {
		t.Errorf("expected 401 invalid_client, and the client says: %v", err)
	}
}
