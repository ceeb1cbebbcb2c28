package browser

import (
	"crypto/subtle"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/sessions"

	"portico/userpool"
	"portico/userpool/login"
	"portico/userpool/seal"
)

// Names of cookies. The session and CSRF cookies are called what Cognito calls them. On https, cookies that need it get
// the __Host- prefix (RFC 6265bis §4.1.3.2), which forbids other hosts of the domain to plant them.
const (
	sessionName   = "cognito"
	csrfName      = "XSRF-TOKEN"
	attemptName   = "attempt."
	pageDataName  = "page-data"
	proofName     = "proof"
	challengeName = "challenge"
	signOutName   = "signout."
	hostPrefix    = "__Host-"
)

// Cookies reads and writes our cookies.
type Cookies struct {
	store *sessions.CookieStore
	pages seal.Sealer
}

// NewCookies makes a cookie keeper whose keys come from the master key.
func NewCookies(key seal.MasterKey) *Cookies {
	store := sessions.NewCookieStore(key.For(seal.Session).MAC("cookie")) // authenticates; what it holds is a random ID
	store.MaxAge(int(userpool.MaxSessionLifetime.Seconds()))              // of any pool; when a session ends, its row says
	return &Cookies{store: store, pages: key.For(seal.PageState)}
}

func name(at userpool.Addresses, base string) string {
	if at.Secure() {
		return hostPrefix + base
	}
	return base
}

// SessionID returns what the session cookie holds; empty without one, or with one that is not ours.
func (c *Cookies) SessionID(r *http.Request, at userpool.Addresses) string {
	session, err := c.store.Get(r, name(at, sessionName))
	if err != nil {
		return ""
	}
	id, _ := session.Values["id"].(string)
	return id
}

// MayBeSignedIn reports whether a browser brings a session cookie of some pool here, good or not.
func MayBeSignedIn(r *http.Request) bool {
	for _, cookie := range r.Cookies() {
		if strings.TrimPrefix(cookie.Name, hostPrefix) == sessionName {
			return true
		}
	}
	return false
}

// SetSession stores a session ID for as long as the pool's sessions last: host-only, Lax, not readable by script. An empty ID
// clears it.
func (c *Cookies) SetSession(w http.ResponseWriter, r *http.Request, pool *userpool.Pool, id string) error {
	at := pool.At
	session, _ := c.store.New(r, name(at, sessionName)) // a broken cookie is simply replaced
	session.Options = &sessions.Options{
		Path: "/", MaxAge: int(pool.Sessions.Lifetime.Seconds()), HttpOnly: true, Secure: at.Secure(), SameSite: http.SameSiteLaxMode,
	}
	if id == "" {
		session.Options.MaxAge = -1
	}
	session.Values["id"] = id
	return session.Save(r, w)
}

// CSRF returns the token that forms carry in _csrf, and sets the XSRF-TOKEN cookie that it must equal. A token the browser
// has already is kept, so that two open pages both work.
func (c *Cookies) CSRF(w http.ResponseWriter, r *http.Request, at userpool.Addresses) string {
	token := ""
	if cookie, err := r.Cookie(csrfName); err == nil {
		if _, err := uuid.Parse(cookie.Value); err == nil {
			token = cookie.Value
		}
	}
	if token == "" {
		token = uuid.NewString()
	}
	http.SetCookie(w, &http.Cookie{Name: csrfName, Value: token, Path: "/", HttpOnly: true, Secure: at.Secure(), SameSite: http.SameSiteLaxMode})
	return token
}

// ErrForged: the form's _csrf does not equal the XSRF-TOKEN cookie. ErrNoCookie: there is no such cookie, which mostly means that
// the browser keeps none.
var (
	ErrForged   = errors.New("_csrf does not equal the XSRF-TOKEN cookie")
	ErrNoCookie = errors.New("the XSRF-TOKEN cookie is missing")
)

// CheckCSRF compares the pair. The form must be parsed.
func (c *Cookies) CheckCSRF(r *http.Request) error {
	cookie, err := r.Cookie(csrfName)
	if err != nil {
		return ErrNoCookie
	}
	if cookie.Value == "" ||
		subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(r.PostForm.Get("_csrf"))) != 1 {
		return ErrForged
	}
	return nil
}

// maxAttempts is how many sign-ins at providers a browser may have under way: one a tab, with room, and a bounded header.
const maxAttempts = 5

// SetAttempt stores a sealed attempt under its handle. It must come back with a provider's cross-site POST, so it is
// SameSite=None, which browsers take only with Secure; they take Secure on http://localhost too. Beyond five, the oldest
// go: a handle begins with its time.
func (c *Cookies) SetAttempt(w http.ResponseWriter, r *http.Request, at userpool.Addresses, handle, sealed string) {
	setRoundTrip(w, r, name(at, attemptName), handle, sealed)
}

