package archtest

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// Each case is a small house with one thing in it. A rule that finds nothing
// in the real house must still be able to find something.
func TestRules(t *testing.T) {
	cases := []struct {
		name  string
		rule  func([]*file) []string
		files map[string]string
		want  string // part of the one complaint; empty means none
	}{
		{"cmd may import everything", importsOfRooms, house("cmd/portico/main.go", `import ("portico/web"; "portico/config"; "portico/store")`), ""},
		{"web may import login", importsOfRooms, house("web/endpoint/token.go", `import "portico/userpool/login"`), ""},
		{"login must not import web", importsOfRooms, house("userpool/login/a.go", `import "portico/web"`), "userpool/login/a.go imports web"},
		{"login must not import store", importsOfRooms, house("userpool/login/a.go", `import "portico/store"`), "must not know who remembers"},
		{"login must not import grant", importsOfRooms, house("userpool/login/a.go", `import "portico/userpool/grant"`), "belongs lower"},
		{"login may ask the directory", importsOfRooms, house("userpool/login/a.go", `import "portico/userpool/directory"`), ""},
		{"the directory must not ask login", importsOfRooms, house("userpool/directory/a.go", `import "portico/userpool/login"`), "belongs lower"},
		{"userpool must not import its rooms", importsOfRooms, house("userpool/a.go", `import "portico/userpool/token"`), "crafts"},
		{"userpool may import the leaves", importsOfRooms, house("userpool/a.go", `import "portico/userpool/oauth"`), ""},
		{"the leaves know nobody", importsOfRooms, house("userpool/oauth/a.go", `import "portico/userpool"`), "nouns"},
		{"federation/saml belongs to federation", importsOfRooms, house("federation/saml/a.go", `import "portico/federation"`), ""},
		{"token must not import federation", importsOfRooms, house("userpool/token/a.go", `import "portico/federation"`), "crafts"},
		{"only cmd imports config", importsOfRooms, house("web/a.go", `import "portico/config"`), "operator's business"},
		{"config may import userpool/wire", importsOfRooms, house("config/a.go", `import "portico/userpool/wire"`), ""},
		{"config must not import web", importsOfRooms, house("config/a.go", `import "portico/web"`), "operator's business"},
		{"a domain room draws no page", importsOfRooms, house("userpool/login/a.go", `import "portico/templates"`), "never draws a page"},
		{"a template gets no domain type", importsOfRooms, house("templates/a.go", `import "portico/userpool"`), "plain values"},
		{"practice providers draw pages", importsOfRooms, house("federation/practice/a.go", `import "portico/templates"`), ""},
		{"the program contains no test furniture", importsOfRooms, house("web/a.go", `import "portico/internal/browser"`), "test furniture"},
		{"tests may import test furniture", importsOfRooms, house("web/a_test.go", `import "portico/internal/browser"`), ""},
		{"storetest may import store", importsOfRooms, house("store/storetest/a.go", `import "portico/store"`), ""},
		{"store must not import storetest", importsOfRooms, house("store/a.go", `import "portico/store/storetest"`), "conformance suite"},
		{"a new room needs a floor", importsOfRooms, house("attic/a.go", `import "portico/userpool"`), "does not know"},

		{"SQL in store", importsOfOthers, house("store/a.go", `import "database/sql"`), ""},
		{"SQL in login", importsOfOthers, house("userpool/login/a.go", `import "database/sql"`), "SQL appears in store only"},
		{"a driver by its subpackage", importsOfOthers, house("web/a.go", `import _ "github.com/jackc/pgx/v5/stdlib"`), "no driver"},
		{"testing in the program", importsOfOthers, house("web/a.go", `import "testing"`), "test furniture"},

		{"a handler in web", forbiddenCalls, house("web/a.go", `import "net/http"; func f(w http.ResponseWriter) {}`), ""},
		{"a handler in login", forbiddenCalls, house("userpool/login/a.go", `import "net/http"; func f(w http.ResponseWriter) {}`), "userpool/login/a.go:2: net/http.ResponseWriter"},
		{"a handler under another name", forbiddenCalls, house("federation/a.go", `import h "net/http"; var _ h.Handler`), "net/http.Handler"},
		{"a client in federation", forbiddenCalls, house("federation/a.go", `import "net/http"; var _ http.Client`), ""},
		{"a handler in practice", forbiddenCalls, house("federation/practice/a.go", `import "net/http"; var _ http.Handler`), ""},
		{"the environment in main", forbiddenCalls, house("cmd/portico/main.go", `import "os"; var _ = os.Environ()`), ""},
		{"the environment elsewhere in cmd", forbiddenCalls, house("cmd/portico/serve.go", `import "os"; var _ = os.Getenv("A")`), "read once"},
		{"the environment in store", forbiddenCalls, house("store/a.go", `import "os"; var _ = os.Getenv("A")`), "read once"},
		{"the clock as a default", forbiddenCalls, house("userpool/token/a.go", `import "time"; var _ = struct{ Now func() time.Time }{Now: time.Now}`), ""},
		{"the clock called", forbiddenCalls, house("userpool/token/a.go", `import "time"; var _ = time.Now()`), "time is a Now field"},
		{"the clock called in web", forbiddenCalls, house("web/a.go", `import "time"; var _ = time.Now()`), ""},
		{"the clock called in a test", forbiddenCalls, house("userpool/token/a_test.go", `import "time"; var _ = time.Now()`), ""},
		{"exit in store", forbiddenCalls, house("store/a.go", `import "os"; func f() { os.Exit(1) }`), "entrance"},

		{"a room named helpers", emptyPackageNames, house("web/helpers/a.go", ""), "named for its idea"},
		{"a room named for its idea", emptyPackageNames, house("web/hostedui/a.go", ""), ""},

		{"no package comment", packageComments, map[string]string{"web/a.go": "package web"}, "no package comment"},
		{"one package comment", packageComments, map[string]string{"web/a.go": "package web", "web/doc.go": "// Package web speaks.\npackage web"}, ""},
		{"two package comments", packageComments, map[string]string{"web/a.go": "// Package web.\npackage web", "web/doc.go": "// Package web.\npackage web"}, "more than one"},
		{"a licence line is no package comment", packageComments, map[string]string{"web/a.go": "// Copyright\n\npackage web"}, "no package comment"},

		{"an init function", initFunctions, house("web/a.go", "func init() {}"), "called by main"},
		{"a method named init", initFunctions, house("web/a.go", "type a struct{}; func (a) init() {}"), ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			complaints := c.rule(plan(t, c.files))
			switch {
			case c.want == "" && len(complaints) > 0:
				t.Errorf("complains without cause: %q", complaints)
			case c.want != "" && len(complaints) != 1:
				t.Errorf("want one complaint with %q, have %q", c.want, complaints)
			case c.want != "" && !strings.Contains(complaints[0], c.want):
				t.Errorf("complaint %q does not contain %q", complaints[0], c.want)
			}
		})
	}
}

