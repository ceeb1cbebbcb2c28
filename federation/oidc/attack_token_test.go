package oidc

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"portico/federation"
)

// Each of these is an ID token that must not sign anybody in: what is wrong with its claims, and by which check it falls.
func TestForgedClaimsAreRefused(t *testing.T) {
	type change = func(o *op, c map[string]any)
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Unix()
	for _, attack := range []struct {
		name, check string
		change      change
	}{
		{"wrong nonce", "nonce", func(_ *op, c map[string]any) { c["nonce"] = "of-another-attempt" }},
		{"missing nonce", "nonce", func(_ *op, c map[string]any) { c["nonce"] = nil }},
		{"empty nonce", "nonce", func(_ *op, c map[string]any) { c["nonce"] = "" }},
		{"nonce in other case", "nonce", func(o *op, c map[string]any) { c["nonce"] = nil; c["Nonce"] = o.nonce }},
		{"wrong audience", "audience", func(_ *op, c map[string]any) { c["aud"] = "somebody-else" }},
		{"token for another client", "audience", func(_ *op, c map[string]any) { c["aud"], c["azp"] = []string{"other-client"}, testClient }},
		{"no audience", "audience", func(_ *op, c map[string]any) { delete(c, "aud") }},
		{"empty audience", "audience", func(_ *op, c map[string]any) { c["aud"] = []string{} }},
		{"several audiences without azp", "authorized-party", func(_ *op, c map[string]any) { c["aud"] = []string{testClient, "other"} }},
		{"several audiences with null azp", "authorized-party", func(_ *op, c map[string]any) { c["aud"], c["azp"] = []string{testClient, "other"}, nil }},
		{"wrong azp", "authorized-party", func(_ *op, c map[string]any) { c["azp"] = "other-client" }},
		{"azp of odd type", "authorized-party", func(_ *op, c map[string]any) { c["azp"] = []string{testClient} }},
		{"wrong issuer", "issuer", func(_ *op, c map[string]any) { c["iss"] = "https://evil.example.com" }},
		{"issuer with trailing slash", "issuer", func(o *op, c map[string]any) { c["iss"] = o.URL + "/" }},
		{"issuer in other case", "issuer", func(o *op, c map[string]any) { c["iss"] = strings.ToUpper(o.URL) }},
		{"no issuer", "issuer", func(_ *op, c map[string]any) { delete(c, "iss") }},
		{"expired", "expiry", func(_ *op, c map[string]any) { c["exp"] = now - 60 }},
		{"no expiry", "expiry", func(_ *op, c map[string]any) { delete(c, "exp") }},
		{"expiry beyond reason", "expiry", func(_ *op, c map[string]any) { c["exp"] = 1e18 }},
		{"issued in the future", "issue-time", func(_ *op, c map[string]any) { c["iat"] = now + 61 }},
		{"no time of issue", "issue-time", func(_ *op, c map[string]any) { delete(c, "iat") }},
		{"not yet valid", "not-before", func(_ *op, c map[string]any) { c["nbf"] = now + 61 }},
		{"no subject", "subject", func(_ *op, c map[string]any) { delete(c, "sub") }},
		{"empty subject", "subject", func(_ *op, c map[string]any) { c["sub"] = "" }},
		{"oversized subject", "subject", func(_ *op, c map[string]any) { c["sub"] = strings.Repeat("x", 256) }},
		{"at_hash of another access token", "at-hash", func(_ *op, c map[string]any) { c["at_hash"] = halfHash("stolen") }},
		{"empty at_hash", "at-hash", func(_ *op, c map[string]any) { c["at_hash"] = "" }},
		{"at_hash of odd type", "signature", func(_ *op, c map[string]any) { c["at_hash"] = 1 }},
	} {
		t.Run(attack.name, func(t *testing.T) {
			o := newOP(t)
			o.sign = func(c map[string]any) string {
				attack.change(o, c)
				return signed(jose.RS256, testKeys.rsa(), "one", nil, c)
			}
			_, err := o.signIn(t, o.party(t, nil))
			e := refusedFor(t, err, attack.check)
			if e.Code != "invalid_request" || !strings.HasPrefix(e.Description, "Bad id_token ") || e.Denied {
				t.Errorf("%+v", e)
			}
		})
	}
}

