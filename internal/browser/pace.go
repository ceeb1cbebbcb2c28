//go:build system

package browser

import (
	"context"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// SlowDown makes the processor of pages so many times slower.
func (p *Page) SlowDown(times float64) {
	p.tb.Helper()
	p.do("slow down", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: times})
		return err
	}))
}

// Forgetful makes every visit the first: nothing is kept in the cache.
func (p *Page) Forgetful() {
	p.tb.Helper()
	p.do("keep nothing", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
		return err
	}))
}

// Wire is what came over the wire for the page in the tab.
type Wire struct {
	Requests int
	Bytes    int64 // as they were sent: compressed, response headers included
}

// Visit is Open, and tells what it took.
func (p *Page) Visit(address string) Wire {
	p.tb.Helper()
	p.mu.Lock()
	p.wire = Wire{}
	p.mu.Unlock()
	p.Open(address)
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.wire
}

// FirstPaint is the time from the start of the navigation to the first
// contentful paint of the page in the tab.
func (p *Page) FirstPaint() time.Duration {
	p.tb.Helper()
	ms := run(p, "wait for the first paint", chromedp.Evaluate[float64](`new Promise(done => new PerformanceObserver(list => {
		const [paint] = list.getEntriesByName("first-contentful-paint");
		if (paint) done(paint.startTime);
	}).observe({type: "paint", buffered: true}))`, chromedp.EvalAwaitPromise))
	return time.Duration(ms * float64(time.Millisecond))
}
