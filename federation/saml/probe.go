package saml

import (
	"context"
	"fmt"

	"portico/federation"
)

var _ federation.Prober = (*Provider)(nil)

// Probe implements federation.Prober: the metadata, read anew, its addresses, and the certificates in it and in front of it.
// Whether the provider knows us cannot be told without a person: SAML's providers answer browsers only.
func (p *Provider) Probe(ctx context.Context) []federation.Finding {
	provider, err := p.metadata.describe(ctx)
	if far, ok := p.metadata.(*remote); ok {
		provider, err = far.read(ctx)
	}
	if err != nil {
		return []federation.Finding{federation.Found(checkMetadata, err, "")}
	}
	now := p.now()
	found := []federation.Finding{federation.Found(checkMetadata, nil, "entity ID %s", provider.entityID)}
	if until := provider.validUntil; !until.IsZero() {
		found = append(found, federation.Expiry(checkMetadata+"-validity", "the metadata", until, now))
	}
	for i, certificate := range provider.certificates {
		whose := fmt.Sprintf("signing certificate %d of %d", i+1, len(provider.certificates))
		found = append(found, federation.Expiry("signing-certificate", whose, certificate.NotAfter, now))
	}
	var at []string
	if provider.signOn.redirect != nil {
		at = append(at, provider.signOn.redirect.String())
	}
	if provider.signOn.post != nil {
		at = append(at, provider.signOn.post.String())
	}
	found = append(found, federation.Found("endpoints", nil, "sign-in at %s", at[0]))
	if client := p.client; client != nil {
		found = append(found, federation.Reach(ctx, client, now, at...)...)
	}
	return append(found, federation.Finding{
		Check: "client", Verdict: federation.Unclear, Detail: "whether the provider knows " + p.entityID + " shows only when a person signs in",
	})
}
