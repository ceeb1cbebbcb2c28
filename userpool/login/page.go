package login

import (
	"errors"
	"net/url"
	"slices"

	"portico/userpool"
	"portico/userpool/oauth"
)

// Page names a page of ours that needs somebody signed in. A request that names one asks for no code: the sign-in leads to
// the page, in place of an app's callback. Names are from this list and never an address, so that nobody can have a sign-in
// end elsewhere (open redirection).
type Page string

// The pages.
const (
	PageAccount    Page = "account"
	PageEdit       Page = "account-edit"   // About: an attribute
	PageVerify     Page = "account-verify" // About: an attribute
	PagePassword   Page = "account-password"
	PageLink       Page = "account-link"   // About: a provider
	PageUnlink     Page = "account-unlink" // About: a provider
	PageSessions   Page = "account-sessions"
	PageDownload   Page = "account-download"
	PageDelete     Page = "account-delete"
	PageAddPasskey Page = "passkeys-add" // About: PageAccount, to come back to it; or nothing

	PagePasskey       Page = "account-passkey"        // About: a passkey
	PagePasskeyRemove Page = "account-passkey-remove" // About: a passkey
	PageApp           Page = "account-authenticator"
	PageAppRemove     Page = "account-authenticator-remove"
	PageFactorOn      Page = "account-factor-on"  // About: a second factor that sends codes
	PageFactorOff     Page = "account-factor-off" // About: a second factor that sends codes
	PagePreferred     Page = "account-preferred"
)

// path is where a page is; empty for a name that is none of ours.
func (p Page) path() string {
	switch p {
	case PageAccount:
		return userpool.PathAccount
	case PageEdit:
		return userpool.PathAccountEdit
	case PageVerify:
		return userpool.PathAccountVerify
	case PagePassword:
		return userpool.PathAccountPassword
	case PageLink:
		return userpool.PathAccountLink
	case PageUnlink:
		return userpool.PathAccountUnlink
	case PageSessions:
		return userpool.PathAccountSessions
	case PageDownload:
		return userpool.PathAccountDownload
	case PageDelete:
		return userpool.PathAccountDelete
	case PageAddPasskey:
		return userpool.PathAddPasskey
	}
	return p.wayPath()
}

// wayPath is path for the pages of the ways to sign in.
func (p Page) wayPath() string {
	switch p {
	case PagePasskey:
		return userpool.PathAccountPasskey
	case PagePasskeyRemove:
		return userpool.PathAccountPasskeyRemove
	case PageApp:
		return userpool.PathAccountApp
	case PageAppRemove:
		return userpool.PathAccountAppRemove
	case PageFactorOn:
		return userpool.PathAccountFactorOn
	case PageFactorOff:
		return userpool.PathAccountFactorOff
	case PagePreferred:
		return userpool.PathAccountPreferred
	}
	return ""
}

// maxAbout bounds what a page is told it is about, in bytes: names of attributes and providers are shorter.
const maxAbout = 128

// settlePage decides whether a request is for a page of ours. One with a response_type is an app's, whatever else it says,
// and what an app sends beyond the protocol is ignored (RFC 6749 §3.1); so is a name that is not known.
func (r *Request) settlePage() {
	if r.ResponseType == "" && Page(r.Page).path() != "" {
		return
	}
	r.Page, r.About = "", ""
	r.repeated = slices.DeleteFunc(r.repeated, func(name string) bool { return name == "page" || name == "about" })
}

// forPage is a request for another page of the same app.
func (r Request) forPage(page Page, about string) Request {
	return Request{ClientID: r.ClientID, RedirectURI: r.RedirectURI, Page: string(page), About: about, Lang: r.Lang, UILocales: r.UILocales}
}

// RequestFor is the request by which a page of ours has its visitor sign in; query is that of the page itself.
func RequestFor(page Page, query url.Values) Request {
	r := ParseRequest(query)
	asked := r.forPage(page, query.Get("about"))
	asked.repeated = slices.DeleteFunc(r.repeated, func(name string) bool { return name != "client_id" && name != "redirect_uri" })
	return asked
}

// ToPage is the address of a page of ours, with the same app.
func (a *Authorization) ToPage(page Page, about string) string {
	r := a.forPage(page, about)
	r.Page = ""
	query := r.Query()
	if len(query) == 0 {
		return page.path()
	}
	return page.path() + "?" + query.Encode()
}

// Landing is the page of ours that the sign-in leads to; empty where it leads back to an app.
func (a *Authorization) Landing() string {
	if a.Page == "" {
		return ""
	}
	return a.ToPage(Page(a.Page), a.About)
}

// checkPage checks a request for a page of ours. It fails with a *Refusal alone: no app asked, so none is told.
func checkPage(pool *userpool.Pool, r Request) (*Authorization, error) {
	if len(r.repeated) > 0 || len(r.About) > maxAbout {
		return nil, refuse(InvalidRequest, r, "parameters are given more than once, or too long")
	}
	client, err := pageClient(pool, r)
	if err != nil {
		return nil, err
	}
	back := backTo(client, r.RedirectURI)
	if r.ClientID = string(client.ID); back == "" {
		r.RedirectURI = "" // is carried no further
	}
	a := &Authorization{Request: r, Pool: pool, Client: client, Back: back}
	for _, check := range []func() *oauth.Error{a.checkLengths, a.checkMaxAge, a.checkPrompt} {
		if err := check(); err != nil {
			return nil, refuse(InvalidRequest, r, "%w", err).of(client)
		}
	}
	return a, nil
}

// pageClient is the app a page belongs to: the one that is named or, where none is, the only one through which people sign
// in at all.
func pageClient(pool *userpool.Pool, r Request) (*userpool.AppClient, error) {
	if r.ClientID != "" {
		client, ok := pool.Clients[userpool.ClientID(r.ClientID)]
		if !ok {
			return nil, refuse(UnknownClient, r, "no such app client")
		}
		if !signsIn(client) {
			return nil, refuse(NotEnabled, r, "app client is not enabled for the pages").of(client)
		}
		return client, nil
	}
	var only *userpool.AppClient
	for _, client := range pool.Clients {
		switch {
		case !signsIn(client):
		case only != nil:
			return nil, &Refusal{Kind: WhichApp, Err: errors.New("client_id is missing, and more than one client signs people in")}
		default:
			only = client
		}
	}
	if only == nil {
		return nil, &Refusal{Kind: WhichApp, Err: errors.New("client_id is missing, and no client signs people in")}
	}
	return only, nil
}

// signsIn reports whether people sign in through a client on our pages.
func signsIn(client *userpool.AppClient) bool {
	return client.OAuth && (client.Flows.Code || client.Flows.Implicit)
}

// backTo is where the way back to the app leads: the address that was asked for if it is registered with the client, for
// callbacks or for sign-outs, or the client's default; empty where there is none. It carries nothing.
func backTo(client *userpool.AppClient, asked string) string {
	if callback, err := client.CallbackURL(asked); err == nil {
		return callback.String()
	}
	if home, err := client.LogoutURL(asked); err == nil {
		return home.String()
	}
	return ""
}
