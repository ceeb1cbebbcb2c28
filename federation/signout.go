package federation

import "context"

// SignOut is what a sign-out at a provider begins with.
type SignOut struct {
	// Session is Assertion.Session of the sign-in that is being ended.
	Session map[string]string
	// Return is our address where the browser shall come back to, registered at the provider.
	Return string
	// State comes back with it.
	State string
}

// SignOuter is a Protocol that can end the person's session at the provider too.
type SignOuter interface {
	// SignOut says where the browser goes to be signed out. It reports false where this provider offers no sign-out, or
	// cannot be asked now: signing out here never waits for, or fails with, the provider.
	SignOut(ctx context.Context, out SignOut) (Departure, bool)
}

// SignOutFinisher is a SignOuter that checks the provider's answer to a sign-out, as SAML's is signed. Its verdict is for the
// log: the person is signed out here already, and goes on to the app either way.
type SignOutFinisher interface {
	FinishSignOut(ctx context.Context, state string, answer Answer) error
}
