package endpoint

import (
	"errors"
	"net/http"
	"net/url"

	"portico/userpool"
	"portico/userpool/oauth"
	"portico/web/problem"
	"portico/web/visit"
)

// Logout is GET /logout. It ends the browser's session first, whatever the parameters say: even a mistaken sign-out link
// signs out. Then it goes to a registered sign-out URL, or back to the sign-in page for a registered callback URL.
func (e *Endpoints) Logout(w http.ResponseWriter, r *http.Request) error {
	v := visit.From(r.Context())
	if err := e.Login.SignOut(r.Context(), v.Pool, e.Guide.Cookies.SessionID(r, v.Pool.At)); err != nil {
		return err
	}
	if err := e.Guide.Cookies.SetSession(w, r, v.Pool.At, ""); err != nil {
		return err
	}
	v.Outcome = "signed out"
	query := r.URL.Query()
	client, ok := v.Pool.Clients[userpool.ClientID(query.Get("client_id"))]
	if !ok {
		return refuseLogout("client_id", query, nil, errors.New("client_id is missing or unknown"))
	}
	v.Client = client.ID
	if raw := query.Get("logout_uri"); raw != "" {
		return toLogoutURL(w, r, client, raw)
	}
	return toSignIn(w, r, client, query)
}

// toLogoutURL redirects to exactly the registered URL; state is not appended. Cognito also takes the sign-in page of another
// client, registered as a callback URL.
func toLogoutURL(w http.ResponseWriter, r *http.Request, client *userpool.AppClient, raw string) error {
	if to, err := client.LogoutURL(raw); err == nil {
		http.Redirect(w, r, to.String(), http.StatusFound)
		return nil
	}
	to, err := client.CallbackURL(raw)
	if err != nil {
		return refuseLogout("redirect_uri", r.URL.Query(), client, err)
	}
	http.Redirect(w, r, to.String(), http.StatusFound)
	return nil
}

// toSignIn is the redirect_uri form: the sign-in page with an authorization request, scope filled in with everything the
// client may have.
func toSignIn(w http.ResponseWriter, r *http.Request, client *userpool.AppClient, query url.Values) error {
	raw := query.Get("redirect_uri")
	if _, err := client.CallbackURL(raw); raw == "" || err != nil {
		return refuseLogout("redirect_uri", query, client, errors.New("neither a registered logout_uri nor a registered redirect_uri"))
	}
	if query.Get("response_type") == "" {
		return refuseLogout("response_type", query, client, errors.New("response_type is missing"))
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
	http.Redirect(w, r, userpool.PathLogin+"?"+onward.Encode(), http.StatusFound)
	return nil
}

func refuseLogout(parameter string, query url.Values, client *userpool.AppClient, err error) error {
	page := &problem.Page{
		Status: http.StatusBadRequest, Code: "Required String parameter '" + parameter + "' is not present", Move: true,
		Heading: "You are signed out", Text: "The app did not say where to go next, or named an address it has not registered.",
		Then: "You can close this page.", ClientID: query.Get("client_id"), Asked: query.Get("logout_uri"), Err: err,
	}
	if client != nil {
		page.App = client.Name
	}
	return page
}
