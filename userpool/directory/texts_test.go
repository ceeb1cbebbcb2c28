package directory_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
	"portico/userpool/directory"
)

const phone = "+351912555290"

// phones is a pool where people sign in with an address or a number, both verified, both ways to recover.
func phones(d *userpool.Declaration) {
	d.Pool.UsernameAttributes = append(d.Pool.UsernameAttributes, types.UsernameAttributeTypePhoneNumber)
	d.Pool.AutoVerifiedAttributes = append(d.Pool.AutoVerifiedAttributes, types.VerifiedAttributeTypePhoneNumber)
}

// newPhoneOffice is an office with a carrier of text messages.
func newPhoneOffice(t *testing.T, change func(*userpool.Declaration)) *office {
	t.Helper()
	o := newOffice(t, change)
	o.Texts = directory.TextLimits{PerHour: 1000}
	return o
}

// enrol signs somebody up and says where the code went.
func (o *office) enrol(t *testing.T, name string, attributes map[string]string) (userpool.User, *directory.Delivery) {
	t.Helper()
	user, to, err := o.SignUp(t.Context(), o.pool, o.client, directory.SignUp{Username: name, Password: goodPassword, Attributes: attributes})
	if err != nil {
		t.Fatal(err)
	}
	return user, to
}

func (o *office) lastMedium(t *testing.T) string {
	t.Helper()
	messages := o.inbox.Messages()
	if len(messages) == 0 {
		t.Fatal("nothing was sent")
	}
	return messages[0].Medium
}

func TestSignUpByPhone(t *testing.T) {
	o := newPhoneOffice(t, phones)
	user, to := o.enrol(t, phone, nil)
	if to == nil || to.Medium != "SMS" || to.Attribute != "phone_number" || to.Destination != phone || o.lastMedium(t) != "SMS" {
		t.Fatalf("the code went to %+v", to)
	}
	if user.Attributes["phone_number"] != phone || user.Attributes["phone_number_verified"] != "false" {
		t.Errorf("attributes %v", user.Attributes)
	}
	first := o.lastCode(t)
	*o.clock = o.clock.Add(directory.ResendWait())
	if _, err := o.ResendSignUpCode(t.Context(), o.pool, o.client, user.Sub); err != nil || o.inbox.Count() != 2 || o.lastMedium(t) != "SMS" {
		t.Fatalf("resend: %v, %d messages", err, o.inbox.Count())
	}
	if _, err := o.ConfirmSignUp(t.Context(), o.pool, user.Sub, first); first != o.lastCode(t) && !errors.Is(err, directory.ErrCodeMismatch) {
		t.Errorf("the replaced code: %v", err)
	}
	confirmed, err := o.ConfirmSignUp(t.Context(), o.pool, user.Sub, o.lastCode(t))
	if err != nil || confirmed.Attributes["phone_number_verified"] != "true" || confirmed.Attributes["email_verified"] != "" {
		t.Fatalf("%v, %v", confirmed.Attributes, err)
	}
	if got, err := o.Authenticate(t.Context(), o.pool, o.client, phone, goodPassword); err != nil || got.Sub != user.Sub {
		t.Errorf("sign-in: %v, %v", got.Sub, err)
	}
}

// Cognito: where both are to be verified, the code goes to the phone, and the address stays unverified.
func TestSignUpCodeGoesToThePhoneFirst(t *testing.T) {
	for _, c := range []struct {
		name     string
		texts    int
		given    map[string]string
		medium   string
		verified string
	}{
		{"both", 9, map[string]string{"email": "a@acme.example", "phone_number": phone}, "SMS", "phone_number"},
		{"address alone", 9, map[string]string{"email": "a@acme.example"}, "EMAIL", "email"},
		{"both, and nobody carries texts", 0, map[string]string{"email": "a@acme.example", "phone_number": phone}, "EMAIL", "email"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newPhoneOffice(t, func(d *userpool.Declaration) { phones(d); d.Pool.UsernameAttributes = nil })
			o.Texts.PerHour = c.texts
			user, to := o.enrol(t, "ines", c.given)
			if to == nil || to.Medium != c.medium || o.lastMedium(t) != c.medium {
				t.Fatalf("the code went to %+v", to)
			}
			confirmed, err := o.ConfirmSignUp(t.Context(), o.pool, user.Sub, o.lastCode(t))
			if err != nil {
				t.Fatal(err)
			}
			for _, kind := range []string{"email", "phone_number"} {
				if got := confirmed.Attributes[kind+"_verified"] == "true"; got != (kind == c.verified) {
					t.Errorf("%s verified: %v", kind, got)
				}
			}
		})
	}
}

func TestSignUpByPhoneWithoutCarrierWaitsForAnAdministrator(t *testing.T) {
	o := newOffice(t, phones)
	if _, to := o.enrol(t, phone, nil); to != nil || o.inbox.Count() != 0 {
		t.Errorf("a code went to %+v", to)
	}
}

