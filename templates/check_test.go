package templates

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// document is a page as a browser would read it.
type document struct {
	t     *testing.T
	nodes []*html.Node // every element, in order
	ids   map[string]int
}

func parse(t *testing.T, p page) *document {
	t.Helper()
	root, err := html.Parse(strings.NewReader(render(t, p)))
	if err != nil {
		t.Fatal(err)
	}
	d := &document{t: t, ids: map[string]int{}}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		d.nodes = append(d.nodes, n)
		if id := attr(n, "id"); id != "" {
			d.ids[id]++
		}
	}
	return d
}

func (d *document) all(names ...string) []*html.Node {
	var out []*html.Node
	for _, n := range d.nodes {
		for _, name := range names {
			if n.Data == name {
				out = append(out, n)
			}
		}
	}
	return out
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

func allPages() []page { return append(entryPages(), benchPages()...) }

func TestStructure(t *testing.T) {
	for _, p := range allPages() {
		t.Run(p.name, func(t *testing.T) {
			d := parse(t, p)
			for _, name := range []string{"h1", "main", "title"} {
				if n := len(d.all(name)); n != 1 {
					t.Errorf("%d %s elements, want 1", n, name)
				}
			}
			if strings.TrimSpace(text(d.all("title")[0])) == "" {
				t.Error("the title is empty")
			}
			if attr(d.all("html")[0], "lang") == "" {
				t.Error("no language")
			}
			for id, n := range d.ids {
				if n > 1 {
					t.Errorf("id %q occurs %d times", id, n)
				}
			}
			for _, n := range d.nodes {
				for _, name := range []string{"for", "aria-describedby", "aria-controls", "data-copy"} {
					for id := range strings.FieldsSeq(attr(n, name)) {
						if d.ids[id] == 0 {
							t.Errorf("%s %s=%q points nowhere", n.Data, name, id)
						}
					}
				}
			}
		})
	}
}

func TestEveryInputHasALabel(t *testing.T) {
	for _, p := range allPages() {
		d := parse(t, p)
		labelled := map[string]bool{}
		for _, l := range d.all("label") {
			labelled[attr(l, "for")] = true
			if strings.TrimSpace(text(l)) == "" && !strings.Contains(p.name, "hostile") {
				t.Errorf("%s: an empty label", p.name)
			}
		}
		for _, n := range d.all("input", "select", "textarea") {
			if attr(n, "type") == "hidden" || has(n, "hidden") || n.Parent.Data == "label" {
				continue
			}
			if id := attr(n, "id"); id == "" || !labelled[id] {
				t.Errorf("%s: input %q has no label", p.name, attr(n, "name"))
			}
		}
		for _, n := range d.all("button", "a") {
			if strings.TrimSpace(text(n)) == "" && !strings.HasSuffix(p.name, "_empty") {
				t.Errorf("%s: a %s without words", p.name, n.Data)
			}
		}
	}
}

func TestForms(t *testing.T) {
	for _, p := range allPages() {
		d := parse(t, p)
		found := p.form == ""
		for _, f := range d.all("form") {
			if choice := attr(f.Parent, "class") == "languages"; choice != (attr(f, "method") == "get") || !choice && attr(f, "method") != "post" {
				t.Errorf("%s: a form with method %q", p.name, attr(f, "method"))
			}
			if p.form == "" || (attr(f, "name") != p.form && attr(f, "action") != p.form) {
				continue
			}
			for n := range f.Descendants() {
				if n.Data == "input" && attr(n, "name") == "_csrf" && attr(n, "type") == "hidden" && attr(n, "value") != "" {
					found = true
				}
			}
		}
		if !found {
			t.Errorf("%s: no form %q with a CSRF field", p.name, p.form)
		}
	}
}

// TestCognitoNames holds the names and ids that automation of Cognito's pages
// looks for.
func TestCognitoNames(t *testing.T) {
	pages := map[string]page{}
	for _, p := range entryPages() {
		pages[p.name] = p
	}
	for name, selectors := range map[string][]string{
		"signin":  {"form name cognitoSignInForm", "input id signInFormUsername", "input id signInFormPassword", "input name username", "input name password", "input name cognitoAsfData", "button name signInSubmitButton"},
		"signup":  {"form name signupform", "input name username", "input name requiredAttributes[given_name]", "input name password", "button name signUpButton"},
		"confirm": {"input name username", "input name code", "input id verification_code", "button name confirm", "input name deliveryMedium", "input name destination"},
		"forgot":  {"form name forgotpasswordform", "input name username", "button name reset_my_password"},
		"reset":   {"form name confirmforgotpasswordform", "input name code", "input id forgot_password_code", "input id new_password", "input name password", "input name confirmPassword", "input id confirm_password", "button name reset_password"},
	} {
		d := parse(t, pages[name])
		for _, s := range selectors {
			part := strings.Fields(s)
			ok := false
			for _, n := range d.all(part[0]) {
				ok = ok || attr(n, part[1]) == part[2]
			}
			if !ok {
				t.Errorf("%s: no %s", name, s)
			}
		}
	}
}

// TestNothingInline keeps every page inside a policy without inline script and
// style, and without requests to other places.
func TestNothingInline(t *testing.T) {
	for _, p := range allPages() {
		d := parse(t, p)
		for _, n := range d.nodes {
			switch n.Data {
			case "iframe": // a letter in the inbox, or the workshop's preview: a stranger to the page, which runs nothing
				if known := strings.HasPrefix(p.name, "inbox") || strings.HasPrefix(p.name, "branding"); !known || !has(n, "sandbox") || attr(n, "sandbox") != "" {
					t.Errorf("%s: an iframe without its sandbox", p.name)
				}
			case "style", "object", "embed", "base", "template":
				t.Errorf("%s: a %s element", p.name, n.Data)
			case "img", "source": // an operator's pictures, and nobody else's
				if from := attr(n, "src") + attr(n, "srcset"); !strings.HasPrefix(from, "/brand/") {
					t.Errorf("%s: a picture from %q", p.name, from)
				}
			case "script":
				if attr(n, "src") == "" || text(n) != "" || !has(n, "defer") {
					t.Errorf("%s: an inline script", p.name)
				}
			}
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s: %s has the attribute %s", p.name, n.Data, a.Key)
				}
			}
			loads := n.Data == "script" || (n.Data == "link" && attr(n, "rel") == "stylesheet")
			if address := attr(n, "src") + attr(n, "href"); loads && !strings.HasPrefix(address, "/static/") && !strings.HasPrefix(address, "about:invalid") {
				t.Errorf("%s: loads %q", p.name, address)
			}
		}
	}
}

