package directory_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
	"portico/userpool/directory"
)

// timedChoice is timed, with a pool that takes codes; seeming is a name of nobody that seems to get one.
func timedChoice(t *testing.T) (o *office, seeming string) {
	t.Helper()
	o = timed(t)
	o.pool.FirstFactors = []userpool.Factor{userpool.FactorPassword, userpool.FactorEmailOTP, userpool.FactorPasskey}
	for i := range 50 {
		seeming = fmt.Sprintf("nobody%d@acme.example", i)
		ways, err := o.WaysIn(t.Context(), o.pool, o.client, seeming)
		if err != nil {
			t.Fatal(err)
		}
		if _, open := ways.Of(userpool.FactorEmailOTP); open {
			return o, seeming
		}
	}
	t.Fatal("nobody seems to get a code")
	return nil, ""
}

// How long it takes to be told the ways in, to be sent a code, and to have a wrong one refused tells nothing of whether there is
// such a user.
func TestAttackUserEnumerationByTimeOfChoice(t *testing.T) {
	o, nobody := timedChoice(t)
	ways := func(name string) func(int) {
		return func(int) {
			if _, err := o.WaysIn(t.Context(), o.pool, o.client, name); err != nil {
				t.Fatal(err)
			}
		}
	}
	send := func(name string) func(int) {
		return func(int) {
			*o.clock = o.clock.Add(time.Hour)
			if err := o.SendOneTimeCode(t.Context(), o.pool, o.client, name, userpool.FactorEmailOTP); err != nil {
				t.Fatal(err)
			}
		}
	}
	guess := func(name string) func(int) {
		return func(int) {
			*o.clock = o.clock.Add(time.Hour) // no lock
			_, err := o.ProveOneTimeCode(t.Context(), o.pool, o.client, name, userpool.FactorEmailOTP, "00000000")
			if !errors.Is(err, directory.ErrCodeMismatch) {
				t.Fatal(err)
			}
		}
	}
	t.Run("ways by name", func(t *testing.T) { compare(t, ways("ines"), ways("nobody")) })
	t.Run("ways by alias", func(t *testing.T) { compare(t, ways("ines@acme.example"), ways(nobody)) })
	t.Run("code", func(t *testing.T) { compare(t, send("ines@acme.example"), send(nobody)) })
	o.settle()
	t.Run("guess", func(t *testing.T) { compare(t, guess("ines@acme.example"), guess(nobody)) })
}

// Numbers are made up where nothing that was typed is one, and not all the same.
func TestMadeUpNumbers(t *testing.T) {
	o, _ := timedChoice(t)
	o.pool.FirstFactors = []userpool.Factor{userpool.FactorPassword, userpool.FactorSMSOTP}
	o.Texts.PerHour, o.Pace = 10, 0
	kinds := map[string]bool{}
	for i := range 200 {
		ways, err := o.WaysAgain(t.Context(), o.pool, o.client, fmt.Sprint("nobody", i))
		if err != nil || len(ways.Open) == 0 {
			t.Fatal(ways, err)
		}
		if way, open := ways.Of(userpool.FactorSMSOTP); open {
			kinds[way.To.Destination] = true
		}
	}
	if len(kinds) < 2 {
		t.Errorf("the made-up numbers are %v", kinds)
	}
}

// An address that was never verified signs in where it is the name of the account, and nowhere else.
func TestCodesGoToAddressesThatAreTheAccounts(t *testing.T) {
	for name, c := range map[string]struct {
		verified bool
		change   func(*userpool.Declaration)
		want     bool
	}{
		"verified alias":       {true, asAlias, true},
		"unverified attribute": {false, asAlias, false},
		"unverified name":      {false, nil, true},
	} {
		o := newOffice(t, c.change)
		o.pool.FirstFactors = []userpool.Factor{userpool.FactorPassword, userpool.FactorEmailOTP}
		o.client.HideUsers = false
		user := userpool.DeclaredUser{Username: "ines@acme.example", Password: goodPassword}
		if c.change != nil {
			user.Username = "ines"
			user.UserAttributes = []types.AttributeType{{Name: new("email"), Value: new("ines@acme.example")}}
		}
		if !c.verified {
			user.UserAttributes = append(user.UserAttributes, types.AttributeType{Name: new("email_verified"), Value: new("false")})
		}
		if err := o.CreateDeclared(t.Context(), o.pool, user); err != nil {
			t.Fatal(name, err)
		}
		ways, err := o.WaysIn(t.Context(), o.pool, o.client, user.Username)
		if err != nil {
			t.Fatal(name, err)
		}
		if _, open := ways.Of(userpool.FactorEmailOTP); open != c.want {
			t.Errorf("%s: %v, want %v", name, open, c.want)
		}
	}
}

func asAlias(d *userpool.Declaration) {
	d.Pool.UsernameAttributes = nil
	d.Pool.AliasAttributes = []types.AliasAttributeType{types.AliasAttributeTypeEmail}
}

// Codes are bounded for each account, and wrong ones lock it, as passwords do; a name of nobody just the same.
func TestOneTimeCodeLimits(t *testing.T) {
	o, nobody := timedChoice(t)
	o.Pace = 0
	for _, name := range []string{"ines@acme.example", nobody} {
		o.Meter.Limits = userpool.DefaultLimits()
		var limit *directory.LimitError
		var err error
		for range 5 {
			*o.clock = o.clock.Add(time.Minute)
			err = errors.Join(err, o.SendOneTimeCode(t.Context(), o.pool, o.client, name, userpool.FactorEmailOTP))
			o.settle()
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := o.SendOneTimeCode(t.Context(), o.pool, o.client, name, userpool.FactorEmailOTP); !errors.As(err, &limit) {
			t.Errorf("%s, the sixth in an hour: %v", name, err)
		}
		o.Meter.Limits = userpool.Limits{}
		var locked *directory.LockedError
		for range 5 {
			_, err = o.ProveOneTimeCode(t.Context(), o.pool, o.client, name, userpool.FactorEmailOTP, "00000000")
		}
		if !errors.Is(err, directory.ErrCodeMismatch) {
			t.Errorf("%s, five wrong ones: %v", name, err)
		}
		if _, err = o.ProveOneTimeCode(t.Context(), o.pool, o.client, name, userpool.FactorEmailOTP, "00000000"); !errors.As(err, &locked) {
			t.Errorf("%s, the sixth: %v", name, err)
		}
		*o.clock = o.clock.Add(time.Hour)
	}
}