func TestBadIssuerIsNamedInCognitosWords(t *testing.T) {
	o := newOP(t)
	o.claims["iss"] = "https://evil.example.com/\"><script>\r\nann@example.com" + strings.Repeat("x", 1000)
	_, err := o.signIn(t, o.party(t, nil))
	e := refusedFor(t, err, "issuer")
	if !strings.HasPrefix(e.Description, "Bad id_token issuer https://evil.example.com/") || len(e.Description) > 130 || strings.ContainsAny(e.Description, "\"\r\n@") {
		t.Error(e.Description)
	}
}

// A provider that lets people name claims of their own must not let them name a second "sub" in other letters, or the
// same name twice.
func TestSubjectOverriddenByAnotherSpellingIsRefused(t *testing.T) {
	o := newOP(t)
	o.claims["SUB"], o.claims["Sub"] = "victim", "victim"
	o.userinfo["sUb"] = "victim"
	got, err := o.signIn(t, o.party(t, nil))
	if err != nil || got.Subject != "person-1" {
		t.Fatal(got.Subject, err)
	}
}

func TestClaimGivenTwiceIsRefused(t *testing.T) {
	o := newOP(t)
	o.sign = func(c map[string]any) string {
		payload := string(must(json.Marshal(c)))
		payload = strings.TrimSuffix(payload, "}") + `,"sub":"victim"}`
		signer := must(jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: testKeys.rsa()}, (&jose.SignerOptions{}).WithHeader("kid", "one")))
		return must(must(signer.Sign([]byte(payload))).CompactSerialize())
	}
	_, err := o.signIn(t, o.party(t, nil))
	refusedFor(t, err, "claims")
}

func unsecured(header string, c map[string]any) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(header)) + "." + encode(must(json.Marshal(c))) + "."
}

// Each of these tokens has the right claims and the wrong signature.
func TestForgedSignaturesAreRefused(t *testing.T) {
	var reached atomic.Int32
	thief := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		reached.Add(1)
		answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: testKeys.other().Public(), KeyID: "one", Algorithm: "RS256"}}})
	}))
	defer thief.Close()
	publicPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: must(x509.MarshalPKIXPublicKey(testKeys.rsa().Public()))})
	byThief := func(kid string, header map[jose.HeaderKey]any) func(map[string]any) string {
		return func(c map[string]any) string { return signed(jose.RS256, testKeys.other(), kid, header, c) }
	}
	for name, sign := range map[string]func(c map[string]any) string{
		"algorithm none":            func(c map[string]any) string { return unsecured(`{"alg":"none","kid":"one"}`, c) },
		"algorithm None":            func(c map[string]any) string { return unsecured(`{"alg":"nOnE"}`, c) },
		"no algorithm":              func(c map[string]any) string { return unsecured(`{"kid":"one"}`, c) },
		"HS256 with the public key": func(c map[string]any) string { return signed(jose.HS256, publicPEM, "one", nil, c) },
		"HS256 with the client secret": func(c map[string]any) string {
			return signed(jose.HS256, []byte(testSecret+strings.Repeat(" ", 32)), "one", nil, c)
		},
		"another key under a known kid": byThief("one", nil),
		"another key without kid":       byThief("", nil),
		"unknown kid":                   byThief("two", nil),
		"kid injection, path":           byThief("../../../dev/null", nil),
		"kid injection, SQL":            byThief("one' UNION SELECT 'x", nil),
		"kid injection, URL":            byThief(thief.URL, nil),
		"jku header":                    byThief("one", map[jose.HeaderKey]any{"jku": thief.URL}),
		"x5u header":                    byThief("one", map[jose.HeaderKey]any{"x5u": thief.URL}),
		"embedded jwk":                  byThief("one", map[jose.HeaderKey]any{"jwk": jose.JSONWebKey{Key: testKeys.other().Public()}}),
		"unknown critical header": func(c map[string]any) string {
			return signed(jose.RS256, testKeys.rsa(), "one", map[jose.HeaderKey]any{"crit": []string{"exp"}, "exp": 1}, c)
		},
		"algorithm other than the key's": func(c map[string]any) string { return signed(jose.PS256, testKeys.rsa(), "one", nil, c) },
		"payload exchanged": func(c map[string]any) string {
			parts := strings.Split(signed(jose.RS256, testKeys.rsa(), "one", nil, c), ".")
			c["sub"] = "victim"
			parts[1] = base64.RawURLEncoding.EncodeToString(must(json.Marshal(c)))
			return strings.Join(parts, ".")
		},
		"JSON serialization with an unprotected header": func(c map[string]any) string {
			parts := strings.Split(signed(jose.RS256, testKeys.rsa(), "one", nil, c), ".")
			return string(must(json.Marshal(map[string]any{
				"payload": parts[1], "protected": parts[0], "signature": parts[2], "header": map[string]any{"x": 1},
			})))
		},
		"garbage": func(map[string]any) string { return "ey.ey.ey" },
	} {
		t.Run(name, func(t *testing.T) {
			o := newOP(t)
			o.sign = sign
			_, err := o.signIn(t, o.party(t, nil))
			if e := refusedFor(t, err, "signature"); e.Description != "Bad id_token signature" {
				t.Error(e.Description)
			}
		})
	}
	if n := reached.Load(); n != 0 {
		t.Errorf("keys were fetched from where the token said, %d times", n)
	}
}

