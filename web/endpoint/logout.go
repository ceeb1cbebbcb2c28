package endpoint

import (
	"errors"
	"net/http"
	"net/url"

	"portico/userpool"
	"portico/userpool/login"
	"portico/userpool/oauth"
	"portico/web/problem"
	"portico/web/visit"
	"portico/words"
)

// Logout is GET /logout. It ends the browser's session first, whatever the parameters say: even a mistaken sign-out link
// signs out. Then it goes to a registered sign-out URL, or back to the sign-in page for a registered callback URL; by way of
// the provider the person came from, if that one signs people out too.
func (e *Endpoints) Logout(w http.ResponseWriter, r *http.Request) error {
	v := visit.From(r.Context())
	session, err := e.Guide.EndSession(w, r, e.Login)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	client, ok := v.Pool.Clients[userpool.ClientID(query.Get("client_id"))]
	if !ok {
		return refuseLogout("client_id", query, nil, errors.New("client_id is missing or unknown"))
	}
	v.Client = client.ID
	to, err := afterLogout(client, query)
	if err != nil {
		return err
	}
	return e.Guide.AfterSignOut(w, r, e.Login, session, client, to)
}

// IDPLogout is GET /oauth2/idplogout: an OpenID provider sends the browser back (RP-Initiated Logout 1.0 §3).
func (e *Endpoints) IDPLogout(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	return e.finishSignOut(w, r, query.Get("state"), query)
}

// finishSignOut goes on to where the app wanted the person after the sign-out. Without the sealed cookie of this state there
// is nowhere to go: then the person is told that the sign-out is done.
func (e *Endpoints) finishSignOut(w http.ResponseWriter, r *http.Request, state string, form url.Values) error {
	v := visit.From(r.Context())
	to, err := e.Login.FinishSignOut(r.Context(), v.Pool, login.SignOutCallback{
		State: state, Sealed: e.Guide.Cookies.TakeSignOut(w, r, v.Pool.At, state), Form: form, Post: r.Method == http.MethodPost,
		RawQuery: r.URL.RawQuery,
	})
	if to == "" {
		return &problem.Page{
			Status: http.StatusBadRequest, Code: "signed_out", Heading: words.L("signedout.heading"),
			Text: words.L("error.signedout.lost"), Then: words.L("error.then.close"), Err: err,
		}
	}
	v.Outcome, v.Err = "signed out at provider", err
	http.Redirect(w, r, to, http.StatusFound)
	return nil
}

// afterLogout is where the browser goes in the end: to exactly the registered sign-out URL (state is not appended; Cognito
// also takes the sign-in page of another client, registered as a callback URL), or to our own sign-in page.
func afterLogout(client *userpool.AppClient, query url.Values) (string, error) {
	raw := query.Get("logout_uri")
	if raw == "" {
		return signInAgain(client, query)
	}
	if to, err := client.LogoutURL(raw); err == nil {
		return to.String(), nil
	}
	to, err := client.CallbackURL(raw)
	if err != nil {
		return "", refuseLogout("redirect_uri", query, client, err)
	}
	return to.String(), nil
}

// signInAgain is the redirect_uri form: the sign-in page with an authorization request, scope filled in with everything the
// client may have.
func signInAgain(client *userpool.AppClient, query url.Values) (string, error) {
	raw := query.Get("redirect_uri")
	if _, err := client.CallbackURL(raw); raw == "" || err != nil {
		return "", refuseLogout("redirect_uri", query, client, errors.New("neither a registered logout_uri nor a registered redirect_uri"))
	}
	if query.Get("response_type") == "" {
		return "", refuseLogout("response_type", query, client, errors.New("response_type is missing"))
	}
	onward := url.Values{}
	for _, name := range []string{"client_id", "redirect_uri", "response_type", "scope", "state", "nonce"} {
		if value := query.Get(name); value != "" {
			onward.Set(name, value)
		}
	}
	if onward.Get("scope") == "" {
		onward.Set("scope", oauth.Scopes(client.Scopes).String())
	}
	return userpool.PathLogin + "?" + onward.Encode(), nil
}

func refuseLogout(parameter string, query url.Values, client *userpool.AppClient, err error) error {
	page := &problem.Page{
		Status: http.StatusBadRequest, Code: "Required String parameter '" + parameter + "' is not present", Move: true,
		Heading: words.L("signedout.heading"), Text: words.L("error.signedout.nowhere"),
		Then: words.L("error.then.close"), ClientID: query.Get("client_id"), Asked: query.Get("logout_uri"), Err: err,
	}
	if client != nil {
		page.App = client.Name
	}
	return page
}
