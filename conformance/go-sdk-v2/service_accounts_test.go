package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// This version of the SDK has no service accounts: the bodies are written and
// read here.
const accountsVersion = "application/vnd.atlas.2024-08-05+json"

type account struct {
	ClientID string   `json:"clientId"`
	Name     string   `json:"name"`
	Roles    []string `json:"roles"`
	Secrets  []secret `json:"secrets"`
}

type secret struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
	Masked string `json:"maskedSecretValue"`
}

func read[T any](t *testing.T, body string) T {
	t.Helper()
	var value T
	if err := json.Unmarshal([]byte(body), &value); err != nil {
		t.Fatalf("%s is not what was expected: %v", body, err)
	}
	return value
}

// bearerOf is a caller with a token of a service account's own.
func bearerOf(ctx context.Context, t *testing.T, env Environment, clientID, clientSecret string) Caller {
	t.Helper()
	env.ClientID = clientID
	return Caller{Env: env, HTTP: ServiceAccount(env, clientSecret).Client(ctx)}
}

func newAccount(ctx context.Context, t *testing.T, owner Caller, place, role string) account {
	t.Helper()
	body := fmt.Sprintf(`{"name":%q,"description":"made by a conformance test","roles":[%q],"secretExpiresAfterHours":8}`, Unique("account-"), role)
	made := read[account](t, owner.Call(ctx, t, http.MethodPost, place+"/serviceAccounts", accountsVersion, body).Is(t, http.StatusCreated))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		owner.Call(ctx, t, http.MethodDelete, "api/atlas/v2/orgs/"+owner.Env.OrgID+"/serviceAccounts/"+made.ClientID, accountsVersion, "")
	})
	return made
}

func TestAServiceAccountLivesFromItsSecretToItsEnd(t *testing.T) {
	BothWays(t, func(t *testing.T, owner Caller) {
		ctx := t.Context()
		org := "api/atlas/v2/orgs/" + owner.Env.OrgID
		made := newAccount(ctx, t, owner, org, "ORG_READ_ONLY")
		first := made.Secrets[0]
		if !strings.HasPrefix(made.ClientID, "mdb_sa_id_") || !strings.HasPrefix(first.Secret, "mdb_sa_sk_") || len(first.Secret) != 50 {
			t.Fatalf("the new account has the id %s and a secret of %d characters", made.ClientID, len(first.Secret))
		}
		path := org + "/serviceAccounts/" + made.ClientID
		again := read[account](t, owner.Call(ctx, t, http.MethodGet, path, accountsVersion, "").Is(t, http.StatusOK))
		if again.Secrets[0].Secret != "" || again.Secrets[0].Masked == "" || strings.Contains(first.Secret, again.Secrets[0].Masked) {
			t.Errorf("afterwards the secret reads %+v", again.Secrets[0])
		}

		reader := bearerOf(ctx, t, owner.Env, made.ClientID, first.Secret)
		reader.Call(ctx, t, http.MethodGet, org, "application/vnd.atlas.2023-01-01+json", "").Is(t, http.StatusOK)
		reader.Call(ctx, t, http.MethodDelete, path, accountsVersion, "").Is(t, http.StatusUnauthorized)

		second := read[secret](t, owner.Call(ctx, t, http.MethodPost, path+"/secrets", accountsVersion, `{"secretExpiresAfterHours":8}`).Is(t, http.StatusCreated))
		if third := owner.Call(ctx, t, http.MethodPost, path+"/secrets", accountsVersion, `{"secretExpiresAfterHours":8}`); third.Status < 400 || third.Status > 499 {
			t.Errorf("a third secret is given: %s", third.whole)
		}
		rotated := bearerOf(ctx, t, owner.Env, made.ClientID, second.Secret)
		rotated.Call(ctx, t, http.MethodGet, org, "application/vnd.atlas.2023-01-01+json", "").Is(t, http.StatusOK)

		// What a secret opened ends with it, at once.
		owner.Call(ctx, t, http.MethodDelete, path+"/secrets/"+first.ID, accountsVersion, "").Is(t, http.StatusNoContent)
		reader.Call(ctx, t, http.MethodGet, org, "application/vnd.atlas.2023-01-01+json", "").Is(t, http.StatusUnauthorized)
		rotated.Call(ctx, t, http.MethodGet, org, "application/vnd.atlas.2023-01-01+json", "").Is(t, http.StatusOK)

		owner.Call(ctx, t, http.MethodDelete, path, accountsVersion, "").Is(t, http.StatusNoContent)
		rotated.Call(ctx, t, http.MethodGet, org, "application/vnd.atlas.2023-01-01+json", "").Is(t, http.StatusUnauthorized)
		owner.Call(ctx, t, http.MethodGet, path, accountsVersion, "").Is(t, http.StatusNotFound)
	})
}

func TestAServiceAccountsAccessListHoldsWhereItsTokenIsUsed(t *testing.T) {
	BothWays(t, func(t *testing.T, owner Caller) {
		ctx := t.Context()
		groupID := NewProject(ctx, t, owner).GetId()
		made := newAccount(ctx, t, owner, "api/atlas/v2/groups/"+groupID, "GROUP_OWNER")
		caller := bearerOf(ctx, t, owner.Env, made.ClientID, made.Secrets[0].Secret)
		peers := "api/atlas/v2/groups/" + groupID + "/peers"
		caller.Call(ctx, t, http.MethodGet, peers, "application/vnd.atlas.2023-01-01+json", "").Is(t, http.StatusOK)
		list := "api/atlas/v2/groups/" + groupID + "/serviceAccounts/" + made.ClientID + "/accessList"
		owner.Call(ctx, t, http.MethodPost, list, accountsVersion, `[{"ipAddress":"203.0.113.99"}]`).Is(t, http.StatusOK)
		refused := caller.Call(ctx, t, http.MethodGet, peers, "application/vnd.atlas.2023-01-01+json", "")
		if body := refused.Is(t, http.StatusForbidden); !strings.Contains(body, "IP_ADDRESS_NOT_ON_ACCESS_LIST") {
			t.Errorf("the caller is refused with %s", body)
		}
		owner.Call(ctx, t, http.MethodDelete, list+"/203.0.113.99", accountsVersion, "").Is(t, http.StatusNoContent)
		caller.Call(ctx, t, http.MethodGet, peers, "application/vnd.atlas.2023-01-01+json", "").Is(t, http.StatusOK)
	})
}
