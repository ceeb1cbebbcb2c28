package hostedui

import (
	"errors"
	"net/http"
	"slices"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
)

// waysSection draws by what the visitor signs in to the pool itself, and what is asked for after that.
func (p *Pages) waysSection(r *http.Request, v *login.Visitor) (templates.Section, error) {
	s := said(r)
	section := templates.Section{ID: "ways", Heading: s.Say("account.ways.heading"), Text: s.Say("account.ways.text")}
	if v.User.Status == userpool.ExternalProvider {
		return section, nil
	}
	for _, rows := range []func(*http.Request, *login.Visitor) ([]templates.Row, error){p.passkeyRows, p.passwordRow, p.factorRows} {
		list, err := rows(r, v)
		if err != nil {
			return section, err
		}
		section.Rows = append(section.Rows, list...)
	}
	if addsPasskeys(v) {
		section.Buttons = append(section.Buttons, templates.RowButton{
			Text: s.Say("addpasskey.submit"), Href: v.ToPage(login.PageAddPasskey, string(login.PageAccount)), Kind: templates.ButtonPrimary,
		})
	}
	if len(preferable(v)) > 1 {
		section.Buttons = append(section.Buttons, templates.RowButton{Text: s.Say("account.prefer"), Href: v.ToPage(login.PagePreferred, "")})
	}
	return section, nil
}

// addsPasskeys reports whether the visitor can add a passkey through the app.
func addsPasskeys(v *login.Visitor) bool {
	return v.Chooses() && v.Pool.TakesFirst(userpool.FactorPasskey) && v.User.Status == userpool.Confirmed
}

// preferable are the second factors of which one can be asked for before the others.
func preferable(v *login.Visitor) []userpool.Factor {
	var list []userpool.Factor
	for _, factor := range v.Pool.SecondFactors(v.User) {
		if slices.Contains(v.User.MFA.Factors, factor) {
			list = append(list, factor)
		}
	}
	return list
}

func (p *Pages) passkeyRows(r *http.Request, v *login.Visitor) ([]templates.Row, error) {
	held, err := p.Directory.Passkeys(r.Context(), v.Pool, v.User.Sub)
	if err != nil {
		return nil, err
	}
	s := said(r)
	var rows []templates.Row
	for _, key := range held {
		name, about := directory.PasskeyName(key.ID), s.Say("account.passkey.called", "name", key.Name)
		row := templates.Row{
			Picture: templates.PicturePasskey, Title: key.Name,
			Line: s.Say("choose.passkey") + between + s.Say("account.passkey.added", "when", ago(s, p.Now(), key.Created)) + between,
			Buttons: []templates.RowButton{
				{Text: s.Say("account.rename"), About: about, Href: v.ToPage(login.PagePasskey, name)},
				{Text: s.Say("account.remove"), About: about, Href: v.ToPage(login.PagePasskeyRemove, name)},
			},
		}
		if key.Used.IsZero() {
			row.Line += s.Say("account.passkey.unused")
		} else {
			row.Line += s.Say("account.passkey.used", "when", ago(s, p.Now(), key.Used))
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (p *Pages) passwordRow(r *http.Request, v *login.Visitor) ([]templates.Row, error) {
	s := said(r)
	stored, has, err := p.Directory.HasPassword(r.Context(), v.Pool, v.User.Sub)
	if err != nil {
		return nil, err
	}
	row := templates.Row{Picture: templates.PictureLock, Title: s.Say("label.password"), Line: s.Say("account.password.none")}
	button := templates.RowButton{Text: s.Say("account.set"), About: row.Title, Href: v.ToPage(login.PagePassword, "")}
	if has {
		row.Line, button.Text = s.Say("account.changed", "when", ago(s, p.Now(), stored.Changed)), s.Say("account.change")
	}
	row.Buttons = []templates.RowButton{button}
	return []templates.Row{row}, nil
}

// factorRows draws the second factors of the pool.
func (p *Pages) factorRows(r *http.Request, v *login.Visitor) ([]templates.Row, error) {
	if v.Pool.MFA.Mode == userpool.MFAOff {
		return nil, nil
	}
	states, err := p.Directory.Factors(r.Context(), v.Pool, v.User)
	if err != nil {
		return nil, err
	}
	offered := p.Directory.SetsUp(v.Pool)
	var rows []templates.Row
	for _, state := range states {
		row, ok := factorRow(r, v, state, slices.Contains(offered, state.Factor))
		if ok {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// factorRow draws one second factor; false where there is nothing to say of it.
func factorRow(r *http.Request, v *login.Visitor, state directory.FactorState, offered bool) (templates.Row, bool) {
	s := said(r)
	row := templates.Row{Title: s.Say("mfa.app.title"), Picture: templates.PictureAuthenticator, Line: s.Say("account.second.none")}
	button := func(key string, page login.Page, about string) {
		row.Buttons = append(row.Buttons, templates.RowButton{Text: s.Say(key), About: row.Title, Href: v.ToPage(page, about)})
	}
	switch {
	case state.Enabled:
		row.Line = s.Say("account.second.on")
	case state.Ready:
		row.Line = s.Say("account.second.off")
	}
	if state.Preferred && len(preferable(v)) > 1 {
		row.Badge = &templates.Badge{Kind: templates.BadgeInfo, Text: s.Say("account.second.first")}
	}
	if state.Factor == userpool.FactorTOTP {
		switch {
		case offered && state.Enabled && state.Ready:
			button("account.replace", login.PageApp, "")
		case offered:
			button("account.setup", login.PageApp, "")
		}
		if state.Ready {
			if state.Name != "" {
				row.Line = state.Name + between + row.Line
			}
			button("account.remove", login.PageAppRemove, "")
		}
		return row, true
	}
	row.Picture, row.Title = factorPicture(state.Factor), s.Say(factorTitle(state.Factor))
	verified := state.To != nil && v.User.Attributes[state.Factor.Attribute()+"_verified"] == "true"
	switch {
	case state.Enabled:
		button("account.off", login.PageFactorOff, string(state.Factor))
	case !offered:
		return row, false
	case !verified:
		row.Line = s.Say(verifyFirst(state.Factor))
	default:
		button("account.on", login.PageFactorOn, string(state.Factor))
	}
	return row, true
}

func factorPicture(factor userpool.Factor) templates.Picture {
	switch factor {
	case userpool.FactorSMS:
		return templates.PicturePhone
	case userpool.FactorEmailOTP:
		return templates.PictureMail
	}
	return templates.PictureAuthenticator
}

// factorTitle and verifyFirst are keys of texts about a second factor that sends codes.
func factorTitle(factor userpool.Factor) string {
	if factor == userpool.FactorSMS {
		return "mfa.phone.title"
	}
	return "mfa.email.title"
}

func verifyFirst(factor userpool.Factor) string {
	if factor == userpool.FactorSMS {
		return "account.second.verify.phone"
	}
	return "account.second.verify.email"
}

// refusedWay is why a way to sign in, or a second factor, stays as it is; false for errors of ours.
func refusedWay(r *http.Request, err error) (*templates.Notice, bool) {
	s := said(r)
	switch {
	case errors.Is(err, directory.ErrLastFactor):
		return &templates.Notice{Kind: templates.Care, First: s.Say("account.factor.last.first"), Then: s.Say("account.factor.last.then")}, true
	case errors.Is(err, directory.ErrLastWay):
		return &templates.Notice{Kind: templates.Care, First: s.Say("account.factor.shut.first"), Then: s.Say("account.factor.shut.then")}, true
	}
	return nil, false
}
