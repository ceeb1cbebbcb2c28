package hostedui

import (
	"errors"
	"strings"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/words"
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

func undelivered(w words.Words, m templates.Medium) *templates.Notice {
	first := w.Say("code.undelivered.first")
	switch m {
	case templates.MediumPhone:
		first = w.Say("code.undelivered.phone")
	case templates.MediumEither:
		first = w.Say("code.undelivered.either")
	}
	return &templates.Notice{Kind: templates.Bad, First: first, Then: w.Say("code.undelivered.then")}
}

// aliasTaken: somebody else verified the same address or number first. In English the first sentence is Cognito's, with its
// name of the attribute.
func aliasTaken(w words.Words, m templates.Medium) *templates.Notice {
	if m == templates.MediumPhone {
		return &templates.Notice{Kind: templates.Bad, First: w.Say("confirm.taken.phone"), Then: w.Say("confirm.taken.number")}
	}
	return &templates.Notice{Kind: templates.Bad, First: w.Say("confirm.taken.first"), Then: w.Say("confirm.taken.then")}
}

// codeProblem puts a refused code in words.
func codeProblem(w words.Words, err error, m templates.Medium) (string, bool) {
	switch {
	case errors.Is(err, directory.ErrCodeMismatch):
		switch m {
		case templates.MediumPhone:
			return w.Say("code.mismatch.phone"), true
		case templates.MediumEither:
			return w.Say("code.mismatch.either"), true
		}
		return w.Say("code.mismatch"), true
	case errors.Is(err, directory.ErrCodeExpired):
		return w.Say("code.expired"), true
	case errors.Is(err, directory.ErrLimit):
		return w.Say("code.limit"), true
	}
	return "", false
}

// mask hides an address but for its first letters and its last label (i•••@a•••.example), and a phone number but for its
// plus sign and its last four digits, as Cognito does (+•••••••2290; as many marks for every number). Letters are small ones: the case
// an address is kept in would tell it from one that was typed, and so somebody from nobody.
func mask(address string) string {
	if userpool.LooksLikePhone(address) && len(address) > len("+5550100") {
		return "+•••••••" + address[len(address)-4:]
	}
	local, domain, ok := strings.Cut(strings.ToLower(address), "@")
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
