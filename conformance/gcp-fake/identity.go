package main

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// The accounts that exist.
const (
	keyedAccount        = "landbridge@near.iam.gserviceaccount.com"
	impersonatedAccount = "peering@near.iam.gserviceaccount.com"
	federatedSubject    = "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/subject/landbridge"
	workloadToken       = "a token of the workload's own issuer"
)

// How long a token lasts.
const tokenSeconds = 3600

// identity knows who may be who. It makes a key pair for a service account when it starts, and takes
// what is signed with it, as Google does.
type identity struct {
	base string
	key  *rsa.PrivateKey
	pem  string

	mu     sync.Mutex
	tokens map[string]string // to whom a token belongs
}

func newIdentity(base string) (*identity, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	text := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	return &identity{base: base, key: key, pem: text, tokens: map[string]string{}}, nil
}

// files are credential files as Google's own tools write them, one for each way of being somebody.
func (i *identity) files() map[string]any {
	key := map[string]any{
		"type":            "service_account",
		"project_id":      "near",
		"private_key_id":  "key-1",
		"private_key":     i.pem,
		"client_email":    keyedAccount,
		"client_id":       "100000000000000000001",
		"token_uri":       i.base + "/token",
		"universe_domain": "googleapis.com",
	}
	return map[string]any{
		"service_account": key,
		"impersonated": map[string]any{
			"type":                              "impersonated_service_account",
			"service_account_impersonation_url": i.base + "/v1/projects/-/serviceAccounts/" + impersonatedAccount + ":generateAccessToken",
			"source_credentials":                key,
		},
		"workload": map[string]any{
			"type":               "external_account",
			"audience":           "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/here",
			"subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
			"token_url":          i.base + "/v1/token",
			"credential_source":  map[string]any{"file": "PUT THE PATH HERE"},
		},
		"workload_token": workloadToken,
	}
}

func (i *identity) mint(who string) string {
	random := make([]byte, 24)
	_, _ = rand.Read(random)
	token := "ya29." + base64.RawURLEncoding.EncodeToString(random)
	i.mu.Lock()
	defer i.mu.Unlock()
	i.tokens[token] = who
	return token
}

func (i *identity) whose(token string) (string, error) {
	i.mu.Lock()
	who, known := i.tokens[token]
	i.mu.Unlock()
	if known {
		return who, nil
	}
	claims, err := i.verify(token)
	if err != nil {
		return "", err
	}
	if claims.Subject != "" && claims.Subject != claims.Issuer {
		return "", fmt.Errorf("the token is for %s, by %s", claims.Subject, claims.Issuer)
	}
	if claims.Scope == "" && !strings.Contains(claims.audience(), "googleapis.com") && !strings.HasPrefix(claims.audience(), i.base) {
		return "", fmt.Errorf("the token has neither scope nor audience")
	}
	return claims.Issuer, nil
}

type claims struct {
	Issuer   string `json:"iss"`
	Subject  string `json:"sub"`
	Audience any    `json:"aud"`
	Scope    string `json:"scope"`
	Expires  int64  `json:"exp"`
	Issued   int64  `json:"iat"`
}

func (c *claims) audience() string { return fmt.Sprint(c.Audience) }

// verify takes a JWT that the service account's key has signed and that is in force.
func (i *identity) verify(token string) (*claims, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, fmt.Errorf("it is no token that was given out here, and no JWT")
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err := rsa.VerifyPKCS1v15(&i.key.PublicKey, crypto.SHA256, sum[:], signature); err != nil {
		return nil, err
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, err
	}
	found := &claims{}
	if err := json.Unmarshal(text, found); err != nil {
		return nil, err
	}
	now := time.Now().Unix()
	switch {
	case found.Issuer != keyedAccount:
		return nil, fmt.Errorf("there is no account %s", found.Issuer)
	case found.Expires <= now || found.Issued > now+60 || found.Expires-found.Issued > tokenSeconds+60:
		return nil, fmt.Errorf("the token is not in force")
	}
	return found, nil
}

