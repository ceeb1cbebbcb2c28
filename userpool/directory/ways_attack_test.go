package directory_test

import (
	"fmt"
	"strings"
	"testing"

	"portico/userpool"
)

// A name in another case of letters finds the same account, and its code goes to the address as it is kept. Nobody's address is
// made up so that it does not tell, by the case it was typed in, that it is nobody's.
func TestAttackUserEnumerationByCase(t *testing.T) {
	o, nobody := timedChoice(t)
	o.Pace = 0
	for _, name := range []string{"ines@acme.example", nobody} {
		ways, err := o.WaysIn(t.Context(), o.pool, o.client, strings.ToUpper(name))
		if err != nil {
			t.Fatal(err)
		}
		if way, open := ways.Of(userpool.FactorEmailOTP); !open || way.To.Destination != name {
			t.Errorf("%s: the code seems to go to %+v", name, way.To)
		}
	}
}

// Nobody's number that no text message reaches seems to get none, as somebody's does.
func TestAttackUserEnumerationByCountry(t *testing.T) {
	o := newPhoneOffice(t, nil)
	o.pool.SignInWith = []string{userpool.AliasEmail, userpool.AliasPhone}
	o.pool.FirstFactors = []userpool.Factor{userpool.FactorPassword, userpool.FactorSMSOTP}
	o.Texts.Prefixes = []string{"+351"}
	seen := 0
	for i := range 40 {
		for _, country := range []string{"+351", "+49"} {
			ways, err := o.WaysAgain(t.Context(), o.pool, o.client, fmt.Sprintf("%s91255529%02d", country, i))
			if err != nil {
				t.Fatal(err)
			}
			way, open := ways.Of(userpool.FactorSMSOTP)
			switch {
			case open && !strings.HasPrefix(way.To.Destination, "+351"):
				t.Fatalf("a code seems to go to %s", way.To.Destination)
			case open:
				seen++
			}
		}
	}
	if seen == 0 {
		t.Error("no code seems to go anywhere")
	}
}
