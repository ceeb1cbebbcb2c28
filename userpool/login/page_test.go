package login_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"portico/userpool"
	"portico/userpool/login"
)

// page is a request for a page of ours. Changes are names and values in turn.
func page(changes ...string) url.Values {
	q := url.Values{"client_id": {"app"}, "page": {"account"}}
	for i := 0; i < len(changes); i += 2 {
		q.Set(changes[i], changes[i+1])
		if changes[i+1] == "" {
			q.Del(changes[i])
		}
	}
	return q
}

func (h *house) askPage(t *testing.T, changes ...string) *login.Authorization {
	t.Helper()
	a, err := login.Check(h.pool, login.ParseRequest(page(changes...)))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Neither a callback nor a response type is needed, and the page is found by its name.
func TestPageOfOurs(t *testing.T) {
	h := newHouse(t)
	for want, asked := range map[string][]string{
		"/account?client_id=app": {},
		"/account?client_id=app&lang=de&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback": {"redirect_uri", callback, "lang", "de", "state", "x", "prompt", "login"},
		"/account/edit?about=email&client_id=app":                                          {"page", "account-edit", "about", "email"},
		"/passkeys/add?client_id=app":                                                      {"page", "passkeys-add"},
	} {
		if got := h.askPage(t, asked...).Landing(); got != want {
			t.Errorf("%v leads to %s, want %s", asked, got, want)
		}
	}
	if a := h.ask(t, "page", "account"); a.Landing() != "" {
		t.Error("an app's request that names a page by accident leads there")
	}
}

// The way back to the app is an address that the client registered, or none.
func TestAttackPageLeadsBackElsewhere(t *testing.T) {
	h := newHouse(t)
	for asked, want := range map[string]string{
		callback: callback, "https://evil.example/": "", callback + "/..": "", "//evil.example": "", "javascript:alert(1)": "", "": "",
	} {
		if got := h.askPage(t, "redirect_uri", asked).Back; got != want {
			t.Errorf("%q leads back to %q, want %q", asked, got, want)
		}
	}
	if got := h.askPage(t, "client_id", "lone", "redirect_uri", "").Back; got != callback {
		t.Errorf("the client's default is not used: %q", got)
	}
}

// A page is a name of our list. Everything else is no page: the request is an app's then, and lacks what an app must send.
func TestAttackPageIsAnAddress(t *testing.T) {
	h := newHouse(t)
	for _, name := range []string{
		"https://evil.example/", "//evil.example", "/account", "account/../../x", "Account", "account ", "account\n", "javascript:alert(1)", "@evil.example", "login",
	} {
		_, err := login.Check(h.pool, login.ParseRequest(page("page", name)))
		if refusal := shown(t, err, login.MissingParameter); refusal.Parameter != "redirect_uri" {
			t.Errorf("%q: %v", name, refusal)
		}
	}
	for _, about := range []string{"https://evil.example/", "//evil.example/?a=b#c", "\r\nLocation: https://evil.example/", "../../x"} {
		got := h.askPage(t, "page", "account-edit", "about", about).Landing()
		parsed, err := url.Parse(got)
		if err != nil || parsed.Host != "" || parsed.Path != "/account/edit" || parsed.Query().Get("about") != about || strings.ContainsAny(got, "\r\n") {
			t.Errorf("%q leads to %s", about, got)
		}
	}
}

func TestPageOfWhichApp(t *testing.T) {
	h := newHouse(t)
	for name, c := range map[string]struct {
		query url.Values
		kind  login.RefusalKind
	}{
		"one of many":      {page("client_id", ""), login.WhichApp},
		"unknown":          {page("client_id", "nobody"), login.UnknownClient},
		"without OAuth":    {page("client_id", "off"), login.NotEnabled},
		"without pages":    {page("client_id", "machine"), login.NotEnabled},
		"two clients":      {url.Values{"client_id": {"app", "app"}, "page": {"account"}}, login.InvalidRequest},
		"two pages":        {url.Values{"client_id": {"app"}, "page": {"account", "account-edit"}}, login.InvalidRequest},
		"about too much":   {page("about", strings.Repeat("a", 129)), login.InvalidRequest},
		"prompt of nobody": {page("prompt", "dance"), login.InvalidRequest},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := login.Check(h.pool, login.ParseRequest(c.query))
			shown(t, err, c.kind)
		})
	}
	only := *h.pool
	only.Clients = map[userpool.ClientID]*userpool.AppClient{"native": h.pool.Clients["native"], "machine": h.pool.Clients["machine"]}
	a, err := login.Check(&only, login.ParseRequest(page("client_id", "")))
	if err != nil || a.Client.ID != "native" || a.Query().Get("client_id") != "native" {
		t.Errorf("the only client that signs people in is not taken: %v", err)
	}
}

// The page travels through a provider like the rest of the request, and what goes wrong there is told to no app.
func TestPageThroughAProvider(t *testing.T) {
	h := newHouse(t)
	depart := func(changes ...string) *login.Depart {
		step, err := h.Login.Begin(t.Context(), h.askPage(t, append(changes, "identity_provider", "Harbor")...), "")
		if err != nil {
			t.Fatal(err)
		}
		return step.(*login.Depart)
	}
	done, err := h.Login.Finish(t.Context(), h.pool, back(depart("page", "account-link", "about", "Northwind")))
	if err != nil || done.Authorization.Landing() != "/account/link?about=Northwind&client_id=app" {
		t.Errorf("%v", err)
	}
	step, err := h.Login.Begin(t.Context(), h.askPage(t), done.SessionID)
	if resumed, ok := step.(*login.Done); err != nil || !ok || resumed.Authorization.Landing() != "/account?client_id=app" {
		t.Errorf("the session is not used: %T, %v", step, err)
	}
	h.begin = errors.New("down")
	_, err = h.Login.Begin(t.Context(), h.askPage(t, "redirect_uri", callback, "identity_provider", "Harbor"), "")
	var told *login.Return
	if !errors.As(err, &told) || told.Authorization.Page == "" {
		t.Errorf("%v, want an error that says it is about a page of ours", err)
	}
}

// A person comes back from a page that wants a new sign-in by the way she came: a provider that states no time is believed,
// in the standard dialect too, and one that states an old one is not.
func TestPageWantsANewSignIn(t *testing.T) {
	h := newHouse(t)
	h.pool.Dialect = userpool.DialectStandard
	asked := func() (*login.Done, error) {
		step, err := h.Login.Begin(t.Context(), h.askPage(t, "prompt", "login", "identity_provider", "Harbor"), "")
		if err != nil {
			t.Fatal(err)
		}
		return h.Login.Finish(t.Context(), h.pool, back(step.(*login.Depart)))
	}
	if _, err := asked(); err != nil {
		t.Error(err)
	}
	if last := h.starts[len(h.starts)-1]; last.Prompt != "login" || last.MaxAge == nil || *last.MaxAge != 0 {
		t.Errorf("the provider is not told: %+v", last)
	}
	old := person("kofi", "kofi@people.example")
	old.Authenticated = h.clock().Add(-time.Hour)
	h.asserts(old)
	var told *login.Return
	if _, err := asked(); !errors.As(err, &told) {
		t.Errorf("an old sign-in counts as a new one: %v", err)
	}
}
