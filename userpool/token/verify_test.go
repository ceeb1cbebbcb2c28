package token

import (
	"encoding/base64"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"portico/userpool"
)

func TestVerifyReadsWhatWasMinted(t *testing.T) {
	m := testMint(t, "3c1c2b3f-77c3-46c5-9f63-6a2b0a1c9b55")
	g := janeGrant(t, "openid email")
	g.AuthTime = signedIn.Add(-time.Minute)
	got, err := m.Verify(g.Pool, mustMint(t, m, g).Access)
	if err != nil {
		t.Fatal(err)
	}
	want := Access{
		ID: "3c1c2b3f-77c3-46c5-9f63-6a2b0a1c9b55", Origin: g.Origin, Sub: g.User.Sub, Username: "jane", Client: g.Client.ID,
		Scopes: g.Scopes, Groups: []string{"admins", "editors"},
		AuthTime: g.AuthTime, Issued: signedIn, Expires: signedIn.Add(time.Hour),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("access token (-want +got):\n%s", diff)
	}
}

// good are claims that Verify accepts when an access token key signs them.
func good() map[string]any {
	return map[string]any{
		"sub": "94482488-2081-70a1-3f7e-6f0f3c2a9d11", "iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1Cd2Ef3",
		"client_id": "3n4b5urk1ft4fl3mg5e62d9ado", "token_use": "access", "scope": "openid",
		"exp": signedIn.Add(time.Hour).Unix(), "iat": signedIn.Unix(), "auth_time": signedIn.Unix(), "version": 2,
	}
}

func with(name string, value any) map[string]any {
	claims := good()
	maps.Copy(claims, map[string]any{name: value})
	return claims
}

func TestVerifyRefusesAttacks(t *testing.T) {
	m, pool := testMint(t), testPool("eu-west-1_Ab1Cd2Ef3")
	idKey, accessKey, foreign := sharedKeys()[0], sharedKeys()[1], sharedOtherKeys()[1]
	if _, err := m.Verify(pool, forge(t, accessKey, "", good())); err != nil {
		t.Fatalf("the token that the attacks vary is not good: %v", err)
	}
	tokens := mustMint(t, m, janeGrant(t, "openid"))
	parts := strings.Split(tokens.Access, ".")
	unsigned := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + parts[1]

	attacks := map[string]string{
		"empty":                        "",
		"garbage":                      "garbage",
		"two parts":                    parts[0] + "." + parts[1],
		"four parts":                   tokens.Access + ".x",
		"five parts":                   "a.b.c.d.e",
		"algorithm none":               unsigned + ".",
		"algorithm none, kept signed":  unsigned + "." + parts[2],
		"signature cut off":            parts[0] + "." + parts[1] + ".",
		"signature of zeros":           parts[0] + "." + parts[1] + "." + strings.Repeat("A", len(parts[2])),
		"payload exchanged":            parts[0] + "." + strings.Split(tokens.ID, ".")[1] + "." + parts[2],
		"padding":                      tokens.Access + "=",
		"blank around it":              " " + tokens.Access,
		"line break in signature":      tokens.Access[:len(tokens.Access)-8] + "\n" + tokens.Access[len(tokens.Access)-8:],
		"algorithm of another name":    forge(t, accessKey, headerFor(accessKey, "RS512"), good()),
		"header with typ":              forge(t, accessKey, `{"kid":"`+accessKey.ID+`","alg":"RS256","typ":"JWT"}`, good()),
		"header with a key of its own": forge(t, accessKey, `{"kid":"`+accessKey.ID+`","alg":"RS256","jku":"https://evil.example"}`, good()),
		"critical extension":           forge(t, accessKey, `{"kid":"`+accessKey.ID+`","alg":"RS256","crit":["b64"],"b64":false}`, good()),
		"unknown kid":                  forge(t, accessKey, `{"kid":"x","alg":"RS256"}`, good()),
		"no kid":                       forge(t, accessKey, `{"alg":"RS256"}`, good()),
		"kid of ours, key of another":  forge(t, foreign, headerFor(accessKey, "RS256"), good()),
		"ID token as access token":     tokens.ID,
		"access claims by the ID key":  forge(t, idKey, "", good()),
		"token of another pool":        forge(t, foreign, "", good()),
		"another issuer":               forge(t, accessKey, "", with("iss", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_other")),
		"issuer with a slash":          forge(t, accessKey, "", with("iss", pool.At.Issuer+"/")),
		"token_use id":                 forge(t, accessKey, "", with("token_use", "id")),
		"token_use absent":             forge(t, accessKey, "", with("token_use", nil)),
		"just expired":                 forge(t, accessKey, "", with("exp", signedIn.Unix())),
		"long expired":                 forge(t, accessKey, "", with("exp", 1)),
		"no expiry":                    forge(t, accessKey, "", with("exp", nil)),
		"expiry as text":               forge(t, accessKey, "", with("exp", "1767229200")),
		"scope that is none":           forge(t, accessKey, "", with("scope", "open\"id")),
		"larger than any token":        parts[0] + "." + strings.Repeat("A", MaxLength) + "." + parts[2],
	}
	for name, raw := range attacks {
		t.Run(name, func(t *testing.T) {
			access, err := m.Verify(pool, raw)
			if !errors.Is(err, ErrInvalid) {
				t.Errorf("error %v, want ErrInvalid", err)
			}
			if diff := cmp.Diff(Access{}, access); diff != "" {
				t.Errorf("something was returned with the error:\n%s", diff)
			}
		})
	}
}

func TestVerifyForPoolWithoutKeysIsOurFault(t *testing.T) {
	_, err := testMint(t).Verify(testPool("eu-west-1_nokeys"), mustMint(t, testMint(t), janeGrant(t, "openid")).Access)
	if err == nil || errors.Is(err, ErrInvalid) {
		t.Errorf("error %v, want one that does not blame the token", err)
	}
}

func TestIssuedKnowsOurTokens(t *testing.T) {
	m := testMint(t)
	set, _ := m.Keys("eu-west-1_Ab1Cd2Ef3")
	other, _ := m.Keys("us-east-1_h6I5IqQSs")
	tokens := mustMint(t, m, janeGrant(t, "openid"))
	for _, raw := range []string{tokens.ID, tokens.Access} {
		if !set.Issued(raw) || other.Issued(raw) {
			t.Error("a token is not known to be of its pool alone")
		}
	}
	for _, raw := range []string{"", "abc", "a.b.c", userpool.COGNITO} {
		if set.Issued(raw) {
			t.Errorf("%q is taken for a token", raw)
		}
	}
}
