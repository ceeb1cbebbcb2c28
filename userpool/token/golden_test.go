package token

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"portico/userpool"
)

// compareGolden holds a payload against a file, JSON type by JSON type. at_hash depends on the signature, so it is
// checked by itself and then set aside.
func compareGolden(t *testing.T, file, raw string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]any
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	got := claimsOf(t, raw)
	if _, has := want["at_hash"]; has {
		want["at_hash"] = got["at_hash"]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func TestNativeUserTokens(t *testing.T) {
	m := testMint(t, "3c1c2b3f-77c3-46c5-9f63-6a2b0a1c9b55", "b5a3a2a4-3a55-4bb0-8f1e-2a7f6f0c9d10")
	g := janeGrant(t, "openid email profile phone")
	g.Nonce = "8Jb0o4JmQq7n"
	tokens := mustMint(t, m, g)
	compareGolden(t, "native_id.json", tokens.ID)
	compareGolden(t, "native_access.json", tokens.Access)
	if tokens.ExpiresIn != time.Hour {
		t.Errorf("ExpiresIn = %v", tokens.ExpiresIn)
	}
}

func TestGoogleUserTokens(t *testing.T) {
	g := janeGrant(t, "openid")
	g.Pool, g.Nonce, g.Origin = testPool("us-east-1_h6I5IqQSs"), "Vq2fH0d8sLw1", "5f8f3a0e-8c0d-4c5c-8b1e-3a2d4f6b7c88"
	g.User = userpool.User{
		Sub: "7c2e3f60-90d1-70c9-8a14-1f5f2b7f3c21", Username: "google_117300000000000000001",
		Attributes: map[string]string{
			"email": "jane@example.com", "email_verified": "false", "given_name": "Jane", "family_name": "Doe",
		},
		Groups: []userpool.Group{{Name: "us-east-1_h6I5IqQSs_Google"}},
		Identities: []userpool.Identity{{
			Provider: "Google", Type: userpool.TypeGoogle, UserID: "117300000000000000001", Primary: true,
			Attached: time.UnixMilli(1673913190125),
		}},
	}
	tokens := mustMint(t, testMint(t, "", "0b6f2ad1-16f0-4a3b-9b9b-97f7c1b6b7d0"), g)
	compareGolden(t, "google_id.json", tokens.ID)
}

func samlIdentity(primary bool, attached int64) userpool.Identity {
	return userpool.Identity{
		Provider: "AcmeSSO", Type: userpool.TypeSAML, UserID: "jane@acme.example", Primary: primary,
		Issuer: "http://www.okta.com/exk1a2b3c4d5e6f7g8h9", Attached: time.UnixMilli(attached),
	}
}

func TestSAMLUserTokens(t *testing.T) {
	g := janeGrant(t, "openid")
	g.Origin = "f4f2c1a0-53b2-4d0e-a7c1-9e0b8a7c6d5e"
	g.User = userpool.User{
		Sub: "d2f5a4b4-3081-7013-9a1d-5b3c1d2e4f60", Username: "AcmeSSO_jane@acme.example",
		Attributes: map[string]string{
			"email": "jane@acme.example", "email_verified": "false", "custom:groups": "[RIDY-RUMESH, RIDY-JOSE, RUMESH]",
		},
		Groups:     []userpool.Group{{Name: "eu-west-1_Ab1Cd2Ef3_AcmeSSO"}},
		Identities: []userpool.Identity{samlIdentity(true, 1767225600123)},
	}
	tokens := mustMint(t, testMint(t, "", "1f2e3d4c-5b6a-4978-8a9b-0c1d2e3f4a5b"), g)
	compareGolden(t, "saml_id.json", tokens.ID)
}

func TestLinkedUserTokens(t *testing.T) {
	later := time.Unix(1767312000, 0)
	m := testMint(t, "", "7a6b5c4d-3e2f-4a1b-9c8d-0e1f2a3b4c5d")
	m.Now = func() time.Time { return later }
	g := janeGrant(t, "openid")
	g.AuthTime, g.Origin = later, "11aa22bb-33cc-44dd-95ee-66ff77008899"
	g.User = userpool.User{
		Sub: "94482488-2081-70a1-3f7e-6f0f3c2a9d11", Username: "jane",
		Attributes: map[string]string{"email": "jane@example.com", "email_verified": "true"},
		Groups:     []userpool.Group{{Name: "admins"}},
		Identities: []userpool.Identity{
			{Provider: "Google", Type: userpool.TypeGoogle, UserID: "117300000000000000001", Attached: time.UnixMilli(1767225600123)},
			samlIdentity(false, 1767225900456),
		},
	}
	compareGolden(t, "linked_id.json", mustMint(t, m, g).ID)
}

func TestClientCredentialsToken(t *testing.T) {
	client := testClient()
	client.ID = "7m8n9o0p1q2r3s4t5u6v7w8x9y"
	tokens, err := testMint(t, "2d1c0b9a-8f7e-4d6c-9b5a-4e3f2d1c0b9a").ForClient(context.Background(), ClientGrant{
		Pool: testPool("eu-west-1_Ab1Cd2Ef3"), Client: client,
		Scopes: scopes(t, "https://api.example.com/orders.read https://api.example.com/orders.write"),
	})
	if err != nil {
		t.Fatal(err)
	}
	compareGolden(t, "client_access.json", tokens.Access)
	if tokens.ID != "" {
		t.Error("a client on its own received an ID token")
	}
}

func TestUserInfoOfSAMLUser(t *testing.T) {
	user := userpool.User{
		Sub: "7c2e3f60-90d1-70c9-8a14-1f5f2b7f3c21", Username: "auth0_auth0|5f32aa",
		Attributes: map[string]string{"email": "user01@example.com", "email_verified": "false", "custom:tenant": "acme"},
		Groups:     []userpool.Group{{Name: "eu-west-1_Ab1Cd2Ef3_auth0", RoleARN: "arn:aws:iam::111122223333:role/r"}},
		Identities: []userpool.Identity{{
			Provider: "auth0", Type: userpool.TypeSAML, UserID: "auth0|5f32aa", Issuer: "urn:svc.auth0.com", Primary: true,
			Attached: time.UnixMilli(1597158755583),
		}},
	}
	want := map[string]any{
		"sub": "7c2e3f60-90d1-70c9-8a14-1f5f2b7f3c21",
		"identities": `[{"userId":"auth0|5f32aa","providerName":"auth0","providerType":"SAML",` +
			`"issuer":"urn:svc.auth0.com","primary":true,"dateCreated":1597158755583}]`,
		"email_verified": "false", "email": "user01@example.com", "custom:tenant": "acme", "username": "auth0_auth0|5f32aa",
	}
	if diff := cmp.Diff(want, UserInfo(testPool("eu-west-1_Ab1Cd2Ef3"), testClient(), user, scopes(t, "openid"))); diff != "" {
		t.Errorf("userInfo (-want +got):\n%s", diff)
	}
}
