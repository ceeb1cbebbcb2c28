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

// SignOutRequest is a provider's verified request to end what sessions a person has here.
type SignOutRequest struct {
	ID       string   // the provider's name of the request
	Subject  string   // Assertion.Subject of the person
	Sessions []string // the provider's names of the sessions to end, Session["session_index"] of their assertions; none means all
	State    string   // goes back with the answer
	Spend    Once     // a request may be used once
}

// SignOutServer is a Protocol whose provider may ask us to sign a person out, by way of the browser.
type SignOutServer interface {
	// ReadSignOut verifies a request. It fails with an *Error, also for a request of another provider.
	ReadSignOut(ctx context.Context, answer Answer) (SignOutRequest, error)
	// AnswerSignOut says where the browser goes to tell the provider that it is done.
	AnswerSignOut(ctx context.Context, request SignOutRequest) (Departure, error)
}
