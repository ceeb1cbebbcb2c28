package hostedui

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/web/browser"
	"portico/web/problem"
	"portico/web/visit"
	"portico/words"
)

// Pages are the hosted pages of all pools. Fields are set once, before use.
type Pages struct {
	Login     *login.Login
	Directory *directory.Directory
	Guide     *browser.Guide
	Now       func() time.Time
}

// open checks the authorization request that every page carries in its query.
func (p *Pages) open(r *http.Request) (*login.Authorization, error) {
	v := visit.From(r.Context())
	a, err := login.Check(v.Pool, login.ParseRequest(r.URL.Query()))
	if err != nil {
		return nil, err
	}
	v.Client = a.Client.ID
	a.Replacing(p.Guide.Cookies.SessionID(r, v.Pool.At))
	a.Knowing(p.Guide.Cookies.Devices(r, v.Pool.At))
	return a, nil
}

// openForm is open for a posted form: it reads the form and checks the CSRF pair.
func (p *Pages) openForm(r *http.Request) (*login.Authorization, error) {
	a, err := p.open(r)
	if err != nil {
		return nil, err
	}
	if err := r.ParseForm(); err != nil {
		return nil, problem.BadForm(err)
	}
	if err := p.Guide.Cookies.CheckCSRF(r); err != nil {
		return nil, refuseForm(r, a, err)
	}
	return a, nil
}

// to is another page with the same authorization request.
func to(path string, r *http.Request) string { return path + "?" + r.URL.RawQuery }

// draw writes a page whose forms may end at the app.
func (p *Pages) draw(w http.ResponseWriter, r *http.Request, a *login.Authorization, status int, page drawing) error {
	browser.AllowForms(w, a.Callback.Origin())
	return browser.Draw(w, r, status, page)
}

// frame is the frame of a page of the app.
func (p *Pages) frame(r *http.Request, a *login.Authorization) templates.Frame {
	return p.Guide.Look.Frame(r, a.Client.Name)
}

// providers are the buttons of the client's external providers, in the operator's order. Each is a link to the authorize
// endpoint with the provider named: it needs no script and no form.
func providers(r *http.Request, a *login.Authorization) []templates.ProviderButton {
	var buttons []templates.ProviderButton
	for _, name := range inOrder(a.Client) {
		provider, ok := a.Pool.Provider(name)
		if !ok {
			continue
		}
		query := r.URL.Query()
		query.Del("idp_identifier")
		query.Set("identity_provider", name)
		buttons = append(buttons, templates.ProviderButton{
			Name: label(provider), Href: userpool.PathAuthorize + "?" + query.Encode(), Mark: mark(provider.Type),
		})
	}
	return buttons
}

// inOrder lists a client's providers: those that its look puts first, then the others as the client has them.
func inOrder(client *userpool.AppClient) []string {
	if client.Look == nil || len(client.Look.Providers) == 0 {
		return client.Providers
	}
	place := func(name string) int {
		if i := slices.Index(client.Look.Providers, name); i >= 0 {
			return i
		}
		return len(client.Look.Providers)
	}
	ordered := slices.Clone(client.Providers)
	slices.SortStableFunc(ordered, func(a, b string) int { return place(a) - place(b) })
	return ordered
}

// label is what people call a provider.
func label(provider *userpool.IdentityProvider) string { return browser.ProviderLabel(provider.Name) }

func mark(kind userpool.ProviderType) templates.Mark {
	switch kind {
	case userpool.TypeGoogle:
		return templates.MarkGoogle
	case userpool.TypeApple:
		return templates.MarkApple
	case userpool.TypeFacebook:
		return templates.MarkFacebook
	case userpool.TypeAmazon:
		return templates.MarkAmazon
	}
	return templates.MarkWorkplace
}

// usernameField asks for what the pool signs in with.
func usernameField(w words.Words, pool *userpool.Pool, value string) templates.Field {
	f := templates.Field{Name: "username", Value: value, Autocomplete: "username", Type: "text", Label: w.Say("label.username")}
	email, phone := pool.UsesAlias(userpool.AliasEmail), pool.UsesAlias(userpool.AliasPhone)
	named := len(pool.SignInWith) == 0 // a user name works as well
	switch {
	case named && email && phone:
		f.Label = w.Say("label.username_email_phone")
	case named && email:
		f.Label = w.Say("label.username_email")
	case named && phone:
		f.Label = w.Say("label.username_phone")
	case email && phone:
		f.Label = w.Say("label.email_phone")
	case email && !named:
		f.Label, f.Type = w.Say("label.email"), "email"
	case phone && !named:
		f.Label, f.Type = w.Say("label.phone"), "tel"
	}
	return f
}

// rules draws the pool's password policy; broken ones are marked after a failed try.
func rules(w words.Words, policy userpool.PasswordPolicy, tried bool, missing []userpool.PasswordRule) []templates.Rule {
	var list []templates.Rule
	for _, rule := range policy.Rules() {
		drawn := templates.Rule{Kind: string(rule), Text: ruleText(w, policy, rule)}
		if rule == userpool.RuleLength {
			drawn.Min = policy.MinLength
		}
		if tried {
			drawn.State = templates.Met
			if slices.Contains(missing, rule) {
				drawn.State = templates.Missing
			}
		}
		list = append(list, drawn)
	}
	return list
}

// canRecover reports whether recovery by code can work in the pool at all.
func (p *Pages) canRecover(pool *userpool.Pool) bool { return len(p.Directory.RecoversBy(pool)) > 0 }

// again is the query of an authorization request, as a link to the sign-in page.
func again(values url.Values) string { return userpool.PathLogin + "?" + values.Encode() }
