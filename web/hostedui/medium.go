package hostedui

import (
	"errors"
	"strings"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
)

// medium is what a page says of the way a code took.
func medium(sent string) templates.Medium {
	if sent == userpool.MediumSMS {
		return templates.MediumPhone
	}
	return templates.MediumEmail
}

// recoveryMedium is what the page after a forgotten password says. It follows from the pool alone: the way this person's
// code takes would tell what they verified.
func (p *Pages) recoveryMedium(pool *userpool.Pool) templates.Medium {
	by := p.Directory.RecoversBy(pool)
	switch {
	case len(by) > 1:
		return templates.MediumEither
	case len(by) == 1 && by[0] == userpool.AliasPhone:
		return templates.MediumPhone
	}
	return templates.MediumEmail
}

// messageName is what people call a message.
func messageName(m templates.Medium) string {
	switch m {
	case templates.MediumPhone:
		return "text message"
	case templates.MediumEither:
		return "message"
	}
	return "email"
}

func undelivered(m templates.Medium) *templates.Notice {
	return &templates.Notice{Kind: templates.Bad, First: "The " + messageName(m) + " could not be sent.", Then: "Your account is safe. Ask for a new code in a minute."}
}

// aliasTaken: somebody else verified the same address or number first. The first sentence is Cognito's, with its name of
// the attribute.
func aliasTaken(m templates.Medium) *templates.Notice {
	if m == templates.MediumPhone {
		return &templates.Notice{Kind: templates.Bad, First: "An account with the phone_number already exists.", Then: "Sign in to it, or use another number."}
	}
	return &templates.Notice{Kind: templates.Bad, First: "An account with the email already exists.", Then: "Sign in to it, or use another address."}
}

// codeProblem puts a refused code in words.
func codeProblem(err error, m templates.Medium) (string, bool) {
	switch {
	case errors.Is(err, directory.ErrCodeMismatch):
		return "Invalid verification code provided, please try again. Check the newest " + messageName(m) + " from us.", true
	case errors.Is(err, directory.ErrCodeExpired):
		return "Invalid code provided, please request a code again.", true
	case errors.Is(err, directory.ErrLimit):
		return err.Error() + " Your account is safe.", true
	}
	return "", false
}

// mask hides an address but for its first letters and its last label (i•••@a•••.example), and a phone number but for its
// plus sign and its last four digits, as Cognito does (+•••••••2290; as many marks for every number).
func mask(address string) string {
	if userpool.LooksLikePhone(address) && len(address) > len("+5550100") {
		return "+•••••••" + address[len(address)-4:]
	}
	local, domain, ok := strings.Cut(address, "@")
	if !ok || local == "" || domain == "" {
		return "•••"
	}
	hidden := first(domain) + "•••"
	if i := strings.LastIndexByte(domain, '.'); i > 0 {
		hidden += domain[i:]
	}
	return first(local) + "•••@" + hidden
}

func first(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

// Hints at the form of a number.
const (
	phoneHint  = "With the country code, such as +351 912 345 678"
	eitherHint = "A phone number begins with +, such as +351 912 345 678"
)

// number is a phone number as it is stored, where people put spaces and signs between the digits; any other text stays as
// it is, to be refused by the rules.
func number(typed string) string {
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \u00a0\u202f-.()/", r) {
			return -1
		}
		return r
	}, typed)
	if userpool.LooksLikePhone(digits) {
		return digits
	}
	return typed
}

// dialled is the name somebody typed to sign in with: a number as it is stored, where the pool takes numbers.
func dialled(pool *userpool.Pool, typed string) string {
	if !pool.UsesAlias(userpool.AliasPhone) {
		return typed
	}
	return number(typed)
}
