//go:build system

package browser

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/chromedp/chromedp"
)

// axePath is where npm puts axe-core, from the root of the repository.
const axePath = "internal/systemtest/clients/node_modules/axe-core/axe.min.js"

// axeTags are the rules that are held: WCAG 2.0, 2.1 and 2.2 at the levels A
// and AA, and what axe-core's authors advise besides. (Nothing that is new in
// 2.2 at level A can be seen by a machine, so that axe-core has no tag for it.)
func axeTags() []string {
	return []string{"wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"}
}

// Axe is axe-core, read once and used for many pages.
type Axe struct{ source string }

// ReadAxe reads axe-core; root is the way from the test to the root of the
// repository.
func ReadAxe(root string) (Axe, error) {
	source, err := os.ReadFile(root + "/" + axePath)
	if err != nil {
		return Axe{}, fmt.Errorf("browser: no axe-core here; make deps installs it: %w", err)
	}
	return Axe{string(source)}, nil
}

// Finding is what one rule has to say about one element.
type Finding struct {
	Rule, Help string
	Node       string // the element's own HTML
	Why        string // what would mend it
}

func (f Finding) String() string {
	return fmt.Sprintf("%s: %s\n  %s\n  %s", f.Rule, f.Help, firstOf(f.Node, 300), strings.ReplaceAll(f.Why, "\n", "\n  "))
}

// Audit is the judgement of axe-core on a page as it stands.
type Audit struct {
	Violations []Finding
	Undecided  []Finding // what a person has to look at
	Passed     []string  // the rules that found something to judge, and liked it
}

// readAudit judges the page in the tab. Colours that are on their way would be
// judged half-way, so they arrive first; what turns for ever may turn.
const readAudit = `(() => {
	document.getAnimations().filter(a => a.effect.getComputedTiming().endTime < Infinity).forEach(a => a.finish());
	const flat = rules => rules.flatMap(r => r.nodes.map(n => ({Rule: r.id, Help: r.help, Node: n.html, Why: n.failureSummary || ""})));
	return axe.run(document, {
		runOnly: {type: "tag", values: %s},
		rules: {"target-size": {enabled: true}},
		resultTypes: ["violations", "incomplete"],
	}).then(r => ({Violations: flat(r.violations), Undecided: flat(r.incomplete), Passed: r.passes.map(p => p.id)}));
})()`

// Audit judges the page in the tab with axe-core. It is put there through the
// debugger, so that the page keeps its own Content-Security-Policy.
func (p *Page) Audit(axe Axe) Audit {
	p.tb.Helper()
	tags, err := json.Marshal(axeTags())
	if err != nil {
		p.fail("write the tags of axe-core", err)
	}
	if !run(p, "look for axe-core", chromedp.Evaluate[bool](`typeof axe === "object"`)) {
		run(p, "bring axe-core", chromedp.Evaluate[chromedp.Void](axe.source))
	}
	return run(p, "judge with axe-core", chromedp.Evaluate[Audit](fmt.Sprintf(readAudit, tags), chromedp.EvalAwaitPromise))
}
