package saml

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"portico/userpool"
)

// expiryNotice is how long before a certificate's end its provider's operator is told.
const expiryNotice = 30 * 24 * time.Hour

// warnEvery is how often one provider's certificates are logged.
const warnEvery = 24 * time.Hour

// expiring says that a provider's last certificate ends soon, or has ended; empty while one of them lasts. An expired
// certificate goes on to verify, as at Cognito: what the date tells is that the provider will sign by another key before long,
// which we do not know.
func (d *descriptor) expiring(now time.Time) string {
	var last time.Time
	for _, certificate := range d.certificates {
		last = later(last, certificate.NotAfter)
	}
	switch {
	case now.Add(expiryNotice).Before(last):
		return ""
	case now.Before(last):
		return fmt.Sprintf("its signing certificate expires on %s: get the provider's new metadata before it changes its key", last.UTC().Format(time.DateOnly))
	}
	return fmt.Sprintf("its signing certificate expired on %s: get the provider's new metadata before it changes its key", last.UTC().Format(time.DateOnly))
}

// expiryWarning logs what expiring says, once a day.
type expiryWarning struct {
	log  *slog.Logger
	next atomic.Int64 // Unix seconds
}

func (w *expiryWarning) check(ctx context.Context, p *Provider, found *descriptor) {
	now := p.now()
	due := w.next.Load()
	if w.log == nil || now.Unix() < due || !w.next.CompareAndSwap(due, now.Add(warnEvery).Unix()) {
		return
	}
	if warning := found.expiring(now); warning != "" {
		w.log.WarnContext(ctx, "SAML provider: "+warning, "pool", p.pool, "provider", p.name)
	}
}

// CheckFile reports what ails a provider's MetadataFile: an error if it cannot be used, or what will end soon; empty otherwise,
// and for metadata at an address, which is read when it is needed.
func CheckFile(provider *userpool.IdentityProvider, now time.Time) (warning string, err error) {
	document := provider.Details["MetadataFile"]
	if document == "" {
		return "", nil
	}
	found, err := newFile(document, expectation{configured: configuredAt(provider, now), entityID: provider.Details["portico_entity_id"]})
	if err != nil {
		return "", err
	}
	described, err := found.describe(context.Background())
	if err != nil {
		return "", err
	}
	return described.expiring(now), nil
}
