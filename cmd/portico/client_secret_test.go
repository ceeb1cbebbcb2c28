package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// soon waits until something that another process changed shows.
func soon(t *testing.T, what string, shows func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * pollEvery); !shows(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %v", what, 20*pollEvery)
		}
	}
}

// works reports whether a machine gets a token with a secret.
func (r *rig) works(t *testing.T, secret string) bool {
	t.Helper()
	a := r.token(t, acme, reportsID, secret, url.Values{"grant_type": {"client_credentials"}})
	switch a.status {
	case http.StatusOK:
		return a.AccessToken != ""
	case http.StatusBadRequest, http.StatusUnauthorized:
		if a.Error != "invalid_client" {
			t.Errorf("refused with %s (%s)", a.Error, a.Description)
		}
		return false
	}
	t.Fatalf("status %d", a.status)
	return false
}

// TestSecretRotation replaces a secret by command, beside the running server: at no moment has the app none that works, and
// the deleted one stops working without a restart.
func TestSecretRotation(t *testing.T) {
	r := newRig(t)
	code, out, errs := r.command(t, "client", "secret", "add", "--pool", acmePool, "--client", "Acme Reports", "--json")
	var added shownSecret
	if err := json.Unmarshal([]byte(out), &added); err != nil || code != 0 || len(added.Secret) != 52 {
		t.Fatalf("exit code %d, %v\n%s%s", code, err, out, errs)
	}
	soon(t, "the new secret works", func() bool { return r.works(t, added.Secret) })
	if !r.works(t, reportsSecret) || r.works(t, added.Secret[1:]) || r.works(t, added.ID) {
		t.Error("the old secret does not work any more, or anything does")
	}

	code, out, _ = r.command(t, "client", "secret", "list", "--pool", acmePool, "--client", reportsID, "--json")
	var list []shownSecret
	if err := json.Unmarshal([]byte(out), &list); err != nil || code != 0 || len(list) != 2 || list[1].ID != added.ID {
		t.Fatalf("exit code %d, %v\n%s", code, err, out)
	}
	if strings.Contains(out, reportsSecret) || strings.Contains(out, added.Secret) {
		t.Error("the list shows a secret")
	}
	if code, _, errs = r.command(t, "client", "secret", "add", "--pool", acmePool, "--client", reportsID); code != 1 || !strings.Contains(errs, "at most 2 secrets: delete one first") {
		t.Errorf("a third secret: exit code %d\n%s", code, errs)
	}

	if code, _, errs = r.command(t, "client", "secret", "delete", "--pool", acmePool, "--client", reportsID, "--id", list[0].ID); code != 0 {
		t.Fatalf("exit code %d\n%s", code, errs)
	}
	soon(t, "the old secret stops working", func() bool { return !r.works(t, reportsSecret) })
	if !r.works(t, added.Secret) {
		t.Error("the new secret went with the old one")
	}
	if code, _, errs = r.command(t, "client", "secret", "delete", "--pool", acmePool, "--client", reportsID, "--id", added.ID); code != 1 || !strings.Contains(errs, "add another first") {
		t.Errorf("the last secret: exit code %d\n%s", code, errs)
	}
	for what, secret := range map[string]string{"old": reportsSecret, "new": added.Secret} {
		if strings.Contains(r.log.String(), secret) {
			t.Errorf("the log holds the %s secret", what)
		}
	}
}

// A public client's app has no secret to send; one that came would lock everybody out.
func TestPublicClientStaysPublic(t *testing.T) {
	r := newRig(t)
	if code, _, errs := r.command(t, "client", "secret", "add", "--pool", acmePool, "--client", phoneID); code != 1 || !strings.Contains(errs, "is a public one") {
		t.Errorf("exit code %d\n%s", code, errs)
	}
}
