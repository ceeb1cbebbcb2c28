package templates

// IdentifierView feeds Identifier: the sign-in page where every company
// provider is found by the domain of an address.
type IdentifierView struct {
	Frame
	Action, CSRF string
	Providers    []ProviderButton // those that have a button of their own
	Email        Field            // Name defaults to "identifier"
	SignUpHref   string
	Notice       *Notice
}
