package directory_test

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
	"portico/userpool/directory"
)

// pensive is an office whose pool wants addresses verified before they count.
func pensive(t *testing.T) *office {
	return newOffice(t, func(d *userpool.Declaration) {
		d.Pool.UserAttributeUpdateSettings = &types.UserAttributeUpdateSettingsType{
			AttributesRequireVerificationBeforeUpdate: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
		}
		d.Pool.SchemaAttributes = []types.SchemaAttributeType{
			{Name: new("team"), AttributeDataType: types.AttributeDataTypeString, Mutable: new(true), StringAttributeConstraints: &types.StringAttributeConstraintsType{MinLength: new("2"), MaxLength: new("8")}},
			{Name: new("badge"), AttributeDataType: types.AttributeDataTypeString, Mutable: new(false)},
			{Name: new("floor"), AttributeDataType: types.AttributeDataTypeNumber, Mutable: new(true), NumberAttributeConstraints: &types.NumberAttributeConstraintsType{MinValue: new("1"), MaxValue: new("9")}},
			{Name: new("family_name"), Required: new(true), Mutable: new(true)},
		}
		d.Clients[0].WriteAttributes = []string{"email", "name", "custom:team", "custom:badge", "custom:floor"}
	})
}

// resident makes a confirmed user with a verified address.
func (o *office) resident(t *testing.T, name string) userpool.User {
	t.Helper()
	declared := userpool.DeclaredUser{Username: name, Password: goodPassword}
	declared.UserAttributes = []types.AttributeType{{Name: new("family_name"), Value: new("Duarte")}}
	if err := o.CreateDeclared(t.Context(), o.pool, declared); err != nil {
		t.Fatal(err)
	}
	user, err := o.Find(t.Context(), o.pool, name)
	if err != nil {
		t.Fatal(err)
	}
	return user
}

func (o *office) change(t *testing.T, user userpool.User, name, value string) (directory.Update, error) {
	t.Helper()
	return o.UpdateAttributes(t.Context(), o.pool, o.client, user.Sub, map[string]string{name: value})
}

