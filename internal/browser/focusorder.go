//go:build system

package browser

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
)

// tabStops is a JavaScript expression: the elements that Tab should stop at, in
// the order of the document. Of a group of choices it is one.
const tabStops = `(() => {
	const groups = new Set();
	return [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")].filter(e => {
		if (e.disabled || e.type === "hidden" || e.tabIndex < 0 || !e.checkVisibility({checkVisibilityCSS: true})) return false;
		if (e.type !== "radio") return true;
		const chosen = document.querySelector("input[type=radio][name='" + CSS.escape(e.name) + "']:checked");
		if ((chosen && chosen !== e) || groups.has(e.name)) return false;
		return groups.add(e.name);
	});
})()`

// stop is where the focus is: which of the stops, its name, and what is wrong
// with it.
type stop struct {
	Index       int
	Name, Fault string
	Date        bool
}

// partsOfADate is how many stops Chromium makes of a field for a date, beside
// the first.
const partsOfADate = 3

// readStop looks at the focus. Of a page in a frame its own document tells where the focus is. Of a field of many lines the
// keyboard brings the line into sight, not the whole field.
const readStop = `(() => {
	const e = document.activeElement, stops = ` + tabStops + `, box = e.getClientRects()[0] || e.getBoundingClientRect(); // a link may take two lines
	const name = e.localName + " " + (e.getAttribute("name") || e.textContent.replace(/\s+/g, " ").trim().slice(0, 40));
	const marked = ` + marked + `;
	const over = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
	let fault = "";
	const hidden = e.localName === "textarea" ? box.bottom < 0 || box.top > innerHeight : box.top < 0 || box.bottom > innerHeight + 1;
	if (e !== document.body && e.localName !== "iframe") {
		if (!marked) fault = "is not marked";
		else if (hidden) fault = box.height > innerHeight ? "" : "is out of sight";
		else if (over && !e.contains(over) && !over.contains(e)) fault = "is covered by " + over.localName + "." + over.className;
	}
	return {Index: stops.indexOf(e), Name: name, Fault: fault, Date: e.type === "date"};
})()`

// FocusFaults walks through the whole page with Tab and says what was wrong:
// a stop that was left out or taken in another order than the document's
// (WCAG 2.2, 2.4.3), one whose focus is not marked (2.4.7) or hidden (2.4.11),
// or a place the keyboard does not leave (2.1.2).
func (p *Page) FocusFaults() []string {
	p.tb.Helper()
	want := run(p, "count the stops", chromedp.Evaluate[int](tabStops+`.length`))
	dates := run(p, "count the dates", chromedp.Evaluate[int](`document.querySelectorAll("[type=date]").length`))
	var faults, way []string
	var visited []int
	for range want + 3 + partsOfADate*dates { // beside the stops there are the window itself and the start
		p.Press("\t")
		now := run(p, "look at the focus", chromedp.Evaluate[stop](readStop))
		if now.Fault != "" && !slices.Contains(visited, now.Index) {
			faults = append(faults, now.Name+" "+now.Fault)
		}
		if last := len(visited) - 1; now.Date && last >= 0 && visited[last] == now.Index {
			continue // day, month, year and calendar are stops of one field
		}
		if now.Index >= 0 {
			visited, way = append(visited, now.Index), append(way, now.Name)
		}
	}
	for i := 1; i < len(visited); i++ {
		if visited[i] != (visited[i-1]+1)%want {
			faults = append(faults, fmt.Sprintf("the focus goes from %s to %s", way[i-1], way[i]))
		}
	}
	slices.Sort(visited)
	if reached := len(slices.Compact(visited)); reached != want {
		faults = append(faults, fmt.Sprintf("%d of %d stops were reached: %s", reached, want, strings.Join(way, ", ")))
	}
	return faults
}

// FocusArrives says whether the focus comes to be on the element the CSS
// selector finds first: autofocus works a moment after the page is loaded.
func (p *Page) FocusArrives(selector string) bool {
	p.tb.Helper()
	question := chromedp.Evaluate[bool](`document.activeElement === document.querySelector(` + quote(selector) + `)`)
	for range 100 {
		if run(p, "look at the focus", question) {
			return true
		}
		time.Sleep(20 * time.Millisecond)
	}
	return false
}
