package notify

import (
	"slices"
	"strings"
)

// Kind says what a message is for.
type Kind uint8

// The kinds of message. Those up to SignUpLink carry something secret; the rest are notices, which tell the owner of an
// account what happened to it.
const (
	SignUpCode       Kind = iota // proves the address or phone number of a new account
	RecoveryCode                 // lets a person choose a new password
	SecondFactorCode             // the second factor of a sign-in
	SignInCode                   // a one-time password: the first factor of a sign-in
	AttributeCode                // proves an address or phone number that an account is given
	SignUpLink                   // SignUpCode as a link
	PasswordChanged
	EmailChanged // goes to the address there was before
	PasskeyAdded
	PasskeyRemoved
	AuthenticatorAdded
	AuthenticatorRemoved
	AccountDeleted
	SecondStepChanged // codes by text message or e-mail were turned on or off, or another factor is asked for first
	IdentityLinked    // an account at a provider signs in to this one from now on
	IdentityUnlinked
)

// kindNames are for the log and for programs that send text messages.
var kindNames = [...]string{
	"sign-up code", "recovery code", "second-factor code", "sign-in code", "attribute code", "sign-up link",
	"password changed", "email changed", "passkey added", "passkey removed", "authenticator added", "authenticator removed", "account deleted",
	"second step changed", "identity linked", "identity unlinked",
}

func (k Kind) String() string { return kindNames[k] }

// FileName is the name of the kind in an operator's folder, such as sign-up-code.
func (k Kind) FileName() string { return strings.ReplaceAll(k.String(), " ", "-") }

// Kinds are all kinds, in order.
func Kinds() []Kind {
	kinds := make([]Kind, len(kindNames))
	for i := range kinds {
		kinds[i] = Kind(i)
	}
	return kinds
}

// FindKind finds a kind by its FileName.
func FindKind(name string) (Kind, bool) {
	i := slices.IndexFunc(Kinds(), func(k Kind) bool { return k.FileName() == name })
	return Kind(max(i, 0)), i >= 0
}

// Notice reports whether the kind tells of something and asks for nothing.
func (k Kind) Notice() bool { return k > SignUpLink }

// MailOnly reports whether the kind is never a text message: a link is for where the app is open, and what is told to an old
// address is told there.
func (k Kind) MailOnly() bool { return k == SignUpLink || k == EmailChanged }

// sayings are the keys of a kind's texts: its heading, the sentence under it, the one at the end, and that of a text message.
type sayings struct{ heading, text, end, short string }

func (k Kind) sayings() sayings {
	switch k {
	case RecoveryCode:
		return sayings{"mail.reset.heading", "mail.enter", "mail.ignore.reset", "text.recovery"}
	case SecondFactorCode:
		return sayings{"mail.signin.heading", "mail.enter", "mail.ignore.second", "text.signin"}
	case SignInCode:
		return sayings{"mail.signin.heading", "mail.enter", "mail.ignore.signin", "text.signin"}
	case AttributeCode:
		return sayings{"mail.attribute.heading", "mail.enter", "mail.ignore", "text.attribute"}
	case SignUpLink:
		return sayings{heading: "mail.signup.heading", text: "mail.link.enter", end: "mail.ignore"}
	case PasswordChanged:
		return sayings{"notice.password.heading", "notice.you", "notice.reset", "notice.password.heading"}
	case EmailChanged:
		return sayings{heading: "notice.email.heading", text: "notice.email.text", end: "notice.tell"}
	case AccountDeleted:
		return sayings{"notice.deleted.heading", "notice.deleted.text", "notice.tell", "notice.deleted.heading"}
	}
	return k.sayingsOfKeys()
}

// sayingsOfKeys are those of passkeys and authenticators, and of the first kind of all.
func (k Kind) sayingsOfKeys() sayings {
	changed := func(heading string) sayings { return sayings{heading, "notice.you", "notice.reset", heading} }
	switch k {
	case PasskeyAdded:
		return changed("notice.passkey.added.heading")
	case PasskeyRemoved:
		return changed("notice.passkey.removed.heading")
	case AuthenticatorAdded:
		return changed("notice.authenticator.added.heading")
	case AuthenticatorRemoved:
		return changed("notice.authenticator.removed.heading")
	case SecondStepChanged:
		return changed("notice.second.heading")
	case IdentityLinked:
		return changed("notice.linked.heading")
	case IdentityUnlinked:
		return changed("notice.unlinked.heading")
	}
	return sayings{"mail.signup.heading", "mail.enter", "mail.ignore", "text.signup"}
}
