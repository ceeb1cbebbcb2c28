package login

import (
	"slices"
	"strings"
	"time"

	"portico/federation"
	"portico/userpool"
	"portico/userpool/oauth"
)

// maxAge is how long ago the person may have authenticated: nil where the app does not care, 0 where the person must do so
// now. OpenID Connect Core §3.1.2.1 gives prompt=login and max_age=0 one meaning.
func (a *Authorization) maxAge() *time.Duration {
	if a.prompt("login") {
		return new(time.Duration)
	}
	return a.MaxAuthAge
}

// recent reports whether the person of a session authenticated recently enough for the request. Tokens tell the time in whole
// seconds, so that is how the app will reckon, too.
func (a *Authorization) recent(s Session, now time.Time) bool {
	age := a.maxAge()
	if age == nil {
		return true
	}
	return *age > 0 && now.Sub(s.AuthTime.Truncate(time.Second)) <= *age
}

// upstreamPrompt is what is passed on to a provider: everything but none, and login where max_age comes to the same.
func (a *Authorization) upstreamPrompt() string {
	if a.prompt("none") {
		return ""
	}
	words := a.prompts
	if age := a.maxAge(); age != nil && *age == 0 && !a.prompt("login") {
		words = append(slices.Clone(words), "login")
	}
	return strings.Join(words, " ")
}

// freshLeeway is how far a provider's clock may be behind ours where it says when a person authenticated.
const freshLeeway = time.Minute

// checkFresh holds what a provider says of the time of authentication against what the app demanded when it asked. It fails
// with login_required (OpenID Connect Core §3.1.2.1: the answer "if it cannot reauthenticate the End-User").
//
// A provider that states an old time has not asked the person, whatever it was told. One that states none has proved
// nothing: that is no answer to max_age (§3.1.3.7, rules 12 and 13), nor to prompt=login in the standard dialect. In
// Cognito's, prompt=login is a wish that is passed on, as Cognito does it: most social providers never state a time, and apps
// that always send prompt=login work with them; so it is for pages of ours, whose visitors could not use them otherwise.
func (a *Authorization) checkFresh(assertion federation.Assertion, asked time.Time) error {
	age := a.maxAge()
	if age == nil {
		return nil
	}
	said := assertion.Authenticated
	switch {
	case said.IsZero() && a.MaxAuthAge == nil && (a.Pool.Dialect == userpool.DialectCognito || a.Page != ""):
		return nil
	case said.IsZero():
		return notFresh("the provider does not say when the person authenticated")
	case said.Before(asked.Add(-*age - freshLeeway)):
		return notFresh("the person authenticated there at %s, and the app asked at %s for no more than %s ago", said.UTC(), asked.UTC(), *age)
	}
	return nil
}

func notFresh(format string, args ...any) error {
	refusal := federation.Refuse("freshness", "The identity provider did not confirm a new sign-in", format, args...)
	refusal.Code = string(oauth.LoginRequired)
	return refusal
}

// authTime is when the person authenticated: the provider's own word where it has one, and never in the future, where a
// clock that is ahead would have put it.
func authTime(assertion federation.Assertion, now time.Time) time.Time {
	if said := assertion.Authenticated; !said.IsZero() && said.Before(now) {
		return said
	}
	return now
}
