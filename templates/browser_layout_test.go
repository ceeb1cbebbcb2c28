//go:build system

package templates

import (
	"slices"
	"testing"

	"portico/internal/browser"
)

// Every page people meet keeps everything in sight: at 200 % and at 400 % (1.4.10 Reflow), with text at twice its size
// (1.4.4), and mirrored for languages from right to left. TestEveryLanguageFits holds the same for the words of each language.
func TestEveryPageFits(t *testing.T) {
	address, p := site(t), browser.Start(t)
	for _, one := range accessiblePages() {
		entry := slices.ContainsFunc(entryPages(), func(e page) bool { return e.name == one.name })
		widths := []int64{320, 640, 1280}
		if !entry {
			widths = widths[1:] // developers' pages have tables; see docs/accessibility.md
		}
		for _, width := range widths {
			p.Width(width)
			p.Open(address + "/" + one.name)
			wantFitting(t, one.name, width, "", p)
			p.Mirror()
			wantFitting(t, one.name, width, ", mirrored", p)
		}
		if entry {
			p.LargeText(200)
			wantFitting(t, one.name, 1280, ", large text", p)
		}
	}
}

func wantFitting(t *testing.T, name string, width int64, how string, p *browser.Page) {
	t.Helper()
	for _, what := range append(p.Overflowing(), p.Sideways()...) {
		t.Errorf("%s at %d%s: %s", name, width, how, what)
	}
}

// Nothing moves by itself: what is drawn first stays where it is when style sheets, icons and scripts have done their work.
func TestNothingShifts(t *testing.T) {
	address, p := site(t), browser.Start(t)
	for _, size := range []struct {
		name string
		set  func()
	}{{"desk", p.Desk}, {"phone", p.Phone}} {
		size.set()
		for _, one := range accessiblePages() {
			if leaves(one) {
				continue
			}
			for _, shift := range steadyShifts(p, address+"/"+one.name) {
				t.Errorf("%s, %s: moved %s", one.name, size.name, shift)
			}
		}
	}
}

// steadyShifts are those of a page that moves however often it is opened. A machine with too much to do may paint half of a
// page before it has read the rest, now and then.
func steadyShifts(p *browser.Page, address string) (shifts []string) {
	for range 4 {
		p.Open(address)
		if shifts = p.Shifts(); len(shifts) == 0 {
			return nil
		}
	}
	return shifts
}
