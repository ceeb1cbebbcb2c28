package directory_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/internal/authenticator"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/notify"
)

// keyOffice is an office whose pool takes passkeys, at http://localhost, where ines and tomas have accounts.
type keyOffice struct {
	*office
	browser *authenticator.Browser
	ines    userpool.User
	tomas   userpool.User
}

func newKeyOffice(t testing.TB, change func(*userpool.Declaration)) *keyOffice {
	t.Helper()
	o := newOffice(t, func(d *userpool.Declaration) {
		takesPasskeys(d)
		if change != nil {
			change(d)
		}
	})
	k := &keyOffice{office: o, browser: &authenticator.Browser{Origin: "http://localhost", Verifies: true}}
	k.ines, k.tomas = k.declare(t, "ines@acme.example"), k.declare(t, "tomas@acme.example")
	return k
}

func takesPasskeys(d *userpool.Declaration) {
	d.Pool.Policies = &types.UserPoolPolicyType{SignInPolicy: &types.SignInPolicyType{AllowedFirstAuthFactors: []types.AuthFactorType{
		types.AuthFactorTypePassword, types.AuthFactorTypeWebAuthn, types.AuthFactorTypeEmailOtp,
	}}}
	d.Clients[0].ExplicitAuthFlows = []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserAuth}
	d.Clients = append(d.Clients, types.UserPoolClientType{ClientId: new("client0002"), ClientName: new("Other")})
}

func (k *keyOffice) declare(t testing.TB, email string) userpool.User {
	t.Helper()
	if err := k.CreateDeclared(t.Context(), k.pool, userpool.DeclaredUser{Username: email, Password: goodPassword}); err != nil {
		t.Fatal(err)
	}
	user, err := k.Find(t.Context(), k.pool, email)
	if err != nil {
		t.Fatal(err)
	}
	return user
}

// enrol gives a user a passkey.
func (k *keyOffice) enrol(t *testing.T, user userpool.User) *authenticator.Key {
	t.Helper()
	options, err := k.StartPasskey(t.Context(), k.pool, k.client, user.Sub)
	if err != nil {
		t.Fatal(err)
	}
	key, answer, err := k.browser.Create(options)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.AddPasskey(t.Context(), k.pool, k.client, user.Sub, answer, ""); err != nil {
		t.Fatal(err)
	}
	return key
}

// ask is a sign-in's options.
func (k *keyOffice) ask(t *testing.T, sub userpool.Sub) []byte {
	t.Helper()
	options, err := k.AskPasskey(k.pool, k.client, sub)
	if err != nil {
		t.Fatal(err)
	}
	return options
}

