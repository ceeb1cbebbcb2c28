package userpool

import (
	"slices"
	"time"
)

// SoftwareToken is the secret a user's authenticator app makes codes from (RFC 6238). A user has at most one.
type SoftwareToken struct {
	Pool   ID
	Sub    Sub
	Secret Secret // raw bytes as a string; the store seals it
	Name   string // what the person calls the app or device; empty where they did not say
	Added  time.Time
	Step   int64 // the time step of the latest code that was taken; no code of it or of an earlier one is taken again
}

// SecondFactors are the second factors that count for a user when signing in with the pool itself, in the pool's order. Where
// the pool is ON and the user turned none on, the address or number that is known already serves without enrolment, as in
// Cognito: a phone even before it was verified, since the first code verifies it.
func (p *Pool) SecondFactors(u User) []Factor {
	if p.MFA.Mode == MFAOff {
		return nil
	}
	active := p.activeFactors(u)
	if len(active) > 0 || p.MFA.Mode != MFAOn {
		return active
	}
	if p.MFA.Enables(FactorSMS) && u.Attributes[AliasPhone] != "" {
		active = append(active, FactorSMS)
	}
	if p.MFA.Enables(FactorEmailOTP) && u.Attributes[AliasEmail] != "" && u.Attributes[AliasEmail+"_verified"] == "true" {
		active = append(active, FactorEmailOTP)
	}
	return active
}

// activeFactors are those the user turned on and can still use. An authenticator app goes on to count where the pool does not
// offer apps any more; a number or an address that is gone does not.
func (p *Pool) activeFactors(u User) []Factor {
	var active []Factor
	for _, f := range []Factor{FactorTOTP, FactorSMS, FactorEmailOTP} {
		if !slices.Contains(u.MFA.Factors, f) {
			continue
		}
		if f == FactorTOTP || (p.MFA.Enables(f) && u.Attributes[f.Attribute()] != "") {
			active = append(active, f)
		}
	}
	return active
}

// Attribute names the attribute that holds where codes of a second factor go; empty for authenticator apps.
func (f Factor) Attribute() string {
	switch f {
	case FactorSMS:
		return AliasPhone
	case FactorEmailOTP:
		return AliasEmail
	}
	return ""
}

// SignInName is the name a person signs in with: the stored one, or the address where people sign in with that.
func (p *Pool) SignInName(u User) string {
	for _, kind := range p.SignInWith {
		if u.Attributes[kind] != "" {
			return u.Attributes[kind]
		}
	}
	return u.Username
}
