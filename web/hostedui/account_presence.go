package hostedui

import (
	"errors"
	"net/http"
	"strings"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/login"
	"portico/web/problem"
	"portico/web/visit"
	"portico/words"
)

// presenceSection draws where the visitor is signed in.
func (p *Pages) presenceSection(r *http.Request, v *login.Visitor) (templates.Section, error) {
	s := said(r)
	section := templates.Section{ID: "sessions", Heading: s.Say("account.sessions.heading"), Text: s.Say("account.sessions.text")}
	list, err := p.Login.Presences(r.Context(), v)
	if err != nil {
		return section, err
	}
	for _, presence := range list {
		row := p.presenceRow(s, v, presence)
		if !presence.This {
			row.Buttons = []templates.RowButton{{Text: s.Say("signout.submit"), About: row.Title, Href: v.ToPage(login.PageSessions, presence.ID)}}
		}
		section.Rows = append(section.Rows, row)
	}
	devices, err := p.deviceRows(r, v)
	if err != nil {
		return section, err
	}
	section.Rows = append(section.Rows, devices...)
	if len(list) > 1 || len(devices) > 0 {
		section.Buttons = []templates.RowButton{{Text: s.Say("account.elsewhere"), Href: v.ToPage(login.PageSessions, ""), Kind: templates.ButtonDanger}}
	}
	return section, nil
}

func (p *Pages) presenceRow(s words.Words, v *login.Visitor, presence login.Presence) templates.Row {
	when := ago(s, p.Now(), presence.LastActive())
	if app := presence.App; app != nil {
		name := string(app.Client)
		if client, ok := v.Pool.Clients[app.Client]; ok {
			name = client.Name
		}
		return templates.Row{Picture: templates.PictureApp, Title: name, Line: s.Say("account.app", "when", when)}
	}
	row := templates.Row{
		Picture: devicePicture(presence.Session.Browser), Title: device(s, presence.Session.Browser), Line: s.Say("account.signedin", "when", when),
	}
	if presence.LastActive().After(presence.Session.AuthTime) {
		row.Line = s.Say("account.active", "when", when)
	}
	if presence.This {
		row.Line, row.Badge = s.Say("account.active.now"), &templates.Badge{Kind: templates.BadgeInfo, Text: s.Say("account.device.this")}
	}
	if with := signedInWith(s, v.Pool, presence.Session); with != "" {
		row.Line += between + with
	}
	return row
}

// Sessions is GET /account/sessions: it asks before the visitor is signed out at one place or, where none is named, everywhere
// else, and before a remembered device is forgotten.
func (p *Pages) Sessions(w http.ResponseWriter, r *http.Request) error {
	visitor, err := p.enterAccount(w, r, login.PageSessions, userpool.AccountSessions)
	if visitor == nil || err != nil {
		return err
	}
	s := said(r)
	view := templates.AccountFormView{
		Frame: p.accountFrame(r, visitor), Danger: true, Heading: s.Say("account.elsewhere.heading"), Text: s.Say("account.elsewhere.text"),
		Action: visitor.ToPage(login.PageSessions, visitor.About), CSRF: p.Guide.Cookies.CSRF(w, r, visitor.Pool.At),
		Submit: s.Say("account.elsewhere"), Busy: s.Say("signout.busy"), BackHref: visitor.ToPage(login.PageAccount, ""),
	}
	if key, ok := strings.CutPrefix(visitor.About, deviceMark); ok {
		err = p.askToForget(r, visitor, key, &view)
	} else if visitor.About != "" {
		err = p.askToSignOut(r, visitor, &view)
	} else {
		err = p.mentionDevices(r, visitor, &view)
	}
	if err != nil {
		return err
	}
	return p.drawOwn(w, r, http.StatusOK, templates.AccountForm(view))
}

// askToSignOut makes the page ask before the visitor is signed out at one place.
func (p *Pages) askToSignOut(r *http.Request, v *login.Visitor, view *templates.AccountFormView) error {
	presence, err := p.presence(r, v)
	if err != nil {
		return err
	}
	s := said(r)
	row := p.presenceRow(s, v, presence)
	view.Heading, view.Text = s.Say("account.out.heading", "device", row.Title), row.Line
	view.Submit = s.Say("signout.submit")
	return nil
}

// presence finds the place that the page is about among the visitor's own.
func (p *Pages) presence(r *http.Request, v *login.Visitor) (login.Presence, error) {
	list, err := p.Login.Presences(r.Context(), v)
	if err != nil {
		return login.Presence{}, err
	}
	for _, presence := range list {
		if presence.ID == v.About && !presence.This {
			return presence, nil
		}
	}
	return login.Presence{}, problem.NotFound(errors.New("the visitor is not signed in there"))
}

// SessionsPost is POST /account/sessions. A place that is gone already, or another person's, is told apart by nothing.
func (p *Pages) SessionsPost(w http.ResponseWriter, r *http.Request) error {
	if err := p.ownForm(r); err != nil {
		return err
	}
	visitor, err := p.enterAccount(w, r, login.PageSessions, userpool.AccountSessions)
	if visitor == nil || err != nil {
		return err
	}
	v := visit.From(r.Context())
	if key, ok := strings.CutPrefix(visitor.About, deviceMark); ok {
		return p.forgetDevice(w, r, visitor, key)
	}
	if id := strings.TrimSpace(visitor.About); id != "" {
		v.Outcome = "signed out at one place"
		if err := p.Login.SignOutAt(r.Context(), visitor, id); err != nil {
			return err
		}
		return p.done(w, r, visitor, flashSignedOut)
	}
	v.Outcome = "signed out everywhere else"
	if err := p.Login.SignOutElsewhere(r.Context(), visitor); err != nil {
		return err
	}
	return p.done(w, r, visitor, flashElsewhere)
}
