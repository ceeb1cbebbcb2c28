//go:build system

package browser

import (
	"errors"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Keyboard takes the mouse away. From now on Fill, Click and ClickText press
// nothing but Tab, Enter, Space, arrows and letters: what cannot be reached so,
// or reached without seeing where the focus is, fails the test (WCAG 2.2, 2.1.1
// and 2.4.7).
func (p *Page) Keyboard() { p.keyboard = true }

// Scripted says whether the scripts of pages run.
func (p *Page) Scripted() bool { return !p.plain }

// stops is more presses of Tab than any page of ours has stops.
const stops = 90

// reach presses Tab until the element with the focus is the one that a
// JavaScript expression about it, e, is true of. Where the focus is there
// already nothing is pressed.
func (p *Page) reach(what, expression string) {
	p.tb.Helper()
	question := `(e => e !== null && (` + expression + `))(document.activeElement)`
	var way []string
	for range stops {
		if run(p, "look at the focus", chromedp.Evaluate[bool](question)) {
			return
		}
		p.Press(kb.Tab)
		way = append(way, p.seeFocus())
	}
	p.fail("reach "+what+" with Tab", errors.New("the focus went to "+strings.Join(way, ", ")))
}

// seeFocus says what has the focus, which must be marked.
func (p *Page) seeFocus() string {
	p.tb.Helper()
	now := p.Focus()
	name := strings.TrimSpace(now.Tag + " " + now.Name + " " + now.Text)
	if now.Tag != "body" && !now.Seen {
		p.fail("see the focus", errors.New("nothing marks "+name))
	}
	return name
}

// typeOver replaces what stands in the field with the focus.
func (p *Page) typeOver(value string) {
	p.tb.Helper()
	selectAll := func(k *input.DispatchKeyEventParams) { k.Commands = []string{"selectAll"} }
	p.do("select what is there", chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl), selectAll))
	if value == "" {
		p.Press(kb.Backspace)
		return
	}
	p.Press(value)
}

// activate presses what a keyboard presses: Space for boxes to tick, arrows
// within a group of choices, Enter for everything else.
func (p *Page) activate(selector string) {
	p.tb.Helper()
	choice := `e.matches(` + quote(selector) + `)`
	group := fmt.Sprintf(`((w, e) => w !== null && w.type === "radio" && e.type === "radio" && e.name === w.name)(document.querySelector(%s), e)`, quote(selector))
	p.reach(selector, choice+" || "+group)
	for range stops {
		if run(p, "look at the choice", chromedp.Evaluate[bool](`document.activeElement.matches(`+quote(selector)+`)`)) {
			break
		}
		p.Press(kb.ArrowDown)
	}
	if run(p, "look at the kind", chromedp.Evaluate[bool](`document.activeElement.matches("[type=checkbox], [type=radio]")`)) {
		p.Press(" ")
		return
	}
	p.Press(kb.Enter)
}

// named is a JavaScript expression: whether e is a link or a button with the
// text, or has a part with it.
func named(text string) string {
	return fmt.Sprintf(`e.matches("a, button, [role=button]") && [e, ...e.querySelectorAll("*")].some(n => n.textContent.replace(/\s+/g, " ").trim() === %s)`, quote(text))
}
