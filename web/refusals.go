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
	"portico/words"
)

// refusalPage puts a refused sign-in in words. From the endpoints that redirect, the page stands at /error as Cognito's does;
// a page that refuses shows it in place.
func refusalPage(r *http.Request, e *login.Refusal) *problem.Page {
	app, id := "", e.ClientID
	if e.Client != nil {
		app, id = e.Client.Name, string(e.Client.ID)
	}
	page := refusalWords(string(e.Kind), e.Parameter, app)
	page.Err, page.ClientID, page.Asked = e, id, e.Asked
	if e.Again != "" {
		page.Button = &problem.Button{Text: words.L("go.again"), Href: userpool.PathAuthorize + "?" + e.Again}
		page.Then = words.Line{} // the one next step is the button
	}
	inPlace := e.Kind == login.Expired || ownPage(r.URL.Path) || r.URL.Path == userpool.PathLogin || visit.From(r.Context()).Pool == nil
	page.Move = !inPlace
	return page
}

// unfinishedPage is shown where a sign-in to a page of ours failed: no app waits for the answer.
func unfinishedPage(back *login.Return) *problem.Page {
	a := back.Authorization
	if back.Ours() {
		page := problem.Fault(back)
		page.App = a.Client.Name
		return page
	}
	page := &problem.Page{
		Status: http.StatusBadRequest, Code: string(back.Err.Code), App: a.Client.Name, Heading: words.L("error.unfinished.heading"),
		Text: words.L("error.unfinished.text"), Err: back,
		Button: &problem.Button{Text: words.L("go.again"), Href: userpool.PathLogin + "?" + a.Query().Encode()},
	}
	switch {
	case errors.Is(back, userpool.ErrIdentityTaken):
		page.Heading, page.Text = words.L("error.taken.heading", "provider", back.Provider), words.L("error.taken.text")
		page.Button = &problem.Button{Text: words.L("account.back"), Href: a.Landing()}
	case errors.Is(back, userpool.ErrLinkLimit):
		page.Heading, page.Text = words.L("error.links.heading"), words.L("error.links.text")
		page.Button = &problem.Button{Text: words.L("account.back"), Href: a.Landing()}
	case back.Provider != "":
		page.Heading = words.L("error.unfinished.provider", "provider", back.Provider)
	}
	return page
}

const missingPrefix, missingSuffix = "Required String parameter '", "' is not present"

// refusalWords are the words for an error code of ours or, at /error, for one from an address. app is its name, if known.
func refusalWords(code, parameter, app string) *problem.Page {
	page := &problem.Page{Status: http.StatusBadRequest, Code: code, App: app}
	switch login.RefusalKind(code) {
	case login.CallbackMismatch:
		page.Heading = words.L("error.callback.heading")
		page.Text, page.Then = words.L("error.callback.text.unnamed"), sendReference(app)
		if app != "" {
			page.Text = words.L("error.callback.text", "app", app)
		}
	case login.UnknownClient:
		page.Heading, page.Text = words.L("error.client.heading"), words.L("error.client.text")
		page.Then = words.L("error.then.help")
	case login.NotEnabled:
		page.Heading, page.Text = words.L("error.disabled.heading"), words.L("error.disabled.text")
		page.Then = sendReference(app)
	case login.InvalidState:
		page.Heading, page.Text = words.L("error.state.heading"), words.L("error.state.text")
		page.Then = words.L("error.then.app")
	case login.InvalidRelayState:
		page.Heading, page.Text = words.L("error.unasked.heading"), words.L("error.unasked.text")
		page.Then = words.L("error.unasked.then")
	case login.Expired:
		page.Sign = templates.SignClock
		page.Heading, page.Text = words.L("error.expired.heading"), words.L("error.expired.text")
		page.Then = words.L("error.then.app")
	case login.WhichApp:
		page.Heading, page.Text = words.L("error.whichapp.heading"), words.L("error.whichapp.text")
		page.Then = words.L("error.whichapp.then")
	case login.MissingParameter:
		page.Code = missingPrefix + parameter + missingSuffix
		page.Heading, page.Text = words.L("error.request.heading"), words.L("error.request.parameter", "parameter", parameter)
		page.Then = words.L("error.then.help")
	default:
		page.Code = string(login.InvalidRequest)
		page.Heading, page.Text = words.L("error.request.heading"), words.L("error.request.text")
		page.Then = words.L("error.then.help")
	}
	return page
}

func sendReference(app string) words.Line {
	if app == "" {
		return words.L("error.then.send.unnamed")
	}
	return words.L("error.then.send", "app", app)
}

// errorPage is GET /error. It says only what it has words for: text in the address is never repeated, or anybody could put
// words in our mouth.
func (s *Server) errorPage(_ http.ResponseWriter, r *http.Request) error {
	v, query := visit.From(r.Context()), r.URL.Query()
	if ref := query.Get("reference"); visit.IsReference(ref) {
		v.Reference, v.Traced = ref, query.Get("traced") == "1"
	}
	client, known := v.Pool.Clients[userpool.ClientID(query.Get("client_id"))]
	app := ""
	if known {
		app = client.Name
	}
	code := query.Get("error")
	parameter, missing := missingParameter(code)
	if missing {
		code = string(login.MissingParameter)
	} else if code == string(login.MissingParameter) {
		code = "" // of which parameter, it does not say
	}
	page := refusalWords(code, parameter, app)
	page.Err = errors.New("shown at /error")
	if code == string(login.InvalidState) && len(r.Cookies()) == 0 {
		page.Then = words.L("cookies.then", "host", r.Host) // a browser that keeps no cookies can begin as often as it likes
	}
	if known {
		page.ClientID = string(client.ID)
		v.Client = client.ID // the page looks like the app's
	}
	if known && s.Look.Dev {
		page.Asked = query.Get("asked")
		developerDetails(page, client, page.Asked)
	}
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
	page.Details = append(page.Details, problem.Detail{Name: words.L("error.detail.asked"), Value: asked})
	for _, registered := range client.CallbackURLs() {
		page.Details = append(page.Details, problem.Detail{Name: words.L("error.detail.registered"), Value: registered})
	}
}
