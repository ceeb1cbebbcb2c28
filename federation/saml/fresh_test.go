package saml

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// statementsAt are AuthnStatements of these moments; an empty one has no AuthnInstant.
func statementsAt(moments ...string) string {
	var b strings.Builder
	for _, at := range moments {
		instant := ""
		if at != "" {
			instant = fmt.Sprintf(` AuthnInstant="%s"`, at)
		}
		b.WriteString(`<saml:AuthnStatement` + instant + ` SessionIndex="s1"><saml:AuthnContext><saml:AuthnContextClassRef>` +
			`urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`)
	}
	return b.String()
}

// saml-core-2.0 §2.7.2: AuthnInstant is the time of authentication. The latest counts; one that cannot be says nothing, and
// keeps nobody out who was not asked to sign in anew.
func TestAuthnInstantIsTheTimeOfAuthentication(t *testing.T) {
	earlier, later := noon().Add(-8*time.Hour), noon().Add(-time.Hour)
	for name, c := range map[string]struct {
		moments []string
		want    time.Time
	}{
		"one":                    {[]string{stamp(earlier)}, earlier},
		"the latest of two":      {[]string{stamp(later), stamp(earlier)}, later},
		"none":                   {[]string{""}, time.Time{}},
		"no time":                {[]string{"yesterday"}, time.Time{}},
		"a clock ahead":          {[]string{stamp(noon().Add(clockSkew))}, noon().Add(clockSkew)},
		"in the future":          {[]string{stamp(noon().Add(clockSkew + time.Second))}, time.Time{}},
		"in the future, and old": {[]string{stamp(noon().Add(time.Hour)), stamp(earlier)}, earlier},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			r := goodReply()
			r.authn = statementsAt(c.moments...)
			got := f.accepts(t, f.signed(t, r, byResponse))
			if !got.Authenticated.Equal(c.want) {
				t.Errorf("authenticated at %v, want %v", got.Authenticated, c.want)
			}
		})
	}
}
