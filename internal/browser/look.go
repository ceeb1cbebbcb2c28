//go:build system

package browser

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// shotsVariable names the folder that takes the pictures.
const shotsVariable = "PORTICO_SHOTS"

// Desk makes the tab 1280 by 800, Phone 390 by 844 at three pixels a point with
// touch: the sizes the design was drawn for.
func (p *Page) Desk() {
	p.tb.Helper()
	p.do("show on a desk", chromedp.EmulateViewport(1280, 800))
}

// Phone makes the tab a phone; see Desk.
func (p *Page) Phone() {
	p.tb.Helper()
	p.do("show on a phone", chromedp.EmulateViewport(390, 844, chromedp.EmulateScale(3), chromedp.EmulateMobile, chromedp.EmulateTouch))
}

// Narrow makes the tab 320 wide: a desk at 400 % (WCAG 2.2, 1.4.10 Reflow).
func (p *Page) Narrow() {
	p.tb.Helper()
	p.do("show in a narrow window", chromedp.EmulateViewport(320, 640))
}

// Overflowing names the elements that stick out of the window sideways, and the
// buttons and fields that are narrower than what they hold.
func (p *Page) Overflowing() []string {
	p.tb.Helper()
	return run(p, "look for what sticks out", chromedp.Evaluate[[]string](`[...document.querySelectorAll("body *")].filter(e => {
		if (e.closest(".vh, .code") || !e.checkVisibility()) return false;
		const box = e.getBoundingClientRect();
		return box.left < -.5 || box.right > innerWidth + .5 || e.matches(".btn, .card, .show, label, summary") && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0;
	}).map(e => e.tagName + "." + e.className + " " + e.textContent.trim().slice(0, 60))`))
}

// Dark tells pages that the person prefers dark colours, Light the opposite.
func (p *Page) Dark() { p.tb.Helper(); p.prefer("dark") }

// Light tells pages that the person prefers light colours.
func (p *Page) Light() { p.tb.Helper(); p.prefer("light") }

func (p *Page) prefer(scheme string) {
	p.tb.Helper()
	feature := emulation.MediaFeature{Name: "prefers-color-scheme", Value: scheme}
	p.do("prefer "+scheme, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{&feature}})
		return err
	}))
}

// WithoutScript switches the scripts of pages off, from the next page on. The
// methods of Page go on working.
func (p *Page) WithoutScript() {
	p.tb.Helper()
	p.plain = true
	p.do("switch scripts off", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
}

// Shot keeps a picture of the whole page as <name>.png in the folder that
// PORTICO_SHOTS names; without one it does nothing. In a flow that is gone
// through several ways the names end with the way.
func (p *Page) Shot(name string) {
	p.tb.Helper()
	if !wantsShots() {
		return
	}
	folder := os.Getenv(shotsVariable)
	// Colours that are on their way would be pictured half-way.
	run(p, "finish what moves", chromedp.Evaluate[int](`document.getAnimations().reduce((n, a) => (a.finish(), n + 1), 0)`))
	picture := run(p, "take a picture", chromedp.FullScreenshot(100))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		p.tb.Fatalf("browser: %s: %v", shotsVariable, err)
	}
	file := filepath.Join(folder, strings.ReplaceAll(name+p.shotsName, "/", "-")+".png")
	if err := os.WriteFile(file, picture, 0o644); err != nil {
		p.tb.Fatalf("browser: %s: %v", shotsVariable, err)
	}
}

func wantsShots() bool { return os.Getenv(shotsVariable) != "" }

// fail ends the test with what the person at the browser would have told: what
// they wanted, where they were, how they came there and what they saw.
func (p *Page) fail(what string, err error) {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience/10)
	defer cancel()
	where, _ := chromedp.Run(ctx, chromedp.Location()) // best effort: the browser may be gone
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body ? document.body.innerText : ""`))
	p.mu.Lock()
	way := strings.Join(p.trace, "\n  ")
	p.mu.Unlock()
	p.tb.Fatalf("browser: %s: %v\nat %s\nby way of\n  %s\nthe page says:\n%s", what, err, where, way, firstOf(text, 2000))
}

func statusLine(r *network.Response) string {
	return fmt.Sprintf("%d %s", r.Status, firstOf(r.URL, 200))
}

func firstOf(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return text[:limit] + " …"
}

// Style is what the browser makes of a property of the element the CSS selector finds first; the selector may end in ::before or
// ::after. The property may be a custom one.
func (p *Page) Style(selector, property string) string {
	p.tb.Helper()
	element, pseudo, _ := strings.Cut(selector, "::")
	return run(p, "read the style of "+selector, chromedp.Evaluate[string](
		`getComputedStyle(document.querySelector(`+quote(element)+`), `+quote(pseudo)+` ? "::" + `+quote(pseudo)+` : null).getPropertyValue(`+quote(property)+`)`))
}

// SetToken gives a custom property of the root another value, as a later style sheet would.
func (p *Page) SetToken(name, value string) {
	p.tb.Helper()
	run(p, "set "+name, chromedp.Evaluate[string](`document.documentElement.style.setProperty(`+quote(name)+`, `+quote(value)+`), document.getAnimations().forEach(a => a.finish()), ""`))
}
