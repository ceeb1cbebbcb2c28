package saml

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"portico/userpool"
)

// testClock is a clock moved by hand.
type testClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *testClock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// publisher serves a metadata document and counts who reads it.
type publisher struct {
	*httptest.Server
	document atomic.Pointer[string] // nil: the provider is in trouble
	reads    atomic.Int32
}

func publish(t *testing.T, document string) *publisher {
	t.Helper()
	p := &publisher{}
	p.document.Store(&document)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		p.reads.Add(1)
		now := p.document.Load()
		if now == nil {
			http.Error(w, "trouble", http.StatusServiceUnavailable)
			return
		}
		if _, err := w.Write([]byte(*now)); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *publisher) wantReads(t *testing.T, want int32) {
	t.Helper()
	if got := p.reads.Load(); got != want {
		t.Errorf("read %d times, want %d", got, want)
	}
}

// remoteProvider is a provider whose metadata is at an address.
func remoteProvider(t *testing.T, address string, client *http.Client, now func() time.Time) *Provider {
	t.Helper()
	config := testConfig("")
	config.Provider.Details = userpool.ProviderDetails{"MetadataURL": address}
	config.Client, config.Now = client, now
	p, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func reads(t *testing.T, p *Provider) error {
	t.Helper()
	_, err := p.describe(t.Context())
	return err
}

func TestMetadataIsReadEverySixHours(t *testing.T) {
	pair := loadPair(t, "provider")
	at := publish(t, metadataOf(pair))
	clock := &testClock{now: noon()}
	p := remoteProvider(t, at.URL, at.Client(), clock.Now)
	for _, step := range []struct {
		after time.Duration
		reads int32
	}{{0, 1}, {6*time.Hour - time.Second, 1}, {time.Second, 2}, {time.Hour, 2}} {
		clock.Advance(step.after)
		if err := reads(t, p); err != nil {
			t.Fatal(err)
		}
		at.wantReads(t, step.reads)
	}
	// A key that the provider has withdrawn is not believed any longer.
	fresh := metadataOf(loadPair(t, "rollover"))
	at.document.Store(&fresh)
	clock.Advance(6 * time.Hour)
	f := fixture{p, pair}
	f.now = noon
	f.refuses(t, f.signed(t, goodReply(), byBoth), checkSignature)
}

func TestFreshUntil(t *testing.T) {
	for name, c := range map[string]struct {
		found descriptor
		want  time.Duration
	}{
		"says nothing":             {descriptor{}, 6 * time.Hour},
		"short cacheDuration":      {descriptor{cacheFor: time.Hour}, time.Hour},
		"tiny cacheDuration":       {descriptor{cacheFor: time.Second}, refreshLeast},
		"long cacheDuration":       {descriptor{cacheFor: 48 * time.Hour}, 6 * time.Hour},
		"validUntil soon":          {descriptor{validUntil: noon().Add(time.Hour)}, time.Hour - refreshAhead},
		"validUntil at once":       {descriptor{validUntil: noon().Add(90 * time.Second)}, refreshLeast},
		"validUntil in seconds":    {descriptor{validUntil: noon().Add(10 * time.Second)}, 10 * time.Second},
		"validUntil later":         {descriptor{validUntil: noon().Add(48 * time.Hour)}, 6 * time.Hour},
		"cacheDuration and expiry": {descriptor{cacheFor: 5 * time.Minute, validUntil: noon().Add(time.Hour)}, 5 * time.Minute},
	} {
		if got := freshUntil(&c.found, noon()).Sub(noon()); got != c.want {
			t.Errorf("%s: fresh for %s, want %s", name, got, c.want)
		}
	}
}

// TestFailedRefreshKeepsTheOldDocument, until it expires, and does not ask again at once.
func TestFailedRefreshKeepsTheOldDocument(t *testing.T) {
	document := strings.Replace(metadataOf(loadPair(t, "provider")), "<EntityDescriptor",
		`<EntityDescriptor validUntil="`+stamp(noon().Add(24*time.Hour))+`"`, 1)
	at := publish(t, document)
	clock := &testClock{now: noon()}
	p := remoteProvider(t, at.URL, at.Client(), clock.Now)
	if err := reads(t, p); err != nil {
		t.Fatal(err)
	}
	at.document.Store(nil)
	clock.Advance(7 * time.Hour)
	for range 3 {
		if err := reads(t, p); err != nil {
			t.Fatalf("the old document is still valid: %v", err)
		}
	}
	at.wantReads(t, 2)
	clock.Advance(retryAfter)
	if err := reads(t, p); err != nil {
		t.Fatal(err)
	}
	at.wantReads(t, 3)
	clock.Advance(17 * time.Hour)
	if err := reads(t, p); err == nil {
		t.Error("the old document has expired and is still used")
	}
	at.document.Store(&document)
	clock.Advance(retryAfter)
	if err := reads(t, p); err == nil {
		t.Error("an expired document was read and is used")
	}
}

// TestFailureIsToldAndRetried: no document yet.
func TestFailureIsToldAndRetried(t *testing.T) {
	document := metadataOf(loadPair(t, "provider"))
	at := publish(t, document)
	at.document.Store(nil)
	clock := &testClock{now: noon()}
	p := remoteProvider(t, at.URL, at.Client(), clock.Now)
	for range 3 {
		_, err := p.Finish(t.Context(), answerTo("<x/>"))
		var failure interface{ Unwrap() error }
		if !errors.As(err, &failure) || strings.Contains(err.Error(), "127.0.0.1") {
			t.Fatalf("error %v", err)
		}
	}
	at.wantReads(t, 1)
	at.document.Store(&document)
	clock.Advance(retryAfter)
	if err := reads(t, p); err != nil {
		t.Fatal(err)
	}
}

// TestCallersShareOneFetch: many people at once cause one reading, and one who leaves does not end it.
func TestCallersShareOneFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		document, count := metadataOf(loadPair(t, "provider")), 0
		client := &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
			count++
			time.Sleep(time.Second)
			if err := r.Context().Err(); err != nil {
				return nil, err
			}
			recorder := httptest.NewRecorder()
			recorder.WriteString(document)
			return recorder.Result(), nil
		})}
		p := remoteProvider(t, "https://idp.example/", client, time.Now)
		leaving, leave := context.WithCancel(t.Context())
		var people sync.WaitGroup
		people.Go(func() {
			if _, err := p.describe(leaving); !errors.Is(err, context.Canceled) {
				t.Errorf("who left was told %v", err)
			}
		})
		synctest.Wait()
		for range 20 {
			people.Go(func() {
				if _, err := p.describe(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		leave()
		people.Wait()
		if count != 1 {
			t.Errorf("read %d times", count)
		}
	})
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestSlowMetadata: a provider that never answers costs a person five seconds, not more.
func TestSlowMetadata(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})}
		p := remoteProvider(t, "https://idp.example/", client, time.Now)
		start := time.Now()
		if err := reads(t, p); err == nil {
			t.Error("no error")
		}
		if took := time.Since(start); took != fetchTimeout {
			t.Errorf("took %s", took)
		}
	})
}

