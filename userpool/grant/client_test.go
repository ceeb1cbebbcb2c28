package grant

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portico/userpool"
	"portico/userpool/oauth"
)

func basic(id userpool.ClientID, secret string) *ClientPassword {
	return &ClientPassword{ID: id, Secret: userpool.NewSecret(secret)}
}

func TestClientAuthentication(t *testing.T) {
	tests := []struct {
		name        string
		id, secret  string
		basic       *ClientPassword
		code        oauth.Code // empty: the client is let in
		description string
	}{
		{name: "post", id: string(web), secret: secretOf(web)},
		{name: "basic", basic: basic(web, secretOf(web))},
		{name: "basic, name repeated in the body", id: string(web), basic: basic(web, secretOf(web))},
		{name: "public", id: string(spa)},
		{name: "public, basic with an empty secret", basic: basic(spa, "")},
		{name: "nobody", code: oauth.InvalidRequest},
		{name: "unknown client", id: "unknown", code: oauth.InvalidClient},
		{name: "unknown client with a secret", id: "unknown", secret: secretOf(web), code: oauth.InvalidClient},
		{name: "secret missing", id: string(web), code: oauth.InvalidClient, description: "invalid_client_secret"},
		{name: "wrong secret", id: string(web), secret: "wrong", code: oauth.InvalidClient, description: "invalid_client_secret"},
		{name: "secret of another client", id: string(web), secret: secretOf(rotating), code: oauth.InvalidClient, description: "invalid_client_secret"},
		{name: "basic, wrong secret", basic: basic(web, "wrong"), code: oauth.InvalidClient, description: "invalid_client_secret"},
		{name: "basic, empty secret", basic: basic(web, ""), code: oauth.InvalidClient, description: "invalid_client_secret"},
		{name: "basic, no name", basic: basic("", secretOf(web)), code: oauth.InvalidRequest},
		{name: "basic and post", secret: secretOf(web), basic: basic(web, secretOf(web)), code: oauth.InvalidRequest},
		{name: "basic and post, two clients", id: string(spa), basic: basic(web, secretOf(web)), code: oauth.InvalidRequest},
		{name: "secret from a public client", id: string(spa), secret: "x", code: oauth.InvalidClient},
		{name: "basic secret from a public client", basic: basic(spa, "x"), code: oauth.InvalidClient},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t)
			client := web
			if test.id == string(spa) || test.basic != nil && test.basic.ID == spa {
				client = spa
			}
			request := h.codeRequest(client, h.Authorize(h.authorization(client)))
			request.Params.ClientID, request.Params.ClientSecret, request.Basic = test.id, test.secret, test.basic
			if test.code == "" {
				h.must(t, request)
				return
			}
			reads, writes := h.store.counted(func() { h.refused(t, request, test.code, test.description) })
			if reads != 0 || writes != 0 {
				t.Errorf("%d reads and %d writes for a client that is not let in", reads, writes)
			}
		})
	}
}

func TestSecondSecretWhileRotating(t *testing.T) {
	h := newHouse(t)
	h.pool.Clients[web].Secrets = append(h.pool.Clients[web].Secrets, userpool.NewSecret("another"))
	for _, secret := range []string{secretOf(web), "another"} {
		request := h.codeRequest(web, h.Authorize(h.authorization(web)))
		request.Params.ClientSecret = secret
		h.must(t, request)
	}
}

func TestGrantTypes(t *testing.T) {
	h := newHouse(t)
	for grantType, code := range map[string]oauth.Code{
		"": oauth.InvalidRequest, "password": oauth.UnsupportedGrantType, "implicit": oauth.UnsupportedGrantType,
		"AUTHORIZATION_CODE": oauth.UnsupportedGrantType, "authorization_code ": oauth.UnsupportedGrantType,
	} {
		request := h.codeRequest(web, h.Authorize(h.authorization(web)))
		request.Params.GrantType = grantType
		h.refused(t, request, code, "")
	}
	missing := h.codeRequest(web, "")
	h.refused(t, missing, oauth.InvalidRequest, "")
}

func TestClientNotAllowedTheGrant(t *testing.T) {
	h := newHouse(t)
	asWeb, asMachine := h.signIn(t, web), h.authorization(machine)
	h.refused(t, h.codeRequest(machine, h.Authorize(asMachine)), oauth.UnauthorizedClient, "")
	h.refused(t, h.refreshRequest(machine, asWeb.RefreshToken), oauth.UnauthorizedClient, "")
	alone := h.machineRequest("")
	alone.Params.ClientID, alone.Params.ClientSecret = string(web), secretOf(web)
	h.refused(t, alone, oauth.UnauthorizedClient, "")

	h.pool.Clients[web].OAuth = false // AllowedOAuthFlowsUserPoolClient taken back
	h.refused(t, h.refreshRequest(web, asWeb.RefreshToken), oauth.UnauthorizedClient, "")
}

