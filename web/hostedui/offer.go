package hostedui

import (
	"net/http"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/login"
	"portico/web/browser"
	"portico/web/visit"
)

// finish ends a sign-in: the browser goes back to the app, by way of the offer of a passkey where there is one.
func (p *Pages) finish(w http.ResponseWriter, r *http.Request, done *login.Done) error {
	if !p.mayOffer(r, done) {
		return p.Guide.Complete(w, r, done)
	}
	a := done.Authorization
	held, err := p.Directory.Passkeys(r.Context(), a.Pool, done.Session.Sub)
	if err != nil {
		return err
	}
	if len(held) > 0 {
		return p.Guide.Complete(w, r, done)
	}
	if err := p.Guide.Cookies.SetSession(w, r, a.Pool, done.SessionID); err != nil {
		return err
	}
	v := visit.From(r.Context())
	v.Client, v.Outcome = a.Client.ID, "signed in, and offered a passkey"
	http.Redirect(w, r, userpool.PathOfferPasskey+"?"+a.Request.Query().Encode(), http.StatusSeeOther)
	return nil
}

// mayOffer reports whether a sign-in is one with a password, to an app, in a browser that can keep a passkey and was not told "Not
// now" a short while ago. Nothing is looked up for it.
func (p *Pages) mayOffer(r *http.Request, done *login.Done) bool {
	a := done.Authorization
	return a.Pool.OfferPasskey && done.SessionID != "" && done.Session.Factor == userpool.FactorPassword && a.Landing() == "" &&
		a.Chooses() && a.Pool.TakesFirst(userpool.FactorPasskey) && browser.KeepsPasskeys(r) && !p.Guide.Cookies.OfferDeclined(r, a.Pool.At)
}

// OfferPasskey is GET /passkeys/offer, with the request of the app, after a sign-in with a password. With skip it goes on to the
// app, and is not drawn in this browser again for thirty days.
func (p *Pages) OfferPasskey(w http.ResponseWriter, r *http.Request) error {
	visitor, err := p.enterOffer(w, r)
	if visitor == nil || err != nil {
		return err
	}
	if r.URL.Query().Has("skip") {
		p.Guide.Cookies.DeclineOffer(w, visitor.Pool.At)
		return p.goOn(w, r, visitor)
	}
	return p.drawOffer(w, r, visitor, nil)
}

// OfferPasskeyPost is POST /passkeys/offer: the authenticator's answer.
func (p *Pages) OfferPasskeyPost(w http.ResponseWriter, r *http.Request) error {
	if err := p.ownForm(r); err != nil {
		return err
	}
	visitor, err := p.enterOffer(w, r)
	if visitor == nil || err != nil {
		return err
	}
	_, err = p.Directory.AddPasskey(r.Context(), visitor.Pool, visitor.Client, visitor.User.Sub, []byte(r.PostForm.Get("credential")), browser.Device(r.UserAgent()))
	if err != nil {
		return p.drawOffer(w, r, visitor, err)
	}
	visit.From(r.Context()).Outcome = "passkey added"
	return p.goOn(w, r, visitor)
}

// enterOffer finds who signed in a moment ago. Everybody else just goes on with the app's request, which asks whoever must sign in.
func (p *Pages) enterOffer(w http.ResponseWriter, r *http.Request) (*login.Visitor, error) {
	a, err := p.open(r)
	if err != nil {
		return nil, err
	}
	visitor, err := p.Login.Enter(r.Context(), a, p.Guide.Cookies.SessionID(r, a.Pool.At))
	if err != nil || !p.Login.Fresh(visitor) || !a.Pool.OfferPasskey || !a.Chooses() {
		askToSignIn(w, r, a.Request) // whatever the error is, the request meets it as well
		return nil, nil              //nolint:nilerr,nilnil // the answer is written
	}
	return visitor, nil
}

// goOn answers the app's request by the sign-in of a moment ago.
func (p *Pages) goOn(w http.ResponseWriter, r *http.Request, v *login.Visitor) error {
	askToSignIn(w, r, v.Answered())
	return nil
}

func (p *Pages) drawOffer(w http.ResponseWriter, r *http.Request, v *login.Visitor, refused error) error {
	query := v.Request.Query()
	query.Set("skip", "1")
	view := templates.AddPasskeyView{Frame: p.frame(r, v.Authorization), NotNowHref: userpool.PathOfferPasskey + "?" + query.Encode()}
	status, err := p.passkeyToAdd(w, r, v, &view, userpool.PathOfferPasskey, refused)
	if err != nil {
		return err
	}
	return p.draw(w, r, v.Authorization, status, templates.AddPasskey(view))
}
