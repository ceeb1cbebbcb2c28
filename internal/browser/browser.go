//go:build system

package browser

import (
	"context"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long one step may take. A page of ours takes milliseconds;
// the rest is for a machine with two cores that also compiles.
const patience = 30 * time.Second

// Page is one tab of a Chromium of its own. It belongs to one test.
type Page struct {
	tb  testing.TB
	ctx context.Context

	keyboard  bool   // there is no mouse
	plain     bool   // scripts are off
	shotsName string // what the names of pictures end with

	mu         sync.Mutex
	trace      []string // documents asked for and answered, for failures
	complaints []string // what Chromium had to say against pages
	wire       Wire     // since the last Visit
}

// Option changes how Chromium is started.
type Option func() []chromedp.ExecAllocatorOption

// IgnoreCertificates makes Chromium accept every certificate: for a server
// that made its own.
func IgnoreCertificates() []chromedp.ExecAllocatorOption {
	return []chromedp.ExecAllocatorOption{chromedp.IgnoreCertErrors}
}

// Start starts a Chromium with an empty profile and gives its one tab, at the
// size of a desk. Both are gone when the test ends.
func Start(tb testing.TB, options ...Option) *Page {
	tb.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		tb.Fatal("browser: no chromium here; make test installs it")
	}
	flags := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path),
		chromedp.Headless,
		chromedp.NoSandbox, // Chromium's sandbox refuses root, and containers refuse it
		chromedp.DisableGPU,
		chromedp.NoFirstRun,
		chromedp.UserDataDir(tb.TempDir()),
		chromedp.WindowSize(1280, 800),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true), // containers give /dev/shm 64 MB
		chromedp.Flag("force-color-profile", "srgb"), // pictures alike on every machine
	}
	for _, option := range options {
		flags = append(flags, option()...)
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), flags...)
	tb.Cleanup(stop)
	ctx, closeTab := chromedp.NewContext(allocator)
	tb.Cleanup(closeTab)

	p := &Page{tb: tb, ctx: ctx}
	// The first step starts the browser, which lives as long as its context, so
	// this one step has no time limit of its own.
	if err := chromedp.Do(ctx); err != nil {
		tb.Fatalf("browser: start %s: %v", path, err)
	}
	if err := chromedp.Listen(ctx, p.note); err != nil {
		tb.Fatalf("browser: listen: %v", err)
	}
	p.Desk()
	return p
}

// note remembers the documents the tab asked for, so that a failure can tell
// the way that led to it, and what Chromium complains of.
func (p *Page) note(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventResponseReceived:
		if e.Type == network.ResourceTypeDocument {
			p.trace = append(p.trace, statusLine(e.Response))
		}
	case *network.EventLoadingFinished:
		p.wire.Requests++
		p.wire.Bytes += int64(e.EncodedDataLength)
	case *log.EventEntryAdded:
		// A page with the status 400 is an error to the network, not to the page.
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			p.complaints = append(p.complaints, e.Entry.Text)
		}
	case *runtime.EventExceptionThrown:
		p.complaints = append(p.complaints, e.ExceptionDetails.Text)
	}
}

// Complaints are what Chromium had against the pages so far: scripts that
// failed, and whatever the Content-Security-Policy forbade.
func (p *Page) Complaints() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.complaints)
}

// run does one step within the time a step may take.
func run[T any](p *Page, what string, action chromedp.Action[T]) T {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, action)
	if err != nil {
		p.fail(what, err)
	}
	return value
}

// do does several steps that give nothing.
func (p *Page) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.tb.Helper()
	run(p, what, chromedp.Steps(steps...))
}
