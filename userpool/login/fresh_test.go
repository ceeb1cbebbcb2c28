package login_test

import (
	"errors"
	"testing"
	"time"

	"portico/userpool"
	"portico/userpool/login"
)

// OpenID Connect Core §3.1.2.1, max_age: "If the elapsed time is greater than this value, the OP MUST attempt to actively
// re-authenticate the End-User"; 0 is prompt=login. With prompt=none the app is told.
func TestMaxAge(t *testing.T) {
	h := newHouse(t)
	h.member(t, "ada")
	done := h.signedIn(t)
	if h.silently(t, done.SessionID, "max_age", "0") || !h.silently(t, done.SessionID, "max_age", "1") {
		t.Error("a moment after the sign-in, max_age=0 is not a new one, and max_age=1 is met")
	}
	h.advance(10 * time.Minute)
	for _, c := range []struct {
		asked           []string
		begins, visited string
	}{
		{[]string{"max_age", "600"}, "done", "done"},
		{[]string{"max_age", "599"}, "choose", "choose"},
		{[]string{"max_age", "599", "prompt", "none"}, "app: login_required", "choose"},
		{[]string{"max_age", "600", "prompt", "none"}, "done", "done"},
		{[]string{"max_age", "0"}, "choose", "choose"},
		{[]string{"max_age", "0", "prompt", "none"}, "app: login_required", "choose"},
		{[]string{"max_age", "600", "prompt", "login"}, "choose", "choose"},
		{[]string{"max_age", "18446744073709551615"}, "app: invalid_request", ""},
		{[]string{"max_age", "9223372036854775807"}, "done", "done"},
		{[]string{"max_age", "599", "client_id", "lone"}, "depart to Harbor", "choose"},
	} {
		a, err := login.Check(h.pool, login.ParseRequest(query(c.asked...)))
		if err != nil {
			if got := walk(nil, err); got != c.begins {
				t.Errorf("%v: %s, want %s", c.asked, got, c.begins)
			}
			continue
		}
		if got := walk(h.Login.Begin(t.Context(), a, done.SessionID)); got != c.begins {
			t.Errorf("%v: authorize %s, want %s", c.asked, got, c.begins)
		}
		if got := walk(h.Visit(t.Context(), a, done.SessionID)); got != c.visited {
			t.Errorf("%v: sign-in page %s, want %s", c.asked, got, c.visited)
		}
	}
	// The clock of max_age is the person's authentication, which using the session does not repeat.
	h.silently(t, done.SessionID)
	if h.silently(t, done.SessionID, "max_age", "599") {
		t.Error("the use of a session made it recent")
	}
	if again := h.signedIn(t, "max_age", "0"); !h.silently(t, again.SessionID, "max_age", "1") {
		t.Error("a new sign-in is not recent")
	}
}

// max_age is reckoned in the whole seconds that auth_time tells, so that the app never finds older what we let pass.
func TestMaxAgeIsReckonedAsTheAppDoes(t *testing.T) {
	h := newHouse(t)
	h.member(t, "ada")
	h.advance(900 * time.Millisecond)
	done := h.signedIn(t)
	h.advance(9*time.Second + 200*time.Millisecond)
	if h.silently(t, done.SessionID, "max_age", "10") {
		t.Error("auth_time is 10.1 seconds ago, and passes for 10")
	}
}

// What a provider is told of the demand for a recent sign-in, at authorize and from the button of the sign-in page alike.
func TestDemandReachesTheProvider(t *testing.T) {
	h := newHouse(t)
	zero, hour := new(time.Duration), new(time.Hour)
	for _, c := range []struct {
		asked  []string
		prompt string
		age    *time.Duration
	}{
		{nil, "", nil},
		{[]string{"prompt", "select_account"}, "select_account", nil},
		{[]string{"prompt", "login"}, "login", zero},
		{[]string{"prompt", "login consent", "max_age", "3600"}, "login consent", zero},
		{[]string{"max_age", "3600"}, "", hour},
		{[]string{"max_age", "0"}, "login", zero},
		{[]string{"max_age", "0", "prompt", "consent"}, "consent login", zero},
	} {
		h.starts = nil
		h.leave(t, "Harbor", c.asked...)
		got := h.starts[0]
		if got.Prompt != c.prompt || (got.MaxAge == nil) != (c.age == nil) || c.age != nil && *got.MaxAge != *c.age {
			t.Errorf("%v: prompt %q, max_age %v", c.asked, got.Prompt, got.MaxAge)
		}
	}
}

