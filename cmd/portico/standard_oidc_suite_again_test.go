package main

import (
	"strings"
	"testing"
	"time"

	"portico/userpool"
)

// The modules of the suite's basic profile that ask a second time: what counts is whether the person was asked again, and
// what auth_time says of it.

// again signs Ada in, makes a second request with changes, and signs in once more where the page wants it.
func (p party) again(t *testing.T, r *rig, changes ...string) (first, second answer, asked bool) {
	t.Helper()
	b := r.tab(t)
	first = p.redeem(t, r, p.code(b))
	time.Sleep(2100 * time.Millisecond) // auth_time is in whole seconds, and max_age=1 must be over
	for i, change := range changes {
		if change == "${id}" {
			changes[i] = first.IDToken
		}
	}
	shown := b.get(p.request(changes...))
	if to, err := shown.Location(); err == nil && !ours(to) {
		return first, p.redeem(t, r, response(t, shown).Get("code")), false
	}
	if !strings.HasSuffix(shown.Request.URL.Path, userpool.PathLogin) {
		t.Fatalf("status %d at %s", shown.StatusCode, shown.Request.URL.Path)
	}
	return first, p.redeem(t, r, p.code(b, changes...)), true
}

func TestSuiteModulesThatAskAgain(t *testing.T) {
	r := newRig(t)
	p := cedarNotes()
	for module, c := range map[string]struct {
		changes []string
		asked   bool
	}{
		"oidcc-prompt-login":  {[]string{"prompt", "login"}, true},
		"oidcc-max-age-1":     {[]string{"max_age", "1"}, true},
		"oidcc-max-age-10000": {[]string{"max_age", "10000"}, false},
		"oidcc-id-token-hint": {[]string{"prompt", "none", "id_token_hint", "${id}"}, false},
	} {
		t.Run(module, func(t *testing.T) {
			t.Parallel()
			first, second, asked := p.again(t, r, c.changes...)
			before, after := p.verify(t, r, first.IDToken), p.verify(t, r, second.IDToken)
			if before.Subject != after.Subject || asked != c.asked {
				t.Errorf("subject %s, then %s; asked again: %v", before.Subject, after.Subject, asked)
			}
			earlier, _ := claims(t, first.IDToken)["auth_time"].(float64)
			later, _ := claims(t, second.IDToken)["auth_time"].(float64)
			if earlier == 0 || c.asked != (later > earlier) || !c.asked && later != earlier {
				t.Errorf("auth_time %v, then %v", earlier, later)
			}
		})
	}
}
