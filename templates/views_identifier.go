package templates

// IdentifierView feeds Identifier: the sign-in page that asks for the account
// first, because every company provider is found by the domain of an address,
// or because there are several ways to sign in to an account.
type IdentifierView struct {
	Frame
	Action, CSRF string
	Providers    []ProviderButton // those that have a button of their own
	Email        Field            // Name defaults to "identifier"
	Companies    bool             // an address leads to its company
	Passkey      *PasskeyForm     // nil where nobody signs in with one
	SignUpHref   string
	Notice       *Notice
}