// TestTables holds the tables to their own word: every rule has a reason, and
// no room stands on two floors.
func TestTables(t *testing.T) {
	seen := map[string]bool{}
	for _, level := range floors() {
		if level.why == "" {
			t.Errorf("floor of %v has no reason", level.rooms)
		}
		for _, room := range level.rooms {
			if seen[room] {
				t.Errorf("room %s stands on two floors", room)
			}
			seen[room] = true
		}
	}
	for _, p := range neighbours() {
		_, from := roomOf(p.from)
		_, to := roomOf(p.to)
		if p.why == "" || from != to {
			t.Errorf("passage from %s to %s: wants a reason, and rooms of one floor", p.from, p.to)
		}
	}
	for _, a := range annexes() {
		if a.why == "" || seen[a.room] {
			t.Errorf("annexe %s: wants a reason, and no floor", a.room)
		}
	}
	for _, c := range confinements() {
		if c.why == "" {
			t.Errorf("confinement of %s: wants a reason", c.pkg)
		}
	}
	for _, c := range calls() {
		if c.why == "" || !slices.IsSorted(c.names) && len(c.names) > 12 {
			t.Errorf("names of %s: want a reason, and an order when there are many", c.pkg)
		}
	}
}

// house is one file, in a package named after its folder.
func house(name, body string) map[string]string {
	parts := strings.Split(name, "/")
	return map[string]string{name: "package " + parts[len(parts)-2] + "\n" + body}
}

func plan(t *testing.T, texts map[string]string) []*file {
	t.Helper()
	root := fstest.MapFS{}
	for name, text := range maps.All(texts) {
		root[name] = &fstest.MapFile{Data: []byte(text)}
	}
	files, err := load(root)
	if err != nil {
		t.Fatal(err)
	}
	return files
}