// OpenID Connect Core §3.1.3.7, rules 12 and 13: what the provider says of the time of authentication is held against what
// was asked for. The leeway is a minute of clocks.
func TestProviderMustProveARecentSignIn(t *testing.T) {
	standard := func(h *house) { h.pool.Dialect = userpool.DialectStandard }
	cognito := func(*house) {}
	const silent = time.Duration(1)
	for name, c := range map[string]struct {
		asked   []string
		said    time.Duration // before the request
		dialect func(*house)
		refused bool
	}{
		"nobody asked, an old time":               {nil, 9 * time.Hour, standard, false},
		"nobody asked, no time":                   {nil, silent, standard, false},
		"prompt=login, signed in anew":            {[]string{"prompt", "login"}, -time.Minute, standard, false},
		"prompt=login, a clock behind":            {[]string{"prompt", "login"}, time.Minute, standard, false},
		"prompt=login, not asked there":           {[]string{"prompt", "login"}, time.Minute + time.Second, standard, true},
		"prompt=login, not asked there, cognito":  {[]string{"prompt", "login"}, time.Minute + time.Second, cognito, true},
		"prompt=login, no time":                   {[]string{"prompt", "login"}, silent, standard, true},
		"prompt=login, no time, cognito":          {[]string{"prompt", "login"}, silent, cognito, false},
		"max_age=0, no time, cognito":             {[]string{"max_age", "0"}, silent, cognito, true},
		"max_age=0, not asked there":              {[]string{"max_age", "0"}, 2 * time.Minute, cognito, true},
		"max_age, recent enough":                  {[]string{"max_age", "600"}, 11 * time.Minute, standard, false},
		"max_age, too old":                        {[]string{"max_age", "600"}, 11*time.Minute + time.Second, cognito, true},
		"max_age, no time":                        {[]string{"max_age", "600"}, silent, standard, true},
		"max_age, no time, cognito":               {[]string{"max_age", "600"}, silent, cognito, true},
		"max_age beside prompt=login":             {[]string{"max_age", "600", "prompt", "login"}, 5 * time.Minute, standard, true},
		"max_age beside prompt=login and no time": {[]string{"max_age", "600", "prompt", "login"}, silent, cognito, true},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			c.dialect(h)
			kofi := person("kofi", "kofi@people.example")
			if c.said != silent {
				kofi.Authenticated = h.now.Add(-c.said)
			}
			h.asserts(kofi)
			d := h.leave(t, "Harbor", c.asked...)
			h.advance(2 * time.Minute)
			var err error
			n := h.commits(func() { _, err = h.Login.Finish(t.Context(), h.pool, back(d)) })
			if !c.refused {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			sent(t, err, callback+"?error_description=The+identity+provider+did+not+confirm+a+new+sign-in&state=s+t&error=login_required")
			if n != 0 {
				t.Errorf("%d durable commits for somebody who was not let in", n)
			}
		})
	}
}

// auth_time is the provider's own time where it states one, and never in the future.
func TestAuthTimeTellsTheTruth(t *testing.T) {
	for name, c := range map[string]struct{ said, want time.Duration }{
		"eight hours ago": {-8 * time.Hour, -8 * time.Hour},
		"just now":        {0, 0},
		"a clock ahead":   {time.Minute, 0},
	} {
		h := newHouse(t)
		kofi := person("kofi", "kofi@people.example")
		kofi.Authenticated = h.now.Add(c.said)
		h.asserts(kofi)
		done, err := h.through(t, "Harbor")
		if err != nil {
			t.Fatal(err)
		}
		want := h.now.Add(c.want)
		if resumed, err := h.Resume(t.Context(), h.pool, done.SessionID); err != nil || !done.Session.AuthTime.Equal(want) || !resumed.AuthTime.Equal(want) {
			t.Errorf("%s: %v, then %v, want %v (%v)", name, done.Session.AuthTime, resumed.AuthTime, want, err)
		}
		if done.Session.Expires.Sub(h.now) != time.Hour {
			t.Errorf("%s: the session lasts until %v", name, done.Session.Expires)
		}
		// What the provider said of the time is what max_age is held against later.
		if got, want := h.silently(t, done.SessionID, "max_age", "3600"), c.want > -time.Hour; got != want {
			t.Errorf("%s: answers max_age=3600: %t, want %t", name, got, want)
		}
	}
}

// A provider's time outlives the page that asks for proof of an existing account.
func TestAuthTimeSurvivesTheProof(t *testing.T) {
	w := newTown(t, userpool.LinkingAsk, nil)
	w.said = time.Now().Add(-time.Hour).Truncate(time.Second)
	_, err := w.arrive(t, "u-1", verified("ines@acme.example"))
	var prove *login.Prove
	if !errors.As(err, &prove) {
		t.Fatalf("%v, want to be asked for proof", err)
	}
	waiting, err := w.Login.OpenProof(t.Context(), w.pool, prove.Pending)
	if err != nil {
		t.Fatal(err)
	}
	step, err := w.Login.Link(t.Context(), waiting, inesPassword)
	if err != nil {
		t.Fatal(err)
	}
	done := step.(*login.Done)
	if done.Session.Sub != w.ines.Sub || !done.Session.AuthTime.Equal(w.said) {
		t.Errorf("the session is %+v, want auth time %v", done.Session, w.said)
	}
}

// Nobody told a provider that begins a sign-in itself of the demand: it is sent a request, which does.
func TestUnsolicitedAnswerDoesNotMeetADemand(t *testing.T) {
	for _, demand := range [][]string{{"prompt", "login"}, {"max_age", "60"}, {"max_age", "0"}} {
		p := newSAMLHouse(t, "portico_idp_init", "accept")
		p.pool.Clients["federated"].Providers = []string{"Northwind"}
		if got := walk(p.unasked(t, northwind())); got != "done" {
			t.Fatalf("without a demand: %s", got)
		}
		p.asserts.Spend = nil
		if got := walk(p.unasked(t, northwind(demand...))); got != "depart to Northwind" {
			t.Errorf("%v: %s", demand, got)
		}
	}
}
