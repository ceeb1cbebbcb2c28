package templates

import "time"

// FactorWay is how a second factor reaches a person.
type FactorWay uint8

// The ways.
const (
	FactorApp FactorWay = iota // an authenticator app
	FactorPhone
	FactorEmail
)

// SecondFactorView feeds SecondFactor: the code of a second factor, at a
// sign-in or as the end of a set-up.
type SecondFactorView struct {
	Frame
	Action, CSRF  string
	ResendAction  string // empty for an authenticator app
	OtherHref     string // "Use another way"; empty where there is none
	StartHref     string // "Start again"
	Way           FactorWay
	Masked        string // where the code went
	Code, Problem string
	Remember      *Tick // asks whether the device is to be remembered; nil does not
	ValidFor      time.Duration
	WaitSeconds   int // as in ConfirmView
	SentAgain     bool
	Notice        *Notice
}

// FactorChoiceView feeds FactorChoice: which second factor to use, or to set up.
type FactorChoiceView struct {
	Frame
	Action, CSRF string
	Field        string // form name of the buttons; empty means "mfaOption"
	SetUp        bool
	Options      []FactorOption
	StartHref    string
	Heading      string // in place of that of a sign-in, with Text below it, on the account page
	Text         string
	BackHref     string // to the account page; empty at a sign-in
	Notice       *Notice
}

// FactorOption is one button of the choice.
type FactorOption struct {
	Value  string
	Way    FactorWay
	Masked string // where codes go; empty where it is not known yet
}

// SetUpAppView feeds SetUpApp: an authenticator app is shown its secret and
// shows its first code.
type SetUpAppView struct {
	Frame
	Action, CSRF  string
	URI           string // otpauth:
	Key           string // the secret, as people type it
	QR            QRCode
	Code, Problem string
	HiddenFields  []Hidden
	Text          string // in place of what is said at a sign-in
	BackHref      string // to the account page; empty at a sign-in
	Name          Field  // what the person calls the app; Name defaults to "friendlyDeviceName"
	Remember      *Tick  // as in SecondFactorView
	OtherHref     string
	StartHref     string
	Notice        *Notice
}

// QRCode is a square of so many modules a side; Path draws the dark ones, one
// unit each.
type QRCode struct {
	Size int
	Path string
}

// SetUpAddressView feeds SetUpAddress: the number or address that codes of a
// second factor are to go to.
type SetUpAddressView struct {
	Frame
	Action, CSRF string
	Way          FactorWay // FactorPhone or FactorEmail
	Address      Field     // Name defaults to "phone_number" or "email"
	OtherHref    string
	StartHref    string
	Notice       *Notice
}
