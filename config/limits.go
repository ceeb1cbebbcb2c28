package config

import (
	"errors"
	"net/url"
	"strings"

	"portico/userpool"
)

// CompromisedPasswords is one of two: a file on this machine, or a service.
type CompromisedPasswords struct {
	// File is a list of SHA-1 hashes, one a line, sorted by hash, each with or without :count after it: the form in which Have I
	// Been Pwned publishes its list. It is not loaded, so it may have tens of gigabytes.
	File string `yaml:"file"`
	// URL is a service that is asked by k-anonymity: it is told the first five digits of a password's SHA-1, which are appended
	// to this address, and never the password. Such as https://api.pwnedpasswords.com/range/. While it is out of reach, passwords
	// are not checked, and the log says so.
	URL url.URL `yaml:"url"`
}

// Limits are rates, written as count/time: 30/1m is 30 at once, and 30 more, evenly, in every minute. off bounds nothing. The
// largest time is 24h.
type Limits struct {
	// PerAddress holds for one address, or one IPv6 network of 64 bits: of the person, where the server knows the proxies in
	// front of it (trusted_proxies). An office or a school may be one address; sign-ins that succeed do not count.
	PerAddress AddressRates `yaml:"per_address"`
	// PerAccount holds for one account and one address; for one account and all addresses together, four times as much.
	PerAccount AccountRates `yaml:"per_account"`
}

// AddressRates are the rates of one address.
type AddressRates struct {
	// SignIn: passwords that are tried. Default 100/15m.
	SignIn userpool.Rate `yaml:"sign_in"`
	// SignUp: accounts that are made. Default 50/1h.
	SignUp userpool.Rate `yaml:"sign_up"`
	// CodeRequest: codes that are sent, for each kind of code. Default 60/1h.
	CodeRequest userpool.Rate `yaml:"code_request"`
	// CodeGuess: codes that are tried, for each kind. Default 100/1h.
	CodeGuess userpool.Rate `yaml:"code_guess"`
}

// AccountRates are the rates of one account.
type AccountRates struct {
	// SignIn: passwords that are tried. Default 30/1m. Wrong ones meet the lockout long before. Danger: below 15/1m wrong
	// passwords alone can use it up.
	SignIn userpool.Rate `yaml:"sign_in"`
	// SignUp: tries to make an account of one name. Default 10/1h.
	SignUp userpool.Rate `yaml:"sign_up"`
	// CodeRequest: codes that are sent, for each kind. Default 5/1h, Cognito's.
	CodeRequest userpool.Rate `yaml:"code_request"`
	// CodeGuess: codes that are tried, for each kind. Default 15/1h, Cognito's. Danger: every code is one of a million, and
	// stops working after five wrong tries; with off for this and code_request, somebody may try for days.
	CodeGuess userpool.Rate `yaml:"code_guess"`
}

// Rates are the limits as the rooms know them, with the defaults in place of what is not set.
func (l Limits) Rates() userpool.Limits {
	fallback := userpool.DefaultLimits()
	return userpool.Limits{
		Address: userpool.Rates(l.PerAddress).Or(fallback.Address),
		Account: userpool.Rates(l.PerAccount).Or(fallback.Account),
	}
}

func readRate(text string) (any, error) {
	rate, err := userpool.ParseRate(text)
	if err != nil {
		return nil, err
	}
	return rate, nil
}

// check refuses what would send part of every password's hash in clear.
func (c CompromisedPasswords) check(fault report) {
	const path = "server.compromised_passwords"
	if c.URL.Host == "" {
		return
	}
	if c.File != "" {
		fault(path+".url", "cannot stand beside file: keep one of the two")
	}
	if err := rangeAddress(c.URL); err != nil {
		fault(path+".url", "%s", err)
	}
}

func rangeAddress(u url.URL) error {
	switch {
	case u.Scheme != "https" && !loopback(u.Hostname()):
		return errors.New("must begin with https://: what is asked is part of a password's hash")
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery || !strings.HasSuffix(u.Path, "/"):
		return errors.New("must end in /, where five digits are appended, as in https://api.pwnedpasswords.com/range/")
	}
	return nil
}
