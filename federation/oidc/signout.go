package oidc

import (
	"context"
	"net/url"

	"portico/federation"
)

const (
	// sessionToken names the ID token in what a session keeps for its sign-out.
	sessionToken = "id_token"
	// maxHint bounds an ID token that is kept and sent as a hint, in bytes: it travels in a URL.
	maxHint = 6 << 10
)

var _ federation.SignOuter = (*Provider)(nil)

// SignOut implements federation.SignOuter by OpenID Connect RP-Initiated Logout 1.0 §2. The provider's end-session endpoint
// comes from its discovery document. Without a hint (the token was too long to keep) the provider asks the person.
func (p *Provider) SignOut(ctx context.Context, out federation.SignOut) (federation.Departure, bool) {
	meta, err := p.discover(ctx)
	if err != nil || meta.EndSession == "" {
		return federation.Departure{}, false
	}
	at, err := url.Parse(meta.EndSession)
	if err != nil {
		return federation.Departure{}, false
	}
	query := at.Query()
	query.Set("client_id", p.registration.ClientID)
	for name, value := range map[string]string{
		"id_token_hint": out.Session[sessionToken], "post_logout_redirect_uri": out.Return, "state": out.State,
	} {
		if value != "" {
			query.Set(name, value)
		}
	}
	at.RawQuery = query.Encode()
	return federation.Departure{URL: at.String()}, true
}

// session is what a later sign-out needs: the ID token, and only where the operator wants that (IDPSignout) and there is
// somebody to take it.
func (p *Provider) session(meta metadata, got tokens) map[string]string {
	if !p.signsOut || meta.EndSession == "" || len(got.id) > maxHint {
		return nil
	}
	return map[string]string{sessionToken: got.id}
}
