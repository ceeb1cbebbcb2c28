package directory_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/internal/authenticator"
	"portico/userpool"
	"portico/userpool/directory"
)

// An assertion that signed in once does not again; nor do two tabs that were checked at the same time.
func TestAttackReplayedAssertion(t *testing.T) {
	k := newKeyOffice(t, nil) // its authenticator does not count, so nothing but the challenge stops a replay
	key := k.enrol(t, k.ines)
	answer := k.get(t, key, k.ask(t, ""))
	var proofs [2]directory.PasskeyProof
	for i := range proofs {
		var err error
		if proofs[i], err = k.ProvePasskey(t.Context(), k.pool, k.client, answer); err != nil {
			t.Fatal(err)
		}
	}
	if err := k.use(t, proofs[0]); err != nil {
		t.Fatal(err)
	}
	if err := k.use(t, proofs[1]); !errors.Is(err, userpool.ErrSpent) {
		t.Errorf("the second use: %v", err)
	}
}

func TestAttackReplayedRegistration(t *testing.T) {
	k := newKeyOffice(t, nil)
	options, err := k.StartPasskey(t.Context(), k.pool, k.client, k.ines.Sub)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []error{nil, directory.ErrPasskeyChallenge} {
		_, answer, err := k.browser.Create(options) // another key each time
		if err != nil {
			t.Fatal(err)
		}
		if _, err := k.AddPasskey(t.Context(), k.pool, k.client, k.ines.Sub, answer, ""); !errors.Is(err, want) {
			t.Errorf("try %d: %v, want %v", i, err, want)
		}
	}
}

// Whoever named one account cannot sign in to it with the passkey of another, nor as the other.
func TestAttackAssertionOfAnotherUsersCredential(t *testing.T) {
	k := newKeyOffice(t, nil)
	key := k.enrol(t, k.tomas)
	k.refused(t, k.get(t, key, k.ask(t, k.ines.Sub)), directory.ErrPasskeyRefused)
	// The authenticator is made to claim that the key is the other's.
	inesKey := k.enrol(t, k.ines)
	lying := *key
	lying.Handle = inesKey.Handle
	k.refused(t, k.get(t, &lying, k.ask(t, "")), directory.ErrPasskeyRefused)
	// The other's name for the key, with a signature of one's own.
	forged := *key
	forged.ID, forged.Handle = inesKey.ID, inesKey.Handle
	k.refused(t, k.get(t, &forged, k.ask(t, "")), directory.ErrPasskeyRefused)
	lying.Handle = nil
	k.refused(t, k.get(t, &lying, k.ask(t, "")), directory.ErrPasskeyRefused)
}

func TestAttackAssertionOfAnotherOrigin(t *testing.T) {
	k := newKeyOffice(t, nil)
	key := k.enrol(t, k.ines)
	for _, origin := range []string{"https://localhost", "http://localhost:81", "http://evil.example", "http://localhost.evil.example", "HTTP://LOCALHOST", "null", ""} {
		k.browser.Origin = origin
		k.refused(t, k.get(t, key, k.ask(t, "")), directory.ErrPasskeyOrigin)
		options, err := k.StartPasskey(t.Context(), k.pool, k.client, k.tomas.Sub)
		if err != nil {
			t.Fatal(err)
		}
		_, answer, err := k.browser.Create(options)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := k.AddPasskey(t.Context(), k.pool, k.client, k.tomas.Sub, answer, ""); !errors.Is(err, directory.ErrPasskeyOrigin) {
			t.Errorf("%q makes a passkey: %v", origin, err)
		}
	}
}

func TestAttackAssertionOfAnotherRelyingParty(t *testing.T) {
	k := newKeyOffice(t, nil)
	key := k.enrol(t, k.ines)
	k.browser.RPID = "evil.example"
	k.refused(t, k.get(t, key, k.ask(t, "")), directory.ErrPasskeyRelyingParty)
	options, err := k.StartPasskey(t.Context(), k.pool, k.client, k.ines.Sub)
	if err != nil {
		t.Fatal(err)
	}
	_, answer, err := k.browser.Create(options)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.AddPasskey(t.Context(), k.pool, k.client, k.ines.Sub, answer, ""); !errors.Is(err, directory.ErrPasskeyRelyingParty) {
		t.Errorf("it makes a passkey: %v", err)
	}
}

