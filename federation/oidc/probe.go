package oidc

import (
	"context"
	"net/http"

	"portico/federation"
	"portico/federation/oauth2"
)

var _ federation.Prober = (*Provider)(nil)

// Probe implements federation.Prober: the discovery document, its addresses and their certificates, the key set, and whether
// the provider knows us as its client.
func (p *Provider) Probe(ctx context.Context) []federation.Finding {
	meta, err := p.fetchMetadata(ctx)
	found := []federation.Finding{federation.Found("discovery", err, "issuer %s", p.issuer)}
	if err != nil {
		return append(found, federation.Reach(ctx, p.client, p.now(), p.issuer)...)
	}
	found = append(found, federation.Found("endpoints", nil, "sign-in at %s, tokens at %s", meta.Authorize, meta.Token))
	found = append(found, federation.Reach(ctx, p.client, p.now(), p.issuer, meta.Authorize, meta.Token, meta.Keys, meta.UserInfo)...)
	found = append(found, p.probeKeys(ctx, meta))
	registration := p.registration
	registration.Method = meta.Method
	return append(found, p.caller.ProbeClient(ctx, &registration, meta.Token))
}

// probeKeys reads the key set anew.
func (p *Provider) probeKeys(ctx context.Context, meta metadata) federation.Finding {
	call := p.caller.Call(ctx)
	defer call.End()
	body, err := call.Read(http.MethodGet, meta.Keys, http.Header{"Accept": {"application/json"}})
	if err != nil {
		return federation.Found(string(oauth2.StepKeys), call.Failure(err), "")
	}
	keys, err := parseKeys(body)
	return federation.Found(string(oauth2.StepKeys), err, "%d keys that can verify a signature", len(keys))
}
