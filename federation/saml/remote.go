package saml

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

const (
	refreshEvery = 6 * time.Hour    // Cognito's
	refreshLeast = time.Minute      // however short the provider wants it: a document is not read for every sign-in
	refreshAhead = time.Minute      // before validUntil, so that a slow provider is no reason to fail
	retryAfter   = 10 * time.Second // after a failure, so that a provider in trouble is not asked for every sign-in
	fetchTimeout = 5 * time.Second  // a person is waiting
	maxRedirects = 5
)

// remote is metadata at an address. A document is trusted because of where it was read, by TLS; its signature, if any,
// is not looked at, since no key for it is known.
type remote struct {
	address string
	client  *http.Client
	now     func() time.Time
	want    expectation
	flight  singleflight.Group

	mu      sync.Mutex  // guards what follows
	found   *descriptor // the last good document
	fresh   time.Time   // until when it is used without reading again
	retry   time.Time   // not read again before, after a failure
	failure error       // of the last reading, nil if it was good
}

func newRemote(address string, want expectation, c Config) (source, error) {
	if _, err := webAddress(address); err != nil {
		return nil, fmt.Errorf("MetadataURL: %w", err)
	}
	if c.Client == nil {
		return nil, errors.New("MetadataURL: no HTTP client to read it with")
	}
	client := *c.Client
	client.CheckRedirect = checkRedirect
	client.Jar = nil
	return &remote{address: address, client: &client, now: c.Now, want: want}, nil
}

// checkRedirect follows few redirects and none away from https: the document says whom we believe.
func checkRedirect(next *http.Request, before []*http.Request) error {
	if len(before) > maxRedirects {
		return fmt.Errorf("more than %d redirects", maxRedirects)
	}
	if next.URL.Scheme != "https" && (next.URL.Scheme != "http" || before[0].URL.Scheme == "https") {
		return errors.New("a redirect away from https")
	}
	return nil
}

// describe returns the document in the cache, or reads it. All who come meanwhile wait for the same reading, which
// goes on when one of them gives up.
func (r *remote) describe(ctx context.Context) (*descriptor, error) {
	if found, settled, err := r.cached(); settled {
		return found, err
	}
	reading := r.flight.DoChan("", func() (any, error) {
		if found, settled, err := r.cached(); settled {
			return found, err
		}
		found, err := r.read(context.WithoutCancel(ctx))
		return r.keep(found, err)
	})
	select {
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for metadata: %w", ctx.Err())
	case result := <-reading:
		if result.Err != nil {
			return nil, result.Err
		}
		found, ok := result.Val.(*descriptor)
		if !ok {
			return nil, errors.New("no metadata")
		}
		return found, nil
	}
}

// cached is what is known without reading; settled is false if it is time to read.
func (r *remote) cached() (found *descriptor, settled bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if r.found != nil && now.Before(r.fresh) {
		return r.found, true, nil
	}
	if r.failure != nil && now.Before(r.retry) {
		found, err := r.old(now)
		return found, true, err
	}
	return nil, false, nil
}

// old is the last good document until it expires; without validUntil it does not. The caller holds mu.
func (r *remote) old(now time.Time) (*descriptor, error) {
	if r.found != nil && (r.found.validUntil.IsZero() || now.Before(r.found.validUntil)) {
		return r.found, nil
	}
	return nil, r.failure
}

// keep stores the outcome of a reading. A failure leaves the old document where it is.
func (r *remote) keep(found *descriptor, err error) (*descriptor, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if err == nil && !found.validUntil.IsZero() && !now.Before(found.validUntil) {
		err = fmt.Errorf("the metadata was valid until %s only", found.validUntil.UTC())
	}
	if err != nil {
		r.failure, r.retry = err, now.Add(retryAfter)
		return r.old(now)
	}
	r.found, r.failure, r.fresh = found, nil, freshUntil(found, now)
	return found, nil
}

// freshUntil is when a document is to be read again: after six hours, after its cacheDuration or before its validUntil,
// whichever is first.
func freshUntil(found *descriptor, now time.Time) time.Time {
	lasts := refreshEvery
	if found.cacheFor > 0 {
		lasts = min(lasts, max(found.cacheFor, refreshLeast))
	}
	fresh := now.Add(lasts)
	if until := found.validUntil; !until.IsZero() {
		ahead := later(until.Add(-refreshAhead), now.Add(refreshLeast))
		fresh = earlier(fresh, earlier(ahead, until))
	}
	return fresh
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// read fetches the document, within fetchTimeout in all.
func (r *remote) read(ctx context.Context) (*descriptor, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.address, http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("reading metadata: %w", err)
	}
	request.Header.Set("Accept", "application/samlmetadata+xml, application/xml, text/xml")
	response, err := r.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("reading metadata: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("reading metadata: the provider answered %s", response.Status)
	}
	document, err := io.ReadAll(io.LimitReader(response.Body, maxMetadata+1))
	if err != nil {
		return nil, fmt.Errorf("reading metadata: %w", err)
	}
	return parseMetadata(document, r.want)
}