// A challenge is good for the pool, the client, the ceremony and the time that it was made for, and none can be made up.
func TestAttackForeignChallenge(t *testing.T) {
	k := newKeyOffice(t, nil)
	key := k.enrol(t, k.ines)
	answer := k.get(t, key, k.ask(t, ""))
	if _, err := k.ProvePasskey(t.Context(), k.pool, k.pool.Clients["client0002"], answer); !errors.Is(err, directory.ErrPasskeyChallenge) {
		t.Errorf("another client: %v", err)
	}
	other := *k.pool
	other.ID = "us-east-1_Test00002"
	if _, err := k.ProvePasskey(t.Context(), &other, k.client, answer); !errors.Is(err, directory.ErrPasskeyChallenge) {
		t.Errorf("another pool: %v", err)
	}
	made, err := k.StartPasskey(t.Context(), k.pool, k.client, k.ines.Sub)
	if err != nil {
		t.Fatal(err)
	}
	k.refused(t, k.get(t, key, made), directory.ErrPasskeyChallenge)
	for _, forged := range []string{"", "AAAA", strings.Repeat("A", 120)} {
		k.refused(t, k.get(t, key, []byte(`{"challenge":"`+forged+`"}`)), directory.ErrPasskeyChallenge)
	}
	*k.clock = k.clock.Add(30 * time.Minute)
	k.refused(t, answer, directory.ErrPasskeyChallenge)
}

// What one person began, another who is signed in now does not finish; nor in another app.
func TestAttackRegistrationForSomebodyElse(t *testing.T) {
	k := newKeyOffice(t, nil)
	options, err := k.StartPasskey(t.Context(), k.pool, k.client, k.ines.Sub)
	if err != nil {
		t.Fatal(err)
	}
	_, answer, err := k.browser.Create(options)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.AddPasskey(t.Context(), k.pool, k.client, k.tomas.Sub, answer, ""); !errors.Is(err, directory.ErrPasskeyChallenge) {
		t.Errorf("another user: %v", err)
	}
	if _, err := k.AddPasskey(t.Context(), k.pool, k.pool.Clients["client0002"], k.ines.Sub, answer, ""); !errors.Is(err, directory.ErrPasskeyChallenge) {
		t.Errorf("another client: %v", err)
	}
	*k.clock = k.clock.Add(5 * time.Minute)
	if _, err := k.AddPasskey(t.Context(), k.pool, k.client, k.ines.Sub, answer, ""); !errors.Is(err, directory.ErrPasskeyChallenge) {
		t.Errorf("too late: %v", err)
	}
}

// Nobody takes another's passkey over, or away, by giving the same name to a key of one's own.
func TestAttackCredentialCollisionAcrossUsers(t *testing.T) {
	k := newKeyOffice(t, nil)
	key := k.enrol(t, k.ines)
	options, err := k.StartPasskey(t.Context(), k.pool, k.client, k.tomas.Sub)
	if err != nil {
		t.Fatal(err)
	}
	o, err := authenticator.Read(options)
	if err != nil {
		t.Fatal(err)
	}
	thief, _, err := k.browser.Create(options)
	if err != nil {
		t.Fatal(err)
	}
	thief.ID = key.ID
	answer, err := k.browser.Attest(thief, o.Challenge)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.AddPasskey(t.Context(), k.pool, k.client, k.tomas.Sub, answer, ""); !errors.Is(err, userpool.ErrPasskeyTaken) {
		t.Errorf("the collision: %v", err)
	}
	if proof, err := k.ProvePasskey(t.Context(), k.pool, k.client, k.get(t, key, k.ask(t, ""))); err != nil || proof.User.Sub != k.ines.Sub {
		t.Errorf("afterwards: %v, %v", proof.User.Sub, err)
	}
}

