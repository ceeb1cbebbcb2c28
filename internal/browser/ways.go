//go:build system

package browser

import "testing"

// way is how somebody goes through a flow.
type way struct {
	name      string
	plain     bool // scripts are off
	keyboard  bool // see Page.Keyboard
	shotsName string
}

func scripted() way { return way{name: "with script"} }
func plain() way    { return way{name: "without script", plain: true, shotsName: "-without-script"} }
func keyboard() way { return way{name: "keyboard", keyboard: true, shotsName: "-keyboard"} }

// BothWays runs a flow with script and without, each in a Chromium of its own,
// as subtests. The flow is written once; where the ways differ because they
// must, it asks page.Scripted().
func BothWays(t *testing.T, flow func(t *testing.T, page *Page), options ...Option) {
	t.Helper()
	run := func(w way) { through(t, w, flow, options) }
	run(scripted())
	run(plain())
}

// EveryWay is BothWays, and once more with the keyboard alone: the same words
// of the flow become Tab, Enter and typing. A flow of a person belongs here; it
// is then known to work in all three.
func EveryWay(t *testing.T, flow func(t *testing.T, page *Page), options ...Option) {
	t.Helper()
	BothWays(t, flow, options...)
	through(t, keyboard(), flow, options)
}

func through(t *testing.T, w way, flow func(t *testing.T, page *Page), options []Option) {
	t.Helper()
	t.Run(w.name, func(t *testing.T) {
		page := Start(t, options...)
		page.shotsName = w.shotsName
		if w.plain {
			page.WithoutScript()
		}
		if w.keyboard {
			page.Keyboard()
		}
		flow(t, page)
		if complaints := page.Complaints(); len(complaints) > 0 {
			t.Errorf("Chromium complains: %q", complaints)
		}
	})
}
