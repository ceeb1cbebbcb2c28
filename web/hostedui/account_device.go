package hostedui

import (
	"errors"
	"net/http"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/login"
	"portico/web/problem"
	"portico/web/visit"
	"portico/words"
)

// deviceMark begins what the page of sessions is about where that is a remembered device; no session's name has a colon.
const deviceMark = "device:"

// deviceRows are the visitor's remembered devices, the latest use first.
func (p *Pages) deviceRows(r *http.Request, v *login.Visitor) ([]templates.Row, error) {
	list, err := p.Directory.ListDevices(r.Context(), v.Pool, v.User.Sub)
	if len(list) == 0 || err != nil {
		return nil, err
	}
	this, err := p.Login.ThisDevice(r.Context(), v)
	if err != nil {
		return nil, err
	}
	var rows []templates.Row
	for _, remembered := range list {
		s := said(r)
		row := p.deviceRow(s, remembered)
		if remembered.Key == this {
			row.Badge = &templates.Badge{Kind: templates.BadgeInfo, Text: s.Say("account.device.this")}
		}
		row.Buttons = []templates.RowButton{{
			Text: s.Say("device.forget"), About: row.Title, Href: v.ToPage(login.PageSessions, deviceMark+remembered.Key),
		}}
		rows = append(rows, row)
	}
	return rows, nil
}

func (p *Pages) deviceRow(s words.Words, remembered userpool.Device) templates.Row {
	browser := login.Browser{Name: remembered.Browser, System: remembered.System}
	return templates.Row{
		Picture: devicePicture(browser), Title: device(s, browser), Line: s.Say("device.row", "when", ago(s, p.Now(), remembered.Used)),
	}
}

// devicePicture is what a browser runs on.
func devicePicture(browser login.Browser) templates.Picture {
	switch browser.System {
	case "iPhone", "iPad", "Android":
		return templates.PicturePhone
	}
	return templates.PictureLaptop
}

// askToForget makes the page of sessions ask before a device is forgotten.
func (p *Pages) askToForget(r *http.Request, v *login.Visitor, key string, view *templates.AccountFormView) error {
	list, err := p.Directory.ListDevices(r.Context(), v.Pool, v.User.Sub)
	if err != nil {
		return err
	}
	s := said(r)
	for _, remembered := range list {
		if remembered.Key == key {
			view.Heading, view.Text = s.Say("device.forget.heading", "device", p.deviceRow(s, remembered).Title), s.Say("device.forget.text")
			view.Submit, view.Busy = s.Say("device.forget"), s.Say("device.forget.busy")
			return nil
		}
	}
	return problem.NotFound(errors.New("the visitor has no such device"))
}

// mentionDevices makes the page of sessions say that signing out everywhere else forgets them, where there are any.
func (p *Pages) mentionDevices(r *http.Request, v *login.Visitor, view *templates.AccountFormView) error {
	list, err := p.Directory.ListDevices(r.Context(), v.Pool, v.User.Sub)
	if len(list) > 0 {
		s := said(r)
		view.Text = s.Sentences(view.Text, s.Say("device.forget.all"))
	}
	return err
}

// forgetDevice forgets a device. One that is gone already, or another person's, is told apart by nothing.
func (p *Pages) forgetDevice(w http.ResponseWriter, r *http.Request, v *login.Visitor, key string) error {
	visit.From(r.Context()).Outcome = "forgot a device"
	if err := p.Directory.ForgetDevice(r.Context(), v.Pool, v.User.Sub, key); err != nil && !errors.Is(err, userpool.ErrNoDevice) {
		return err
	}
	return p.done(w, r, v, flashForgotten)
}