// A copy of an authenticator betrays itself by its count, and the log tells of it; the sign-in that was first stands.
func TestAttackClonedAuthenticator(t *testing.T) {
	k := newKeyOffice(t, nil)
	var log bytes.Buffer
	k.Log = slog.New(slog.NewTextHandler(&log, nil))
	k.browser.Counts = true
	key := k.enrol(t, k.ines)
	clone := *key
	for range 2 {
		proof, err := k.ProvePasskey(t.Context(), k.pool, k.client, k.get(t, key, k.ask(t, "")))
		if err != nil {
			t.Fatal(err)
		}
		if err := k.use(t, proof); err != nil {
			t.Fatal(err)
		}
	}
	k.refused(t, k.get(t, &clone, k.ask(t, "")), directory.ErrPasskeyRefused)
	clone.Count = 1 // the same count as the last one is no better
	k.refused(t, k.get(t, &clone, k.ask(t, "")), directory.ErrPasskeyRefused)
	if !strings.Contains(log.String(), "cloned") {
		t.Errorf("the log says %q", log.String())
	}
	k.browser.Counts, key.Count = false, 0 // one that has counted goes on counting
	k.refused(t, k.get(t, key, k.ask(t, "")), directory.ErrPasskeyRefused)
}

// Two sign-ins whose counts were checked at the same time do not both count.
func TestAttackCloneAtTheSameTime(t *testing.T) {
	k := newKeyOffice(t, nil)
	k.browser.Counts = true
	key := k.enrol(t, k.ines)
	var proofs [2]directory.PasskeyProof
	for i := range proofs {
		key.Count = 6
		var err error
		if proofs[i], err = k.ProvePasskey(t.Context(), k.pool, k.client, k.get(t, key, k.ask(t, ""))); err != nil {
			t.Fatal(err)
		}
	}
	if err := k.use(t, proofs[0]); err != nil {
		t.Fatal(err)
	}
	if err := k.use(t, proofs[1]); !errors.Is(err, userpool.ErrConflict) {
		t.Errorf("the second: %v", err)
	}
}

// Where the pool requires that the person is verified, an authenticator that only saw somebody is not enough.
func TestAttackUserVerificationAbsent(t *testing.T) {
	k := newKeyOffice(t, func(d *userpool.Declaration) {
		d.Factors.WebAuthnConfiguration = &types.WebAuthnConfigurationType{UserVerification: types.UserVerificationTypeRequired}
	})
	key := k.enrol(t, k.ines)
	k.browser.Verifies = false
	k.refused(t, k.get(t, key, k.ask(t, "")), directory.ErrPasskeyUnverified)
	options, err := k.StartPasskey(t.Context(), k.pool, k.client, k.ines.Sub)
	if err != nil {
		t.Fatal(err)
	}
	_, answer, err := k.browser.Create(options)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.AddPasskey(t.Context(), k.pool, k.client, k.ines.Sub, answer, ""); !errors.Is(err, directory.ErrPasskeyUnverified) {
		t.Errorf("it makes a passkey: %v", err)
	}
	k.pool.Passkeys.Verify = false // preferred: it signs in, and is told apart
	if proof, err := k.ProvePasskey(t.Context(), k.pool, k.client, k.get(t, key, k.ask(t, ""))); err != nil || proof.Verified {
		t.Errorf("%+v, %v", proof, err)
	}
}

// A passkey is either one that may be copied or one that may not, for good (Web Authentication §6.1.3).
func TestAttackBackupEligibilityChanges(t *testing.T) {
	k := newKeyOffice(t, nil)
	key := k.enrol(t, k.ines)
	k.browser.Backs = true
	k.refused(t, k.get(t, key, k.ask(t, "")), directory.ErrPasskeyRefused)
}

// Every byte of what is signed counts.
func TestAttackTamperedAssertion(t *testing.T) {
	k := newKeyOffice(t, nil)
	key := k.enrol(t, k.ines)
	answer := k.get(t, key, k.ask(t, ""))
	var parts map[string]any
	if err := json.Unmarshal(answer, &parts); err != nil {
		t.Fatal(err)
	}
	response := parts["response"].(map[string]any)
	for _, name := range []string{"authenticatorData", "signature", "clientDataJSON"} {
		was := response[name].(string)
		response[name] = flip(was)
		changed, err := json.Marshal(parts)
		if err != nil {
			t.Fatal(err)
		}
		if proof, err := k.ProvePasskey(t.Context(), k.pool, k.client, changed); err == nil {
			t.Errorf("with another %s: %+v", name, proof)
		}
		response[name] = was
	}
	k.refused(t, bytes.Repeat([]byte("x"), directory.MaxPasskeyAnswer+1), directory.ErrPasskeyRefused)
}

// flip changes a letter in the middle.
func flip(text string) string {
	i := len(text) / 2
	other := byte('A')
	if text[i] == other {
		other = 'B'
	}
	return text[:i] + string(other) + text[i+1:]
}
