package userpool

import (
	"slices"
	"strings"
	"testing"
)

func TestPasswordPolicy(t *testing.T) {
	full := PasswordPolicy{MinLength: 8, Lower: true, Upper: true, Number: true, Symbol: true}
	for _, c := range []struct {
		policy   PasswordPolicy
		password string
		want     []PasswordRule
	}{
		{full, "Passw0rd!", nil},
		{full, "", []PasswordRule{RuleLength, RuleLower, RuleUpper, RuleNumber, RuleSymbol}},
		{full, "password", []PasswordRule{RuleUpper, RuleNumber, RuleSymbol}},
		{full, "Pass w0rd", nil},                                              // a space within counts as a symbol
		{full, " Passw0rd ", []PasswordRule{RuleSymbol}},                      // at the edges it does not
		{full, "Pässw0rdé", []PasswordRule{RuleSymbol}},                       // letters beyond ASCII are no symbols
		{full, "ÄÖÜäöü١٢!", []PasswordRule{RuleLower, RuleUpper, RuleNumber}}, // and meet no other rule
		{PasswordPolicy{MinLength: 6}, "éééééé", nil},                         // length is in characters
		{PasswordPolicy{MinLength: 6}, "ééééé", []PasswordRule{RuleLength}},
		{PasswordPolicy{MinLength: 6}, strings.Repeat("x", MaxPasswordLength), nil},
		{PasswordPolicy{MinLength: 6}, strings.Repeat("x", MaxPasswordLength+1), []PasswordRule{RuleLength}},
	} {
		if got := c.policy.Missing(c.password); !slices.Equal(got, c.want) {
			t.Errorf("%.20q misses %q, want %q", c.password, got, c.want)
		}
	}
	for _, symbol := range "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+=" {
		if got := full.Missing("Passw0rd" + string(symbol)); got != nil {
			t.Errorf("%q is no symbol", symbol)
		}
	}
	if got := (PasswordPolicy{MinLength: 8, Number: true}).Rules(); !slices.Equal(got, []PasswordRule{RuleLength, RuleNumber}) {
		t.Errorf("rules %q", got)
	}
}