// caller is who asks. The methods by which one becomes somebody are open.
func (i *identity) caller(methodID string, r *http.Request) (string, error) {
	if methodID == "sts.token" || methodID == "oauth2.tokeninfo" {
		return "", nil
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return "", refuse(http.StatusUnauthorized, "required", "Request is missing required authentication credential.")
	}
	who, err := i.whose(token)
	if err != nil {
		return "", refuse(http.StatusUnauthorized, "authError", "Request had invalid authentication credentials: %v", err)
	}
	return who, nil
}

// serveToken is Google's token endpoint (RFC 7523), which no discovery document describes.
func (i *identity) serveToken(w http.ResponseWriter, r *http.Request) {
	if r.FormValue("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" {
		http.Error(w, `{"error":"unsupported_grant_type"}`, http.StatusBadRequest)
		return
	}
	found, err := i.verify(r.FormValue("assertion"))
	if err != nil || found.audience() != i.base+"/token" {
		http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"access_token": i.mint(found.Issuer), "expires_in": tokenSeconds, "token_type": "Bearer"})
}

// formAsJSON rewrites a form (RFC 8693), which is how the clients say it, as the document's JSON.
func formAsJSON(r *http.Request, raw []byte) []byte {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return raw
	}
	form, err := url.ParseQuery(string(raw))
	if err != nil {
		return raw
	}
	fields := map[string]string{}
	for name := range form {
		words := strings.Split(name, "_")
		for i, word := range words[1:] {
			words[i+1] = strings.ToUpper(word[:1]) + word[1:]
		}
		fields[strings.Join(words, "")] = form.Get(name)
	}
	text, _ := json.Marshal(fields)
	return text
}

// exchange gives a token for one of the workload's own issuer.
func exchange(s *server, c *call) (any, error) {
	if c.body["subjectToken"] != workloadToken {
		return nil, refuse(http.StatusBadRequest, "invalid_grant", "The subject token is not known.")
	}
	return map[string]any{
		"access_token":      s.identity.mint(federatedSubject),
		"issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
		"token_type":        "Bearer",
		"expires_in":        tokenSeconds,
	}, nil
}

// impersonate gives a token of another account.
func impersonate(s *server, c *call) (any, error) {
	if !strings.HasSuffix(c.path["name"], "/"+impersonatedAccount) {
		return nil, refuse(http.StatusNotFound, "notFound", "Not found; Gaia id not found for %s", c.path["name"])
	}
	return map[string]any{
		"accessToken": s.identity.mint(impersonatedAccount),
		"expireTime":  time.Now().Add(tokenSeconds * time.Second).UTC().Format(time.RFC3339),
	}, nil
}

func tokenInfo(s *server, c *call) (any, error) {
	// What a service account has signed itself is no access token, and Google tells nothing of it.
	s.identity.mu.Lock()
	who, known := s.identity.tokens[c.query.Get("access_token")]
	s.identity.mu.Unlock()
	if !known {
		return nil, refuse(http.StatusBadRequest, "invalid", "Invalid Value")
	}
	all := map[string]any{"issued_to": who, "audience": who, "expires_in": tokenSeconds, "scope": "https://www.googleapis.com/auth/cloud-platform"}
	if strings.Contains(who, "@") {
		all["email"], all["verified_email"] = who, true
	}
	return all, nil
}

// testPermissions answers with those of the permissions that the caller has.
func testPermissions(s *server, c *call) (any, error) {
	p, err := s.cloud.project(strings.TrimPrefix(c.path["resource"], "projects/"))
	if err != nil {
		return nil, refuse(http.StatusForbidden, "forbidden", "The caller does not have permission")
	}
	if p.denied["resourcemanager.projects.get"] {
		return nil, refuse(http.StatusForbidden, "forbidden", "The caller does not have permission")
	}
	asked, _ := c.body["permissions"].([]any)
	held := []string{}
	for _, permission := range asked {
		if name := fmt.Sprint(permission); !p.denied[name] {
			held = append(held, name)
		}
	}
	if len(held) == 0 {
		return map[string]any{}, nil
	}
	return map[string]any{"permissions": held}, nil
}
