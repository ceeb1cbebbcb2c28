package oidc

import (
	"testing"
	"time"

	"portico/federation"
	"portico/userpool"
)

// OpenID Connect Core §3.1.2.1, max_age. With prompt=login it is sent as 0, since only max_age obliges a provider to put
// auth_time into the ID token (§2). Providers that do not know it are spared.
func TestMaxAgeIsPassedOn(t *testing.T) {
	o := newOP(t)
	plain := o.party(t, nil)
	for name, c := range map[string]struct {
		party *Provider
		age   *time.Duration
		want  string
	}{
		"an hour":           {plain, new(time.Hour), "3600"},
		"now":               {plain, new(time.Duration), "0"},
		"the app is silent": {plain, nil, ""},
		"Apple":             {o.preset(t, userpool.TypeApple, appleDetails()), new(time.Hour), ""},
	} {
		query := o.begin(t, c.party, federation.Start{Handle: "h", MaxAge: c.age})
		if got := query.Get("max_age"); got != c.want || query.Has("max_age") != (c.want != "") {
			t.Errorf("%s: max_age %q, want %q", name, got, c.want)
		}
	}
}

// OpenID Connect Core §2, auth_time. What cannot be a time says nothing; who demands a recent sign-in gets an error for it
// (login), others do not.
func TestAuthTimeIsTheTimeOfAuthentication(t *testing.T) {
	for name, c := range map[string]struct {
		said any
		want time.Duration // after the sign-in; 1: it does not say
	}{
		"an hour ago":        {-3600, -time.Hour},
		"a clock ahead":      {60, time.Minute},
		"in the future":      {61, 1},
		"not there":          {nil, 1},
		"a text":             {"noon", 1},
		"of odd type":        {[]string{}, 1},
		"milliseconds":       {int64(1772366400000 - 1772366400), 1},
		"before the epoch":   {-1 << 40, 1},
		"fraction of second": {-0.5, -500 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOP(t)
			now := o.clock.Now()
			switch said := c.said.(type) {
			case int:
				o.claims["auth_time"] = now.Unix() + int64(said)
			case int64:
				o.claims["auth_time"] = now.Unix() + said
			case float64:
				o.claims["auth_time"] = float64(now.Unix()) + said
			case nil:
			default:
				o.claims["auth_time"] = said
			}
			got, err := o.signIn(t, o.party(t, nil))
			if err != nil {
				t.Fatal(err)
			}
			want := now.Add(c.want)
			if c.want == 1 {
				want = time.Time{}
			}
			if !got.Authenticated.Equal(want) {
				t.Errorf("authenticated at %v, want %v", got.Authenticated, want)
			}
		})
	}
}
