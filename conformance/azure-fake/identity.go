package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"strings"
	"time"
)

// How long a token serves.
const tokenLife = time.Hour

// An identity signs the tokens of one run.
type identity struct{ key []byte }

// An authority is a certificate for the identity platform, since clients insist on TLS there.
type authority struct {
	config *tls.Config
	pem    string
}

// Claims are what a token says.
type claims struct {
	Audience string `json:"aud"`
	Issuer   string `json:"iss"`
	Expires  int64  `json:"exp"`
	App      string `json:"appid"`
	Object   string `json:"oid"`
	Tenant   string `json:"tid"`
}

func newIdentity(host string) (*identity, *authority, error) {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, nil, err
	}
	// Clients take no authority's own certificate for a server's, so there are two.
	root := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "azure-fake authority"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		KeyUsage:              x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	rootKey, rootDER, err := certify(root, root, nil)
	if err != nil {
		return nil, nil, err
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2),
		Subject:      pkix.Name{CommonName: "azure-fake"},
		NotBefore:    root.NotBefore,
		NotAfter:     root.NotAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IPAddresses:  []net.IP{net.ParseIP(host)},
	}
	leafKey, leafDER, err := certify(leaf, root, rootKey)
	if err != nil {
		return nil, nil, err
	}
	certificate := tls.Certificate{Certificate: [][]byte{leafDER}, PrivateKey: leafKey}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: rootDER})
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	return &identity{key: key}, &authority{config: config, pem: string(text)}, nil
}

// Certify makes a key and its certificate, signed by another one or, without a signer, by itself.
func certify(what, parent *x509.Certificate, signer *ecdsa.PrivateKey) (*ecdsa.PrivateKey, []byte, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	if signer == nil {
		signer = private
	}
	der, err := x509.CreateCertificate(rand.Reader, what, parent, &private.PublicKey, signer)
	return private, der, err
}

// Object is what a directory calls an application in it: the same every time.
func object(tenant, app string) string {
	sum := sha256.Sum256([]byte(tenant + "/" + app))
	hex := hex.EncodeToString(sum[:16])
	return hex[:8] + "-" + hex[8:12] + "-" + hex[12:16] + "-" + hex[16:20] + "-" + hex[20:]
}

func (i *identity) sign(c claims) (string, error) {
	body, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	encode := base64.RawURLEncoding.EncodeToString
	text := encode([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encode(body)
	mac := hmac.New(sha256.New, i.key)
	mac.Write([]byte(text))
	return text + "." + encode(mac.Sum(nil)), nil
}

// Read returns what a token says, if we signed it and it still serves.
func (i *identity) read(header string) (claims, error) {
	var c claims
	text, ok := strings.CutPrefix(header, "Bearer ")
	if !ok {
		return c, errors.New("it is no bearer token")
	}
	cut := strings.LastIndex(text, ".")
	if cut < 0 {
		return c, errors.New("it is no token")
	}
	mac := hmac.New(sha256.New, i.key)
	mac.Write([]byte(text[:cut]))
	signature, err := base64.RawURLEncoding.DecodeString(text[cut+1:])
	if err != nil || !hmac.Equal(signature, mac.Sum(nil)) {
		return c, errors.New("its signature is wrong")
	}
	_, middle, _ := strings.Cut(text[:cut], ".")
	body, err := base64.RawURLEncoding.DecodeString(middle)
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(body, &c); err != nil {
		return c, err
	}
	if c.Audience != audience {
		return c, fmt.Errorf("it is for %s", c.Audience)
	}
	if c.Expires <= time.Now().Unix() {
		return c, errors.New("it has expired")
	}
	return c, nil
}

// The service that tokens have to be for.
const audience = "https://management.azure.com"

// Token answers POST /{tenant}/oauth2/v2.0/token.
func (c *world) token(w http.ResponseWriter, r *http.Request) {
	refuse := func(code int, name, says string) {
		reply(w, http.StatusBadRequest, map[string]any{"error": name, "error_description": fmt.Sprintf("AADSTS%d: %s", code, says), "error_codes": []int{code}})
	}
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if r.Method != http.MethodPost || len(parts) != 4 || strings.Join(parts[1:], "/") != "oauth2/v2.0/token" {
		http.NotFound(w, r)
		return
	}
	if err := r.ParseForm(); err != nil {
		refuse(900144, "invalid_request", err.Error())
		return
	}
	tenant, app := parts[0], r.PostForm.Get("client_id")
	c.lock.Lock()
	c.tokens++
	known := c.tenants[tenant]
	secret, consented := "", false
	if known != nil {
		consented = known.apps[app]
		secret = c.secrets[app]
	}
	c.lock.Unlock()
	switch {
	case known == nil:
		refuse(90002, "invalid_request", fmt.Sprintf("Tenant '%s' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.", tenant))
	case !consented:
		refuse(700016, "unauthorized_client", fmt.Sprintf("Application with identifier '%s' was not found in the directory '%s'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.", app, tenant))
	case r.PostForm.Get("grant_type") != "client_credentials":
		refuse(70003, "unsupported_grant_type", "The app requested an unsupported grant type.")
	case r.PostForm.Get("client_secret") != secret:
		refuse(7000215, "invalid_client", fmt.Sprintf("Invalid client secret provided for app '%s'.", app))
	case r.PostForm.Get("scope") != audience+"/.default":
		refuse(70011, "invalid_scope", fmt.Sprintf("The provided value for the input parameter 'scope' is not valid: %s", r.PostForm.Get("scope")))
	default:
		c.lock.Lock()
		defer c.lock.Unlock()
		text, err := c.identity.sign(claims{
			Audience: audience,
			Issuer:   "https://sts.windows.net/" + tenant + "/",
			Expires:  time.Now().Add(tokenLife).Unix(),
			App:      app,
			Object:   object(tenant, app),
			Tenant:   tenant,
		})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		reply(w, http.StatusOK, map[string]any{"token_type": "Bearer", "expires_in": int(tokenLife.Seconds()), "ext_expires_in": int(tokenLife.Seconds()), "access_token": text})
	}
}
