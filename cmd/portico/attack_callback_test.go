package main

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"portico/userpool"
)

// refusedHere expects the error page of a code, and nobody signed in.
func (b *tab) refusedHere(p page, code string) {
	b.t.Helper()
	if p.StatusCode != http.StatusBadRequest || p.Request.URL.Path != userpool.PathError || p.Request.URL.Query().Get("error") != code {
		b.t.Errorf("status %d at %s, want the error page of %q", p.StatusCode, p.Request.URL, code)
	}
	if b.cookie(acme, sessionCookie) != "" || b.cookie(bravo, sessionCookie) != "" {
		b.t.Error("somebody is signed in")
	}
}

// absent expects that a person of a provider was never let in.
func (r *rig) absent(t *testing.T, pool userpool.ID, provider, id string) {
	t.Helper()
	if _, err := r.db.UserByIdentity(t.Context(), pool, provider, id); !errors.Is(err, userpool.ErrNotFound) {
		t.Errorf("%s of %s exists (%v)", id, provider, err)
	}
}

// way is a provider and how an answer of its comes back.
type way struct {
	provider string
	leave    func(b *tab, authorize string) func(b *tab) page // the returned function delivers the answer
}

func ways() []way {
	return []way{
		{"Harbor", func(b *tab, authorize string) func(*tab) page {
			callback := b.atOpenID(authorize, "kofi-90ab")
			return func(b *tab) page { return b.get(callback) }
		}},
		{"Northwind", func(b *tab, authorize string) func(*tab) page {
			action, form := b.atNorthwind(authorize, "kofi-90ab")
			return func(b *tab) page { return b.post(action, form) }
		}},
	}
}

// The attacker signs in at the provider as themselves and has the victim's browser deliver the answer, so that the victim
// works in the attacker's account (login CSRF, RFC 6749 §10.12).
func TestLoginCSRF(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.provider, func(t *testing.T) {
			r := newRig(t)
			attacker, victim := r.tab(t), r.tab(t)
			deliver := w.leave(attacker, authorizeAt(acme, "identity_provider", w.provider))
			victim.refusedHere(deliver(victim), "Invalid state")

			// The victim being on the way to a provider as well changes nothing.
			w.leave(victim, authorizeAt(acme, "identity_provider", w.provider))
			victim.refusedHere(deliver(victim), "Invalid state")
			r.absent(t, acmePool, w.provider, "kofi-90ab")
		})
	}
}

// The attacker can plant cookies in the victim's browser, but not under the __Host- name. An attempt that is planted under
// the victim's own handle does not open.
func TestLoginCSRFWithAnotherBrowsersAttemptCookie(t *testing.T) {
	r := newRig(t)
	attacker, victim := r.tab(t), r.tab(t)
	attacker.atOpenID(authorizeAt(acme, "identity_provider", "Harbor"), "kofi-90ab")
	callback := victim.atOpenID(authorizeAt(acme, "identity_provider", "Harbor"), "mei-72f0")
	name, _ := victim.attempt(acme)
	_, foreign := attacker.attempt(acme)
	victim.plant(acme, name, foreign)
	victim.refusedHere(victim.get(callback), "Invalid state")

	// What another host of the domain can set has no __Host- prefix, and is not looked at.
	callback = attacker.atOpenID(authorizeAt(acme, "identity_provider", "Quay"), "kofi-90ab")
	name, value := attacker.attempt(acme)
	victim.plant(acme, strings.TrimPrefix(name, "__Host-"), value)
	victim.refusedHere(victim.get(callback), "Invalid state")
	r.absent(t, acmePool, "Harbor", "kofi-90ab")
	r.absent(t, acmePool, "Quay", "kofi-90ab")
}

// attempt is the name and value of the newest attempt's cookie.
func (b *tab) attempt(pool string) (name, value string) {
	b.t.Helper()
	for n, c := range b.cookies(pool) {
		if strings.HasPrefix(n, attemptCookie) && n > name {
			name, value = n, c.Value
		}
	}
	if name == "" {
		b.t.Fatal("there is no attempt")
	}
	return name, value
}

// A callback that is delivered twice signs in once, also where its cookie is put back.
func TestCallbackReplay(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.provider, func(t *testing.T) {
			r := newRig(t)
			b := r.tab(t)
			deliver := w.leave(b, authorizeAt(acme, "identity_provider", w.provider))
			name, sealed := b.attempt(acme)
			if b.toApp(deliver(b)).Get("code") == "" {
				t.Fatal("the first delivery signs nobody in")
			}
			if b.cookie(acme, name) != "" {
				t.Error("the attempt's cookie is still there")
			}
			thief := r.tab(t)
			thief.refusedHere(deliver(thief), "Invalid state")
			thief.plant(acme, name, sealed)
			p := deliver(thief)
			if thief.cookie(acme, sessionCookie) != "" {
				t.Error("the second delivery signs in")
			}
			if to, err := p.Location(); err == nil && to.Query().Get("code") != "" {
				t.Error("the second delivery gives a code")
			}
		})
	}
}

