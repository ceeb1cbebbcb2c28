package web

import (
	"errors"
	"net/http"
	"strings"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/login"
	"portico/web/problem"
	"portico/web/visit"
)

// refusalPage puts a refused sign-in in words. From the endpoints that redirect, the page stands at /error as Cognito's does;
// a page that refuses shows it in place.
func refusalPage(r *http.Request, e *login.Refusal) *problem.Page {
	page := refusalWords(string(e.Kind), e.Parameter)
	page.Err, page.ClientID, page.Asked = e, e.ClientID, e.Asked
	if e.Client != nil {
		page.App, page.ClientID = e.Client.Name, string(e.Client.ID)
	}
	if e.Again != "" {
		page.Button = &templates.Link{Text: "Start again", Href: userpool.PathAuthorize + "?" + e.Again}
	}
	nameApp(page)
	inPlace := e.Kind == login.Expired || r.URL.Path == userpool.PathLogin || visit.From(r.Context()).Pool == nil
	page.Move = !inPlace
	return page
}

const missingPrefix, missingSuffix = "Required String parameter '", "' is not present"

// refusalWords are the words for an error code of ours or, at /error, for one from an address.
func refusalWords(code, parameter string) *problem.Page {
	page := &problem.Page{Status: http.StatusBadRequest, Code: code}
	switch login.RefusalKind(code) {
	case login.CallbackMismatch:
		page.Heading = "This address is not on the list"
		page.Text = "{app} asked us to send you to an address it has not registered, so we stopped. There is nothing wrong with your account."
		page.Then = "Send this reference to the people who run {app}."
	case login.UnknownClient:
		page.Heading = "We do not know this app"
		page.Text = "The address you came from names an app that is not registered here. There is nothing wrong with your account."
		page.Then = "Go back to the app and try again. If that does not help, send this reference to the people who run it."
	case login.NotEnabled:
		page.Heading = "This app is not set up for sign-in pages"
		page.Text = "Its client is not enabled for OAuth 2.0 flows. There is nothing wrong with your account."
		page.Then = "Send this reference to the people who run {app}."
	case login.InvalidState:
		page.Heading = "This sign-in cannot be finished here"
		page.Text = "It was begun in another browser, or it was finished before. Nothing was changed, and nobody was signed in."
		page.Then = "Go back to the app and sign in again."
	case login.InvalidRelayState:
		page.Heading = "This sign-in was not asked for"
		page.Text = "Your organisation's sign-in page sent you here by itself, and that is not set up. Nobody was signed in."
		page.Then = "Go to the app and sign in from there."
	case login.Expired:
		page.Sign, page.Heading = templates.SignClock, "This sign-in has expired"
		page.Text = "It was open for more than five minutes, so we closed it to keep your account safe. Nothing has changed, and nobody was signed in."
		page.Then = "Go back to the app and sign in again."
	case login.MissingParameter:
		page.Code = missingPrefix + parameter + missingSuffix
		page.Heading, page.Text = "An error was encountered with the requested page.", page.Code+"."
		page.Then = "Go back to the app and try again. If that does not help, send this reference to the people who run it."
	default:
		page.Heading = "An error was encountered with the requested page."
		page.Text = "The app sent a request we cannot read. There is nothing wrong with your account, and nothing was changed."
		page.Then = "Go back to the app and try again. If that does not help, send this reference to the people who run it."
	}
	return page
}

// errorPage is GET /error. It says only what it has words for: text in the address is never repeated, or anybody could put
// words in our mouth.
func (s *Server) errorPage(_ http.ResponseWriter, r *http.Request) error {
	v, query := visit.From(r.Context()), r.URL.Query()
	if ref := query.Get("reference"); visit.IsReference(ref) {
		v.Reference, v.Traced = ref, query.Get("traced") == "1"
	}
	code := query.Get("error")
	var page *problem.Page
	if parameter, ok := missingParameter(code); ok {
		page = refusalWords(string(login.MissingParameter), parameter)
	} else {
		page = refusalWords(code, "")
		if page.Code != code || page.Heading == refusalWords("", "").Heading {
			page.Code = string(login.InvalidRequest)
		}
	}
	page.Err = errors.New("shown at /error")
	client, ok := v.Pool.Clients[userpool.ClientID(query.Get("client_id"))]
	if ok {
		page.App = client.Name
		if s.Look.Dev {
			developerDetails(page, client, query.Get("asked"))
		}
	}
	nameApp(page)
	return page
}

// missingParameter finds the parameter in Cognito's sentence, if it is one of ours.
func missingParameter(code string) (string, bool) {
	rest, ok := strings.CutPrefix(code, missingPrefix)
	parameter, whole := strings.CutSuffix(rest, missingSuffix)
	if !ok || !whole {
		return "", false
	}
	switch parameter {
	case "client_id", "redirect_uri", "response_type", "logout_uri":
		return parameter, true
	}
	return "", false
}

// developerDetails shows, in development, what was asked for beside what is registered.
func developerDetails(page *problem.Page, client *userpool.AppClient, asked string) {
	if page.Code != string(login.CallbackMismatch) || asked == "" {
		return
	}
	page.Open = true
	page.Details = append(page.Details, templates.Detail{Name: "Asked for", Value: asked})
	for _, registered := range client.CallbackURLs() {
		page.Details = append(page.Details, templates.Detail{Name: "Registered", Value: registered})
	}
}

// nameApp puts the app's name where the words leave a place for it.
func nameApp(page *problem.Page) {
	name := page.App
	if name == "" {
		name = "the app"
	}
	page.Text = upperFirst(strings.ReplaceAll(page.Text, "{app}", name))
	page.Then = strings.ReplaceAll(page.Then, "{app}", name)
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