// TestStyled holds markup and style sheets together: every class is drawn by
// the sheet its page loads, except Cognito's own, which are for operators.
func TestStyled(t *testing.T) {
	classes := regexp.MustCompile(`\.([a-z][a-z0-9-]*)`)
	read := func(name string, known map[string]bool) {
		data, err := os.ReadFile(filepath.Join("..", "static", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range classes.FindAllStringSubmatch(string(data), -1) {
			known[m[1]] = true
		}
	}
	entry, bench := map[string]bool{"cognito-asf": true, "then": true, "logo": true, "page-bar": true}, map[string]bool{}
	account := map[string]bool{}
	read("portico.css", entry)
	read("bench.css", bench)
	read("account.css", account)
	check := func(pages []page, sheets ...map[string]bool) {
		for _, p := range pages {
			for _, n := range parse(t, p).nodes {
			class:
				for c := range strings.FieldsSeq(attr(n, "class")) {
					if strings.HasSuffix(c, "-customizable") {
						continue
					}
					for _, s := range sheets {
						if s[c] {
							continue class
						}
					}
					t.Errorf("%s: no sheet draws the class %q", p.name, c)
				}
			}
		}
	}
	ofAccount := func(p page) bool { return strings.HasPrefix(p.name, "account") }
	check(slices.DeleteFunc(entryPages(), ofAccount), entry)
	check(accountPages(), entry, account)
	check(benchPages(), entry, bench)
}
