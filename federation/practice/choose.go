package practice

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// errNoForm is a page that cannot be sent on, mostly because it tells of an error.
var errNoForm = errors.New("practice: the page has no form")

// maxPage bounds what Choose and Submit read of a page.
const maxPage = 1 << 20

// Choose opens a chooser and presses a person's button, as a browser would: page is where Portico sends the browser.
// An empty outcome leaves the choice at what the page has selected. It returns the answer to the form, whose body the
// caller closes: for OpenID Connect a redirect, which the client follows unless its CheckRedirect says otherwise, for
// SAML the page for Submit. It fails if the page holds no chooser or no such person.
func Choose(ctx context.Context, client *http.Client, page, person string, outcome Outcome) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, page, nil)
	if err != nil {
		return nil, fmt.Errorf("practice: %w", err)
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("practice: %w", err)
	}
	return ChooseOn(ctx, client, response, person, outcome)
}

// ChooseOn is Choose for a chooser that is already there, such as the answer to a posted AuthnRequest. It closes the
// page's body.
func ChooseOn(ctx context.Context, client *http.Client, page *http.Response, person string, outcome Outcome) (*http.Response, error) {
	form, err := readForm(page)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(form.buttons[fieldPerson], person) {
		return nil, fmt.Errorf("practice: no person %q among %q", person, form.buttons[fieldPerson])
	}
	form.fields.Set(fieldPerson, person)
	if outcome != "" {
		form.fields.Set(fieldOutcome, string(outcome))
	}
	return form.post(ctx, client)
}

// Submit posts the form of a page as it is, as its button or its script would, and closes the page's body. The caller
// closes the answer's.
func Submit(ctx context.Context, client *http.Client, page *http.Response) (*http.Response, error) {
	form, err := readForm(page)
	if err != nil {
		return nil, err
	}
	return form.post(ctx, client)
}

// Fields reads where the form of a page goes and what it carries, and closes the page's body: for tests that hand the
// values on themselves.
func Fields(page *http.Response) (action string, fields url.Values, err error) {
	form, err := readForm(page)
	if err != nil {
		return "", nil, err
	}
	return form.action.String(), form.fields, nil
}

// webForm is the first form of a page.
type webForm struct {
	action  *url.URL
	fields  url.Values
	buttons map[string][]string // name → values to press
}

func (f webForm) post(ctx context.Context, client *http.Client) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, f.action.String(), strings.NewReader(f.fields.Encode()))
	if err != nil {
		return nil, fmt.Errorf("practice: %w", err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("practice: %w", err)
	}
	return response, nil
}

func readForm(page *http.Response) (webForm, error) {
	defer func() { _ = page.Body.Close() }()
	root, err := html.Parse(io.LimitReader(page.Body, maxPage))
	if err != nil {
		return webForm{}, fmt.Errorf("practice: page: %w", err)
	}
	for node := range root.Descendants() {
		if node.Type == html.ElementNode && node.Data == "form" {
			return formOf(node, page.Request.URL)
		}
	}
	return webForm{}, fmt.Errorf("%w: status %d", errNoForm, page.StatusCode)
}

func formOf(node *html.Node, page *url.URL) (webForm, error) {
	action, err := page.Parse(attribute(node, "action"))
	if err != nil {
		return webForm{}, fmt.Errorf("practice: form action: %w", err)
	}
	form := webForm{action: action, fields: url.Values{}, buttons: map[string][]string{}}
	for n := range node.Descendants() {
		name, value := attribute(n, "name"), attribute(n, "value")
		switch {
		case n.Type != html.ElementNode || name == "":
		case n.Data == "button":
			form.buttons[name] = append(form.buttons[name], value)
		case n.Data != "input" || attribute(n, "type") == "radio" && !has(n, "checked"):
		default:
			form.fields.Add(name, value)
		}
	}
	return form, nil
}

func attribute(n *html.Node, name string) string {
	at := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
	if at < 0 {
		return ""
	}
	return n.Attr[at].Val
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}
