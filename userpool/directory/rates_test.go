package directory_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
	"portico/userpool/directory"
)

func at(t *testing.T, address string) context.Context {
	return directory.WithCaller(t.Context(), address)
}

// Credential stuffing: one address tries many accounts, each too seldom for its lock. Sign-ins that succeed are not counted
// against the address, which may be a whole office.
func TestAttackPasswordSprayFromOneAddress(t *testing.T) {
	o := newOffice(t, nil)
	o.Meter.Limits.Address.SignIn = userpool.Rate{Count: 10, Per: time.Minute}
	o.confirmedPerson(t, "ines@acme.example")
	office := at(t, "203.0.113.9")
	for i := range 15 {
		if _, err := o.Authenticate(office, o.pool, o.client, "ines@acme.example", goodPassword); err != nil {
			t.Fatalf("sign-in %d: %v", i, err)
		}
	}
	var locked *directory.LockedError
	for i := range 10 {
		if _, err := o.Authenticate(office, o.pool, o.client, fmt.Sprintf("person%d@acme.example", i), "guess"); !errors.Is(err, directory.ErrIncorrect) {
			t.Fatalf("guess %d: %v", i, err)
		}
	}
	for _, name := range []string{"person10@acme.example", "ines@acme.example"} {
		if _, err := o.Authenticate(office, o.pool, o.client, name, "guess"); !errors.As(err, &locked) || locked.For != 6*time.Second {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := o.Authenticate(at(t, "203.0.113.10"), o.pool, o.client, "ines@acme.example", goodPassword); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
	*o.clock = o.clock.Add(6 * time.Second)
	if _, err := o.Authenticate(office, o.pool, o.client, "ines@acme.example", goodPassword); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

// Wrong passwords meet the lock, which lets too few through to use up the account's rate: a stranger who guesses does not
// make the owner wait for longer than the lock does.
func TestAttackGuessesDoNotUseUpTheAccount(t *testing.T) {
	o := newOffice(t, nil)
	o.confirmedPerson(t, "ines@acme.example")
	tried := 0
	for range 15 * 60 { // a guess a second for a quarter of an hour
		if _, err := o.Authenticate(at(t, fmt.Sprintf("198.51.100.%d", tried)), o.pool, o.client, "ines@acme.example", "guess"); errors.Is(err, directory.ErrIncorrect) {
			tried++
		}
		*o.clock = o.clock.Add(time.Second)
	}
	if tried > 15 {
		t.Errorf("%d guesses in a quarter of an hour", tried)
	}
	*o.clock = o.clock.Add(15 * time.Minute) // the longest lock
	if _, err := o.Authenticate(at(t, "203.0.113.9"), o.pool, o.client, "ines@acme.example", goodPassword); err != nil {
		t.Errorf("the owner, after the lock: %v", err)
	}
}

// Accounts made by the dozen. (Many with one mailbox: flood_test.go.)
func TestAttackSignUpFlood(t *testing.T) {
	o := newOffice(t, func(d *userpool.Declaration) {
		d.Pool.UsernameAttributes = nil
		d.Pool.AliasAttributes = []types.AliasAttributeType{types.AliasAttributeTypeEmail}
	})
	o.Meter.Limits.Address.SignUp = userpool.Rate{Count: 8, Per: time.Hour}
	join := func(ctx context.Context, name, email string) error {
		wish := directory.SignUp{Username: name, Password: goodPassword, Attributes: map[string]string{"email": email}}
		_, _, err := o.SignUp(ctx, o.pool, o.client, wish)
		return err
	}
	flood := at(t, "198.51.100.7")
	for i := range 8 {
		if err := join(flood, fmt.Sprint("b", i), fmt.Sprintf("b%d@acme.example", i)); err != nil {
			t.Fatal(err)
		}
	}
	var limit *directory.LimitError
	if err := join(flood, "c", "c@acme.example"); !errors.As(err, &limit) {
		t.Errorf("the ninth account: %v", err)
	}
	if _, err := o.Find(t.Context(), o.pool, "c"); !errors.Is(err, userpool.ErrNotFound) {
		t.Errorf("a refused sign-up left somebody: %v", err)
	}
	if err := join(at(t, "198.51.100.8"), "c", "c@acme.example"); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
	weak := directory.SignUp{Username: "d", Password: "weak"}
	for range 20 { // people who learn the rules of passwords are no flood
		if _, _, err := o.SignUp(at(t, "198.51.100.9"), o.pool, o.client, weak); errors.Is(err, directory.ErrLimit) {
			t.Fatal("weak passwords are counted")
		}
	}
}

// Where the client hides users, a limit comes at the same try for everybody, by the name that was typed: asking under one name
// and then under another of the same person tells nothing.
func TestAttackLimitsTellNobodyApart(t *testing.T) {
	o := newOffice(t, nil)
	user := o.confirmedPerson(t, "ines@acme.example")
	ctx := at(t, "198.51.100.7")
	outcomes := map[string]string{}
	for _, name := range []string{"ines@acme.example", "nobody@acme.example", string(user.Sub)} {
		for range 8 {
			outcomes[name] += fmt.Sprintf("%v;", o.Forgot(ctx, o.pool, o.client, name))
		}
		for range 20 {
			outcomes[name] += fmt.Sprintf("%v;", o.ConfirmForgot(ctx, o.pool, o.client, name, "no code", "weak"))
		}
		o.settle()
	}
	if a, b, c := outcomes["ines@acme.example"], outcomes["nobody@acme.example"], outcomes[string(user.Sub)]; a != b || a != c {
		t.Errorf("ines: %s\nnobody: %s\nines by another name: %s", a, b, c)
	}
}

// Somebody who burns every code of a person with wrong guesses runs out of guesses before the person runs out of codes.
func TestAttackBurningCodes(t *testing.T) {
	o := newOffice(t, nil)
	o.confirmedPerson(t, "ines@acme.example")
	stranger, owner := at(t, "198.51.100.7"), at(t, "203.0.113.9")
	for try := 1; ; try++ {
		*o.clock = o.clock.Add(31 * time.Second)
		if err := o.Forgot(owner, o.pool, o.client, "ines@acme.example"); err != nil {
			t.Fatalf("the owner's code %d: %v", try, err)
		}
		o.settle()
		for range directory.MaxCodeAttempts {
			_ = o.ConfirmForgot(stranger, o.pool, o.client, "ines@acme.example", "no code", goodPassword)
		}
		if err := o.ConfirmForgot(owner, o.pool, o.client, "ines@acme.example", o.lastCode(t), "Another-Lantern-8"); err == nil {
			t.Logf("the owner's code %d works", try)
			return
		}
	}
}
