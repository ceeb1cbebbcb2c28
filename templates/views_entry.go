package templates

import "time"

// SignInView feeds SignIn: GET and POST /login.
type SignInView struct {
	Frame
	Action, CSRF    string
	Providers       []ProviderButton // listed first; the fifth and later sit behind "More ways to sign in"
	Password        bool             // draw the local form
	Username        Field            // Name defaults to "username"
	PasswordProblem string
	Passkey         *PasskeyForm // nil where nobody signs in with one
	SignUpHref      string       // empty when people cannot register themselves
	ForgotHref      string       // empty when the pool cannot send codes
	Notice          *Notice
}

// SignUpView feeds SignUp: GET and POST /signup.
type SignUpView struct {
	Frame
	Action, CSRF, SignInHref string
	Providers                []ProviderButton
	Fields                   []Field // username and requiredAttributes[…], in order
	PasswordField            Field   // Name defaults to "password"
	Rules                    []Rule
	Notice                   *Notice
	TermsHref, PrivacyHref   string // the consent line is drawn when either is set
	HiddenFields             []Hidden
}

// ConfirmView feeds Confirm: the code that proves an e-mail address or a phone.
type ConfirmView struct {
	Frame
	Action, ResendAction, CSRF string
	Medium                     Medium
	Masked                     string        // where the code went, already masked
	Username                   string        // sent along as the hidden field "username", if not empty
	Problem                    string        // at the code field
	Code                       string        // what was typed, kept after a refusal
	Digits                     int           // length of the code; 0 means 6
	ValidFor                   time.Duration // how long the code works; 0 drops the sentence
	WaitSeconds                int           // above 0: "You can ask again in N seconds" instead of the button
	SentAgain                  bool          // a new code has just been sent
	Notice                     *Notice
	HiddenFields               []Hidden
}

// ForgotView feeds Forgot: GET and POST /forgotPassword.
type ForgotView struct {
	Frame
	Action, CSRF, SignInHref string
	Username                 Field // Name defaults to "username"
	Notice                   *Notice
	HiddenFields             []Hidden
}

// ResetView feeds Reset: the code and the new password. Its words are the same
// whether or not the account exists.
type ResetView struct {
	Frame
	Action, ResendAction, CSRF string
	SignInHref                 string
	Typed                      string // what the person typed on the page before
	Medium                     Medium
	Code, CodeProblem          string
	Digits                     int // length of the code; 0 means 6
	PasswordField              Field
	AgainField                 *Field // "New password again" (confirmPassword); nil draws none
	Rules                      []Rule
	WaitSeconds                int
	SentAgain                  bool
	Notice                     *Notice
	HiddenFields               []Hidden
}

// SignKind is the picture in the arch above a page's heading.
type SignKind uint8

// The signs an error page can carry: Stopped for a refusal (danger), Clock for
// something that took too long, Fault for our own failure (care).
const (
	SignStopped SignKind = iota
	SignClock
	SignFault
)

// ErrorView feeds Error: what happened, whether anything changed, one next step
// and the reference that finds it in the log.
type ErrorView struct {
	Frame
	Sign        SignKind
	Heading     string
	Text        string // what happened and whether anything changed
	Then        string // what to do, when there is no button
	Button      *Link
	Support     string   // an e-mail address or a name; empty leaves the line out
	Details     []Detail // "Details for developers"; values are text, never links
	DetailsOpen bool
	TraceHref   string // in development: the trace of this attempt
}

// SignedOutView feeds SignedOut.
type SignedOutView struct {
	Frame
	SignInHref string
	Provider   string // where the person may still be signed in; empty leaves the note out
}

// SignOutView feeds SignOut: the question before a sign-out.
type SignOutView struct {
	Frame
	Action string
	CSRF   string
}

// PostFormView feeds PostForm: a form that carries the browser to an identity
// provider by POST (SAML's HTTP-POST binding). The script submits it at once;
// without script the button does.
type PostFormView struct {
	Frame
	Action       string // the provider's single sign-on address
	Fields       []Hidden
	ProviderName string
}

// ReturnFormView feeds ReturnForm: a form that carries an authorization
// response to the app by POST, sent as PostForm's is.
type ReturnFormView struct {
	Frame
	Action string // the app's callback URL
	Fields []Hidden
}
