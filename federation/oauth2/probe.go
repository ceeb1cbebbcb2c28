package oauth2

import (
	"context"
	"errors"
	"net/http"

	"golang.org/x/oauth2"

	"portico/federation"
)

var _ federation.Prober = (*Provider)(nil)

// Probe implements federation.Prober: addresses, certificates, and whether the provider knows us as its client.
func (p *Provider) Probe(ctx context.Context) []federation.Finding {
	found := federation.Reach(ctx, p.client, p.now(), p.at.Authorize, p.at.Token, p.at.UserInfo)
	return append(found, p.caller.ProbeClient(ctx, &p.registration, p.at.Token))
}

// madeUpCode is redeemed by a probe. A provider looks at the client first (RFC 6749 §5.2: invalid_client), so its answer
// tells whether our credentials are good; nothing is given for a code that was never issued.
const madeUpCode = "portico-connection-test"

// ProbeClient asks the token endpoint for tokens for a code that nobody issued.
func (c Caller) ProbeClient(ctx context.Context, as *Registration, at string) federation.Finding {
	const check = "client"
	call := c.Call(ctx)
	defer call.End()
	verifier, err := Unguessable(as.Random)
	if err != nil {
		return federation.Found(check, err, "")
	}
	_, err = as.Redeem(call, at, madeUpCode, verifier)
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		if err == nil {
			return federation.Finding{Check: check, Verdict: federation.Unclear, Detail: "the token endpoint gave tokens for a code that was made up"}
		}
		return federation.Found("token-endpoint", call.Failure(err), "")
	}
	code := Registered(refused.ErrorCode)
	status := refused.Response.StatusCode
	switch {
	case code == "invalid_client" || code == "unauthorized_client" || status == http.StatusUnauthorized:
		return federation.Finding{Check: check, Verdict: federation.Bad, Detail: "the token endpoint does not know us by these credentials: " + code}
	case code == "invalid_grant", code == "bad_verification_code": // the latter is GitHub's word
		return federation.Finding{Check: check, Verdict: federation.Good, Detail: "the token endpoint knows us; it refused only the code we made up"}
	case code == "incorrect_client_credentials": // GitHub's
		return federation.Finding{Check: check, Verdict: federation.Bad, Detail: "the token endpoint does not know us by these credentials: " + code}
	}
	return federation.Finding{Check: check, Verdict: federation.Unclear, Detail: "the token endpoint answered neither that it knows us nor that it does not: " + code}
}
