package workbench

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"portico/static"
	"portico/templates"
	"portico/userpool"
	"portico/web/browser"
)

type component = templ.Component

// Demo is the demo app: a relying party with a client secret, PKCE, state and nonce.
type Demo struct {
	Files    *static.Files
	Facts    Facts
	Messages func() int
	Issuer   string
	Domain   string // origin of the hosted pages, for sign-out and form-action
	ClientID userpool.ClientID
	Secret   userpool.Secret
	// Choice is the client, without a secret, whose people choose how to sign in: by passkey, code or password.
	Choice    userpool.ClientID
	Providers []templates.ProviderButton // Href is the provider's name
	Hint      string
	Client    *http.Client // trusts the certificate of a --tls server
	Now       func() time.Time

	mu       sync.Mutex
	sessions map[string]*demoSession
}

// demoSession is one browser at the demo app.
type demoSession struct {
	state, nonce, verifier string
	chooses                bool // it signs in through Demo.Choice
	began                  time.Time

	tokens   *oauth2.Token
	idToken  string
	claims   []templates.ClaimRow
	access   []templates.ClaimRow
	name     string
	checks   []templates.CheckRow
	userInfo []templates.Detail
	notice   *templates.Notice
	details  []templates.Detail
}

const (
	demoCookie   = "portico-demo"
	demoSessions = 200 // a demo needs no more; the oldest go first
)

// Handler serves the demo app.
func (d *Demo) Handler() http.Handler {
	d.sessions = map[string]*demoSession{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", d.home)
	mux.HandleFunc("GET /signin", d.signIn)
	mux.HandleFunc("GET /callback", d.callback)
	mux.HandleFunc("POST /refresh", d.refresh)
	mux.HandleFunc("POST /userinfo", d.callUserInfo)
	mux.HandleFunc("POST /signout", d.signOut)
	mux.Handle("GET /static/", d.Files)
	return http.NewCrossOriginProtection().Handler(mux)
}

// session finds the browser's session, or begins one.
func (d *Demo) session(w http.ResponseWriter, r *http.Request) *demoSession {
	d.mu.Lock()
	defer d.mu.Unlock()
	if cookie, err := r.Cookie(demoCookie); err == nil {
		if s, ok := d.sessions[cookie.Value]; ok {
			return s
		}
	}
	if len(d.sessions) >= demoSessions {
		oldest := ""
		for id, s := range d.sessions {
			if oldest == "" || s.began.Before(d.sessions[oldest].began) {
				oldest = id
			}
		}
		delete(d.sessions, oldest)
	}
	id, s := rand.Text(), &demoSession{began: d.Now()}
	d.sessions[id] = s
	http.SetCookie(w, &http.Cookie{Name: demoCookie, Value: id, Path: "/", HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode})
	return s
}

// clientOf is the client that a session signs in through.
func (d *Demo) clientOf(s *demoSession) (id, secret string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s.chooses {
		return string(d.Choice), ""
	}
	return string(d.ClientID), d.Secret.Reveal()
}

// config discovers the server anew each time: it may have been started with other settings meanwhile.
func (d *Demo) config(ctx context.Context, s *demoSession) (*oidc.Provider, *oauth2.Config, error) {
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, d.Client), d.Issuer)
	if err != nil {
		return nil, nil, err
	}
	endpoint := provider.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInHeader
	id, secret := d.clientOf(s)
	if secret == "" { // RFC 6749 §3.2.1: a client without one names itself
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return provider, &oauth2.Config{
		ClientID: id, ClientSecret: secret, Endpoint: endpoint,
		RedirectURL: d.Facts.Demo + "/callback", Scopes: []string{"openid", "email", "profile"},
	}, nil
}

func (d *Demo) home(w http.ResponseWriter, r *http.Request) {
	s := d.session(w, r)
	d.mu.Lock()
	defer d.mu.Unlock()
	frame := benchFrame(d.Files, d.Facts, d.Messages(), "demo")
	if s.tokens == nil {
		view := templates.DemoSignedOutView{
			BenchFrame: frame, SignInHref: "/signin", Notice: s.notice, Details: s.details, Hint: d.Hint,
		}
		if d.Choice != "" {
			view.ChoiceHref = "/signin?choice"
		}
		for _, p := range d.Providers {
			p.Href = "/signin?provider=" + url.QueryEscape(p.Href)
			view.Providers = append(view.Providers, p)
		}
		s.notice, s.details = nil, nil
		d.draw(w, r, templates.DemoSignedOut(view))
		return
	}
	d.draw(w, r, templates.Demo(s.view(frame, r.URL.Query().Get("token"))))
	s.notice = nil
}

func (d *Demo) signIn(w http.ResponseWriter, r *http.Request) {
	s := d.session(w, r)
	d.mu.Lock()
	s.chooses = d.Choice != "" && r.URL.Query().Has("choice")
	d.mu.Unlock()
	_, config, err := d.config(r.Context(), s)
	if err != nil {
		d.fail(w, r, s, "The server did not answer.", err.Error())
		return
	}
	d.mu.Lock()
	s.state, s.nonce, s.verifier = rand.Text(), rand.Text(), oauth2.GenerateVerifier()
	options := []oauth2.AuthCodeOption{oidc.Nonce(s.nonce), oauth2.S256ChallengeOption(s.verifier)}
	state := s.state
	d.mu.Unlock()
	if provider := r.URL.Query().Get("provider"); provider != "" {
		options = append(options, oauth2.SetAuthURLParam("identity_provider", provider))
	}
	http.Redirect(w, r, config.AuthCodeURL(state, options...), http.StatusFound)
}

