package templates

// ProveView feeds Prove: somebody in the pool has the address a provider vouches
// for, and proves here to be the same person.
type ProveView struct {
	Frame
	Action, CSRF string
	Provider     string // whom the person came from
	Masked       string // the address, masked
	Username     string // for password managers: the account's address
	Problem      string // at the password
	ForgotHref   string
	Notice       *Notice
}
