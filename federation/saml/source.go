package saml

import (
	"context"
	"errors"
	"fmt"
	"time"

	"portico/federation"
	"portico/federation/trace"
	"portico/userpool"
)

// source is where a provider's metadata comes from. It is safe for concurrent use.
type source interface {
	describe(ctx context.Context) (*descriptor, error)
}

// newSource chooses between the two details. Cognito takes exactly one of them.
func newSource(c Config) (source, error) {
	file, address := c.Provider.Details["MetadataFile"], c.Provider.Details["MetadataURL"]
	want := expectation{configured: configuredAt(c.Provider, c.Now()), entityID: c.Provider.Details["portico_entity_id"]}
	switch {
	case file != "" && address != "":
		return nil, errors.New("MetadataFile and MetadataURL are both set")
	case file != "":
		return newFile(file, want)
	case address != "":
		return newRemote(address, want, c)
	}
	return nil, errors.New("neither MetadataFile nor MetadataURL is set")
}

// configuredAt is when the provider was configured, which is when its certificates had to be unexpired.
func configuredAt(provider *userpool.IdentityProvider, now time.Time) time.Time {
	switch {
	case !provider.Modified.IsZero():
		return provider.Modified
	case !provider.Created.IsZero():
		return provider.Created
	}
	return now
}

// file is metadata given as text. It is read once and holds as long as it is configured: validUntil is for documents
// that can be read again, and is asked only when the provider is configured, as certificates are.
type file struct{ found *descriptor }

func newFile(document string, want expectation) (source, error) {
	found, err := parseMetadata([]byte(document), want)
	if err != nil {
		return nil, fmt.Errorf("MetadataFile: %w", err)
	}
	if !found.validUntil.IsZero() && found.validUntil.Before(want.configured) {
		return nil, fmt.Errorf("MetadataFile: the metadata was valid until %s only", found.validUntil.UTC())
	}
	return file{found}, nil
}

func (f file) describe(context.Context) (*descriptor, error) { return f.found, nil }

// describe is the provider's metadata, or a refusal. Cognito names the address; an address may be internal, so the app
// is told the provider's name.
func (p *Provider) describe(ctx context.Context) (*descriptor, error) {
	read := trace.Start(ctx, room, "Metadata read").Waiting().UnlessQuick()
	found, err := p.metadata.describe(ctx)
	read.End(err)
	if err != nil {
		return nil, federation.Refuse(checkMetadata, saidMetadata+p.name, "%w", err)
	}
	p.expiry.check(ctx, p, found)
	return found, nil
}
