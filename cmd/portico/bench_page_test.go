//go:build system

package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"portico/internal/browser"
	"portico/userpool"
)

// bare is the least that a sign-in can be drawn with: what the sign-in page is compared with.
const bare = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in</title><link rel="icon" href="data:,"></head><body><h1>Sign in</h1><form method="post" action="/login">
<p><label for="u">Email</label> <input id="u" type="email" name="username" autocomplete="username"></p>
<p><label for="p">Password</label> <input id="p" type="password" name="password" autocomplete="current-password"></p>
<p><button>Sign in</button></p></form></body></html>`

// pageServer serves the rig over loopback, and the bare form beside it.
func pageServer(t testing.TB) (signIn, bareForm string) {
	t.Helper()
	r := newRig(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if request.URL.Path == "/bare" {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = fmt.Fprint(w, bare)
			return
		}
		request.Host = acme[len("https://"):] // Chromium asks 127.0.0.1 for it
		r.handler.ServeHTTP(w, request)
	}))
	t.Cleanup(server.Close)
	return loginAt(server.URL), server.URL + "/bare"
}

// The sign-in page, with three providers, costs at most 14 KB over the wire in all, headers included, and three requests.
func TestSignInPageIsLight(t *testing.T) {
	signIn, _ := pageServer(t)
	p := browser.Start(t)
	p.Forgetful()
	took := p.Visit(signIn)
	p.FirstPaint()
	t.Logf("%d requests, %d bytes", took.Requests, took.Bytes)
	if p.URL().Path != userpool.PathLogin || took.Requests < 2 {
		t.Fatalf("%d requests for %s: this is not the page", took.Requests, p.URL())
	}
	if took.Bytes > 14<<10 || took.Requests > 3 {
		t.Errorf("%d bytes in %d requests, want at most 14 KB in 3", took.Bytes, took.Requests)
	}
}

// BenchmarkFirstPaint loads the sign-in page and the bare form in turns, b.N times each, with an empty cache and the processor
// slowed down four times, and compares their first contentful paints.
func BenchmarkFirstPaint(b *testing.B) {
	signIn, bareForm := pageServer(b)
	p := browser.Start(b)
	p.Forgetful()
	for range 3 { // whatever Chromium does once
		p.Visit(signIn)
		p.Visit(bareForm)
	}
	p.SlowDown(4)
	var took browser.Wire
	var ours, theirs []time.Duration
	for b.Loop() {
		took = p.Visit(signIn)
		ours = append(ours, p.FirstPaint())
		p.Visit(bareForm)
		theirs = append(theirs, p.FirstPaint())
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(milliseconds(ours, 50), "p50-ms")
	b.ReportMetric(milliseconds(ours, 90), "p90-ms")
	b.ReportMetric(milliseconds(theirs, 50), "bare-p50-ms")
	b.ReportMetric(milliseconds(theirs, 90), "bare-p90-ms")
	b.ReportMetric(milliseconds(ours, 50)/milliseconds(theirs, 50), "x-bare")
	b.ReportMetric(float64(took.Bytes), "wire-bytes")
	b.ReportMetric(float64(took.Requests), "requests")
}

func milliseconds(times []time.Duration, percentile int) float64 {
	slices.Sort(times)
	return float64(times[(len(times)-1)*percentile/100].Microseconds()) / 1000
}
