//go:build system

package templates

import (
	"testing"

	"portico/internal/browser"
)

// TestTraceInABrowser copies a trace as text, and keeps its pictures: desk and phone, light and dark.
func TestTraceInABrowser(t *testing.T) {
	address := site(t)
	p := browser.Start(t)
	for _, name := range []string{"trace", "trace_failed", "trace_hosted", "traces"} {
		p.Desk()
		p.Light()
		p.Open(address + "/" + name)
		p.Shot(name + "-desk-light")
		p.Dark()
		p.Shot(name + "-desk-dark")
		p.Phone()
		p.Shot(name + "-phone-dark")
		p.Light()
		p.Shot(name + "-phone-light")
	}
	p.Desk()
	p.Open(address + "/trace")
	p.Click("[data-copy]")
	p.WaitText("[data-copy] span", "Copied")
	if said := p.Complaints(); len(said) > 0 {
		t.Errorf("Chromium complains: %q", said)
	}
}