func TestFloodOfUnknownKeyIDsFetchesSeldom(t *testing.T) {
	o := newOP(t)
	p := o.party(t, nil)
	o.sign = func(c map[string]any) string { return signed(jose.RS256, testKeys.other(), "forged", nil, c) }
	for range 20 {
		_, err := o.signIn(t, p)
		refusedFor(t, err, "signature")
	}
	if n := o.keyFetches.Load(); n != 2 { // the first, and one more in case of a rollover
		t.Errorf("%d fetches", n)
	}
	o.clock.Advance(renewPause)
	_, err := o.signIn(t, p)
	refusedFor(t, err, "signature")
	if n := o.keyFetches.Load(); n != 3 {
		t.Errorf("%d fetches after the pause", n)
	}
}

func TestOddKeysInTheSetAreIgnored(t *testing.T) {
	good := string(must(json.Marshal(jose.JSONWebKey{Key: testKeys.rsa().Public(), KeyID: "one"})))
	odd := []string{
		`{"kty":"OKP","crv":"Ed448","x":"AAAA","kid":"one"}`,
		`{"kty":"EC","crv":"secp256k1","x":"AAAA","y":"AAAA","kid":"one"}`,
		`{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA","kid":"one"}`,
		`{"kty":"oct","k":"c2VjcmV0","kid":"one"}`,
		`{"kty":"RSA","n":"AQAB","e":"AQAB","kid":"one"}`,
		`{"kty":"new"}`, `{}`, `null`, `7`, `"key"`, `[]`,
	}
	o := newOP(t)
	o.rawKeys = `{"keys":[` + strings.Join(append(odd, good), ",") + `]}`
	if _, err := o.signIn(t, o.party(t, nil)); err != nil {
		t.Fatal(err.(*federation.Error).Cause)
	}
	for name, set := range map[string]string{
		"only odd ones": `{"keys":[` + strings.Join(odd, ",") + `]}`, "none": `{"keys":[]}`, "no set": `{}`,
		"no object": `[]`, "no JSON": `<html>internal detail</html>`, "null": `null`,
		"for encryption": strings.Replace(`{"keys":[`+good+`]}`, `"kty"`, `"use":"enc","kty"`, 1),
	} {
		o := newOP(t)
		o.rawKeys = set
		_, err := o.signIn(t, o.party(t, nil))
		if e := refusedFor(t, err, "keys"); e.Description != "MyOP Error - 200 error getting keys" {
			t.Errorf("%s: %s", name, e.Description)
		}
	}
}

func TestShortRSAKeyIsNotTrusted(t *testing.T) {
	if usable(jose.JSONWebKey{Key: shortRSA(t)}) {
		t.Error("1024 bits are too few")
	}
}
