package directory

import (
	"slices"
	"strings"

	"portico/userpool"
)

// Delivery says where a code went.
type Delivery struct {
	Medium      string // userpool.MediumEmail or userpool.MediumSMS
	Attribute   string // "email" or "phone_number"
	Destination string // the full address or number: mask it before showing it

	user userpool.User // whose it is
}

// TextLimits say which text messages are sent. Strangers decide whom a sign-up code goes to, and every message costs the
// operator money: there are people who collect a share of it for numbers of their own.
type TextLimits struct {
	PerHour  int      // messages of this server in an hour, whomever they go to; 0: Sender carries none
	Prefixes []string // beginnings of the numbers that get any, such as "+351"; empty means all
}

// reaches reports whether a number gets text messages.
func (t TextLimits) reaches(number string) bool {
	return len(t.Prefixes) == 0 || slices.ContainsFunc(t.Prefixes, func(prefix string) bool { return strings.HasPrefix(number, prefix) })
}

// delivery is the way to an attribute of a user; nil where the user has none.
func delivery(user userpool.User, attribute string) *Delivery {
	to := &Delivery{Medium: userpool.MediumEmail, Attribute: attribute, Destination: user.Attributes[attribute], user: user}
	if attribute == userpool.AliasPhone {
		to.Medium = userpool.MediumSMS
	}
	if to.Destination == "" {
		return nil
	}
	return to
}

// signUpDelivery is where the sign-up code goes: to an attribute that the pool verifies by itself. Where a user gives both
// and both are to be verified, the code goes to the phone and the address stays unverified (Cognito's rule).
func (d *Directory) signUpDelivery(pool *userpool.Pool, user userpool.User) *Delivery {
	for _, attribute := range d.VerifiesBy(pool) {
		if to := delivery(user, attribute); to != nil {
			return to
		}
	}
	return nil
}

// VerifiesBy are the attributes that a sign-up code of the pool may go to, best first.
func (d *Directory) VerifiesBy(pool *userpool.Pool) []string {
	var by []string
	for _, attribute := range []string{userpool.AliasPhone, userpool.AliasEmail} {
		if slices.Contains(pool.AutoVerify, attribute) && d.carries(attribute) {
			by = append(by, attribute)
		}
	}
	return by
}

// RecoversBy are the attributes that a recovery code of the pool may go to, best first; none where only administrators
// reset passwords.
func (d *Directory) RecoversBy(pool *userpool.Pool) []string {
	var by []string
	for _, attribute := range pool.RecoverBy {
		if d.carries(attribute) {
			by = append(by, attribute)
		}
	}
	return by
}

// Reaches reports whether codes can be sent by an attribute.
func (d *Directory) Reaches(attribute string) bool { return d.carries(attribute) }

func (d *Directory) carries(attribute string) bool {
	return attribute == userpool.AliasEmail || (attribute == userpool.AliasPhone && d.Texts.PerHour > 0)
}

// exhausted reports whether a phone or an address had its share of messages; whether one more is sent is decided when it is
// sent.
func (d *Directory) exhausted(purpose userpool.CodePurpose, to *Delivery) bool {
	return d.Shares.gone(purpose, to, d.Texts.PerHour, d.Now())
}

// refused reports why a sign-up code could not be sent, before anything is written.
func (d *Directory) refused(to *Delivery) error {
	switch {
	case to == nil:
		return nil
	case to.Medium == userpool.MediumSMS && !d.Texts.reaches(to.Destination):
		return &AttributeError{to.Attribute, "We cannot send messages to numbers of this country."}
	case d.exhausted(userpool.CodeSignUp, to):
		return ErrLimit
	}
	return nil
}
