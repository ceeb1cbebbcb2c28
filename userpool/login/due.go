package login

import (
	"slices"

	"portico/userpool"
)

// need is what a sign-in needs after a first factor.
type need uint8

const (
	needNothing need = iota
	needFactor       // the one factor that is named
	needChoice       // one of those that are named, as the person chooses
	needSetUp        // a second factor, which the person does not have yet
	needAnother      // another first factor: this one does not go with a second
)

// due is what comes after a first factor, and the second factors that may be used instead, the one that is asked for first.
type due struct {
	need    need
	factors []userpool.Factor
}

// dueAfter is Cognito's rule: what the pool's policy asks of a person after a first factor. A code that comes with a sign-up
// counts like a password: whoever reads the mail has one factor, not two.
func dueAfter(pool *userpool.Pool, user userpool.User, p proof) due {
	factors := pool.SecondFactors(user)
	required := pool.MFA.Mode == userpool.MFAOn
	switch {
	case !required && len(factors) == 0: // off, or nothing was turned on
		return due{}
	case p.both(pool):
		return due{}
	case p.by == userpool.FactorEmailOTP || p.by == userpool.FactorSMSOTP:
		return due{need: needAnother}
	case len(factors) == 0:
		return due{need: needSetUp}
	case p.device != nil && pool.Devices.ReplaceMFA:
		return due{} // ChallengeRequiredOnNewDevice: this one is not new
	case len(factors) == 1:
		return due{needFactor, factors}
	}
	if i := slices.Index(factors, user.MFA.Preferred); i >= 0 {
		first := factors[i]
		others := slices.Delete(slices.Clone(factors), i, i+1)
		return due{needFactor, append([]userpool.Factor{first}, others...)}
	}
	return due{needChoice, factors}
}

// replacing is the key of the device that takes the place of a second factor; empty where none does.
func (p proof) replacing(pool *userpool.Pool) string {
	alone := p
	alone.device = nil
	if p.device == nil || dueAfter(pool, p.user, alone).need == needNothing {
		return ""
	}
	return p.device.Key
}