// An attempt is spent with the sign-in it leads to: a second answer of the provider, good in itself, finds it used.
func TestAttemptReplayWithAnotherAnswer(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	p := b.get(authorizeAt(acme, "identity_provider", "Harbor"))
	chooser := p.Request.URL.String()
	name, sealed := b.attempt(acme)
	first, second := b.atOpenID(chooser, "kofi-90ab"), b.atOpenID(chooser, "mei-72f0")
	if b.toApp(b.get(first)).Get("code") == "" {
		t.Fatal("the first answer signs nobody in")
	}
	thief := r.tab(t)
	thief.plant(acme, name, sealed)
	thief.refusedHere(thief.get(second), "Invalid state")
	r.absent(t, acmePool, "Harbor", "mei-72f0")
}

// A SAML response that leaked is delivered into an attempt of the thief's own: it answers another request.
func TestSAMLResponseReplayInAnotherAttempt(t *testing.T) {
	r := newRig(t)
	victim, thief := r.tab(t), r.tab(t)
	action, leaked := victim.atNorthwind(authorizeAt(acme, "identity_provider", "Northwind"), "kofi-90ab")
	_, own := thief.atNorthwind(authorizeAt(acme, "identity_provider", "Northwind"), "mei-72f0")
	back := thief.toApp(thief.post(action, url.Values{"SAMLResponse": leaked["SAMLResponse"], "RelayState": own["RelayState"]}))
	if back.Get("code") != "" || back.Get("error") != "invalid_request" || thief.cookie(acme, sessionCookie) != "" {
		t.Errorf("the app was told %v", back)
	}
	r.absent(t, acmePool, "Northwind", "kofi-90ab")
}

// Mix-up (RFC 9700 §4.4): the answer of one provider under the attempt of another.
func TestMixUp(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)

	t.Run("attempt of the OpenID provider at the SAML callback", func(t *testing.T) {
		callback, _ := url.Parse(b.atOpenID(authorizeAt(acme, "identity_provider", "Harbor"), "kofi-90ab"))
		action, form := b.atNorthwind(authorizeAt(acme, "identity_provider", "Northwind"), "kofi-90ab")
		form.Set("RelayState", callback.Query().Get("state"))
		b.refusedHere(b.post(action, form), "Invalid state")
	})
	t.Run("attempt of the SAML provider at the OpenID callback", func(t *testing.T) {
		callback, _ := url.Parse(b.atOpenID(authorizeAt(acme, "identity_provider", "Harbor"), "kofi-90ab"))
		_, form := b.atNorthwind(authorizeAt(acme, "identity_provider", "Northwind"), "kofi-90ab")
		query := callback.Query()
		query.Set("state", form.Get("RelayState"))
		callback.RawQuery = query.Encode()
		b.refusedHere(b.get(callback.String()), "Invalid state")
	})
	t.Run("code of one OpenID provider under the attempt of another", func(t *testing.T) {
		honest, _ := url.Parse(b.atOpenID(authorizeAt(acme, "identity_provider", "Harbor"), "kofi-90ab"))
		evil, _ := url.Parse(b.atOpenID(authorizeAt(acme, "identity_provider", "Quay"), "kofi-90ab"))
		query := evil.Query()
		query.Set("state", honest.Query().Get("state"))
		evil.RawQuery = query.Encode()
		back := b.toApp(b.get(evil.String()))
		if back.Get("code") != "" || back.Get("error") == "" || b.cookie(acme, sessionCookie) != "" {
			t.Errorf("the app was told %v", back)
		}
	})
	for _, provider := range []string{"Harbor", "Quay", "Northwind"} {
		r.absent(t, acmePool, provider, "kofi-90ab")
	}
}

// A SAML response for one pool at another, which trusts the same provider.
func TestSAMLResponseOfAnotherPool(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	_, forAcme := b.atNorthwind(authorizeAt(acme, "identity_provider", "Northwind"), "kofi-90ab")
	b.refusedHere(b.post(bravo+userpool.PathSAMLResponse, forAcme), "Invalid state")

	// With the cookie of the one attempt moved to the other pool's host, or under an attempt of that pool.
	name, sealed := b.attempt(acme)
	b.plant(bravo, name, sealed)
	b.refusedHere(b.post(bravo+userpool.PathSAMLResponse, forAcme), "Invalid state")
	_, forBravo := b.atNorthwind(authorizeAt(bravo, "client_id", bravoAppID, "identity_provider", "Northwind"), "kofi-90ab")
	back := b.toApp(b.post(bravo+userpool.PathSAMLResponse, url.Values{
		"SAMLResponse": forAcme["SAMLResponse"], "RelayState": forBravo["RelayState"],
	}))
	if back.Get("code") != "" || back.Get("error") != "invalid_request" || b.cookie(bravo, sessionCookie) != "" {
		t.Errorf("the app was told %v", back)
	}
	r.absent(t, bravoPool, "Northwind", "kofi-90ab")
}
