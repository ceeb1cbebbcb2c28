package directory_test

import (
	"errors"
	"testing"

	"portico/userpool"
	"portico/userpool/directory"
)

// Somebody who reads the old mailbox asks for a code and waits: once the owner has moved to another address it recovers nothing.
func TestAttackRecoveryCodeOfTheAddressBefore(t *testing.T) {
	o := newOffice(t, nil)
	ines := o.confirmedPerson(t, "ines@acme.example")
	code := o.recover(t, "ines@acme.example")
	if _, err := o.change(t, ines, "email", "ines@new.example"); err != nil {
		t.Fatal(err)
	}
	if _, err := o.VerifyAttribute(t.Context(), o.pool, ines.Sub, "email", o.lastCode(t)); err != nil {
		t.Fatal(err)
	}
	if err := o.ConfirmForgot(t.Context(), o.pool, o.client, "ines@new.example", code, "Thieves-Lantern-9"); !errors.Is(err, directory.ErrCodeMismatch) {
		t.Errorf("the old address recovers the account: %v", err)
	}
	fresh := o.recover(t, "ines@new.example")
	if err := o.ConfirmForgot(t.Context(), o.pool, o.client, "ines@new.example", fresh, "Another-Lantern-8"); err != nil {
		t.Errorf("the new one does not: %v", err)
	}
}

// The code of an address that was never verified is no way to verify the one that took its place.
func TestAttackRecoveryCodeVerifiesAnotherAddress(t *testing.T) {
	o := newOffice(t, nil)
	ines := o.confirmedPerson(t, "ines@acme.example")
	code := o.recover(t, "ines@acme.example")
	if _, err := o.change(t, ines, "email", "somebody@else.example"); err != nil {
		t.Fatal(err)
	}
	if err := o.ConfirmForgot(t.Context(), o.pool, o.client, "somebody@else.example", code, "Thieves-Lantern-9"); !errors.Is(err, directory.ErrCodeMismatch) {
		t.Errorf("the code works: %v", err)
	}
	if now := o.user(t, ines.Sub); now.Attributes[userpool.AliasEmail+"_verified"] == "true" {
		t.Error("it verified an address it was not sent to")
	}
}