// get answers options with a key.
func (k *keyOffice) get(t *testing.T, key *authenticator.Key, options []byte) []byte {
	t.Helper()
	answer, err := k.browser.Get(key, options)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// use spends a proof, as a sign-in does.
func (k *keyOffice) use(t *testing.T, p directory.PasskeyProof) error {
	t.Helper()
	return k.Storage.ChangeUser(t.Context(), userpool.UserChange{Pool: k.pool.ID, Sub: p.User.Sub, Spends: p.Spends})
}

func (k *keyOffice) refused(t *testing.T, answer []byte, want error) {
	t.Helper()
	if _, err := k.ProvePasskey(t.Context(), k.pool, k.client, answer); !errors.Is(err, want) {
		t.Errorf("%v, want %v", err, want)
	}
}

func TestPasskeySignsIn(t *testing.T) {
	k := newKeyOffice(t, nil)
	k.browser.Counts, k.browser.Backs = true, true
	key := k.enrol(t, k.ines)
	for _, sub := range []userpool.Sub{"", k.ines.Sub} {
		*k.clock = k.clock.Add(time.Minute)
		proof, err := k.ProvePasskey(t.Context(), k.pool, k.client, k.get(t, key, k.ask(t, sub)))
		if err != nil || proof.User.Sub != k.ines.Sub || !proof.Verified {
			t.Fatalf("%+v, %v", proof, err)
		}
		if err := k.use(t, proof); err != nil {
			t.Fatal(err)
		}
	}
	held, err := k.Passkeys(t.Context(), k.pool, k.ines.Sub)
	if err != nil || len(held) != 1 {
		t.Fatal(held, err)
	}
	if p := held[0]; p.SignCount != 2 || !p.BackedUp || !p.BackupEligible || !p.Used.Equal(*k.clock) || p.RelyingPartyID != "localhost" {
		t.Errorf("%+v", p)
	}
}

// The options are what Cognito's are, and tell nothing of the user: the handle is random, and nobody's keys are named at sign-in.
func TestPasskeyOptions(t *testing.T) {
	k := newKeyOffice(t, nil)
	key := k.enrol(t, k.ines)
	options, err := k.StartPasskey(t.Context(), k.pool, k.client, k.ines.Sub)
	if err != nil {
		t.Fatal(err)
	}
	o, err := authenticator.Read(options)
	if err != nil {
		t.Fatal(err)
	}
	if o.RP.ID != "localhost" || o.Selection.ResidentKey != "required" || o.Selection.UserVerification != "preferred" ||
		len(o.Exclude) != 1 || o.User.Name != "ines@acme.example" {
		t.Errorf("%s", options)
	}
	if len(key.Handle) != 64 || strings.Contains(string(key.Handle), string(k.ines.Sub)) {
		t.Errorf("the handle is %q", key.Handle)
	}
	again, _, err := k.browser.Create(options)
	if err != nil || !bytes.Equal(again.Handle, key.Handle) {
		t.Error("a second passkey names another user")
	}
	asked, err := authenticator.Read(k.ask(t, k.ines.Sub))
	if err != nil || len(asked.Allow) != 0 || asked.RPID != "localhost" {
		t.Errorf("%+v, %v", asked, err)
	}
	anybody, named := k.ask(t, k.tomas.Sub), k.ask(t, k.ines.Sub)
	if len(anybody) != len(named) {
		t.Error("the length of the options tells people apart")
	}
}

func TestPasskeysAreListedRenamedRemoved(t *testing.T) {
	k := newKeyOffice(t, nil)
	key := k.enrol(t, k.ines)
	for _, name := range []string{"", "  ", strings.Repeat("x", 65), "a\x00b", "a\nb", "\xff"} {
		if err := k.RenamePasskey(t.Context(), k.pool, k.ines.Sub, key.ID, name); !errors.Is(err, directory.ErrPasskeyName) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if err := k.RenamePasskey(t.Context(), k.pool, k.ines.Sub, key.ID, " Küche "); err != nil {
		t.Error(err)
	}
	if held, err := k.Passkeys(t.Context(), k.pool, k.ines.Sub); err != nil || held[0].Name != "Küche" {
		t.Error(held, err)
	}
	for _, err := range []error{
		k.RenamePasskey(t.Context(), k.pool, k.tomas.Sub, key.ID, "mine"), k.RemovePasskey(t.Context(), k.pool, k.client, k.tomas.Sub, key.ID),
	} {
		if !errors.Is(err, userpool.ErrNotFound) {
			t.Errorf("somebody else's passkey: %v", err)
		}
	}
	options := k.ask(t, "")
	if err := k.RemovePasskey(t.Context(), k.pool, k.client, k.ines.Sub, key.ID); err != nil {
		t.Error(err)
	}
	k.refused(t, k.get(t, key, options), directory.ErrPasskeyRefused)
}

// Whoever gets into an account does not add a passkey in silence.
func TestPasskeysAreTold(t *testing.T) {
	k := newKeyOffice(t, nil)
	key := k.enrol(t, k.ines)
	k.settle()
	if err := k.RemovePasskey(t.Context(), k.pool, k.client, k.ines.Sub, key.ID); err != nil {
		t.Fatal(err)
	}
	k.settle()
	var told []notify.Kind
	for _, m := range k.inbox.Messages() {
		if m.To != "ines@acme.example" {
			t.Errorf("told to %s", m.To)
		}
		told = append(told, m.Kind)
	}
	if !slices.Equal(told, []notify.Kind{notify.PasskeyRemoved, notify.PasskeyAdded}) {
		t.Errorf("told of %v", told)
	}
}

func TestPasskeyLimit(t *testing.T) {
	k := newKeyOffice(t, nil)
	options, err := k.StartPasskey(t.Context(), k.pool, k.client, k.ines.Sub)
	if err != nil {
		t.Fatal(err)
	}
	for range userpool.MaxPasskeys {
		k.enrol(t, k.ines)
	}
	if _, err := k.StartPasskey(t.Context(), k.pool, k.client, k.ines.Sub); !errors.Is(err, userpool.ErrPasskeyLimit) {
		t.Errorf("one more: %v", err)
	}
	_, answer, err := k.browser.Create(options)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.AddPasskey(t.Context(), k.pool, k.client, k.ines.Sub, answer, ""); !errors.Is(err, userpool.ErrPasskeyLimit) {
		t.Errorf("one more that was begun before: %v", err)
	}
}

func TestPasskeyNames(t *testing.T) {
	k := newKeyOffice(t, nil)
	for i, c := range []struct {
		aaguid [16]byte
		device string
		want   string
	}{
		{[16]byte{0xfb, 0xfc, 0x30, 0x07, 0x15, 0x4e, 0x4e, 0xcc, 0x8c, 0x0b, 0x6e, 0x02, 0x05, 0x57, 0xd7, 0xbd}, "iPhone", "iCloud Keychain"},
		{[16]byte{}, "iPhone", "iPhone"},
		{[16]byte{1}, "Android", "Android"},
		{[16]byte{}, "", "Passkey"},
	} {
		k.browser.AAGUID = c.aaguid
		user := k.declare(t, fmt.Sprintf("p%d@acme.example", i))
		options, err := k.StartPasskey(t.Context(), k.pool, k.client, user.Sub)
		if err != nil {
			t.Fatal(err)
		}
		_, answer, err := k.browser.Create(options)
		if err != nil {
			t.Fatal(err)
		}
		if p, err := k.AddPasskey(t.Context(), k.pool, k.client, user.Sub, answer, c.device); err != nil || p.Name != c.want {
			t.Errorf("%q, %v, want %q", p.Name, err, c.want)
		}
	}
}

// A pool that does not take passkeys makes none and believes none, and neither does it for people who sign in at a provider.
func TestPasskeysWhereTheyAreOff(t *testing.T) {
	k := newKeyOffice(t, nil)
	key := k.enrol(t, k.ines)
	answer := k.get(t, key, k.ask(t, ""))
	k.pool.FirstFactors = []userpool.Factor{userpool.FactorPassword}
	k.refused(t, answer, directory.ErrPasskeysOff)
	if _, err := k.StartPasskey(t.Context(), k.pool, k.client, k.ines.Sub); !errors.Is(err, directory.ErrPasskeysOff) {
		t.Error(err)
	}
	if _, err := k.AskPasskey(k.pool, k.client, ""); !errors.Is(err, directory.ErrPasskeysOff) {
		t.Error(err)
	}
}

// A password that an administrator gave, or wants reset, is not led around with a passkey.
func TestPasskeyObeysTheStatus(t *testing.T) {
	var must *directory.MustChangeError
	for status, want := range map[userpool.Status]func(error) bool{
		userpool.ResetRequired:       func(err error) bool { return errors.Is(err, directory.ErrResetRequired) },
		userpool.ForceChangePassword: func(err error) bool { return errors.As(err, &must) },
		userpool.ExternalProvider:    func(err error) bool { return errors.Is(err, directory.ErrPasskeyRefused) },
	} {
		k := newKeyOffice(t, nil)
		key := k.enrol(t, k.ines)
		change := userpool.UserChange{Pool: k.pool.ID, Sub: k.ines.Sub, Version: k.ines.Version, Status: status, Modified: *k.clock}
		if err := k.Storage.ChangeUser(t.Context(), change); err != nil {
			t.Fatal(err)
		}
		if _, err := k.ProvePasskey(t.Context(), k.pool, k.client, k.get(t, key, k.ask(t, ""))); !want(err) {
			t.Errorf("%s: %v", status, err)
		}
		if _, err := k.StartPasskey(t.Context(), k.pool, k.client, k.ines.Sub); !errors.Is(err, directory.ErrPasskeysOff) {
			t.Errorf("%s starts another: %v", status, err)
		}
	}
}
