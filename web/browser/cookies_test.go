package browser

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"portico/userpool"
	"portico/userpool/seal"
)

func secureAt() userpool.Addresses {
	return userpool.Addresses{Issuer: "https://id.example/p", Origin: "https://login.example"}
}

func plainAt() userpool.Addresses {
	return userpool.Addresses{Issuer: "http://localhost:8080/p", Origin: "http://localhost:8080"}
}

// jar is a browser's: it takes what an answer sets, and sends it back.
type jar map[string]string

func (j jar) request() *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for name, value := range j {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	return r
}

func (j jar) take(w *httptest.ResponseRecorder) []*http.Cookie {
	cookies := w.Result().Cookies()
	for _, c := range cookies {
		if c.MaxAge < 0 {
			delete(j, c.Name)
		} else {
			j[c.Name] = c.Value
		}
	}
	return cookies
}

// Names and attributes on https and on http://localhost. SameSite=None goes with Secure everywhere: browsers insist, and
// take Secure cookies at http://localhost too.
func TestAttributes(t *testing.T) {
	c := NewCookies(seal.NewMasterKey())
	pool := func(at userpool.Addresses) *userpool.Pool { return hourPool(at) }
	for kind, set := range map[string]func(w http.ResponseWriter, r *http.Request, at userpool.Addresses){
		"session": func(w http.ResponseWriter, r *http.Request, at userpool.Addresses) {
			_ = c.SetSession(w, r, pool(at), "id")
		},
		"no more": func(w http.ResponseWriter, r *http.Request, at userpool.Addresses) {
			_ = c.SetSession(w, r, pool(at), "")
		},
		"csrf": func(w http.ResponseWriter, r *http.Request, at userpool.Addresses) { c.CSRF(w, r, at) },
		"attempt": func(w http.ResponseWriter, r *http.Request, at userpool.Addresses) {
			c.SetAttempt(w, r, at, "h", "sealed")
		},
		"page data": func(w http.ResponseWriter, _ *http.Request, at userpool.Addresses) {
			_ = c.SetPageData(w, pool(at), PageData{}, time.Now(), ResetLife)
		},
		"no data": func(w http.ResponseWriter, _ *http.Request, at userpool.Addresses) { c.ClearPageData(w, pool(at)) },
	} {
		want := map[string]struct {
			name   string
			maxAge int
		}{
			"session": {"cognito", 3600}, "no more": {"cognito", -1}, "csrf": {"XSRF-TOKEN", 0}, "attempt": {"attempt.h", 3600},
			"page data": {"page-data", 480}, "no data": {"page-data", -1},
		}[kind]
		for _, at := range []userpool.Addresses{secureAt(), plainAt()} {
			w := httptest.NewRecorder()
			set(w, jar{}.request(), at)
			got := w.Result().Cookies()
			if len(got) != 1 {
				t.Fatalf("%s: %d cookies", kind, len(got))
			}
			name, sameSite := want.name, http.SameSiteLaxMode
			if at.Secure() && kind != "csrf" { // Cognito's name has no prefix, and test tools look for it
				name = "__Host-" + name
			}
			if kind == "attempt" {
				sameSite = http.SameSiteNoneMode
			}
			g := got[0]
			if g.Name != name || g.MaxAge != want.maxAge || g.SameSite != sameSite || !g.HttpOnly || g.Path != "/" || g.Domain != "" ||
				g.Secure != (at.Secure() || kind == "attempt") {
				t.Errorf("%s at %s: %s", kind, at.Origin, g.Raw)
			}
		}
	}
}

// hourPool is a pool whose sessions last an hour.
func hourPool(at userpool.Addresses) *userpool.Pool {
	return &userpool.Pool{ID: "p", At: at, Sessions: userpool.SessionPolicy{Lifetime: time.Hour}}
}

// A cookie is read for as long as the longest session of any pool may last: when a session ends, its row says.
func TestSessionCookieOutlivesAnHour(t *testing.T) {
	for age, want := range map[time.Duration]string{89 * 24 * time.Hour: "the-id", 91 * 24 * time.Hour: ""} {
		key, j := seal.NewMasterKey(), jar{}
		w := httptest.NewRecorder()
		if err := NewCookies(key).SetSession(w, j.request(), hourPool(secureAt()), "the-id"); err != nil {
			t.Fatal(err)
		}
		j.take(w)
		j["__Host-cognito"] = aged(t, key, j["__Host-cognito"], age)
		if got := NewCookies(key).SessionID(j.request(), secureAt()); got != want {
			t.Errorf("after %s: %q, want %q", age, got, want)
		}
	}
}