func (d *Demo) callback(w http.ResponseWriter, r *http.Request) {
	s, query := d.session(w, r), r.URL.Query()
	d.mu.Lock()
	state, nonce, verifier := s.state, s.nonce, s.verifier
	s.state = "" // one answer for each request
	d.mu.Unlock()
	if state == "" || subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(state)) != 1 {
		d.fail(w, r, s, "The answer was not for this browser.", "state")
		return
	}
	if code := query.Get("error"); code != "" {
		d.fail(w, r, s, "Portico did not sign you in.", tracedElsewhere, templates.Detail{Name: "error", Value: code},
			templates.Detail{Name: "error_description", Value: query.Get("error_description")})
		return
	}
	provider, config, err := d.config(r.Context(), s)
	if err != nil {
		d.fail(w, r, s, "The server did not answer.", err.Error())
		return
	}
	ctx := oidc.ClientContext(r.Context(), d.Client)
	tokens, err := config.Exchange(ctx, query.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		d.fail(w, r, s, "The code could not be exchanged.", "", describe(err)...)
		return
	}
	if err := d.accept(ctx, s, provider, tokens, nonce); err != nil {
		d.fail(w, r, s, "The tokens were refused.", err.Error())
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// tracedElsewhere is said of errors that came from Portico: what a sign-in at a provider was made of is told there.
const tracedElsewhere = "If it was at a provider, its trace says why."

// fail remembers what went wrong for the next page.
func (d *Demo) fail(w http.ResponseWriter, r *http.Request, s *demoSession, first, then string, details ...templates.Detail) {
	d.mu.Lock()
	s.notice = &templates.Notice{Kind: templates.Bad, First: first, Then: then}
	if then == tracedElsewhere {
		s.notice.Link = &templates.Link{Text: "See the traces", Href: d.Facts.Home + "/traces"}
	}
	s.details = nil
	for _, detail := range details {
		if detail.Value != "" {
			s.details = append(s.details, detail)
		}
	}
	d.mu.Unlock()
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (d *Demo) refresh(w http.ResponseWriter, r *http.Request) {
	s := d.session(w, r)
	d.mu.Lock()
	tokens := s.tokens
	d.mu.Unlock()
	if tokens == nil {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	provider, config, err := d.config(r.Context(), s)
	if err != nil {
		d.fail(w, r, s, "The server did not answer.", err.Error())
		return
	}
	ctx := oidc.ClientContext(r.Context(), d.Client)
	fresh, err := config.TokenSource(ctx, &oauth2.Token{RefreshToken: tokens.RefreshToken}).Token()
	if err != nil {
		d.fail(w, r, s, "The tokens could not be refreshed.", "", describe(err)...)
		return
	}
	if err := d.accept(ctx, s, provider, fresh, ""); err != nil {
		d.fail(w, r, s, "The tokens were refused.", err.Error())
		return
	}
	d.mu.Lock()
	s.notice = &templates.Notice{Kind: templates.Good, First: "The tokens are fresh.", Then: "The refresh token is the same as before."}
	d.mu.Unlock()
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (d *Demo) callUserInfo(w http.ResponseWriter, r *http.Request) {
	s := d.session(w, r)
	d.mu.Lock()
	tokens := s.tokens
	d.mu.Unlock()
	if tokens == nil {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	provider, _, err := d.config(r.Context(), s)
	if err != nil {
		d.fail(w, r, s, "The server did not answer.", err.Error())
		return
	}
	info, err := provider.UserInfo(oidc.ClientContext(r.Context(), d.Client), oauth2.StaticTokenSource(tokens))
	if err != nil {
		d.fail(w, r, s, "userInfo refused the access token.", err.Error())
		return
	}
	var claims map[string]any
	if err := info.Claims(&claims); err != nil {
		d.fail(w, r, s, "userInfo could not be read.", err.Error())
		return
	}
	d.mu.Lock()
	s.userInfo = details(claims)
	d.mu.Unlock()
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// signOut forgets the tokens and ends the session at Portico too.
func (d *Demo) signOut(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	if cookie, err := r.Cookie(demoCookie); err == nil {
		delete(d.sessions, cookie.Value)
	}
	d.mu.Unlock()
	query := url.Values{"client_id": {string(d.ClientID)}, "logout_uri": {d.Facts.Demo + "/"}}
	http.Redirect(w, r, d.Domain+userpool.PathLogout+"?"+query.Encode(), http.StatusSeeOther)
}

// formTargets are where the pages' forms may end: signing out leads by way of Portico on to the provider's own sign-out, and
// Chromium holds every redirect on that way to form-action.
func (d *Demo) formTargets() []string {
	targets := []string{d.Domain}
	for _, p := range d.Facts.Providers {
		if at, err := url.Parse(p.Href); err == nil {
			targets = append(targets, at.Scheme+"://"+at.Host)
		}
	}
	return targets
}

func (d *Demo) draw(w http.ResponseWriter, r *http.Request, page component) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Frame-Options", "DENY")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Referrer-Policy", "no-referrer")
	browser.AllowForms(w, d.formTargets()...)
	if err := browser.Draw(w, r, http.StatusOK, page); err != nil {
		http.Error(w, "The page could not be drawn.", http.StatusInternalServerError)
	}
}
