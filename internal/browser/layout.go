//go:build system

package browser

import (
	"context"
	"fmt"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Width makes the tab a window on a desk that is so many CSS pixels wide. A
// desk of 1280 is 640 wide at 200 %, and 320 at 400 %.
func (p *Page) Width(pixels int64) {
	p.tb.Helper()
	p.do("change the width", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: pixels, Height: 640, DeviceScaleFactor: 1})
		return err
	}))
}

// LargeText makes the text of the page in the tab so many percent of its size,
// as a browser's own setting does, and nothing else (WCAG 2.2, 1.4.4).
func (p *Page) LargeText(percent int) {
	p.tb.Helper()
	run(p, "enlarge the text", chromedp.Evaluate[int](fmt.Sprintf(`(n => { document.documentElement.style.fontSize = n + "%%"; return n })(%d)`, percent)))
}

// Mirror turns the page in the tab round: it is now in Arabic, as far as its
// layout knows, and runs from right to left.
func (p *Page) Mirror() {
	p.tb.Helper()
	run(p, "mirror the page", chromedp.Evaluate[string](`(e => { e.lang = "ar"; return e.dir = "rtl" })(document.documentElement)`))
}

// Sideways says what makes the page scroll to the side: the page itself, or the
// elements that hold more than they show and cut it off.
func (p *Page) Sideways() []string {
	p.tb.Helper()
	return run(p, "look for what is cut", chromedp.Evaluate[[]string](`(() => {
		const root = document.documentElement, found = [];
		if (root.scrollWidth > innerWidth) found.push("the page is " + root.scrollWidth + " wide in a window of " + innerWidth);
		for (const e of document.querySelectorAll("body *")) {
			if (e.closest(".vh, .code, svg") || !e.checkVisibility() || e.clientWidth === 0) continue;
			const style = getComputedStyle(e);
			if (style.clip !== "auto" || style.clipPath !== "none") continue; // for screen readers alone
			const hides = v => v === "hidden" || v === "clip";
			const wide = hides(style.overflowX) && e.scrollWidth > e.clientWidth + 1, high = hides(style.overflowY) && e.scrollHeight > e.clientHeight + 1;
			if (wide || high) found.push("cut off: " + e.tagName + "." + e.className + " " + e.textContent.trim().slice(0, 60));
		}
		return found;
	})()`))
}

// Shifts are the elements that moved by themselves since the page was opened,
// with how much (Cumulative Layout Shift).
func (p *Page) Shifts() []string {
	p.tb.Helper()
	return run(p, "look for what moved", chromedp.Evaluate[[]string](`document.fonts.ready.then(() => new Promise(done => {
		const seen = [], frame = f => requestAnimationFrame(() => requestAnimationFrame(f));
		new PerformanceObserver(list => seen.push(...list.getEntries())).observe({type: "layout-shift", buffered: true});
		const told = s => s.value.toFixed(4) + ": " + s.sources.map(m => m.node && m.node.nodeType === 1 ? m.node.localName + "." + m.node.className : "?").join(", ");
		frame(() => setTimeout(() => done(seen.filter(s => !s.hadRecentInput).map(told)), 50));
	}))`, chromedp.EvalAwaitPromise))
}
