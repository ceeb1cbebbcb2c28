package directory_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
	"portico/userpool/directory"
)

// timingSamples is how often each side is measured. The median of so many shows a hash (20 ms) that is missing.
const timingSamples = 15

// timingRounds is how often a comparison may be made. What differs by what the code does differs in every one of them; what
// differs because a neighbour wrote to the disk does not.
const timingRounds = 4

// compare measures an operation on somebody and on nobody in turn, so that a machine that is slow for a while is slow for both,
// and holds the medians together: a third of the larger one apart at most, and 3 ms for what else the machine does. Each
// call has a number of its own.
func compare(t *testing.T, somebody, nobody func(i int)) {
	t.Helper()
	var differ error
	for round := range timingRounds {
		if differ = compareOnce(t, round*timingSamples, somebody, nobody); differ == nil {
			return
		}
	}
	t.Error(differ)
}

func compareOnce(t *testing.T, from int, somebody, nobody func(i int)) error {
	t.Helper()
	var a, b []time.Duration
	for i := from; i < from+timingSamples; i++ {
		for _, side := range []struct {
			took *[]time.Duration
			do   func(int)
		}{{&a, somebody}, {&b, nobody}} {
			began := time.Now()
			side.do(i)
			*side.took = append(*side.took, time.Since(began))
		}
	}
	slices.Sort(a)
	slices.Sort(b)
	some, none := a[timingSamples/2], b[timingSamples/2]
	t.Logf("somebody: median %v (%v to %v); nobody: median %v (%v to %v)", some, a[0], a[timingSamples-1], none, b[0], b[timingSamples-1])
	if apart := (some - none).Abs(); apart > max(some, none)/3+3*time.Millisecond {
		return fmt.Errorf("the medians are %v apart", apart)
	}
	if a[0] > b[timingSamples-1] || b[0] > a[timingSamples-1] {
		return errors.New("the times do not overlap")
	}
	return nil
}

// timed is an office whose pool signs in with user names and addresses, where ines has both; limits are tested elsewhere.
func timed(t *testing.T) *office {
	t.Helper()
	o := newOffice(t, func(d *userpool.Declaration) {
		d.Pool.UsernameAttributes = nil
		d.Pool.AliasAttributes = []types.AliasAttributeType{types.AliasAttributeTypeEmail}
	})
	o.Meter.Limits, o.Pace = userpool.Limits{}, 40*time.Millisecond
	if err := o.CreateDeclared(t.Context(), o.pool, userpool.DeclaredUser{
		Username: "ines", Password: goodPassword,
		UserAttributes: []types.AttributeType{{Name: new("email"), Value: new("ines@acme.example")}},
	}); err != nil {
		t.Fatal(err)
	}
	return o
}

// Where the client hides users, how long an answer takes does not tell either whether there is such a user.
func TestAttackUserEnumerationByTime(t *testing.T) {
	o := timed(t)
	want := func(err, wanted error) {
		t.Helper()
		if !errors.Is(err, wanted) {
			t.Fatalf("got %v, want %v", err, wanted)
		}
	}
	signIn := func(name string) func(int) {
		return func(int) {
			*o.clock = o.clock.Add(time.Hour) // no lock
			_, err := o.Authenticate(t.Context(), o.pool, o.client, name, "wrong")
			want(err, directory.ErrIncorrect)
		}
	}
	forgot := func(name string) func(int) {
		return func(int) {
			*o.clock = o.clock.Add(time.Hour)
			want(o.Forgot(t.Context(), o.pool, o.client, name), nil)
		}
	}
	guess := func(name string) func(int) {
		return func(int) {
			want(o.ConfirmForgot(t.Context(), o.pool, o.client, name, "no code", goodPassword), directory.ErrCodeMismatch)
		}
	}
	const alias, nobody = "ines@acme.example", "nobody@acme.example"
	t.Run("sign-in by name", func(t *testing.T) { compare(t, signIn("ines"), signIn("nobody")) })
	t.Run("sign-in by alias", func(t *testing.T) { compare(t, signIn(alias), signIn(nobody)) })
	t.Run("forgotten password", func(t *testing.T) { compare(t, forgot(alias), forgot(nobody)) })
	o.settle()
	t.Run("recovery code", func(t *testing.T) { compare(t, guess(alias), guess(nobody)) })
}

// User names are never hidden from whoever signs up (Cognito's rule); addresses are, where they are aliases.
func TestAttackAddressEnumerationBySignUp(t *testing.T) {
	o := timed(t)
	join := func(side, email string) func(int) {
		return func(i int) {
			wish := directory.SignUp{Username: fmt.Sprint(side, i), Password: goodPassword, Attributes: map[string]string{"email": email}}
			if _, delivery, err := o.SignUp(t.Context(), o.pool, o.client, wish); err != nil || delivery.Destination != email {
				t.Fatal(delivery, err)
			}
		}
	}
	compare(t, join("a", "ines@acme.example"), join("b", "nobody@acme.example"))
}

// A wrong code that is counted in a commit is answered no sooner and no later than one that belongs to nobody.
func TestAttackUserEnumerationByCountedGuesses(t *testing.T) {
	o := timed(t)
	try := func(name string) func(int) {
		return func(i int) {
			if err := o.ConfirmForgot(t.Context(), o.pool, o.client, name, "no code", goodPassword); !errors.Is(err, directory.ErrCodeMismatch) {
				t.Fatal(err)
			}
		}
	}
	fresh := func() {
		*o.clock = o.clock.Add(time.Hour)
		for _, name := range []string{"ines", "nobody"} {
			if err := o.Forgot(t.Context(), o.pool, o.client, name); err != nil {
				t.Fatal(err)
			}
		}
		o.settle()
	}
	compare(t, func(i int) {
		if i%directory.MaxCodeAttempts == 0 {
			fresh()
		}
		try("ines")(i)
	}, func(i int) {
		if i%directory.MaxCodeAttempts == 0 {
			fresh()
		}
		try("nobody")(i)
	})
}

// Answers of the recovery come no sooner than the pace, whoever is meant; a client that hides nobody keeps nobody waiting.
func TestPace(t *testing.T) {
	o := timed(t)
	o.Pace = time.Second
	took := func(do func() error) time.Duration {
		began := time.Now()
		if err := do(); err != nil && !errors.Is(err, directory.ErrCodeMismatch) && !errors.Is(err, directory.ErrNoUser) {
			t.Fatal(err)
		}
		return time.Since(began)
	}
	for _, hides := range []bool{true, false} {
		o.client.HideUsers = hides
		for _, name := range []string{"ines", "nobody"} {
			*o.clock = o.clock.Add(time.Hour)
			forgot := took(func() error { return o.Forgot(t.Context(), o.pool, o.client, name) })
			o.settle()
			guess := took(func() error { return o.ConfirmForgot(t.Context(), o.pool, o.client, name, "no code", goodPassword) })
			if (forgot >= o.Pace) != hides || (guess >= o.Pace) != hides {
				t.Errorf("%s, hidden %v: %v and %v", name, hides, forgot, guess)
			}
		}
	}
}