// SetSignOut stores a sealed sign-out at a provider under its state, as SetAttempt does.
func (c *Cookies) SetSignOut(w http.ResponseWriter, r *http.Request, at userpool.Addresses, state, sealed string) {
	setRoundTrip(w, r, name(at, signOutName), state, sealed)
}

// OpenAttempts are the handles of this browser's attempts, those whose time is over included.
func (c *Cookies) OpenAttempts(r *http.Request, at userpool.Addresses) []string {
	prefix := name(at, attemptName)
	handles := openRoundTrips(r, prefix)
	for i := range handles {
		handles[i] = strings.TrimPrefix(handles[i], prefix)
	}
	return handles
}

// roundTripLife is how long the cookie of a round trip is kept: longer than what is sealed in it can be finished, so that whoever
// comes back from a provider too late can start the app's request again.
const roundTripLife = time.Hour

func openRoundTrips(r *http.Request, prefix string) []string {
	var open []string
	for _, cookie := range r.Cookies() {
		if strings.HasPrefix(cookie.Name, prefix) {
			open = append(open, cookie.Name)
		}
	}
	slices.Sort(open)
	return open
}

func setRoundTrip(w http.ResponseWriter, r *http.Request, prefix, handle, sealed string) {
	open := openRoundTrips(r, prefix)
	for len(open) >= maxAttempts {
		clearAttempt(w, open[0])
		open = open[1:]
	}
	http.SetCookie(w, &http.Cookie{
		Name: prefix + handle, Value: sealed, Path: "/", MaxAge: int(roundTripLife.Seconds()),
		HttpOnly: true, Secure: true, SameSite: http.SameSiteNoneMode,
	})
}

// TakeAttempt returns the attempt of a handle and clears its cookie.
func (c *Cookies) TakeAttempt(w http.ResponseWriter, r *http.Request, at userpool.Addresses, handle string) string {
	return takeRoundTrip(w, r, name(at, attemptName), handle)
}

// TakeSignOut returns the sign-out of a state and clears its cookie.
func (c *Cookies) TakeSignOut(w http.ResponseWriter, r *http.Request, at userpool.Addresses, state string) string {
	return takeRoundTrip(w, r, name(at, signOutName), state)
}

func takeRoundTrip(w http.ResponseWriter, r *http.Request, prefix, handle string) string {
	if handle == "" || len(handle) > 64 || strings.ContainsAny(handle, " \t\r\n;,=\"") {
		return ""
	}
	cookie, err := r.Cookie(prefix + handle)
	if err != nil {
		return ""
	}
	clearAttempt(w, cookie.Name)
	return cookie.Value
}

func clearAttempt(w http.ResponseWriter, name string) {
	http.SetCookie(w, &http.Cookie{Name: name, Path: "/", MaxAge: -1, HttpOnly: true, Secure: true, SameSite: http.SameSiteNoneMode})
}

// SetProof stores a sealed sign-in that waits for proof of the existing account.
func (c *Cookies) SetProof(w http.ResponseWriter, at userpool.Addresses, sealed string) {
	http.SetCookie(w, &http.Cookie{
		Name: name(at, proofName), Value: sealed, Path: "/", MaxAge: int(login.ProofLife.Seconds()),
		HttpOnly: true, Secure: at.Secure(), SameSite: http.SameSiteLaxMode,
	})
}

// Proof returns it; empty if there is none.
func (c *Cookies) Proof(r *http.Request, at userpool.Addresses) string {
	cookie, err := r.Cookie(name(at, proofName))
	if err != nil {
		return ""
	}
	return cookie.Value
}

// ClearProof forgets it.
func (c *Cookies) ClearProof(w http.ResponseWriter, at userpool.Addresses) {
	http.SetCookie(w, &http.Cookie{
		Name: name(at, proofName), Path: "/", MaxAge: -1, HttpOnly: true, Secure: at.Secure(), SameSite: http.SameSiteLaxMode,
	})
}

// SetChallenge stores a sealed challenge that must be answered before the person is signed in.
func (c *Cookies) SetChallenge(w http.ResponseWriter, at userpool.Addresses, sealed string, life time.Duration) {
	http.SetCookie(w, &http.Cookie{
		Name: name(at, challengeName), Value: sealed, Path: "/", MaxAge: int(life.Seconds()),
		HttpOnly: true, Secure: at.Secure(), SameSite: http.SameSiteLaxMode,
	})
}

// Challenge returns it; empty if there is none.
func (c *Cookies) Challenge(r *http.Request, at userpool.Addresses) string {
	cookie, err := r.Cookie(name(at, challengeName))
	if err != nil {
		return ""
	}
	return cookie.Value
}

// ClearChallenge forgets it.
func (c *Cookies) ClearChallenge(w http.ResponseWriter, at userpool.Addresses) {
	http.SetCookie(w, &http.Cookie{
		Name: name(at, challengeName), Path: "/", MaxAge: -1, HttpOnly: true, Secure: at.Secure(), SameSite: http.SameSiteLaxMode,
	})
}
