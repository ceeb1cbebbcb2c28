//go:build system

package systemtest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// person is somebody with a browser that knows redirects, cookies and forms,
// and nothing else: no scripts, so whatever they can do works without any.
type person struct {
	t      *testing.T
	client *http.Client
	way    []string // where they have been, for failures
}

func newPerson(t *testing.T, transport http.RoundTripper) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &person{t: t, client: &http.Client{
		Transport: transport, Timeout: patience, Jar: trustingJar{jar},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// trustingJar sends Secure cookies to this machine over plain http too, as
// browsers do: localhost is a trustworthy origin to them.
type trustingJar struct{ http.CookieJar }

func (j trustingJar) SetCookies(u *url.URL, cookies []*http.Cookie) {
	j.CookieJar.SetCookies(asHTTPS(u), cookies)
}

func (j trustingJar) Cookies(u *url.URL) []*http.Cookie { return j.CookieJar.Cookies(asHTTPS(u)) }

func asHTTPS(u *url.URL) *url.URL {
	secure := *u
	secure.Scheme = "https"
	return &secure
}

// visit opens the address and goes where it leads: through redirects, and
// through every form that asks for one of the answers' names or only carries a
// message to somebody else. It ends where an address begins with end, which is
// not visited.
func (p *person) visit(address, end string, answers map[string]string) *url.URL {
	p.t.Helper()
	return p.travel(address, end, answers).URL
}

// travel is visit, and gives the whole request that was not sent.
func (p *person) travel(address, end string, answers map[string]string) *http.Request {
	p.t.Helper()
	request := p.get(address)
	for range 25 {
		if strings.HasPrefix(request.URL.String(), end) {
			return request
		}
		response, body := p.send(request)
		if location := response.Header.Get("Location"); location != "" {
			next, err := response.Request.URL.Parse(location)
			if err != nil {
				p.t.Fatalf("redirect to %q: %v", location, err)
			}
			request = p.get(next.String())
			continue
		}
		request = p.fill(response, body, answers)
	}
	p.t.Fatalf("no end to it:\n%s", strings.Join(p.way, "\n"))
	return nil
}

func (p *person) get(address string) *http.Request {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return request
}

// send gives the answer and its body of at most a megabyte.
func (p *person) send(request *http.Request) (*http.Response, []byte) {
	p.t.Helper()
	response, err := p.client.Do(request)
	if err != nil {
		p.t.Fatalf("%v\nby way of\n%s", err, strings.Join(p.way, "\n"))
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		p.t.Fatal(err)
	}
	p.way = append(p.way, response.Status+" "+request.Method+" "+request.URL.String())
	return response, body
}

// try sends a request, again if it was sent before, and follows nothing.
func (p *person) try(request *http.Request) reply {
	p.t.Helper()
	again := request.Clone(p.t.Context())
	if request.GetBody != nil {
		body, err := request.GetBody()
		if err != nil {
			p.t.Fatal(err)
		}
		again.Body = body
	}
	response, body := p.send(again)
	return reply{response.StatusCode, response.Header, body}
}

// fill makes the request that posts the page's form.
func (p *person) fill(response *http.Response, body []byte, answers map[string]string) *http.Request {
	p.t.Helper()
	document, err := html.Parse(strings.NewReader(string(body)))
	if err != nil {
		p.t.Fatal(err)
	}
	for _, f := range formsOf(document) {
		if !f.complete(answers) {
			continue
		}
		target, err := response.Request.URL.Parse(f.action)
		if err != nil {
			p.t.Fatal(err)
		}
		if f.method != "post" {
			target.RawQuery = f.fields.Encode()
			return p.get(target.String())
		}
		request, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, target.String(), strings.NewReader(f.fields.Encode()))
		if err != nil {
			p.t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Origin", response.Request.URL.Scheme+"://"+response.Request.URL.Host)
		return request
	}
	p.t.Fatalf("no form to fill in here; by way of\n%s\nthe page is\n%s", strings.Join(p.way, "\n"), body)
	return nil
}

// form is what a form would send.
type form struct {
	method, action string
	fields         url.Values
	buttons        url.Values // names of buttons to the values that can be pressed
}

// complete puts the answers in the fields of their names and says whether the
// form is one to send: it asked for an answer, or carries a SAML message.
func (f *form) complete(answers map[string]string) bool {
	send := f.fields.Has("SAMLResponse") || f.fields.Has("SAMLRequest")
	for name, value := range answers {
		if f.fields.Has(name) || slices.Contains(f.buttons[name], value) {
			f.fields.Set(name, value)
			send = true
		}
	}
	return send
}

func formsOf(document *html.Node) []*form {
	var forms []*form
	for node := range document.Descendants() {
		if node.Type != html.ElementNode || node.Data != "form" {
			continue
		}
		f := &form{method: strings.ToLower(attribute(node, "method")), action: attribute(node, "action"), fields: url.Values{}, buttons: url.Values{}}
		for field := range node.Descendants() {
			f.add(field)
		}
		forms = append(forms, f)
	}
	return forms
}

// add takes in a field or a button.
func (f *form) add(field *html.Node) {
	name, value := attribute(field, "name"), attribute(field, "value")
	switch {
	case name == "":
	case field.Data == "button":
		f.buttons.Add(name, value)
	case field.Data == "input" && attribute(field, "type") == "radio":
		if slices.ContainsFunc(field.Attr, func(a html.Attribute) bool { return a.Key == "checked" }) {
			f.fields.Set(name, value)
		}
	case field.Data == "input" || field.Data == "select" || field.Data == "textarea":
		f.fields.Set(name, value)
	}
}

func attribute(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
