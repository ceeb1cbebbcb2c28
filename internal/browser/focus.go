//go:build system

package browser

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
)

// Focus is the element that keys go to.
type Focus struct {
	Tag  string // lower case; "body" when nothing has the focus
	Name string // its name attribute
	Text string // the text in it
	// Seen says whether a person sees that it has the focus: it is on the page
	// and drawn with an outline or a shadow.
	Seen bool
}

// marked is a JavaScript expression: whether e, or the box that is drawn around
// the digits of a code, has an outline or a shadow.
const marked = `[e, e.closest(".code") || e].some(m => (s => (s.outlineStyle !== "none" && s.outlineWidth !== "0px") || s.boxShadow !== "none")(getComputedStyle(m)))`

const readFocus = `(() => {
	const e = document.activeElement || document.body, box = e.getBoundingClientRect();
	const marked = ` + marked + `;
	return {
		Tag: e.localName, Name: e.getAttribute("name") || "", Text: e.textContent.replace(/\s+/g, " ").trim().slice(0, 100),
		Seen: marked && box.width > 0 && box.height > 0,
	};
})()`

// Focus is what has the focus now.
func (p *Page) Focus() Focus {
	p.tb.Helper()
	return run(p, "read the focus", chromedp.Evaluate[Focus](readFocus))
}

// TabTo presses Tab until the element that is wanted has the focus, and fails
// when it cannot be reached, or when somebody could not see where they are.
func (p *Page) TabTo(what string, wanted func(Focus) bool) {
	p.tb.Helper()
	var way []string
	for range 60 {
		p.Press("\t")
		now := p.Focus()
		if now.Tag != "body" && !now.Seen {
			p.fail("see the focus", errors.New("nothing marks "+now.Tag+" "+now.Name+" "+now.Text))
		}
		if wanted(now) {
			return
		}
		way = append(way, strings.TrimSpace(now.Tag+" "+now.Name+" "+now.Text))
	}
	p.fail("tab to "+what, errors.New("the focus went to "+strings.Join(way, ", ")))
}

// WaitText waits until the element the CSS selector finds first shows the text.
func (p *Page) WaitText(selector, text string) {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for {
		// As in WaitURL, an error may mean that one page gives way to the next.
		shown, err := chromedp.Run(ctx, chromedp.Evaluate[string](`(document.querySelector(`+quote(selector)+`) || {}).innerText || ""`))
		if err == nil && strings.Contains(shown, text) {
			return
		}
		if ctx.Err() != nil {
			p.fail("wait for "+text+" in "+selector, errors.Join(ctx.Err(), err))
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Everywhere takes a picture of the page on a desk and on a phone, in light and
// in dark, as <name>-desk-light and so on, and leaves it on a desk in light.
func (p *Page) Everywhere(name string) {
	p.tb.Helper()
	if !wantsShots() {
		return
	}
	for _, dark := range []bool{true, false} {
		colours := "light"
		if dark {
			colours = "dark"
			p.Dark()
		} else {
			p.Light()
		}
		p.Phone()
		p.Shot(name + "-phone-" + colours)
		p.Desk()
		p.Shot(name + "-desk-" + colours)
	}
}