// recoverable is a person with both verified.
func (o *office) recoverable(t *testing.T) userpool.User {
	t.Helper()
	err := o.CreateDeclared(t.Context(), o.pool, userpool.DeclaredUser{
		Username: "kofi@acme.example", Password: goodPassword, UserAttributes: []types.AttributeType{{Name: new("phone_number"), Value: new(phone)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	user, err := o.Find(t.Context(), o.pool, "kofi@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	return user
}

func TestRecoveryFollowsThePriority(t *testing.T) {
	mechanism := func(name types.RecoveryOptionNameType, priority int32) types.RecoveryOptionType {
		return types.RecoveryOptionType{Name: name, Priority: &priority}
	}
	mail, text := types.RecoveryOptionNameTypeVerifiedEmail, types.RecoveryOptionNameTypeVerifiedPhoneNumber
	for _, c := range []struct {
		name       string
		mechanisms []types.RecoveryOptionType
		texts      int
		want       string
	}{
		{"Cognito's legacy order", nil, 9, "SMS"},
		{"legacy order, nobody carries texts", nil, 0, "EMAIL"},
		{"e-mail first", []types.RecoveryOptionType{mechanism(text, 2), mechanism(mail, 1)}, 9, "EMAIL"},
		{"phone first", []types.RecoveryOptionType{mechanism(mail, 2), mechanism(text, 1)}, 9, "SMS"},
		{"phone alone, nobody carries texts", []types.RecoveryOptionType{mechanism(text, 1)}, 0, ""},
		{"administrators only", []types.RecoveryOptionType{mechanism(types.RecoveryOptionNameTypeAdminOnly, 1)}, 9, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newPhoneOffice(t, func(d *userpool.Declaration) {
				phones(d)
				if c.mechanisms != nil {
					d.Pool.AccountRecoverySetting = &types.AccountRecoverySettingType{RecoveryMechanisms: c.mechanisms}
				}
			})
			o.Texts.PerHour, o.client.HideUsers = c.texts, false
			o.recoverable(t)
			err := o.Forgot(t.Context(), o.pool, o.client, "kofi@acme.example")
			if c.want == "" {
				if !errors.Is(err, directory.ErrNoRecovery) || o.inbox.Count() != 0 {
					t.Errorf("%v, %d messages", err, o.inbox.Count())
				}
				return
			}
			if err != nil || o.lastMedium(t) != c.want {
				t.Fatalf("%v, by %q, want %q", err, o.lastMedium(t), c.want)
			}
			if err := o.ConfirmForgot(t.Context(), o.pool, o.client, "kofi@acme.example", o.lastCode(t), "another-Lantern-8"); err != nil {
				t.Error(err)
			}
		})
	}
}

// A number that was never verified is not this person's to recover by.
func TestAttackRecoveryByAnUnverifiedPhone(t *testing.T) {
	o := newPhoneOffice(t, phones)
	o.client.HideUsers = false
	user, _ := o.enrol(t, phone, nil)
	if err := o.Forgot(t.Context(), o.pool, o.client, phone); !errors.Is(err, directory.ErrNoRecovery) || o.inbox.Count() != 1 {
		t.Errorf("%v, %d messages for %s", err, o.inbox.Count(), user.Sub)
	}
}

// A pool's settings change between a code and its use: a code that went to a phone proves no address, and none that went
// to an address proves a phone.
func TestAttackCodeProvesWhereItWentOnly(t *testing.T) {
	o := newPhoneOffice(t, func(d *userpool.Declaration) { phones(d); d.Pool.UsernameAttributes = nil })
	both := map[string]string{"email": "victim@acme.example", "phone_number": phone}
	user, _ := o.enrol(t, "eve", both)
	code := o.lastCode(t)
	o.Texts.PerHour = 0 // from now on codes go by e-mail
	if _, err := o.ConfirmSignUp(t.Context(), o.pool, user.Sub, code); !errors.Is(err, directory.ErrCodeMismatch) {
		t.Errorf("a phone's code for an address: %v", err)
	}
	other, _ := o.enrol(t, "mallory", both)
	code = o.lastCode(t)
	o.Texts.PerHour = 9
	if _, err := o.ConfirmSignUp(t.Context(), o.pool, other.Sub, code); !errors.Is(err, directory.ErrCodeMismatch) {
		t.Errorf("an address's code for a phone: %v", err)
	}
}

// Where users are hidden, a name without an account gets the same answer, and nobody a message.
func TestForgottenPasswordByPhoneTellsNothing(t *testing.T) {
	o := newPhoneOffice(t, phones)
	o.recoverable(t)
	for _, name := range []string{phone, "+351912555999"} {
		if err := o.Forgot(t.Context(), o.pool, o.client, name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := o.ConfirmForgot(t.Context(), o.pool, o.client, name, "000000x", goodPassword); !errors.Is(err, directory.ErrCodeMismatch) {
			t.Errorf("%s: %v", name, err)
		}
	}
	o.settle()
	if o.inbox.Count() != 1 || o.inbox.Messages()[0].To != phone {
		t.Errorf("%d messages, want one to the account's phone", o.inbox.Count())
	}
}

// Text messages bind the code to the host of the pages, where phones can check it.
func TestTextNamesItsHost(t *testing.T) {
	o := newPhoneOffice(t, phones)
	for origin, want := range map[string]string{
		"https://id.acme.example": "\n\n@id.acme.example #", "http://localhost": "", "https://id.acme.example:8443": "", "https://localhost": "", "http://id.acme.example": "",
	} {
		o.pool.At.Origin = origin
		o.enrol(t, fmt.Sprintf("+35191255%04d", o.inbox.Count()), nil)
		got := o.inbox.Messages()[0]
		if want != "" {
			want += got.Code.Reveal()
		}
		if want := "Notes: " + got.Code.Reveal() + " is your code. It works for 24 hours." + want; got.Text != want {
			t.Errorf("%s: %q, want %q", origin, got.Text, want)
		}
	}
}
