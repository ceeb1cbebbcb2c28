package hostedui

import (
	"errors"
	"net/http"
	"net/url"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/userpool/notify"
	"portico/web/problem"
	"portico/web/visit"
)

// linksSection draws the accounts at providers: those that are linked, and those that the app offers to link.
func (p *Pages) linksSection(r *http.Request, v *login.Visitor) templates.Section {
	s := said(r)
	section := templates.Section{ID: "links", Heading: s.Say("account.links.heading"), Text: s.Say("account.links.text")}
	linked := map[string]bool{}
	for _, identity := range v.User.Identities {
		linked[identity.Provider] = true
		row := templates.Row{
			Picture: templates.PictureProvider, Mark: mark(identity.Type), Title: providerLabel(v.Pool, identity.Provider),
			Line: s.Say("account.links.since", "when", ago(s, p.Now(), identity.Attached)),
		}
		if identity.Primary {
			row.Line = s.Say("account.links.primary")
		} else {
			row.Buttons = []templates.RowButton{{Text: s.Say("account.unlink"), About: row.Title, Href: v.ToPage(login.PageUnlink, identity.Provider)}}
		}
		section.Rows = append(section.Rows, row)
	}
	for _, name := range v.Client.Providers {
		provider, ok := v.Pool.Provider(name)
		if !ok || linked[name] {
			continue
		}
		section.Rows = append(section.Rows, templates.Row{
			Picture: templates.PictureProvider, Mark: mark(provider.Type), Title: label(provider), Line: s.Say("account.links.not"),
			Buttons: []templates.RowButton{{Text: s.Say("account.link"), About: label(provider), Href: v.ToPage(login.PageLink, name)}},
		})
	}
	return section
}

// LinkOwn is GET /account/link: it says what linking a provider means.
func (p *Pages) LinkOwn(w http.ResponseWriter, r *http.Request) error {
	visitor, provider, err := p.enterLink(w, r)
	if visitor == nil || err != nil {
		return err
	}
	depart, err := p.Login.LinkOwn(r.Context(), visitor, provider) // where the form will end; the attempt is not used
	if err != nil {
		return err
	}
	s := said(r)
	view := templates.AccountFormView{
		Frame: p.accountFrame(r, visitor), Picture: templates.PicturePerson, Heading: s.Say("account.link.heading", "provider", label(provider)),
		Text: s.Say("account.link.text", "provider", label(provider)), Action: visitor.ToPage(login.PageLink, provider.Name),
		CSRF: p.Guide.Cookies.CSRF(w, r, visitor.Pool.At), Submit: s.Say("provider.continue", "provider", label(provider)), Busy: s.Say("go.continuing"),
		BackHref: visitor.ToPage(login.PageAccount, ""),
	}
	return p.drawOwn(w, r, http.StatusOK, templates.AccountForm(view), originOf(depart.Departure.URL))
}

// LinkOwnPost is POST /account/link: the browser leaves for the provider. It is a form, so that no other site can have the
// visitor link an account that is not the visitor's.
func (p *Pages) LinkOwnPost(w http.ResponseWriter, r *http.Request) error {
	if err := p.ownForm(r); err != nil {
		return err
	}
	visitor, provider, err := p.enterLink(w, r)
	if visitor == nil || err != nil {
		return err
	}
	depart, err := p.Login.LinkOwn(r.Context(), visitor, provider)
	if err != nil {
		return err
	}
	return p.Guide.Leave(w, r, depart)
}

func (p *Pages) enterLink(w http.ResponseWriter, r *http.Request) (*login.Visitor, *userpool.IdentityProvider, error) {
	visitor, err := p.enterSensitive(w, r, login.PageLink, userpool.AccountLinks)
	if visitor == nil || err != nil {
		return nil, nil, err
	}
	provider, ok := visitor.Pool.Provider(visitor.About)
	if !ok || !visitor.Client.Offers(provider.Name) {
		return nil, nil, problem.NotFound(login.ErrNotOffered)
	}
	return visitor, provider, nil
}

// Unlink is GET /account/unlink: it asks before an account at a provider is detached.
func (p *Pages) Unlink(w http.ResponseWriter, r *http.Request) error {
	visitor, linked, err := p.enterUnlink(w, r)
	if visitor == nil || err != nil {
		return err
	}
	return p.drawUnlink(w, r, visitor, linked)
}

func (p *Pages) drawUnlink(w http.ResponseWriter, r *http.Request, v *login.Visitor, linked userpool.Identity) error {
	ways, err := p.Directory.WaysToSignIn(r.Context(), v.Pool, v.User)
	if err != nil {
		return err
	}
	s, name := said(r), providerLabel(v.Pool, linked.Provider)
	view := templates.AccountFormView{
		Frame: p.accountFrame(r, v), Danger: true, Heading: s.Say("account.unlink.heading", "provider", name), Text: s.Say("account.unlink.text", "provider", name),
		Action: v.ToPage(login.PageUnlink, linked.Provider), CSRF: p.Guide.Cookies.CSRF(w, r, v.Pool.At), Submit: s.Say("account.unlink"),
		Busy: s.Say("account.saving"), BackHref: v.ToPage(login.PageAccount, ""),
	}
	if ways < 2 {
		view.Submit, view.Text = "", ""
		view.Notice = &templates.Notice{
			Kind: templates.Care, First: s.Say("account.last.first"), Then: s.Say("account.last.then", "provider", name),
		}
	}
	return p.drawOwn(w, r, http.StatusOK, templates.AccountForm(view))
}

// UnlinkPost is POST /account/unlink.
func (p *Pages) UnlinkPost(w http.ResponseWriter, r *http.Request) error {
	if err := p.ownForm(r); err != nil {
		return err
	}
	visitor, linked, err := p.enterUnlink(w, r)
	if visitor == nil || err != nil {
		return err
	}
	err = p.Directory.UnlinkOwn(r.Context(), visitor.Pool, visitor.User.Sub, linked, visitor.Session.Hash)
	switch {
	case errors.Is(err, directory.ErrLastWay):
		visit.From(r.Context()).Err = err
		return p.drawUnlink(w, r, visitor, linked)
	case err != nil && !errors.Is(err, userpool.ErrNotFound): // gone already is as good
		return err
	}
	if err == nil {
		p.Directory.Notify(r.Context(), visitor.Pool, visitor.Client, visitor.User, notify.IdentityUnlinked)
	}
	visit.From(r.Context()).Outcome = "identity unlinked"
	return p.done(w, r, visitor, flashUnlinked)
}

// enterUnlink finds the linked account of a provider. The account that made the user is none.
func (p *Pages) enterUnlink(w http.ResponseWriter, r *http.Request) (*login.Visitor, userpool.Identity, error) {
	visitor, err := p.enterSensitive(w, r, login.PageUnlink, userpool.AccountLinks)
	if visitor == nil || err != nil {
		return nil, userpool.Identity{}, err
	}
	for _, identity := range visitor.User.Identities {
		if identity.Provider == visitor.About && !identity.Primary {
			return visitor, identity, nil
		}
	}
	return nil, userpool.Identity{}, problem.NotFound(errors.New("the visitor has no such link"))
}

// originOf is scheme://host of an address.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
