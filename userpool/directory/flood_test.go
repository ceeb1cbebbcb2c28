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

// Somebody makes account after account with one victim's number.
func TestAttackFloodingANumber(t *testing.T) {
	o := newPhoneOffice(t, func(d *userpool.Declaration) { phones(d); d.Pool.UsernameAttributes = nil })
	sent := func(hours int) int {
		before := o.inbox.Count()
		for hour := range hours {
			for i := range 6 {
				name := fmt.Sprintf("eve-%d-%d-%d", before, hour, i)
				_, _, err := o.SignUp(t.Context(), o.pool, o.client, directory.SignUp{Username: name, Password: goodPassword, Attributes: map[string]string{"phone_number": phone}})
				if err != nil && !errors.Is(err, directory.ErrLimit) {
					t.Fatal(err)
				}
				if _, found := o.Find(t.Context(), o.pool, name); (err != nil) != errors.Is(found, userpool.ErrNotFound) {
					t.Fatalf("sign-up gave %v, and the look-up %v", err, found)
				}
			}
			*o.clock = o.clock.Add(time.Hour)
		}
		return o.inbox.Count() - before
	}
	if n := sent(1); n != 5 {
		t.Errorf("%d messages in an hour, want 5", n)
	}
	if n := sent(6); n != 10 {
		t.Errorf("%d messages in the rest of the day, want 10", n)
	}
	// Others are not kept from theirs.
	if _, to := o.enrol(t, "ines", map[string]string{"phone_number": "+351912555291"}); to == nil {
		t.Error("another number got none")
	}
	*o.clock = o.clock.Add(24 * time.Hour)
	if n := sent(1); n != 5 {
		t.Errorf("%d messages the day after, want 5", n)
	}
}

// Resending counts too, and when it is refused it leaves the code that came. Recovery has a share of its own, so that
// strangers who sign up with a number do not keep its owner out.
func TestAttackFloodingANumberByEveryWay(t *testing.T) {
	o := newPhoneOffice(t, func(d *userpool.Declaration) { phones(d); d.Pool.UsernameAttributes = nil })
	o.client.HideUsers = false
	if err := o.CreateDeclared(t.Context(), o.pool, userpool.DeclaredUser{
		Username: "owner", Password: goodPassword, UserAttributes: []types.AttributeType{{Name: new("phone_number"), Value: new(phone)}},
	}); err != nil {
		t.Fatal(err)
	}
	var users []userpool.User
	for i := range 5 {
		user, _ := o.enrol(t, fmt.Sprintf("eve%d", i), map[string]string{"phone_number": phone})
		users = append(users, user)
	}
	code := o.lastCode(t)
	*o.clock = o.clock.Add(directory.ResendWait())
	if _, err := o.ResendSignUpCode(t.Context(), o.pool, o.client, users[4].Sub); !errors.Is(err, directory.ErrLimit) || o.inbox.Count() != 5 {
		t.Errorf("resend: %v, %d messages", err, o.inbox.Count())
	}
	if _, err := o.ConfirmSignUp(t.Context(), o.pool, users[4].Sub, code); err != nil {
		t.Errorf("the code that came: %v", err)
	}
	for i := range 7 { // two accounts, so that the limit is the number's and not a user's
		err := o.Forgot(t.Context(), o.pool, o.client, []string{"eve4", "owner"}[i%2])
		if (i < 5) != (err == nil) || (err != nil && !errors.Is(err, directory.ErrLimit)) {
			t.Errorf("recovery %d: %v", i, err)
		}
		*o.clock = o.clock.Add(directory.ResendWait())
	}
	if n := o.inbox.Count(); n != 10 {
		t.Errorf("%d messages, want 5 to sign up and 5 to recover", n)
	}
}

// Trying to register a number that is taken sends nothing, so it must not use up its owner's messages either.
func TestAttackUsingUpANumbersMessages(t *testing.T) {
	o := newPhoneOffice(t, phones)
	o.enrol(t, phone, nil)
	for range 10 {
		_, _, err := o.SignUp(t.Context(), o.pool, o.client, directory.SignUp{Username: phone, Password: goodPassword})
		if !errors.Is(err, directory.ErrUserExists) && !errors.Is(err, directory.ErrLimit) { // the rate of sign-ups, in the end
			t.Fatal(err)
		}
	}
	user, err := o.Find(t.Context(), o.pool, phone)
	if err != nil {
		t.Fatal(err)
	}
	*o.clock = o.clock.Add(directory.ResendWait())
	if _, err := o.ResendSignUpCode(t.Context(), o.pool, o.client, user.Sub); err != nil || o.inbox.Count() != 2 {
		t.Errorf("%v, %d messages", err, o.inbox.Count())
	}
}

// Account after account with a victim's address, in any case of its letters.
func TestAttackFloodingAnAddress(t *testing.T) {
	o := newOffice(t, func(d *userpool.Declaration) { d.Pool.UsernameAttributes = nil })
	for i := range 23 {
		address := []string{"victim@acme.example", "Victim@ACME.example"}[i%2]
		_, _, err := o.SignUp(t.Context(), o.pool, o.client, directory.SignUp{Username: fmt.Sprintf("eve%d", i), Password: goodPassword, Attributes: map[string]string{"email": address}})
		if (i < 20) != (err == nil) || (err != nil && !errors.Is(err, directory.ErrLimit)) {
			t.Fatalf("account %d: %v", i, err)
		}
	}
	if n := o.inbox.Count(); n != 20 {
		t.Errorf("%d messages, want 20", n)
	}
	// The address's owner is not kept from recovering an account.
	o.client.HideUsers = false
	if err := o.CreateDeclared(t.Context(), o.pool, userpool.DeclaredUser{
		Username: "owner", Password: goodPassword, UserAttributes: []types.AttributeType{{Name: new("email"), Value: new("victim@acme.example")}},
	}); err != nil {
		t.Fatal(err)
	}
	if err := o.Forgot(t.Context(), o.pool, o.client, "owner"); err != nil || o.inbox.Count() != 21 {
		t.Errorf("recovery: %v, %d messages", err, o.inbox.Count())
	}
}

// Somebody signs up with many numbers of their own, each of which earns them a share of what the message costs.
func TestAttackTollFraud(t *testing.T) {
	o := newPhoneOffice(t, phones)
	o.Texts = directory.TextLimits{PerHour: 3, Prefixes: []string{"+351"}}
	for i := range 6 {
		_, _, err := o.SignUp(t.Context(), o.pool, o.client, directory.SignUp{Username: fmt.Sprintf("+35191255529%d", i), Password: goodPassword})
		if (i < 3) != (err == nil) || (err != nil && !errors.Is(err, directory.ErrLimit)) {
			t.Errorf("number %d: %v", i, err)
		}
	}
	*o.clock = o.clock.Add(time.Hour)
	var refused *directory.AttributeError
	_, _, err := o.SignUp(t.Context(), o.pool, o.client, directory.SignUp{Username: "+882155501234", Password: goodPassword})
	if !errors.As(err, &refused) || refused.Name != "phone_number" || o.inbox.Count() != 3 {
		t.Errorf("a number of another country: %v, %d messages", err, o.inbox.Count())
	}
	if _, to := o.enrol(t, "ines@acme.example", nil); to == nil || to.Medium != "EMAIL" {
		t.Errorf("e-mail is not meant by limits of text messages: %+v", to)
	}
}
