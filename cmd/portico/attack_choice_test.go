package main

import (
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"portico/userpool"
	"portico/userpool/directory"
)

// newChoosingRig is a rig whose pool takes one-time codes in place of passwords.
func newChoosingRig(t *testing.T) *rig {
	t.Helper()
	r := newRig(t)
	r.changed = func(stored *userpool.Declaration) {
		stored.Pool.Policies = &types.UserPoolPolicyType{SignInPolicy: &types.SignInPolicyType{
			AllowedFirstAuthFactors: []types.AuthFactorType{types.AuthFactorTypePassword, types.AuthFactorTypeEmailOtp},
		}}
		for i := range stored.Clients {
			stored.Clients[i].ExplicitAuthFlows = append(stored.Clients[i].ExplicitAuthFlows, types.ExplicitAuthFlowsTypeAllowUserAuth)
		}
	}
	r.restart(t)
	return r
}

// names tells a page of sign-in which account it is about.
func (b *tab) names(account string) page {
	b.t.Helper()
	b.get(loginAt(acme))
	return b.post(loginAt(acme), url.Values{"identifier": {account}, "_csrf": {b.csrf(acme)}})
}

// pretender is a name that nobody has and that seems to have both ways in. It is as long as ada's, with the same letters where the
// mask shows them.
func (r *rig) pretender(t *testing.T) string {
	t.Helper()
	for i := range 26 {
		name := "a" + string(rune('a'+i)) + "z@acme.example"
		if p := r.tab(t).names(name); strings.Contains(p.body, `value="EMAIL_OTP"`) && strings.Contains(p.body, `value="PASSWORD"`) {
			return name
		}
	}
	t.Fatal("nobody seems to have both ways")
	return ""
}

// Where the client hides users, the choice of how to sign in, and a code from its sending to as many wrong answers as it bears, are the
// same for somebody and for a name that nobody has, to the letter and the header; whatever the case it is typed in. (The lock that
// follows lasts a second, which is too short to compare; TestOneTimeCodeLimits does, with a clock of its own.)
func TestAttackUserEnumerationOnPagesOfChoices(t *testing.T) {
	walk := func(b *tab, name string) (pages []page) {
		post := func(path string, form url.Values) {
			form.Set("_csrf", b.csrf(acme))
			pages = append(pages, b.post(acme+path+"?"+ask().Encode(), form))
		}
		pages = append(pages, b.names(name))
		post(userpool.PathChoose, url.Values{"way": {"EMAIL_OTP"}})
		post(userpool.PathOneTimeCode, url.Values{"resend": {"1"}})
		for range directory.MaxCodeAttempts {
			post(userpool.PathOneTimeCode, url.Values{"code": {"no code"}})
		}
		return pages
	}
	for how, write := range map[string]func(string) string{"as it is": strings.Clone, "in capitals": strings.ToUpper} {
		t.Run(how, func(t *testing.T) {
			r := newChoosingRig(t)
			nobody := r.pretender(t)
			b := r.tab(t)
			some, none := walk(b, write(adaName)), walk(r.tabLike(t, b), write(nobody))
			if got := []string{some[0].Request.URL.Path, some[1].Request.URL.Path}; got[0] != userpool.PathChoose || got[1] != userpool.PathOneTimeCode {
				t.Fatalf("the choice leads to %v", got)
			}
			for i := range some {
				if diff := cmp.Diff(seen(some[i], write(adaName)), seen(none[i], write(nobody))); diff != "" {
					t.Errorf("answer %d (-somebody +nobody):\n%s", i, diff)
				}
			}
		})
	}
}

// A name as long as names may be fits the cookie that carries it to the next page, or the tab complains; a longer one is refused on
// the page, where a browser would drop the cookie and lead the person round in a circle.
func TestNameFitsItsCookie(t *testing.T) {
	r := newChoosingRig(t)
	forgot := acme + userpool.PathForgot + "?" + ask().Encode()
	for length, wanted := range map[int]string{1024: userpool.PathConfirmForgot, 1025: userpool.PathForgot, 8000: userpool.PathForgot} {
		name := strings.Repeat("é", length/2) + strings.Repeat("x", length%2)
		b := r.tab(t)
		b.names(name)
		b.get(forgot)
		p := b.post(forgot, url.Values{"username": {name}, "_csrf": {b.csrf(acme)}})
		if p.Request.URL.Path != wanted {
			t.Errorf("%d bytes led to %s (%d)", length, p.Request.URL.Path, p.StatusCode)
		}
	}
}