// What may be written is held as the API holds it: the client's list, the schema, mutability, limits; an empty value deletes.
func TestUpdateAttributes(t *testing.T) {
	o := pensive(t)
	ines := o.resident(t, "ines@acme.example")
	var unwritable *directory.UnwritableError
	var attribute *directory.AttributeError
	for name, value := range map[string]string{"email_verified": "true", "sub": "x", "nickname": "I", "phone_number_verified": "true"} {
		if _, err := o.change(t, ines, name, value); !errors.As(err, &unwritable) || err.Error() != "A client attempted to write unauthorized attribute" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, c := range [][3]string{
		{"custom:none", "x", "custom:none: Attribute does not exist in the schema."}, {"custom:badge", "7", "Attribute cannot be updated."},
		{"custom:team", "a", "custom:team: String must be at least 2 characters long"}, {"custom:floor", "10", "custom:floor: Number cannot be greater than 9"},
		{"family_name", "", "This is needed."}, {"email", "", "This is needed."}, {"email", "no address", "Invalid email address format."},
	} {
		if _, err := o.change(t, ines, c[0], c[1]); !errors.As(err, &attribute) || attribute.Text != c[2] {
			t.Errorf("%s: %v, want %s", c[0], err, c[2])
		}
	}
	update, err := o.UpdateAttributes(t.Context(), o.pool, o.client, ines.Sub, map[string]string{"name": "Ines", "custom:team": "Blue", "custom:floor": "3", "family_name": "D."})
	if err != nil || update.User.Attributes["custom:team"] != "Blue" || update.User.Attributes["family_name"] != "D." || len(update.Sent) != 0 {
		t.Errorf("%+v, %v", update, err)
	}
	if _, err = o.change(t, ines, "name", ""); err != nil {
		t.Fatal(err)
	}
	if now, _ := o.Storage.UserBySub(t.Context(), o.pool.ID, ines.Sub); now.Attributes["name"] != "" || now.Attributes["custom:floor"] != "3" {
		t.Errorf("%v", now.Attributes)
	}
}

// A value that waits changes nothing until its code is given; then it counts, signs in, and the old one does not.
func TestAddressWaitsForItsCode(t *testing.T) {
	o := pensive(t)
	ines := o.resident(t, "ines@acme.example")
	update, err := o.change(t, ines, "email", "ines@new.example")
	if err != nil || len(update.Pending) != 1 || len(update.Sent) != 1 || update.Sent[0].Destination != "ines@new.example" {
		t.Fatalf("%+v, %v", update, err)
	}
	if waits, err := o.Waiting(t.Context(), o.pool, ines.Sub, "email"); err != nil || waits != "ines@new.example" {
		t.Errorf("%q waits, %v", waits, err)
	}
	if _, err := o.Find(t.Context(), o.pool, "ines@new.example"); !errors.Is(err, userpool.ErrNotFound) {
		t.Errorf("it is found before: %v", err)
	}
	code := o.inbox.Messages()[0].Code.Reveal()
	if _, err := o.VerifyAttribute(t.Context(), o.pool, ines.Sub, "email", wrong(code)); !errors.Is(err, directory.ErrCodeMismatch) {
		t.Errorf("a wrong code: %v", err)
	}
	now, err := o.VerifyAttribute(t.Context(), o.pool, ines.Sub, "email", code)
	if err != nil || now.Attributes["email"] != "ines@new.example" || now.Attributes["email_verified"] != "true" || now.Status != userpool.Confirmed {
		t.Errorf("%v, %v", now.Attributes, err)
	}
	if _, err := o.Find(t.Context(), o.pool, "ines@acme.example"); !errors.Is(err, userpool.ErrNotFound) {
		t.Errorf("the old address still signs in: %v", err)
	}
	if _, err := o.VerifyAttribute(t.Context(), o.pool, ines.Sub, "email", code); !errors.Is(err, directory.ErrCodeExpired) {
		t.Errorf("the code works twice: %v", err)
	}
}

// wrong is another code.
func wrong(code string) string {
	if code[0] == '0' {
		return "1" + code[1:]
	}
	return "0" + code[1:]
}

// The code of one value proves no other: whoever has a code for an address of their own, and then asks for somebody else's,
// has nothing.
func TestAttackCodeOfAnotherAddress(t *testing.T) {
	o := pensive(t)
	mallory := o.resident(t, "mallory@evil.example")
	if _, err := o.change(t, mallory, "email", "mine@evil.example"); err != nil {
		t.Fatal(err)
	}
	mine := o.inbox.Messages()[0].Code.Reveal()
	*o.clock = o.clock.Add(time.Minute)
	if _, err := o.change(t, mallory, "email", "victim@bank.example"); err != nil {
		t.Fatal(err)
	}
	if _, err := o.VerifyAttribute(t.Context(), o.pool, mallory.Sub, "email", mine); !errors.Is(err, directory.ErrCodeMismatch) {
		t.Errorf("%v", err)
	}
	now, _ := o.Storage.UserBySub(t.Context(), o.pool.ID, mallory.Sub)
	if now.Attributes["email"] != "mallory@evil.example" {
		t.Errorf("%v", now.Attributes)
	}
}

// Whether an address is taken is told to whoever proves to own it, and to nobody before.
func TestAttackTakenAddressIsNotTold(t *testing.T) {
	o := pensive(t)
	ines := o.resident(t, "ines@acme.example")
	o.resident(t, "ben@acme.example")
	free, err1 := o.change(t, ines, "email", "free@acme.example")
	taken, err2 := o.change(t, ines, "email", "ben@acme.example")
	if err1 != nil || err2 != nil || len(free.Pending) != len(taken.Pending) || len(free.Sent) != len(taken.Sent) {
		t.Errorf("a taken address is told apart: %+v %v, %+v %v", free, err1, taken, err2)
	}
	code := o.inbox.Messages()[0].Code.Reveal()
	if _, err := o.VerifyAttribute(t.Context(), o.pool, ines.Sub, "email", code); !errors.Is(err, userpool.ErrAliasTaken) {
		t.Errorf("%v", err)
	}
	if ben, err := o.Find(t.Context(), o.pool, "ben@acme.example"); err != nil || ben.Sub == ines.Sub {
		t.Errorf("the address changed hands: %v", err)
	}
}

// Five codes and five changes of the password an hour, as at Cognito.
func TestAccountRates(t *testing.T) {
	o := pensive(t)
	ines := o.resident(t, "ines@acme.example")
	for i := range 6 {
		*o.clock = o.clock.Add(31 * time.Second)
		_, err := o.RequestAttributeCode(t.Context(), o.pool, o.client, ines.Sub, "email")
		if want := i >= 5; errors.Is(err, directory.ErrLimit) != want {
			t.Errorf("code %d: %v", i, err)
		}
	}
	for i := range 6 {
		_, err := o.ChangePassword(t.Context(), o.pool, directory.PasswordChange{Sub: ines.Sub, Previous: goodPassword, Proposed: goodPassword})
		if want := i >= 5; errors.Is(err, directory.ErrLimit) != want {
			t.Errorf("change %d: %v", i, err)
		}
	}
}

// A change needs the previous password, counts wrong ones as a sign-in does, and holds the policy.
func TestChangePassword(t *testing.T) {
	o := pensive(t)
	ines := o.resident(t, "ines@acme.example")
	change := func(previous, proposed string) error {
		_, err := o.ChangePassword(t.Context(), o.pool, directory.PasswordChange{Sub: ines.Sub, Previous: previous, Proposed: proposed})
		return err
	}
	var broken *directory.PasswordError
	if err := change(goodPassword, "short"); !errors.As(err, &broken) {
		t.Errorf("%v", err)
	}
	if err := change("wrong", "Harbour-Window-19"); !errors.Is(err, directory.ErrIncorrect) || err.Error() != "Incorrect username or password." {
		t.Errorf("%v", err)
	}
	if err := change("", "Harbour-Window-19"); !errors.Is(err, directory.ErrIncorrect) {
		t.Errorf("without the previous one: %v", err)
	}
	if err := change(goodPassword, "Harbour-Window-19"); err != nil {
		t.Error(err)
	}
	if _, err := o.Authenticate(t.Context(), o.pool, o.client, "ines@acme.example", "Harbour-Window-19"); err != nil {
		t.Error(err)
	}
	var locked *directory.LockedError
	for range 5 {
		*o.clock = o.clock.Add(15 * time.Minute)
		_ = change("wrong", "Harbour-Window-20")
	}
	if err := change("Harbour-Window-19", "Harbour-Window-20"); !errors.As(err, &locked) && !errors.Is(err, directory.ErrLimit) {
		t.Errorf("guessing goes on: %v", err)
	}
}

// Two links are taken away at the same time where one of them is the last way in: one of them stays.
func TestAttackRacingUnlinks(t *testing.T) {
	o := pensive(t)
	ines := o.resident(t, "ines@acme.example")
	for _, provider := range []string{"Harbor", "Quay"} {
		if err := o.Storage.LinkIdentity(t.Context(), userpool.Link{
			Pool: o.pool.ID, Sub: ines.Sub, Identity: userpool.Identity{Provider: provider, Type: userpool.TypeOIDC, UserID: "i", Attached: *o.clock},
			Audit: userpool.Audit{ID: provider, At: *o.clock},
		}); err != nil {
			t.Fatal(err)
		}
	}
	user, err := o.Storage.UserBySub(t.Context(), o.pool.ID, ines.Sub)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Storage.ChangeUser(t.Context(), userpool.UserChange{Pool: o.pool.ID, Sub: ines.Sub, Version: user.Version, DropPassword: true, Modified: *o.clock}); err != nil {
		t.Fatal(err)
	}
	failed := make(chan error, 2)
	for _, identity := range user.Identities {
		go func() { failed <- o.UnlinkOwn(t.Context(), o.pool, ines.Sub, identity, nil) }()
	}
	one, two := <-failed, <-failed
	if (one == nil) == (two == nil) || !errors.Is(errors.Join(one, two), directory.ErrLastWay) {
		t.Errorf("%v and %v", one, two)
	}
	if now, _ := o.Storage.UserBySub(t.Context(), o.pool.ID, ines.Sub); len(now.Identities) != 1 {
		t.Errorf("%d ways are left", len(now.Identities))
	}
}
