//go:build system

package templates

import (
	"slices"
	"strings"
	"testing"

	"portico/internal/browser"
)

// The keyboard reaches everything, in the order in which it is read, sees where it is, and is kept nowhere. Flows with the
// keyboard alone are in internal/systemtest.
func TestFocusOrder(t *testing.T) {
	address, p := site(t), browser.Start(t)
	for _, one := range accessiblePages() {
		if leaves(one) {
			continue
		}
		for _, size := range []func(){p.Desk, p.Phone} {
			size()
			p.Open(address + "/" + one.name)
			for _, fault := range p.FocusFaults() {
				t.Errorf("%s: %s", one.name, fault)
			}
		}
	}
}

// leaves tells the pages that script sends on at once.
func leaves(p page) bool {
	return strings.HasPrefix(p.name, "postform") || strings.HasPrefix(p.name, "returnform")
}

// A page that says what is wrong puts the focus where it can be mended: in the first field with a problem, with script and
// without (TestKeyboardStartsWhereItHelps reads the same in the documents).
func TestFocusGoesToTheProblem(t *testing.T) {
	address := site(t)
	browser.BothWays(t, func(t *testing.T, p *browser.Page) {
		seen := 0
		for _, one := range accessiblePages() {
			if !slices.Contains(invalidPages(t), one.name) {
				continue
			}
			seen++
			p.Open(address + "/" + one.name)
			if !p.FocusArrives("[aria-invalid=true]") {
				t.Errorf("%s: the focus is on %+v", one.name, p.Focus())
			}
		}
		if seen == 0 {
			t.Error("no page has a problem")
		}
	})
}

func invalidPages(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, p := range entryPages() {
		if strings.Contains(render(t, p), `aria-invalid="true"`) {
			names = append(names, p.name)
		}
	}
	return names
}
