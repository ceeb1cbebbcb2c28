package hostedui

import (
	"errors"
	"net/http"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/login"
	"portico/web/browser"
	"portico/web/problem"
)

// flashPage is the page data by which a form tells the account page what it has done.
const flashPage = "account"

// Account is GET /account: what is known of the visitor, how they sign in, and where they are signed in.
func (p *Pages) Account(w http.ResponseWriter, r *http.Request) error {
	visitor, err := p.enterAccount(w, r, login.PageAccount, "")
	if visitor == nil || err != nil {
		return err
	}
	view := templates.AccountView{
		Frame: p.accountFrame(r, visitor), BackHref: wayBack(visitor), Name: visitor.User.FullName(), Address: visitor.User.Attributes[userpool.AliasEmail],
		SignOutAction: visitor.ToSignOut(), CSRF: p.Guide.Cookies.CSRF(w, r, visitor.Pool.At),
		Notice: p.takeFlash(w, r, visitor),
	}
	for _, part := range visitor.Pool.Account {
		section, err := p.accountSection(r, visitor, part)
		if err != nil {
			return err
		}
		view.Sections = append(view.Sections, section)
	}
	return p.drawOwn(w, r, http.StatusOK, templates.Account(view))
}

func (p *Pages) accountSection(r *http.Request, v *login.Visitor, part userpool.AccountPart) (templates.Section, error) {
	switch part {
	case userpool.AccountProfile:
		return p.profileSection(r, v)
	case userpool.AccountWays:
		return p.waysSection(r, v)
	case userpool.AccountLinks:
		return p.linksSection(r, v), nil
	case userpool.AccountSessions:
		return p.presenceSection(r, v)
	case userpool.AccountDownload:
		return downloadSection(r, v), nil
	default:
		return deleteSection(r, v), nil
	}
}

// enterAccount is enter, for a part of the account page that the pool may leave out; the whole page needs any part.
func (p *Pages) enterAccount(w http.ResponseWriter, r *http.Request, page login.Page, part userpool.AccountPart) (*login.Visitor, error) {
	visitor, err := p.enter(w, r, page)
	if visitor == nil || err != nil {
		return nil, err
	}
	return visitor, offered(visitor.Pool, part)
}

// enterSensitive is enterAccount for what needs a sign-in of the last minutes.
func (p *Pages) enterSensitive(w http.ResponseWriter, r *http.Request, page login.Page, part userpool.AccountPart) (*login.Visitor, error) {
	visitor, err := p.enterFresh(w, r, page)
	if visitor == nil || err != nil {
		return nil, err
	}
	return visitor, offered(visitor.Pool, part)
}

// offered refuses parts of the page that the pool's people do not have.
func offered(pool *userpool.Pool, part userpool.AccountPart) error {
	if (part == "" && len(pool.Account) > 0) || pool.HasAccount(part) {
		return nil
	}
	return problem.NotFound(errors.New("the pool does not offer this part of the account page"))
}

// accountFrame is the frame of the account page and of what is behind it.
func (p *Pages) accountFrame(r *http.Request, v *login.Visitor) templates.Frame {
	f := p.frame(r, v.Authorization)
	f.AccountStylesheet = p.Guide.Look.Files.Path("account.css")
	return f
}

// drawOwn writes a page whose forms end here, or at what they lead on to.
func (p *Pages) drawOwn(w http.ResponseWriter, r *http.Request, status int, page drawing, targets ...string) error {
	browser.AllowForms(w, targets...)
	return browser.Draw(w, r, status, page)
}

// wayBack is the way back to the app, where a link can lead there.
func wayBack(v *login.Visitor) string {
	switch origin := userpool.Origin(v.Back); {
	case len(origin) > len("http:") && (origin[:5] == "http:" || origin[:6] == "https:"):
		return v.Back
	}
	return ""
}

// done goes back to the account page, which says what was done: key is a text of ours.
func (p *Pages) done(w http.ResponseWriter, r *http.Request, v *login.Visitor, key string) error {
	data := browser.PageData{Page: flashPage, Sub: v.User.Sub, Typed: key, Client: v.Client.ID}
	if err := p.Guide.Cookies.SetPageData(w, v.Pool, data, p.Now(), browser.ResetLife); err != nil {
		return err
	}
	http.Redirect(w, r, v.ToPage(login.PageAccount, ""), http.StatusSeeOther)
	return nil
}

// takeFlash is what a form has just done, said once.
func (p *Pages) takeFlash(w http.ResponseWriter, r *http.Request, v *login.Visitor) *templates.Notice {
	data, ok := p.Guide.Cookies.PageData(r, v.Pool, flashPage, v.Client.ID, p.Now())
	if !ok || data.Sub != v.User.Sub {
		return nil
	}
	p.Guide.Cookies.ClearPageData(w, v.Pool)
	return &templates.Notice{Kind: templates.Good, First: flashText(said(r), data.Typed)}
}
