package grant

import (
	"testing"

	"portico/userpool/oauth"
)

const orders = "https://api.example.com/orders"

// signInFor signs jane in to an app that binds its access token to a resource.
func (h *house) signInFor(t *testing.T, resource string) Response {
	t.Helper()
	a := h.authorization(web)
	a.Resource = resource
	return h.must(t, h.codeRequest(web, h.Authorize(a)))
}

// RFC 8707 §2: the access token's audience is the resource, from the first token to the last refresh; the ID token's stays
// the client.
func TestResource(t *testing.T) {
	h := newHouse(t)
	first := h.signInFor(t, orders)
	second := h.must(t, h.refreshRequest(web, first.RefreshToken))
	for name, tokens := range map[string]Response{"code": first, "refresh": second} {
		if got := claimsOf(t, tokens.AccessToken)["aud"]; got != orders {
			t.Errorf("%s: access token for %v", name, got)
		}
		if got := claimsOf(t, tokens.IDToken)["aud"]; got != string(web) {
			t.Errorf("%s: ID token for %v", name, got)
		}
	}
	if got, there := claimsOf(t, h.signIn(t, web).AccessToken)["aud"]; there {
		t.Errorf("an access token for no resource has aud %v", got)
	}
}

// §2.2: a token request may name the resource again. Another one would widen what the person's authorization was for.
func TestResourceOfTokenRequest(t *testing.T) {
	h := newHouse(t)
	a := h.authorization(web)
	a.Resource = orders
	same := h.codeRequest(web, h.Authorize(a))
	same.Params.Resource = orders
	first := h.must(t, same)

	another := h.codeRequest(web, h.Authorize(a))
	another.Params.Resource = "https://api.example.com/payments"
	h.refused(t, another, oauth.InvalidTarget, "")

	refresh := h.refreshRequest(web, first.RefreshToken)
	refresh.Params.Resource = "https://api.example.com/payments"
	h.refused(t, refresh, oauth.InvalidTarget, "")

	unbound := h.refreshRequest(web, h.signIn(t, web).RefreshToken)
	unbound.Params.Resource = orders
	h.refused(t, unbound, oauth.InvalidTarget, "")
}

func TestResourceOfClientCredentials(t *testing.T) {
	h := newHouse(t)
	request := h.machineRequest("")
	request.Params.Resource = orders
	if got := claimsOf(t, h.must(t, request).AccessToken)["aud"]; got != orders {
		t.Errorf("access token for %v", got)
	}
	for _, bad := range []string{"orders", "http://api.example.com", "https://api.example.com/#a", "javascript:alert(1)"} {
		request.Params.Resource = bad
		h.refused(t, request, oauth.InvalidTarget, "")
	}
}

// Codes from before there were resources still open, and look the same as codes without one.
func TestCodeWithoutResource(t *testing.T) {
	h := newHouse(t)
	c := code{Authorization: h.authorization(web), id: "id", expires: h.clock().Truncate(1e9)}
	bare := c.pack()
	c.Resource = orders
	bound := c.pack()
	if string(bound[:len(bare)]) != string(bare) {
		t.Error("a code with a resource is another one from the start")
	}
	for want, packed := range map[string][]byte{"": bare, orders: bound} {
		got, err := unpackCode(packed)
		if err != nil || got.Resource != want {
			t.Errorf("resource %q, %v, want %q", got.Resource, err, want)
		}
	}
}
