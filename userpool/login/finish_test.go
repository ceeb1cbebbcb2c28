package login_test

import (
	"errors"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"portico/federation"
	"portico/userpool"
	"portico/userpool/login"
)

// user reads a person of a provider.
func (h *house) user(t *testing.T, provider, id string) userpool.User {
	t.Helper()
	u, err := h.db.UserByIdentity(t.Context(), acmeID, provider, id)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// nobody expects that a person was never let in: no half-made user.
func (h *house) nobody(t *testing.T, provider, id string) {
	t.Helper()
	if _, err := h.db.UserByIdentity(t.Context(), acmeID, provider, id); !errors.Is(err, userpool.ErrNotFound) {
		t.Errorf("%s of %s exists (%v)", id, provider, err)
	}
}

// The first sign-in makes the user, in one durable commit with its session.
func TestFirstSignIn(t *testing.T) {
	for _, provider := range []string{"Harbor", "Northwind"} {
		t.Run(provider, func(t *testing.T) {
			h := newHouse(t)
			a := person("Kofi|1", "kofi@people.example")
			a.Issuer, a.Session = "https://idp.example", map[string]string{"SessionIndex": "7"}
			h.asserts(a)
			d := h.leave(t, provider)
			var done *login.Done
			var err error
			if n := h.commits(func() { done, err = h.Login.Finish(t.Context(), h.pool, back(d)) }); n != 1 || err != nil {
				t.Fatalf("%d durable commits, %v", n, err)
			}
			u := h.user(t, provider, "Kofi|1")
			if u.Username != strings.ToLower(provider+"_Kofi|1") || u.Status != userpool.ExternalProvider || !u.Enabled {
				t.Errorf("the user is %+v", u)
			}
			if u.Attributes["email"] != "kofi@people.example" || u.Attributes["name"] != "Kofi Mensah" {
				t.Errorf("attributes %v", u.Attributes)
			}
			if len(u.Groups) != 1 || u.Groups[0].Name != string(acmeID)+"_"+provider {
				t.Errorf("groups %v", u.Groups)
			}
			id := u.Identities[0]
			if id.UserID != "Kofi|1" || id.Provider != provider || !id.Primary || id.Issuer != "https://idp.example" || !id.Attached.Equal(h.clock()) {
				t.Errorf("identity %+v", id)
			}
			s := done.Session
			if s.Provider != provider || s.Sub != u.Sub || s.Upstream["SessionIndex"] != "7" || !s.AuthTime.Equal(h.clock()) || done.SessionID == "" {
				t.Errorf("session %+v", s)
			}
			if resumed, err := h.Resume(t.Context(), h.pool, done.SessionID); err != nil || resumed.Sub != u.Sub {
				t.Errorf("the session is not there: %v", err)
			}
			if done.Authorization.State != "s t" || done.Authorization.Nonce != "n" {
				t.Errorf("the app's request came back as %+v", done.Authorization.Request)
			}
		})
	}
}

// Later sign-ins bring what has changed, and write nothing of the user where nothing has.
func TestLaterSignIn(t *testing.T) {
	h := newHouse(t)
	first := person("kofi", "kofi@people.example")
	first.Claims["once"] = []string{"1"}
	h.asserts(first)
	mustGo := func() {
		t.Helper()
		if n := h.commits(func() {
			if _, err := h.through(t, "Harbor"); err != nil {
				t.Fatal(err)
			}
		}); n != 1 {
			t.Errorf("%d durable commits", n)
		}
	}
	mustGo()
	before := h.user(t, "Harbor", "kofi")

	h.advance(time.Minute)
	mustGo()
	same := h.user(t, "Harbor", "kofi")
	if same.Version != before.Version || !same.Modified.Equal(before.Modified) || same.Sub != before.Sub {
		t.Errorf("nothing changed, and yet the user was written: version %d → %d, %s → %s", before.Version, same.Version, before.Modified, same.Modified)
	}

	h.advance(time.Minute)
	h.asserts(federation.Assertion{Subject: "kofi", Claims: map[string][]string{"mail": {"kofi@new.example"}, "display": {"Kofi M."}}})
	mustGo()
	changed := h.user(t, "Harbor", "kofi")
	if changed.Version != before.Version+1 || !changed.Modified.Equal(h.clock()) || changed.Sub != before.Sub || changed.Username != before.Username {
		t.Errorf("the user is %+v", changed)
	}
	if changed.Attributes["email"] != "kofi@new.example" || changed.Attributes["name"] != "Kofi M." {
		t.Errorf("attributes %v", changed.Attributes)
	}
	if len(changed.Identities) != 1 || len(changed.Groups) != 1 {
		t.Errorf("identities %v, groups %v", changed.Identities, changed.Groups)
	}
}

// One person's name at two providers is two people.
func TestSameSubjectAtTwoProviders(t *testing.T) {
	h := newHouse(t)
	for _, provider := range []string{"Harbor", "Northwind"} {
		if _, err := h.through(t, provider); err != nil {
			t.Fatal(err)
		}
	}
	if h.user(t, "Harbor", "kofi").Sub == h.user(t, "Northwind", "kofi").Sub {
		t.Error("they share a user")
	}
}

// An equal address alone leads to nobody's account (account takeover through a provider).
func TestEqualAddressIsNoProof(t *testing.T) {
	h := newHouse(t)
	ada := h.member(t, "ada")
	a := person("ada-elsewhere", ada.Attributes["email"])
	a.Claims["email_verified"] = []string{"true"}
	h.asserts(a)
	done, err := h.through(t, "Harbor")
	if err != nil {
		t.Fatal(err)
	}
	if done.Session.Sub == ada.Sub {
		t.Error("the provider's word opened the account")
	}
}

func TestDisabledPerson(t *testing.T) {
	h := newHouse(t)
	if _, err := h.through(t, "Harbor"); err != nil {
		t.Fatal(err)
	}
	h.Login.Storage = withoutPeople{h.db}
	d := h.leave(t, "Harbor")
	var err error
	if n := h.commits(func() { _, err = h.Login.Finish(t.Context(), h.pool, back(d)) }); n != 0 {
		t.Errorf("%d durable commits", n)
	}
	sent(t, err, callback+"?error_description=User+is+disabled.&state=s+t&error=invalid_request")
}

// "Kofi" and "kofi" are two people at the provider, and one user name in a pool that ignores case: the second is refused, and
// must not get the first one's account.
func TestUsernameTaken(t *testing.T) {
	h := newHouse(t)
	h.asserts(person("Kofi", "kofi@people.example"))
	if _, err := h.through(t, "Harbor"); err != nil {
		t.Fatal(err)
	}
	h.asserts(person("kofi", "other@people.example"))
	_, err := h.through(t, "Harbor")
	sent(t, err, callback+"?error_description=Already+found+an+entry+for+username+harbor_kofi&state=s+t&error=invalid_request")
	h.nobody(t, "Harbor", "kofi")
	if u := h.user(t, "Harbor", "Kofi"); u.Attributes["email"] != "kofi@people.example" {
		t.Errorf("the first person's address became %q", u.Attributes["email"])
	}
}

// Twenty browsers bring one new person at the same moment: one user, twenty sessions.
func TestTwentyFirstSignInsOfOnePerson(t *testing.T) {
	h := newHouse(t)
	departures := make([]*login.Depart, 20)
	for i := range departures {
		departures[i] = h.leave(t, "Harbor")
	}
	done, errs := make([]*login.Done, len(departures)), make([]error, len(departures))
	var all sync.WaitGroup
	for i, d := range departures {
		all.Go(func() { done[i], errs[i] = h.Login.Finish(t.Context(), h.pool, back(d)) })
	}
	all.Wait()
	subs, sessions := map[userpool.Sub]bool{}, map[string]bool{}
	for i := range departures {
		if errs[i] != nil {
			t.Fatalf("number %d: %v", i, errs[i])
		}
		subs[done[i].Session.Sub], sessions[done[i].SessionID] = true, true
	}
	if len(subs) != 1 || len(sessions) != len(departures) {
		t.Errorf("%d users and %d sessions", len(subs), len(sessions))
	}
	if !subs[h.user(t, "Harbor", "kofi").Sub] {
		t.Error("the user is another one")
	}
}

// A person's browser restores twenty tabs, and the provider knows a new address: everybody gets in, it is written once.
func TestTwentyLaterSignInsOfOnePerson(t *testing.T) {
	h := newHouse(t)
	if _, err := h.through(t, "Harbor"); err != nil {
		t.Fatal(err)
	}
	before := h.user(t, "Harbor", "kofi")
	h.asserts(person("kofi", "kofi@new.example"))
	errs := make([]error, 20)
	departures := make([]*login.Depart, len(errs))
	for i := range errs {
		departures[i] = h.leave(t, "Harbor")
	}
	var all sync.WaitGroup
	for i, d := range departures {
		all.Go(func() { _, errs[i] = h.Login.Finish(t.Context(), h.pool, back(d)) })
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Errorf("refused: %v", err)
	}
	if u := h.user(t, "Harbor", "kofi"); u.Attributes["email"] != "kofi@new.example" || u.Version != before.Version+1 {
		t.Errorf("version %d → %d, address %q", before.Version, u.Version, u.Attributes["email"])
	}
}

// Attempts: whose, for what, for how long, how often.
func TestForeignAttempts(t *testing.T) {
	h := newHouse(t)
	d, another := h.leave(t, "Harbor"), h.leave(t, "Harbor")
	saml := h.leave(t, "Northwind")
	for name, c := range map[string]struct {
		pool   *userpool.Pool
		change func(*login.Callback)
	}{
		"no cookie":                    {h.pool, func(b *login.Callback) { b.Attempt = "" }},
		"cookie of another handle":     {h.pool, func(b *login.Callback) { b.Attempt = another.Attempt }},
		"handle of another cookie":     {h.pool, func(b *login.Callback) { b.Handle = another.Handle }},
		"no handle":                    {h.pool, func(b *login.Callback) { b.Handle = "" }},
		"changed cookie":               {h.pool, func(b *login.Callback) { b.Attempt = "A" + b.Attempt[1:] + "A" }},
		"another pool":                 {h.other, func(*login.Callback) {}},
		"the SAML callback":            {h.pool, func(b *login.Callback) { b.SAML = true }},
		"SAML at the OpenID callback":  {h.pool, func(b *login.Callback) { *b = back(saml); b.SAML = false }},
		"a made-up handle of the past": {h.pool, func(b *login.Callback) { b.Attempt, b.Handle = "", "zzzzzzzz.x" }},
	} {
		t.Run(name, func(t *testing.T) {
			answer := back(d)
			c.change(&answer)
			var err error
			if n := h.commits(func() { _, err = h.Login.Finish(t.Context(), c.pool, answer) }); n != 0 {
				t.Errorf("%d durable commits", n)
			}
			shown(t, err, login.InvalidState)
			h.nobody(t, "Harbor", "kofi")
		})
	}
	if _, err := h.Login.Finish(t.Context(), h.pool, back(d)); err != nil {
		t.Errorf("after all this the attempt itself fails: %v", err)
	}
}

func TestAttemptExpires(t *testing.T) {
	h := newHouse(t)
	d := h.leave(t, "Harbor")
	h.advance(5*time.Minute - time.Second)
	in := h.leave(t, "Harbor")
	if _, err := h.Login.Finish(t.Context(), h.pool, back(d)); err != nil {
		t.Errorf("after 4:59: %v", err)
	}
	h.advance(5 * time.Minute)
	_, err := h.Login.Finish(t.Context(), h.pool, back(in))
	refusal := shown(t, err, login.Expired)
	if !strings.Contains(refusal.Again, "client_id=app") || !strings.Contains(refusal.Again, "state=s+t") {
		t.Errorf("it can be started again with %q", refusal.Again)
	}
	// A browser drops the cookie by itself; the handle tells that it was there.
	gone := back(in)
	gone.Attempt = ""
	_, err = h.Login.Finish(t.Context(), h.pool, gone)
	if refusal := shown(t, err, login.Expired); refusal.Again != "" {
		t.Errorf("a handle that anybody could make up leads to %q", refusal.Again)
	}
}

// An attempt, or what the provider says must be used once, signs in once; the second time nothing is written.
func TestReplay(t *testing.T) {
	h := newHouse(t)
	d := h.leave(t, "Harbor")
	if _, err := h.Login.Finish(t.Context(), h.pool, back(d)); err != nil {
		t.Fatal(err)
	}
	var err error
	h.asserts(person("thief", "thief@people.example")) // even with a fresh answer
	if n := h.commits(func() { _, err = h.Login.Finish(t.Context(), h.pool, back(d)) }); n != 0 {
		t.Errorf("%d durable commits", n)
	}
	shown(t, err, login.InvalidState)
	h.nobody(t, "Harbor", "thief")

	once := person("mei", "mei@people.example")
	once.Spend = []federation.Once{{Purpose: "saml-assertion", ID: "_a1", Until: h.clock().Add(time.Hour)}}
	h.asserts(once)
	if _, err := h.through(t, "Northwind"); err != nil {
		t.Fatal(err)
	}
	stolen := once
	stolen.Subject = "thief"
	h.asserts(stolen)
	_, err = h.through(t, "Northwind")
	shown(t, err, login.InvalidState)
	h.nobody(t, "Northwind", "thief")
}

// Of twenty deliveries of one callback at the same moment one signs in.
func TestTwentyDeliveriesOfOneCallback(t *testing.T) {
	h := newHouse(t)
	d := h.leave(t, "Harbor")
	errs := make([]error, 20)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { _, errs[i] = h.Login.Finish(t.Context(), h.pool, back(d)) })
	}
	all.Wait()
	let := 0
	for _, err := range errs {
		if err == nil {
			let++
			continue
		}
		shown(t, err, login.InvalidState)
	}
	if let != 1 {
		t.Errorf("%d deliveries signed in", let)
	}
}