func TestPublicClientCannotActAlone(t *testing.T) {
	h := newHouse(t)
	h.pool.Clients[machine].Secrets = nil
	request := h.machineRequest("")
	request.Params.ClientSecret = ""
	h.refused(t, request, oauth.UnauthorizedClient, "")
}

func TestClientCredentialsScopes(t *testing.T) {
	const read, write = "https://api.example.com/orders.read", "https://api.example.com/orders.write"
	tests := []struct {
		name, scope, want string
		code              oauth.Code
	}{
		{name: "all allowed and active", want: read + " " + write},
		{name: "one", scope: write, want: write},
		{name: "the order asked for", scope: write + " " + read, want: write + " " + read},
		{name: "one twice", scope: read + " " + read, want: read},
		{name: "inactive dropped", scope: "https://api.example.com/gone " + read, want: read},
		{name: "none but inactive", scope: "https://api.example.com/gone", code: oauth.InvalidRequest},
		{name: "not allowed to the client", scope: "https://api.example.com/orders.delete", code: oauth.InvalidScope},
		{name: "unknown", scope: "https://api.example.com/nothing", code: oauth.InvalidScope},
		{name: "system scope", scope: "openid", code: oauth.InvalidScope},
		{name: "malformed", scope: `a"b`, code: oauth.InvalidScope},
		{name: "too many", scope: manyScopes(), code: oauth.InvalidScope},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHouse(t)
			if test.code != "" {
				h.refused(t, h.machineRequest(test.scope), test.code, "")
				return
			}
			got := h.must(t, h.machineRequest(test.scope))
			if got.IDToken != "" || got.RefreshToken != "" || got.ExpiresIn != 3600 {
				t.Errorf("response %+v", got)
			}
			claims := claimsOf(t, got.AccessToken)
			if claims["scope"] != test.want || claims["sub"] != string(machine) || claims["username"] != nil {
				t.Errorf("claims %v", claims)
			}
		})
	}
}

func manyScopes() string {
	var b strings.Builder
	for i := range oauth.MaxScopes + 1 {
		b.WriteString(" s" + strings.Repeat("x", i))
	}
	return b.String()
}

func TestSystemScopesOfMachineClientOpenNothing(t *testing.T) {
	h := newHouse(t)
	h.pool.Clients[machine].Scopes = []string{"openid", "aws.cognito.signin.user.admin"}
	h.refused(t, h.machineRequest(""), oauth.InvalidRequest, "")
	h.refused(t, h.machineRequest("openid"), oauth.InvalidScope, "")
}

func TestMachineTokenIsRefusedAtUserInfo(t *testing.T) {
	h := newHouse(t)
	_, err := h.UserInfo(context.Background(), h.pool, h.must(t, h.machineRequest("")).AccessToken)
	wantError(t, err, oauth.InvalidToken, descriptionBadToken)
}

func TestParseBasic(t *testing.T) {
	encode := func(s string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(s)) }
	type pair struct{ ID, Secret string }
	good := map[string]pair{
		encode("app:s3cret"):                          {"app", "s3cret"},
		encode("app:with+plus"):                       {"app", "with+plus"},
		encode("app:with%2Bplus"):                     {"app", "with+plus"},
		encode("app:a:b"):                             {"app", "a:b"},
		encode("app:"):                                {"app", ""},
		encode(":x"):                                  {"", "x"},
		strings.Replace(encode("a:b"), "B", "b", 1):   {"a", "b"},
		strings.Replace(encode("a:b"), " ", "   ", 1): {"a", "b"},
	}
	for header, want := range good {
		got, err := ParseBasic(header)
		if err != nil {
			t.Errorf("%q: %v", header, err)
			continue
		}
		if diff := cmp.Diff(want, pair{string(got.ID), got.Secret.Reveal()}); diff != "" {
			t.Errorf("%q (-want +got):\n%s", header, diff)
		}
	}
	if got, err := ParseBasic(""); got != nil || err != nil {
		t.Errorf("no header: %v, %v", got, err)
	}
	for _, header := range []string{
		"Basic", "Basic !", "Bearer x", encode("nocolon"), encode("a:%zz"), "Digest username=x", "Basic " + strings.Repeat("A", 4096),
	} {
		got, err := ParseBasic(header)
		wantError(t, err, oauth.InvalidClient, "")
		if got != nil {
			t.Errorf("%q gave credentials", header)
		}
	}
}
