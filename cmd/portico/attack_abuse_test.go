package main

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"portico/userpool"
)

// seen is what a stranger can compare of two answers: the page with the name taken out, and the headers, of which those that are
// random count by their length.
func seen(p page, name string) string {
	headers := p.Header.Clone()
	headers.Del("Date")
	lines := []string{fmt.Sprint(p.StatusCode), p.Request.URL.Path}
	for _, key := range slices.Sorted(maps.Keys(headers)) {
		for _, value := range headers[key] {
			switch key {
			case "X-Amz-Cognito-Request-Id", "Set-Cookie":
				value = fmt.Sprint(len(value))
			case "Retry-After": // is there
				value = ""
			}
			lines = append(lines, key+": "+value)
		}
	}
	body := p.body
	if _, rest, found := strings.Cut(body, `<dd id="reference" dir="ltr">`); found && len(rest) > 9 {
		body = strings.ReplaceAll(body, rest[:9], "REFERENCE")
	}
	return strings.Join(lines, "\n") + "\n" + untimed(strings.ReplaceAll(body, name, "NAME"))
}

// Where the client hides users, nothing that is sent tells a user from nobody: not the text, not the shape, not a header.
func TestAttackUserEnumerationOnPages(t *testing.T) {
	r := newRig(t)
	forgot, reset := acme+userpool.PathForgot+"?"+ask().Encode(), acme+userpool.PathConfirmForgot+"?"+ask().Encode()
	resend, confirm := acme+userpool.PathResend+"?"+ask().Encode(), acme+userpool.PathConfirm+"?"+ask().Encode()
	const nobody = "zed@acme.example" // as long as ada's
	for how, do := range map[string]func(b *tab, name string) []page{
		"sign-in, to the lock": func(b *tab, name string) (pages []page) {
			for range 7 {
				pages = append(pages, b.prove(name, "wrong"))
			}
			return pages
		},
		"forgotten password, to the limit": func(b *tab, name string) (pages []page) {
			b.get(forgot)
			for range 7 {
				pages = append(pages, b.post(forgot, url.Values{"username": {name}, "_csrf": {b.csrf(acme)}}))
			}
			for _, password := range []string{"weak", "Another-Lantern-9"} {
				pages = append(pages, b.post(reset, url.Values{"code": {"no code"}, "password": {password}, "_csrf": {b.csrf(acme)}}))
			}
			return pages
		},
		"a new code, without having signed up here": func(b *tab, name string) (pages []page) {
			b.get(loginAt(acme))
			for _, at := range []string{resend, confirm} {
				pages = append(pages, b.post(at, url.Values{"username": {name}, "code": {"123456"}, "_csrf": {b.csrf(acme)}}))
			}
			return pages
		},
	} {
		t.Run(how, func(t *testing.T) {
			b := r.tab(t)
			some, none := do(b, adaName), do(r.tabLike(t, b), nobody)
			for i := range some {
				if diff := cmp.Diff(seen(some[i], adaName), seen(none[i], nobody)); diff != "" {
					t.Errorf("answer %d (-somebody +nobody):\n%s", i, diff)
				}
			}
		})
	}
}

// untimed takes out how long to wait, which differs by the time between two requests.
func untimed(text string) string {
	return waits.ReplaceAllString(text, "WAIT")
}

var waits = regexp.MustCompile(`\d+ (seconds?|minutes?)|data-wait="\d+"`)

// tabLike is a new browser with another's form token, which pages repeat.
func (r *rig) tabLike(t *testing.T, other *tab) *tab {
	b := r.tab(t)
	if token := other.csrf(acme); token != "" {
		b.plant(acme, csrfCookie, token)
	}
	return b
}

// refused complains unless a page says to come back later, to people and to programs.
func (p page) refused(t *testing.T, text string, longest time.Duration) {
	t.Helper()
	p.shows(t, http.StatusTooManyRequests, text, "Wait ")
	if s, err := strconv.Atoi(p.Header.Get("Retry-After")); err != nil || s < 1 || s > int(longest.Seconds()) {
		t.Errorf("Retry-After %q", p.Header.Get("Retry-After"))
	}
}

// What one address does too often is refused with 429 and the time to wait (RFC 6585 §4), and costs no commit.
func TestAttackTooOften(t *testing.T) {
	r := newRig(t)
	few := userpool.Rate{Count: 3, Per: time.Minute}
	r.limits = &userpool.Limits{Address: userpool.Rates{SignIn: few, SignUp: few, CodeRequest: few, CodeGuess: few}}
	r.restart(t)
	const limit, locked = "Attempt limit exceeded, please try after some time.", "Password attempts exceeded"
	b := r.tab(t)
	at := func(path string) string { return acme + path + "?" + ask().Encode() }
	b.get(loginAt(acme))
	b.get(at(userpool.PathSignUp))
	post := func(path string, form url.Values) page {
		form.Set("_csrf", b.csrf(acme))
		return b.post(at(path), form)
	}
	for name, c := range map[string]struct {
		text string
		do   func(i int) page
	}{
		"sign-in": {locked, func(i int) page { return b.prove(fmt.Sprintf("person%d@acme.example", i), "wrong") }},
		"sign-up": {limit, func(int) page {
			return post(userpool.PathSignUp, url.Values{"username": {adaName}, "password": {"Another-Lantern-9"}})
		}},
		"code requests": {limit, func(i int) page {
			return post(userpool.PathForgot, url.Values{"username": {fmt.Sprintf("person%d@acme.example", i)}})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			for i := range 3 {
				if p := c.do(i); p.StatusCode == http.StatusTooManyRequests {
					t.Fatalf("number %d is refused", i)
				}
			}
			before := r.db.Commits()
			for i := range 5 {
				c.do(i).refused(t, c.text, time.Minute)
			}
			if n := r.db.Commits() - before; n != 0 {
				t.Errorf("refusals made %d commits", n)
			}
		})
	}
	t.Run("code guesses", func(t *testing.T) {
		for range 3 {
			post(userpool.PathConfirmForgot, url.Values{"code": {"no code"}, "password": {"Another-Lantern-9"}}).shows(t, http.StatusBadRequest, "Invalid verification code")
		}
		p := post(userpool.PathConfirmForgot, url.Values{"code": {"no code"}, "password": {"Another-Lantern-9"}})
		p.shows(t, http.StatusTooManyRequests, limit)
		if p.Header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	})
	t.Run("from elsewhere", func(t *testing.T) {
		request := newRequest(t, http.MethodPost, loginAt(acme), url.Values{"username": {adaName}, "password": {adaPassword}, "_csrf": {b.csrf(acme)}})
		request.RemoteAddr = trustedProxy + ":1"
		request.Header.Set("X-Forwarded-For", "203.0.113.9")
		request.Header.Set("X-Forwarded-Proto", "https")
		for _, c := range b.cookies(acme) {
			request.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
		}
		if p := read(t, r.serve(request)); p.StatusCode != http.StatusFound {
			t.Errorf("status %d", p.StatusCode)
		}
	})
}
