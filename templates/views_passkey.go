package templates

import "time"

// PasskeyForm has the browser ask an authenticator, and posts its answer in the field "credential". It needs script, so it is
// drawn only where there is one.
type PasskeyForm struct {
	Action, CSRF string
	Options      string // in JSON, for navigator.credentials
	Autofill     bool   // the user name field of the page offers passkeys, too
}

// ChooseView feeds Choose: GET and POST /choose.
type ChooseView struct {
	Frame
	Action, CSRF string
	Who          string // the account, as it was typed
	WhoPhone     bool   // it is a number
	ChangeHref   string
	Passkey      *PasskeyForm // nil where it is no way
	Ways         []Way
	Notice       *Notice
}

// Way is a button of the choice; Value is what the form sends as "way".
type Way struct {
	Kind        WayKind
	Value       string
	Title, Line string
	To          string // where a code goes, masked; takes the place of Line
}

// WayKind picks the icon of a way.
type WayKind uint8

// The kinds.
const (
	WayEmail WayKind = iota
	WayPhone
	WayPassword
)

// OneTimeView feeds OneTime: the code in place of a password.
type OneTimeView struct {
	Frame
	Action, CSRF string
	Medium       Medium
	Masked       string // where the code went
	Problem      string // at the code field
	Code         string // what was typed, kept after a refusal
	Digits       int
	ValidFor     time.Duration
	WaitSeconds  int
	SentAgain    bool
	Notice       *Notice
	AnotherHref  string // to the other ways to sign in
}

// AddPasskeyView feeds AddPasskey: GET and POST /passkeys/add.
type AddPasskeyView struct {
	Frame
	Passkey *PasskeyForm // nil where there is nothing to add any more
	Notice  *Notice
	// NotNowHref is the way on without one; empty where it is not known.
	NotNowHref string
}