// aged signs a cookie again, as if it had been written some time ago.
func aged(t *testing.T, key seal.MasterKey, cookie string, age time.Duration) string {
	t.Helper()
	raw, err := base64.URLEncoding.DecodeString(cookie)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.SplitN(string(raw), "|", 3) // date, value, MAC
	signed := fmt.Sprintf("%d|%s|", time.Now().Add(-age).Unix(), parts[1])
	mac := hmac.New(sha256.New, key.For(seal.Session).MAC("cookie"))
	mac.Write([]byte("__Host-cognito|" + strings.TrimSuffix(signed, "|")))
	return base64.URLEncoding.EncodeToString(append([]byte(signed), mac.Sum(nil)...))
}

func TestSession(t *testing.T) {
	key := seal.NewMasterKey()
	c, j := NewCookies(key), jar{}
	w := httptest.NewRecorder()
	if err := c.SetSession(w, j.request(), hourPool(secureAt()), "the-id"); err != nil {
		t.Fatal(err)
	}
	j.take(w)
	if got := c.SessionID(j.request(), secureAt()); got != "the-id" {
		t.Errorf("got %q", got)
	}
	if got := NewCookies(key).SessionID(j.request(), secureAt()); got != "the-id" {
		t.Error("a replica with the same key does not read it")
	}
	if got := NewCookies(seal.NewMasterKey()).SessionID(j.request(), secureAt()); got != "" {
		t.Error("a server with another key reads it")
	}
	whole := j["__Host-cognito"]
	for i := 0; i < len(whole); i += 7 {
		j["__Host-cognito"] = whole[:i] + string(whole[i]^1) + whole[i+1:]
		if got := c.SessionID(j.request(), secureAt()); got != "" {
			t.Fatalf("a cookie changed at %d gives %q", i, got)
		}
	}
	if got := c.SessionID(jar{"cognito": whole}.request(), secureAt()); got != "" {
		t.Error("the name without its prefix is read on https")
	}
}

// The form's token must be the cookie's, and nothing equals nothing.
func TestCSRF(t *testing.T) {
	c, j := NewCookies(seal.NewMasterKey()), jar{}
	w := httptest.NewRecorder()
	token := c.CSRF(w, j.request(), secureAt())
	j.take(w)
	if again := c.CSRF(httptest.NewRecorder(), j.request(), secureAt()); again != token {
		t.Error("a second page gets another token, so the first would fail")
	}
	if c.CSRF(httptest.NewRecorder(), jar{csrfName: "planted"}.request(), secureAt()) == "planted" {
		t.Error("a token that is not ours is kept")
	}
	for _, pair := range []struct {
		cookie jar
		form   string
		ok     bool
	}{
		{j, "_csrf=" + token, true},
		{j, "", false}, {j, "_csrf=", false}, {j, "_csrf=x", false}, {j, "_csrf=" + token + "x", false}, {j, "_csrf=" + token[1:], false},
		{jar{}, "_csrf=" + token, false}, {jar{}, "", false}, {jar{csrfName: ""}, "_csrf=", false}, {j, "csrf=" + token, false},
		{j, "_csrf=x&_csrf=" + token, false},
	} {
		r := pair.cookie.request()
		r.Method, r.Body = http.MethodPost, http.NoBody
		r.URL.RawQuery = "_csrf=" + token // never looked at
		form := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(pair.form))
		form.Header, form.URL = r.Header, r.URL
		form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if err := form.ParseForm(); err != nil {
			t.Fatal(err)
		}
		if err := c.CheckCSRF(form); (err == nil) != pair.ok {
			t.Errorf("cookie %v with form %q: %v", pair.cookie, pair.form, err)
		}
	}
}

// At most five sign-ins are under way in one browser; a sixth drops the oldest.
func TestAttempts(t *testing.T) {
	c, j := NewCookies(seal.NewMasterKey()), jar{}
	handle := func(i int) string { return fmt.Sprintf("s%05d.handle", i) }
	for i := range 8 {
		w := httptest.NewRecorder()
		c.SetAttempt(w, j.request(), secureAt(), handle(i), fmt.Sprint("sealed", i))
		j.take(w)
		if len(j) > 5 {
			t.Fatalf("%d attempts are under way", len(j))
		}
	}
	for i := range 8 {
		w := httptest.NewRecorder()
		got := c.TakeAttempt(w, j.request(), secureAt(), handle(i))
		want := ""
		if i >= 3 {
			want = fmt.Sprint("sealed", i)
		}
		if got != want {
			t.Errorf("attempt %d: %q, want %q", i, got, want)
		}
		j.take(w)
		if again := c.TakeAttempt(httptest.NewRecorder(), j.request(), secureAt(), handle(i)); again != "" {
			t.Errorf("attempt %d can be taken twice", i)
		}
	}
	if len(j) != 0 {
		t.Errorf("left over: %v", j)
	}
}

