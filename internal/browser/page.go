//go:build system

package browser

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Open goes to the address and waits until the page is loaded.
func (p *Page) Open(address string) {
	p.tb.Helper()
	p.do("open "+address, chromedp.Navigate(address))
}

// Fill puts the value in the one field the CSS selector finds, as typing would.
func (p *Page) Fill(selector, value string) {
	p.tb.Helper()
	if p.keyboard {
		p.reach(selector, "e.matches("+quote(selector)+")")
		p.typeOver(value)
		return
	}
	p.do("fill "+selector,
		chromedp.Clear(chromedp.CSS(selector), chromedp.NodeVisible),
		chromedp.SendKeys(chromedp.CSS(selector), value, chromedp.NodeVisible))
}

// Click clicks the visible element the CSS selector finds first. It does not
// wait for a page that may follow; WaitURL and WaitFor do.
func (p *Page) Click(selector string) {
	p.tb.Helper()
	if p.keyboard {
		p.activate(selector)
		return
	}
	p.do("click "+selector, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// ClickText clicks the first visible link or button with exactly this text, or
// with a part of its own that has: a mark may stand before the words.
func (p *Page) ClickText(text string) {
	p.tb.Helper()
	if p.keyboard {
		p.reach(text, named(text))
		p.Press(kb.Enter)
		return
	}
	wanted := xpathText(text)
	xpath := fmt.Sprintf(`//*[self::a or self::button or @role="button"][normalize-space(.)=%s or .//*[normalize-space(.)=%s]]`, wanted, wanted)
	p.do("click "+text, chromedp.Click(xpath, chromedp.NodeVisible))
}

// Press sends keys to whatever has the focus: "\r" is Enter, "\t" Tab.
func (p *Page) Press(keys string) {
	p.tb.Helper()
	p.do("press keys", chromedp.KeyEvent(keys))
}

// WaitURL waits until the tab shows a complete page whose address begins so,
// and gives the whole address.
func (p *Page) WaitURL(prefix string) *url.URL {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for {
		// Asked while one page gives way to the next, Chromium may answer with an
		// error; that is not yet the end.
		where, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.readyState + " " + location.href`))
		address, complete := strings.CutPrefix(where, "complete ")
		if err == nil && complete && strings.HasPrefix(address, prefix) {
			return p.parse(address)
		}
		if ctx.Err() != nil {
			p.fail("wait for "+prefix, errors.Join(ctx.Err(), err))
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// WaitFor waits until the CSS selector finds something visible.
func (p *Page) WaitFor(selector string) {
	p.tb.Helper()
	p.do("wait for "+selector, chromedp.WaitVisible(chromedp.CSS(selector)))
}

// URL is the address of the page in the tab.
func (p *Page) URL() *url.URL {
	p.tb.Helper()
	return p.parse(run(p, "read the address", chromedp.Location()))
}

func (p *Page) parse(address string) *url.URL {
	p.tb.Helper()
	parsed, err := url.Parse(address)
	if err != nil {
		p.fail("read the address", err)
	}
	return parsed
}

// Title is the title of the page.
func (p *Page) Title() string {
	p.tb.Helper()
	return run(p, "read the title", chromedp.Title())
}

// Text is the text a person sees in the element the CSS selector finds first.
func (p *Page) Text(selector string) string {
	p.tb.Helper()
	return strings.TrimSpace(run(p, "read "+selector, chromedp.Text(chromedp.CSS(selector))))
}

// Rows are the texts of the cells of the table the CSS selector finds first.
func (p *Page) Rows(selector string) [][]string {
	p.tb.Helper()
	return run(p, "read "+selector, chromedp.Evaluate[[][]string](
		`[...document.querySelectorAll(`+quote(selector+" tr")+`)].map(r => [...r.cells].map(c => c.innerText.trim()))`))
}

// Value is what stands in the field the CSS selector finds first.
func (p *Page) Value(selector string) string {
	p.tb.Helper()
	return run(p, "read "+selector, chromedp.Value(chromedp.CSS(selector)))
}

// Has says whether the CSS selector finds anything now.
func (p *Page) Has(selector string) bool {
	p.tb.Helper()
	return run(p, "look for "+selector, chromedp.Evaluate[bool]("document.querySelector("+quote(selector)+") !== null"))
}

// Shows says whether what the CSS selector finds first is drawn now.
func (p *Page) Shows(selector string) bool {
	p.tb.Helper()
	return run(p, "look at "+selector, chromedp.Evaluate[bool]("!!document.querySelector("+quote(selector)+")?.checkVisibility()"))
}

// Cookies are all cookies the browser holds, of every site.
func (p *Page) Cookies() []*network.Cookie {
	p.tb.Helper()
	return run(p, "read the cookies", func(ctx context.Context, t *chromedp.Target) ([]*network.Cookie, error) {
		found, err := cdp.Call(ctx, t, storage.GetCookies, storage.GetCookiesParams{})
		if err != nil {
			return nil, err
		}
		return found.Cookies, nil
	})
}

// quote writes a text as JavaScript does.
func quote(text string) string { return strconv.Quote(text) }

func xpathText(text string) string {
	if strings.Contains(text, `"`) {
		return "'" + text + "'"
	}
	return `"` + text + `"`
}
