package login

import (
	"portico/federation"
	"portico/userpool"
	"portico/userpool/oauth"
	"portico/userpool/token"
)

// Hints reads an ID token that an app sends back as id_token_hint; token.Mint does.
type Hints interface {
	VerifyHint(pool *userpool.Pool, raw string) (token.Hint, error)
}

var _ Hints = token.Mint{}

// meant is whom the app means by id_token_hint (OpenID Connect Core §3.1.2.1): empty where it names nobody. It reports false
// for a hint that is no ID token of the pool: that names nobody whom we could know.
func (l *Login) meant(a *Authorization) (userpool.Sub, bool) {
	if a.hinted != "" || a.IDTokenHint == "" {
		return a.hinted, true
	}
	if l.Hints == nil {
		return "", false
	}
	hint, err := l.Hints.VerifyHint(a.Pool, a.IDTokenHint)
	if err != nil {
		return "", false
	}
	a.hinted = hint.Sub
	return hint.Sub, true
}

// mayBe reports whether a session of this user may answer the request. A hint that cannot be verified is answered by no
// session: then the person is asked, or with prompt=none the app is told.
func (l *Login) mayBe(a *Authorization, sub userpool.Sub) bool {
	meant, known := l.meant(a)
	return known && (meant == "" || meant == sub)
}

// saidAnother is what the app is told where somebody else signed in than the one it means (§3.1.2.1: unless that person is
// "logged in by the request", the answer is an error such as login_required).
const saidAnother = "Another person than the one of id_token_hint signed in"

// isAnother reports whether a sign-in is of somebody else than the one the app means. A hint that cannot be verified names
// nobody, and stands in nobody's way.
func (l *Login) isAnother(a *Authorization, sub userpool.Sub) bool {
	meant, _ := l.meant(a)
	return meant != "" && meant != sub
}

// anotherAt is that error where the person came from a provider.
func anotherAt() error {
	refusal := federation.Refuse("hint", saidAnother, "id_token_hint is of another user")
	refusal.Code = string(oauth.LoginRequired)
	return refusal
}
