package token

import (
	"encoding/base64"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// OpenID Connect Core §3.1.2.1: an expired ID token is still a hint.
func TestHintReadsExpiredIDTokens(t *testing.T) {
	m := testMint(t)
	g := janeGrant(t, "openid")
	g.AuthTime = signedIn.Add(-time.Minute)
	raw := mustMint(t, m, g).ID
	m.Now = func() time.Time { return signedIn.AddDate(1, 0, 0) }
	got, err := m.VerifyHint(g.Pool, raw)
	if err != nil {
		t.Fatal(err)
	}
	want := Hint{
		Sub: g.User.Sub, Username: "jane", Client: g.Client.ID, Origin: g.Origin,
		AuthTime: g.AuthTime, Issued: signedIn, Expires: signedIn.Add(time.Hour),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("hint (-want +got):\n%s", diff)
	}
}

func TestHintRefusesForgeries(t *testing.T) {
	m := testMint(t)
	g := janeGrant(t, "openid")
	tokens := mustMint(t, m, g)
	claims := claimsOf(t, tokens.ID)
	idKey, accessKey := sharedKeys()[0], sharedKeys()[1]
	changed := func(name string, value any) map[string]any {
		c := maps.Clone(claims)
		c[name] = value
		return c
	}
	without := func(name string) map[string]any {
		c := maps.Clone(claims)
		delete(c, name)
		return c
	}
	parts := strings.Split(tokens.ID, ".")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`))
	if _, err := m.VerifyHint(g.Pool, forge(t, idKey, "", claims)); err != nil {
		t.Fatalf("the unchanged claims are refused: %v", err)
	}
	for name, raw := range map[string]string{
		"nothing":                         "",
		"access token":                    tokens.Access,
		"ID token by the access key":      forge(t, accessKey, "", claims),
		"access claims by the ID key":     forge(t, idKey, "", changed("token_use", "access")),
		"no token_use":                    forge(t, idKey, "", without("token_use")),
		"key of another pool":             forge(t, sharedOtherKeys()[0], "", claims),
		"another pool's key, our header":  forge(t, sharedOtherKeys()[0], headerFor(idKey, RS256), claims),
		"another issuer":                  forge(t, idKey, "", changed("iss", "https://evil.example")),
		"two audiences":                   forge(t, idKey, "", changed("aud", []string{"a", "b"})),
		"nobody":                          forge(t, idKey, "", without("sub")),
		"no audience":                     forge(t, idKey, "", without("aud")),
		"alg none":                        none + "." + parts[1] + ".",
		"alg none, signature kept":        none + "." + parts[1] + "." + parts[2],
		"payload of another token":        parts[0] + "." + strings.Split(tokens.Access, ".")[1] + "." + parts[2],
		"line break":                      tokens.ID + "\n",
		"longer than anything we mint":    tokens.ID + strings.Repeat("A", MaxLength),
		"signature cut":                   tokens.ID[:len(tokens.ID)-2],
		"payload that is no JSON of ours": forge(t, idKey, "", changed("auth_time", "yesterday")),
	} {
		t.Run(name, func(t *testing.T) {
			if hint, err := m.VerifyHint(g.Pool, raw); !errors.Is(err, ErrHint) {
				t.Errorf("hint %+v, error %v, want ErrHint", hint, err)
			}
		})
	}
	if _, err := m.VerifyHint(testPool("us-east-1_h6I5IqQSs"), tokens.ID); !errors.Is(err, ErrHint) {
		t.Errorf("at another pool: %v, want ErrHint", err)
	}
}
