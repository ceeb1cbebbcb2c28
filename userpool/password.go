package userpool

import (
	"strings"
	"unicode/utf8"
)

// PasswordPolicy is a pool's rule for passwords (PasswordPolicyType). MinLength is 6 to 99, in characters.
type PasswordPolicy struct {
	MinLength                    int
	Lower, Upper, Number, Symbol bool
}

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