// A browser that was stuffed with attempts is brought back to five at once, and other cookies are left alone.
func TestAttemptsOfAStuffedBrowser(t *testing.T) {
	c, j := NewCookies(seal.NewMasterKey()), jar{"other": "1", "attempt.of-http": "2"}
	for i := range 30 {
		j[fmt.Sprintf("__Host-attempt.a%03d", i)] = "x"
	}
	w := httptest.NewRecorder()
	c.SetAttempt(w, j.request(), secureAt(), "z", "sealed")
	j.take(w)
	var open []string
	for name := range j {
		if strings.HasPrefix(name, "__Host-attempt.") {
			open = append(open, name)
		}
	}
	if len(open) != 5 || !slices.Contains(open, "__Host-attempt.z") || !slices.Contains(open, "__Host-attempt.a029") {
		t.Errorf("open: %v", open)
	}
	if j["other"] == "" || j["attempt.of-http"] == "" {
		t.Error("cookies that are no attempts are gone")
	}
}

// Handles come from strangers and become part of a cookie's name.
func TestHandlesThatAreNone(t *testing.T) {
	c := NewCookies(seal.NewMasterKey())
	for _, handle := range []string{"", strings.Repeat("a", 65), "a b", "a;b", "a=b", "a,b", "a\r\nSet-Cookie: x", "\"", "a\tb"} {
		w := httptest.NewRecorder()
		if got := c.TakeAttempt(w, jar{"__Host-attempt." + "a": "x"}.request(), secureAt(), handle); got != "" || len(w.Header()) > 0 {
			t.Errorf("handle %q gives %q and headers %v", handle, got, w.Header())
		}
	}
}

// What one page tells the next is good for that page, client, pool and time, and for nobody else's.
func TestPageData(t *testing.T) {
	key := seal.NewMasterKey()
	c, j := NewCookies(key), jar{}
	acme, other := &userpool.Pool{ID: "acme", At: secureAt()}, &userpool.Pool{ID: "other", At: secureAt()}
	now := time.Unix(1_800_000_000, 0)
	w := httptest.NewRecorder()
	if err := c.SetPageData(w, acme, PageData{Page: "reset", Typed: "ada@acme.example", Client: "app", Sent: 7}, now, ResetLife); err != nil {
		t.Fatal(err)
	}
	j.take(w)
	if strings.Contains(j["__Host-page-data"], "ada") {
		t.Error("the cookie can be read")
	}
	got, ok := c.PageData(j.request(), acme, "reset", "app", now.Add(ResetLife-time.Second))
	if !ok || got.Typed != "ada@acme.example" || got.Sent != 7 {
		t.Errorf("got %+v, %v", got, ok)
	}
	for name, read := range map[string]func() bool{
		"another page":   func() bool { _, ok := c.PageData(j.request(), acme, "confirm", "app", now); return ok },
		"another client": func() bool { _, ok := c.PageData(j.request(), acme, "reset", "other", now); return ok },
		"another pool":   func() bool { _, ok := c.PageData(j.request(), other, "reset", "app", now); return ok },
		"too late":       func() bool { _, ok := c.PageData(j.request(), acme, "reset", "app", now.Add(ResetLife)); return ok },
		"no cookie":      func() bool { _, ok := c.PageData(jar{}.request(), acme, "reset", "app", now); return ok },
		"another key": func() bool {
			_, ok := NewCookies(seal.NewMasterKey()).PageData(j.request(), acme, "reset", "app", now)
			return ok
		},
		"another purpose": func() bool { // a sealed attempt in its place
			sealed := key.For(seal.Attempt).Seal([]byte(`{"p":"reset","c":"app","e":9999999999}`), "acme")
			_, ok := c.PageData(jar{"__Host-page-data": sealed}.request(), acme, "reset", "app", now)
			return ok
		},
	} {
		if read() {
			t.Errorf("%s: the data is read", name)
		}
	}
}

// Whatever a browser sends as cookies, nothing opens and nothing breaks.
func FuzzCookies(f *testing.F) {
	c := NewCookies(seal.NewMasterKey())
	pool := &userpool.Pool{ID: "acme", At: secureAt()}
	f.Add("__Host-cognito=x; XSRF-TOKEN=y", "h")
	f.Add("__Host-attempt.h=\"a\"; __Host-page-data=AAAA", "h")
	f.Add("__Host-cognito=MTIz|abc|def; ;;=;", "h\r\n")
	f.Fuzz(func(t *testing.T, header, handle string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Cookie", header)
		w := httptest.NewRecorder()
		if id := c.SessionID(r, pool.At); id != "" {
			t.Errorf("session %q", id)
		}
		if _, ok := c.PageData(r, pool, "reset", "app", time.Unix(0, 0)); ok {
			t.Error("page data opens")
		}
		c.TakeAttempt(w, r, pool.At, handle)
		c.SetAttempt(w, r, pool.At, "z", "sealed")
		c.CSRF(w, r, pool.At)
		for _, line := range w.Header().Values("Set-Cookie") {
			if strings.ContainsAny(line, "\r\n") {
				t.Errorf("header %q", line)
			}
		}
	})
}