func TestMetadataRedirectLoop(t *testing.T) {
	hops := 0
	at := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hops++
		http.Redirect(w, r, "/again", http.StatusFound)
	}))
	defer at.Close()
	p := remoteProvider(t, at.URL, at.Client(), noon)
	if err := reads(t, p); err == nil {
		t.Error("no error")
	}
	if hops > maxRedirects+1 {
		t.Errorf("followed %d redirects", hops)
	}
}

// TestMetadataRedirectAwayFromHTTPS: the document says whom we believe, so it does not travel in the clear.
func TestMetadataRedirectAwayFromHTTPS(t *testing.T) {
	document := metadataOf(loadPair(t, "provider"))
	plain := publish(t, document)
	secure := httptest.NewTLSServer(http.RedirectHandler(plain.URL, http.StatusFound))
	defer secure.Close()
	p := remoteProvider(t, secure.URL, secure.Client(), noon)
	if err := reads(t, p); err == nil {
		t.Error("followed")
	}
	plain.wantReads(t, 0)
}

func TestMetadataTooLargeOverHTTP(t *testing.T) {
	at := publish(t, metadataOf(loadPair(t, "provider"))+strings.Repeat(" ", 2*maxMetadata))
	p := remoteProvider(t, at.URL, at.Client(), noon)
	if err := reads(t, p); err == nil {
		t.Error("accepted")
	}
}

// TestClientIsNotChanged: the guarded client belongs to others too.
func TestClientIsNotChanged(t *testing.T) {
	client := &http.Client{}
	remoteProvider(t, "https://idp.example/", client, noon)
	if client.CheckRedirect != nil {
		t.Error("its redirect policy was changed")
	}
}
