package userpool

import (
	"strings"
	"time"
	"unicode/utf8"
)

// PasswordPolicy is a pool's rule for passwords (PasswordPolicyType). MinLength is 6 to 99, in characters.
type PasswordPolicy struct {
	MinLength                    int
	Lower, Upper, Number, Symbol bool

	// History is how many of a person's latest passwords may not be chosen again, 0 to MaxPasswordHistory. The one that is
	// being replaced is among them.
	History int
	// TemporaryLife is how long a temporary password works, counted from when it was set; DefaultTemporaryLife unless said
	// otherwise.
	TemporaryLife time.Duration
}

// MaxPasswordHistory is the largest PasswordHistorySize.
const MaxPasswordHistory = 24

// DefaultTemporaryLife is Cognito's: a missing TemporaryPasswordValidityDays and 0 mean it as well.
const DefaultTemporaryLife = 7 * 24 * time.Hour

// MaxPasswordLength is Cognito's upper bound, in characters.
const MaxPasswordLength = 256

// PasswordRule is one part of a policy.
type PasswordRule string

// The rules, in the order in which pages list them.
const (
	RuleLength PasswordRule = "length"
	RuleLower  PasswordRule = "lower"
	RuleUpper  PasswordRule = "upper"
	RuleNumber PasswordRule = "number"
	RuleSymbol PasswordRule = "symbol"
)

// Rules lists the parts of the policy.
func (p PasswordPolicy) Rules() []PasswordRule {
	rules := []PasswordRule{RuleLength}
	if p.Lower {
		rules = append(rules, RuleLower)
	}
	if p.Upper {
		rules = append(rules, RuleUpper)
	}
	if p.Number {
		rules = append(rules, RuleNumber)
	}
	if p.Symbol {
		rules = append(rules, RuleSymbol)
	}
	return rules
}

// symbols are the characters Cognito counts as special; a space counts too, but not at the edges.
const symbols = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-"

// Kept is how many earlier passwords' hashes are kept beside the current one, so that History of them can be recognised.
func (p PasswordPolicy) Kept() int { return max(p.History-1, 0) }

// Missing returns the rules a password breaks; none means it is good. A password over MaxPasswordLength breaks RuleLength.
func (p PasswordPolicy) Missing(password string) []PasswordRule {
	met := map[PasswordRule]bool{}
	n := utf8.RuneCountInString(password)
	met[RuleLength] = n >= p.MinLength && n <= MaxPasswordLength
	met[RuleLower] = strings.ContainsAny(password, "abcdefghijklmnopqrstuvwxyz")
	met[RuleUpper] = strings.ContainsAny(password, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	met[RuleNumber] = strings.ContainsAny(password, "0123456789")
	met[RuleSymbol] = strings.ContainsAny(password, symbols) || strings.Contains(strings.Trim(password, " "), " ")
	var missing []PasswordRule
	for _, rule := range p.Rules() {
		if !met[rule] {
			missing = append(missing, rule)
		}
	}
	return missing
}