// Settings may change while a person is at a provider: what is true at the end counts.
func TestSettingsChangeMeanwhile(t *testing.T) {
	h := newHouse(t)
	for name, change := range map[string]func(d *userpool.Declaration){
		"provider gone": func(d *userpool.Declaration) { d.Providers = d.Providers[1:] },
		"provider no longer the app's": func(d *userpool.Declaration) {
			d.Clients[0].SupportedIdentityProviders = []string{"COGNITO"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := h.leave(t, "Harbor")
			declared := declare(acmeID)
			change(&declared)
			_, err := h.Login.Finish(t.Context(), assemble(declared), back(d))
			shown(t, err, login.InvalidState)
		})
	}
	t.Run("callback no longer registered", func(t *testing.T) {
		d := h.leave(t, "Harbor")
		declared := declare(acmeID)
		declared.Clients[0].CallbackURLs = []string{"https://elsewhere.example/"}
		_, err := h.Login.Finish(t.Context(), assemble(declared), back(d))
		shown(t, err, login.CallbackMismatch)
	})
	h.nobody(t, "Harbor", "kofi")
}

// What the provider's protocol refuses is told to the app in its words, and its causes to the log alone.
func TestFinishFails(t *testing.T) {
	h := newHouse(t)
	cause := errors.New("nonce of another attempt")
	for name, c := range map[string]struct {
		err      error
		location string
	}{
		"a failed check":     {&federation.Error{Code: "invalid_request", Description: "Bad id_token nonce", Check: "nonce", Cause: cause}, "error_description=Bad+id_token+nonce&state=s+t&error=invalid_request"},
		"the person cancels": {&federation.Error{Code: "access_denied", Description: "User denied", Denied: true, Check: "provider", Cause: cause}, "error_description=User+denied&state=s+t&error=access_denied"},
		"anything else":      {cause, "state=s+t&error=server_error"},
	} {
		t.Run(name, func(t *testing.T) {
			h.answer = func(federation.Answer) (federation.Assertion, error) { return federation.Assertion{}, c.err }
			d := h.leave(t, "Harbor")
			var err error
			if n := h.commits(func() { _, err = h.Login.Finish(t.Context(), h.pool, back(d)) }); n != 0 {
				t.Errorf("%d durable commits", n)
			}
			told := sent(t, err, callback+"?"+c.location)
			if !strings.Contains(err.Error(), cause.Error()) || strings.Contains(told.Response().Location(), "another") {
				t.Errorf("log: %v", err)
			}
		})
	}
	// A person whom the pool's rules do not let in is not half made.
	for name, a := range map[string]federation.Assertion{
		"no subject":    {Claims: map[string][]string{}},
		"long subject":  {Subject: strings.Repeat("x", 200)},
		"long value":    {Subject: "long", Claims: map[string][]string{"display": {strings.Repeat("x", 3000)}}},
		"bad character": {Subject: "with space"},
	} {
		h.asserts(a)
		_, err := h.through(t, "Harbor")
		if got := walk(nil, err); got != "app: invalid_request" {
			t.Errorf("%s: %s", name, got)
		}
	}
	h.nobody(t, "Harbor", "long")
}

// What Begin wants to remember comes back to Finish, with the form as it came.
func TestMemoryComesBack(t *testing.T) {
	h := newHouse(t)
	var got federation.Answer
	h.answer = func(a federation.Answer) (federation.Assertion, error) {
		got = a
		return person("kofi", "k@x.example"), nil
	}
	d := h.leave(t, "Harbor")
	answer := back(d)
	answer.Form = map[string][]string{"code": {"a", "b"}}
	answer.Post = false
	if _, err := h.Login.Finish(t.Context(), h.pool, answer); err != nil {
		t.Fatal(err)
	}
	if got.Memory.Nonce != "nonce of "+d.Handle || !got.Memory.Issued.Equal(h.clock()) || got.Post || !maps.EqualFunc(got.Form, answer.Form, func(a, b []string) bool { return len(a) == len(b) }) {
		t.Errorf("the provider got %+v", got)
	}
}
