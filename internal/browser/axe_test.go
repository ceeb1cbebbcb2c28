//go:build system

package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
)

// faulty breaks one rule of each kind: of structure, of names, of colours in
// one scheme only, of sizes, and of what password managers need.
const faulty = `<!doctype html><html><meta name=viewport content="width=device-width, user-scalable=no"><link rel=stylesheet href=/style><title>Faulty</title>
<main><h1>Faulty</h1><input name=code><p class=faint>Faint in the dark</p><div><button>a</button><button>b</button></div>
<label>Email <input autocomplete=mail></label></main>`

const faultyStyle = `:root { color-scheme: light dark } div { display: flex } button { all: unset; width: 9px; height: 9px }
@media (prefers-color-scheme: dark) { :root { background: #111; color: #eee } .faint { color: #333 } }`

// TestAuditSees: what the pages are said to be free of is found where it is,
// although the page allows no script.
func TestAuditSees(t *testing.T) {
	axe, err := ReadAxe("../..")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'")
		if r.URL.Path == "/style" {
			w.Header().Set("Content-Type", "text/css")
			fmt.Fprint(w, faultyStyle)
			return
		}
		fmt.Fprint(w, faulty)
	}))
	t.Cleanup(server.Close)
	p := Start(t)
	p.Open(server.URL)
	p.Light()
	wantBroken(t, p.Audit(axe), "html-has-lang", "meta-viewport", "label", "target-size", "autocomplete-valid")
	p.Dark()
	wantBroken(t, p.Audit(axe), "html-has-lang", "meta-viewport", "label", "target-size", "autocomplete-valid", "color-contrast")
	if complaints := p.Complaints(); len(complaints) > 0 {
		t.Errorf("the audit offended the page's policy: %q", complaints)
	}
}

func wantBroken(t *testing.T, got Audit, want ...string) {
	t.Helper()
	var rules []string
	for _, finding := range got.Violations {
		rules = append(rules, finding.Rule)
	}
	slices.Sort(rules)
	slices.Sort(want)
	if rules = slices.Compact(rules); !slices.Equal(rules, want) {
		t.Errorf("broken rules: %q, want %q", rules, want)
	}
}
