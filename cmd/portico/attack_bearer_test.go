package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"

	"portico/userpool"
	"portico/userpool/oauth"
	"portico/userpool/token"
)

// Access tokens are forged by all that is public of the key and by keys of the attacker's own (RFC 8725 §2): the algorithm is
// changed to none or to an HMAC with our public key as its secret, the header brings a key or says where to fetch one, kid is
// made up or walks about.
func TestForgedBearer(t *testing.T) {
	r := newRig(t)
	p := acmeNotes()
	a := p.redeem(t, r, p.code(r.tab(t)))
	if status := p.info(t, r, a.AccessToken).StatusCode; status != http.StatusOK {
		t.Fatalf("the honest token: %d", status)
	}
	parts := strings.Split(a.AccessToken, ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	kid, _ := joseHeader(t, a.AccessToken)["kid"].(string)
	var set jose.JSONWebKeySet
	if err := json.Unmarshal([]byte(read(t, r.serve(newRequest(t, http.MethodGet, p.issuer+userpool.PathKeys, nil))).body), &set); err != nil {
		t.Fatal(err)
	}
	public := set.Key(kid)[0].Key.(*rsa.PublicKey)
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	own, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	forge := func(alg jose.SignatureAlgorithm, key any, header map[jose.HeaderKey]any) string {
		t.Helper()
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, &jose.SignerOptions{ExtraHeaders: header})
		if err != nil {
			t.Fatal(err)
		}
		signed, err := signer.Sign(payload)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := signed.CompactSerialize()
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	ours := map[jose.HeaderKey]any{"kid": kid}
	asPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	signature, _ := base64.RawURLEncoding.DecodeString(parts[2])
	header := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	for name, forged := range map[string]string{
		"alg none":                    header(`{"alg":"none"}`) + "." + parts[1] + ".",
		"alg None, with kid":          header(`{"kid":"`+kid+`","alg":"None"}`) + "." + parts[1] + "." + parts[2],
		"HS256 with the PEM":          forge(jose.HS256, asPEM, ours),
		"HS256 with the DER":          forge(jose.HS256, der, ours),
		"HS256 with the modulus":      forge(jose.HS256, public.N.Bytes(), ours),
		"own key under our kid":       forge(jose.RS256, own, ours),
		"own key, PS256":              forge(jose.PS256, own, ours),
		"own key in the header":       forge(jose.RS256, own, map[jose.HeaderKey]any{"kid": kid, "jwk": jose.JSONWebKey{Key: own.Public(), KeyID: kid, Algorithm: "RS256"}}),
		"own key at an address":       forge(jose.RS256, own, map[jose.HeaderKey]any{"kid": kid, "jku": "https://evil.example/jwks.json"}),
		"own certificate":             forge(jose.RS256, own, map[jose.HeaderKey]any{"kid": kid, "x5u": "https://evil.example/c.pem"}),
		"critical extension":          forge(jose.RS256, own, map[jose.HeaderKey]any{"kid": kid, "crit": []string{"exp"}, "exp": 1}),
		"kid that walks about":        forge(jose.RS256, own, map[jose.HeaderKey]any{"kid": "../../../../dev/null"}),
		"kid that is SQL":             forge(jose.RS256, own, map[jose.HeaderKey]any{"kid": "' OR 1=1 --"}),
		"kid of the ID tokens":        header(`{"kid":"`+joseHeader(t, a.IDToken)["kid"].(string)+`","alg":"RS256"}`) + "." + parts[1] + "." + parts[2],
		"members in another order":    header(`{"alg":"RS256","kid":"`+kid+`"}`) + "." + parts[1] + "." + parts[2],
		"signature cut by a byte":     parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(signature[:len(signature)-1]),
		"signature with a zero ahead": parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(append([]byte{0}, signature...)),
		"signature all zeros":         parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(make([]byte, len(signature))),
		"standard base64":             parts[0] + "." + parts[1] + "." + base64.StdEncoding.EncodeToString(signature),
		"JSON serialization":          `{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`,
		"five parts":                  a.AccessToken + "..",
	} {
		if status := p.info(t, r, forged).StatusCode; status != http.StatusUnauthorized {
			t.Errorf("%s: userInfo answers %d", name, status)
		}
		if got := r.tab(t).get(p.endSession("id_token_hint", forged)); got.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: as a hint: %d", name, got.StatusCode)
		}
	}
}

// Tokens that our own keys have signed are refused as well where they are of another time, pool, issuer or person.
func TestWronglyUsedBearer(t *testing.T) {
	r := newRig(t)
	p := acmeNotes()
	own := p.redeem(t, r, p.code(r.tab(t)))
	pool, _ := r.live.Catalog().ByID(acmePool)
	bravoAtOurAddress := *pool
	bravoAtOurAddress.ID = bravoPool
	anotherIssuer := *pool
	anotherIssuer.At.Issuer = "https://evil.example/us-east-1_Acme00001"
	family, _ := claims(t, own.AccessToken)["origin_jti"].(string)
	sub, _ := claims(t, own.AccessToken)["sub"].(string)
	mint := func(pool *userpool.Pool, at time.Time, sub, family string) string {
		t.Helper()
		m := token.Mint{Keys: r.live.Keys, Now: func() time.Time { return at }, NewID: uuid.NewString}
		tokens, err := m.ForUser(t.Context(), token.UserGrant{
			Pool: pool, Client: pool.Clients[appID], User: userpool.User{Sub: userpool.Sub(sub), Username: sub}, Scopes: oauth.Scopes{"openid"},
			AuthTime: at, Origin: family,
		})
		if err != nil {
			t.Fatal(err)
		}
		return tokens.Access
	}
	now := time.Now()
	if status := p.info(t, r, mint(pool, now, sub, family)).StatusCode; status != http.StatusOK {
		t.Fatalf("the token as it should be: %d", status)
	}
	for name, access := range map[string]string{
		"expired":             mint(pool, now.Add(-time.Hour-time.Second), sub, family),
		"another pool's keys": mint(&bravoAtOurAddress, now, sub, family),
		"another issuer":      mint(&anotherIssuer, now, sub, family),
		"nobody":              mint(pool, now, uuid.NewString(), family),
		"of no grant":         mint(pool, now, sub, uuid.NewString()),
	} {
		if status := p.info(t, r, access).StatusCode; status != http.StatusUnauthorized {
			t.Errorf("%s: userInfo answers %d", name, status)
		}
	}
}
