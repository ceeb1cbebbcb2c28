package login_test

import (
	"context"
	"testing"

	"portico/userpool"
	"portico/userpool/notify"
)

// told remembers who was told what.
type told []string

func (l *told) Notify(_ context.Context, _ *userpool.Pool, client *userpool.AppClient, user userpool.User, what notify.Kind) {
	*l = append(*l, user.Attributes["email"]+" through "+client.Name+": "+what.String())
}

// Whoever gets an account at a provider attached to somebody else's could sign in with it for good, through resets of the password
// as well. The owner is told, once, whoever attached it; people of whom nothing was attached are told nothing.
func TestAttackLinkUnseen(t *testing.T) {
	w := newTown(t, userpool.LinkingAutomatic, map[string]string{"portico_trust_email": "true"})
	var notices told
	w.Notices = &notices
	for _, subject := range []string{"u-1", "u-1", "u-2"} {
		address := "ines@acme.example"
		if subject == "u-2" {
			address = "kofi@acme.example"
		}
		if _, err := w.arrive(t, subject, verified(address)); err != nil {
			t.Fatal(err)
		}
	}
	if len(notices) != 1 || notices[0] != "ines@acme.example through App: identity linked" {
		t.Errorf("told: %q", notices)
	}
}
