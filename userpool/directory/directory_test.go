package directory_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/store"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/notify"
	"portico/userpool/seal"
)

// office is a directory on a real store, with a clock that is moved by hand and an inbox in place of mail.
type office struct {
	*directory.Directory
	pool   *userpool.Pool
	client *userpool.AppClient
	inbox  *notify.Inbox
	clock  *time.Time
}

// newOffice opens a directory for a pool that change may alter before it is stored.
func newOffice(t testing.TB, change func(*userpool.Declaration)) *office {
	t.Helper()
	ctx := context.Background()
	key := seal.NewMasterKey()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	clock := &now
	db, err := store.Open(ctx, store.Options{URL: filepath.Join(t.TempDir(), "test.db"), Key: key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	d := userpool.Declaration{
		Pool: types.UserPoolType{
			Id: new("us-east-1_Test00001"), Name: new("Test"),
			UsernameAttributes:     []types.UsernameAttributeType{types.UsernameAttributeTypeEmail},
			UsernameConfiguration:  &types.UsernameConfigurationType{CaseSensitive: new(false)},
			AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
		},
		Clients: []types.UserPoolClientType{{
			ClientId: new("client0001"), ClientName: new("Notes"), SupportedIdentityProviders: []string{userpool.COGNITO},
			PreventUserExistenceErrors: types.PreventUserExistenceErrorTypesEnabled,
		}},
	}
	if change != nil {
		change(&d)
	}
	if err := db.CreatePool(ctx, d, nil); err != nil {
		t.Fatal(err)
	}
	pool := userpool.Assemble(d, userpool.Addresses{Issuer: "http://localhost/us-east-1_Test00001", Origin: "http://localhost"})
	tick := func() time.Time { return *clock }
	inbox := notify.NewInbox(100, tick)
	var subs atomic.Int64
	return &office{
		Directory: &directory.Directory{
			Storage: db, Hasher: directory.NewHasher(), Lockout: directory.NewLockout(), Meter: directory.NewMeter(), Shares: directory.NewShares(), Sender: inbox, Digest: key.For(seal.Digest), Challenges: key.For(seal.Challenge),
			Now: tick, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Later: make(chan struct{}, directory.MaxLater),
			NewSub: func() userpool.Sub { return userpool.Sub(fmt.Sprintf("00000000-0000-4000-8000-%012d", subs.Add(1))) },
		},
		pool: pool, client: pool.Clients["client0001"], inbox: inbox, clock: clock,
	}
}

const goodPassword = "Doorway-Lantern-7"

// join signs a person up and returns the code that was sent.
func (o *office) join(t *testing.T, email string) (userpool.User, string) {
	t.Helper()
	user, delivery, err := o.SignUp(t.Context(), o.pool, o.client, directory.SignUp{Username: email, Password: goodPassword})
	if err != nil {
		t.Fatal(err)
	}
	if delivery == nil || delivery.Destination != email {
		t.Fatalf("the code went to %v", delivery)
	}
	return user, o.lastCode(t)
}

func (o *office) lastCode(t *testing.T) string {
	t.Helper()
	messages := o.inbox.Messages()
	if len(messages) == 0 {
		t.Fatal("nothing was sent")
	}
	return messages[0].Code.Reveal()
}

// settle waits for recoveries that go on after their answer.
func (o *office) settle() {
	for range cap(o.Later) {
		o.Later <- struct{}{}
	}
	for range cap(o.Later) {
		<-o.Later
	}
}

func TestSignUpConfirmSignIn(t *testing.T) {
	o := newOffice(t, nil)
	user, code := o.join(t, "Ines@acme.example")
	if user.Username != string(user.Sub) {
		t.Errorf("user name %q: where people sign in with an address it is the sub", user.Username)
	}
	if _, err := o.Authenticate(t.Context(), o.pool, o.client, "ines@ACME.example", goodPassword); !errors.Is(err, directory.ErrUnconfirmed) {
		t.Errorf("before confirmation: %v", err)
	}
	confirmed, err := o.ConfirmSignUp(t.Context(), o.pool, user.Sub, code[:3]+" - "+code[3:])
	if err != nil {
		t.Fatal(err)
	}
	if confirmed.Status != userpool.Confirmed || confirmed.Attributes["email_verified"] != "true" {
		t.Errorf("after confirmation: %+v", confirmed)
	}
	got, err := o.Authenticate(t.Context(), o.pool, o.client, "ines@ACME.example", goodPassword)
	if err != nil || got.Sub != user.Sub {
		t.Errorf("sign-in: %v, %v", got.Sub, err)
	}
	if _, err := o.ConfirmSignUp(t.Context(), o.pool, user.Sub, code); !errors.Is(err, directory.ErrConfirmed) {
		t.Errorf("confirming twice: %v", err)
	}
}

func TestSignUpRefusals(t *testing.T) {
	o := newOffice(t, func(d *userpool.Declaration) {
		d.Pool.SchemaAttributes = []types.SchemaAttributeType{{Name: new("given_name"), Required: new(true)}}
		d.Clients[0].WriteAttributes = []string{"given_name", "email"}
	})
	wish := func(name, password string, attributes map[string]string) error {
		_, _, err := o.SignUp(t.Context(), o.pool, o.client, directory.SignUp{Username: name, Password: password, Attributes: attributes})
		return err
	}
	given := map[string]string{"given_name": "Ines"}
	var password *directory.PasswordError
	var attribute *directory.AttributeError
	if err := wish("ines@acme.example", "short", given); !errors.As(err, &password) || len(password.Missing) != 4 {
		t.Errorf("weak password: %v", err)
	}
	if err := wish("ines", goodPassword, given); !errors.As(err, &attribute) || attribute.Text != "Username should be an email." {
		t.Errorf("no address: %v", err)
	}
	if err := wish("ines@acme.example", goodPassword, nil); !errors.As(err, &attribute) || attribute.Name != "given_name" {
		t.Errorf("required attribute missing: %v", err)
	}
	if err := wish("ines@acme.example", goodPassword, map[string]string{"given_name": "I", "nickname": "x"}); !errors.As(err, &attribute) || attribute.Name != "nickname" {
		t.Errorf("attribute that the client may not write: %v", err)
	}
	if err := wish("ines@acme.example", goodPassword, given); err != nil {
		t.Fatal(err)
	}
	if err := wish("INES@acme.example", goodPassword, given); !errors.Is(err, directory.ErrUserExists) {
		t.Errorf("the same address in another case: %v", err)
	}
	if n := o.inbox.Count(); n != 1 {
		t.Errorf("%d messages were sent, want 1: refused sign-ups send none", n)
	}
	o.pool.SelfSignUp = false
	if err := wish("kofi@acme.example", goodPassword, given); !errors.Is(err, directory.ErrSignUpOff) {
		t.Errorf("pool without self sign-up: %v", err)
	}
}

// A sign-up cannot claim to be verified: the attribute is not the person's to say.
func TestAttackSelfVerifiedEmail(t *testing.T) {
	o := newOffice(t, nil)
	user, _, err := o.SignUp(t.Context(), o.pool, o.client, directory.SignUp{
		Username: "eve@acme.example", Password: goodPassword, Attributes: map[string]string{"email_verified": "true"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if user.Attributes["email_verified"] != "false" {
		t.Error("the person's own word made the address verified")
	}
}

// Nobody may take the name that a person from a provider will have.
func TestAttackSquattingProviderName(t *testing.T) {
	o := newOffice(t, func(d *userpool.Declaration) {
		d.Pool.UsernameAttributes = nil
		d.Providers = []types.IdentityProviderType{{ProviderName: new("Harbor"), ProviderType: types.IdentityProviderTypeTypeOidc}}
	})
	_, _, err := o.SignUp(t.Context(), o.pool, o.client, directory.SignUp{
		Username: "harbor_12345", Password: goodPassword, Attributes: map[string]string{"email": "eve@acme.example"},
	})
	var attribute *directory.AttributeError
	if !errors.As(err, &attribute) {
		t.Errorf("harbor_12345 was given away: %v", err)
	}
}

// Six digits are not to be guessed: after five wrong tries the right code is dead too.
func TestAttackGuessingCodes(t *testing.T) {
	o := newOffice(t, nil)
	user, code := o.join(t, "ines@acme.example")
	for i := range directory.MaxCodeAttempts {
		wrong := fmt.Sprintf("%06d", i)
		if wrong == code {
			wrong = "999999"
		}
		if _, err := o.ConfirmSignUp(t.Context(), o.pool, user.Sub, wrong); !errors.Is(err, directory.ErrCodeMismatch) {
			t.Fatalf("try %d: %v", i, err)
		}
	}
	if _, err := o.ConfirmSignUp(t.Context(), o.pool, user.Sub, code); !errors.Is(err, directory.ErrCodeExpired) {
		t.Errorf("the right code after too many wrong ones: %v", err)
	}
}

func TestResendWaits(t *testing.T) {
	o := newOffice(t, nil)
	user, first := o.join(t, "ines@acme.example")
	if _, err := o.ResendSignUpCode(t.Context(), o.pool, o.client, user.Sub); !errors.Is(err, directory.ErrTooSoon) {
		t.Errorf("at once: %v", err)
	}
	*o.clock = o.clock.Add(31 * time.Second)
	if _, err := o.ResendSignUpCode(t.Context(), o.pool, o.client, user.Sub); err != nil {
		t.Fatal(err)
	}
	second := o.lastCode(t)
	if first != second {
		if _, err := o.ConfirmSignUp(t.Context(), o.pool, user.Sub, first); !errors.Is(err, directory.ErrCodeMismatch) {
			t.Errorf("the replaced code: %v", err)
		}
	}
	if _, err := o.ConfirmSignUp(t.Context(), o.pool, user.Sub, second); err != nil {
		t.Errorf("the new code: %v", err)
	}
}

func TestSignUpCodeExpires(t *testing.T) {
	o := newOffice(t, nil)
	user, code := o.join(t, "ines@acme.example")
	*o.clock = o.clock.Add(24*time.Hour + time.Second)
	if _, err := o.ConfirmSignUp(t.Context(), o.pool, user.Sub, code); !errors.Is(err, directory.ErrCodeExpired) {
		t.Errorf("after a day: %v", err)
	}
}

// confirmedPerson is a person who can sign in.
func (o *office) confirmedPerson(t *testing.T, email string) userpool.User {
	t.Helper()
	user, code := o.join(t, email)
	user, err := o.ConfirmSignUp(t.Context(), o.pool, user.Sub, code)
	if err != nil {
		t.Fatal(err)
	}
	return user
}

func TestLockout(t *testing.T) {
	o := newOffice(t, nil)
	o.confirmedPerson(t, "ines@acme.example")
	for _, name := range []string{"ines@acme.example", "nobody@acme.example"} { // a lock tells nothing
		for i := range 5 {
			if _, err := o.Authenticate(t.Context(), o.pool, o.client, name, "wrong"); !errors.Is(err, directory.ErrIncorrect) {
				t.Fatalf("%s, try %d: %v", name, i, err)
			}
		}
		var locked *directory.LockedError
		if _, err := o.Authenticate(t.Context(), o.pool, o.client, name, goodPassword); !errors.As(err, &locked) || locked.For != time.Second {
			t.Errorf("%s, locked: %v", name, err)
		}
	}
	*o.clock = o.clock.Add(time.Second)
	if _, err := o.Authenticate(t.Context(), o.pool, o.client, "ines@acme.example", goodPassword); err != nil {
		t.Errorf("after the lock: %v", err)
	}
}

func TestRecovery(t *testing.T) {
	o := newOffice(t, nil)
	o.confirmedPerson(t, "ines@acme.example")
	*o.clock = o.clock.Add(time.Minute)
	if err := o.Forgot(t.Context(), o.pool, o.client, "ines@acme.example"); err != nil {
		t.Fatal(err)
	}
	o.settle()
	code := o.lastCode(t)
	var weak *directory.PasswordError
	if err := o.ConfirmForgot(t.Context(), o.pool, o.client, "ines@acme.example", code, "weak"); !errors.As(err, &weak) {
		t.Errorf("weak password: %v", err)
	}
	if err := o.ConfirmForgot(t.Context(), o.pool, o.client, "ines@acme.example", code, "Another-Lantern-8"); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Authenticate(t.Context(), o.pool, o.client, "ines@acme.example", goodPassword); !errors.Is(err, directory.ErrIncorrect) {
		t.Errorf("the old password: %v", err)
	}
	if _, err := o.Authenticate(t.Context(), o.pool, o.client, "ines@acme.example", "Another-Lantern-8"); err != nil {
		t.Errorf("the new password: %v", err)
	}
	if err := o.ConfirmForgot(t.Context(), o.pool, o.client, "ines@acme.example", code, "Third-Lantern-9"); !errors.Is(err, directory.ErrCodeMismatch) {
		t.Errorf("the code, used again: %v", err)
	}
}

// Where the client hides users, no answer of sign-in or recovery differs between a user and nobody.
func TestAttackUserEnumeration(t *testing.T) {
	o := newOffice(t, nil)
	o.confirmedPerson(t, "ines@acme.example")
	sent := o.inbox.Count()
	for _, name := range []string{"ines@acme.example", "nobody@acme.example"} {
		if _, err := o.Authenticate(t.Context(), o.pool, o.client, name, "wrong"); !errors.Is(err, directory.ErrIncorrect) {
			t.Errorf("%s signs in: %v", name, err)
		}
		if err := o.ConfirmForgot(t.Context(), o.pool, o.client, name, "123456", goodPassword); !errors.Is(err, directory.ErrCodeMismatch) {
			t.Errorf("%s, code never asked for: %v", name, err)
		}
		if err := o.Forgot(t.Context(), o.pool, o.client, name); err != nil {
			t.Errorf("%s forgot: %v", name, err)
		}
		if err := o.Forgot(t.Context(), o.pool, o.client, name); err != nil {
			t.Errorf("%s forgot again at once: %v", name, err)
		}
		o.settle()
	}
	if got := o.inbox.Count() - sent; got != 1 {
		t.Errorf("%d codes were sent, want 1", got)
	}
	o.client.HideUsers = false
	if err := o.Forgot(t.Context(), o.pool, o.client, "nobody@acme.example"); !errors.Is(err, directory.ErrNoUser) {
		t.Errorf("a client that does not hide users: %v", err)
	}
}

// An alias counts only once it is verified, and the second to verify an address does not get it.
func TestAliasBelongsToWhoVerifiedIt(t *testing.T) {
	o := newOffice(t, func(d *userpool.Declaration) {
		d.Pool.UsernameAttributes = nil
		d.Pool.AliasAttributes = []types.AliasAttributeType{types.AliasAttributeTypeEmail}
	})
	join := func(name string) (userpool.User, string) {
		user, _, err := o.SignUp(t.Context(), o.pool, o.client, directory.SignUp{
			Username: name, Password: goodPassword, Attributes: map[string]string{"email": "shared@acme.example"},
		})
		if err != nil {
			t.Fatal(err)
		}
		return user, o.lastCode(t)
	}
	first, firstCode := join("first")
	second, secondCode := join("second")
	if _, err := o.Find(t.Context(), o.pool, "shared@acme.example"); !errors.Is(err, userpool.ErrNotFound) {
		t.Errorf("an unverified alias works: %v", err)
	}
	if _, err := o.ConfirmSignUp(t.Context(), o.pool, second.Sub, secondCode); err != nil {
		t.Fatal(err)
	}
	if _, err := o.ConfirmSignUp(t.Context(), o.pool, first.Sub, firstCode); !errors.Is(err, userpool.ErrAliasTaken) {
		t.Errorf("the second to verify: %v", err)
	}
	if user, err := o.Find(t.Context(), o.pool, "shared@acme.example"); err != nil || user.Sub != second.Sub {
		t.Errorf("the alias leads to %v, %v", user.Sub, err)
	}
}

func TestCreateDeclaredTwice(t *testing.T) {
	o := newOffice(t, nil)
	declared := userpool.DeclaredUser{Username: "ines@acme.example", Password: goodPassword, Groups: []string{"editors"}}
	for range 2 {
		if err := o.CreateDeclared(t.Context(), o.pool, declared); err != nil {
			t.Fatal(err)
		}
	}
	user, err := o.Authenticate(t.Context(), o.pool, o.client, "ines@acme.example", goodPassword)
	if err != nil || user.Attributes["email_verified"] != "true" || len(user.Groups) != 1 {
		t.Errorf("%+v, %v", user, err)
	}
}

// New codes bring new tries, so new codes are few: a code of six digits stays out of reach.
func TestAttackGuessingThroughNewCodes(t *testing.T) {
	o := newOffice(t, nil)
	user, _ := o.join(t, "ines@acme.example")
	sent := 0
	for range 20 {
		*o.clock = o.clock.Add(time.Minute)
		if _, err := o.ResendSignUpCode(t.Context(), o.pool, o.client, user.Sub); err == nil {
			sent++
		} else if !errors.Is(err, directory.ErrLimit) {
			t.Fatal(err)
		}
	}
	tries := 0
	for range 100 {
		if _, err := o.ConfirmSignUp(t.Context(), o.pool, user.Sub, "not it"); !errors.Is(err, directory.ErrLimit) {
			tries++
		}
	}
	if sent != 6 || tries != 15 { // five at once, and one more for the twelfth minute
		t.Errorf("%d codes and %d tries in 20 minutes, want 6 and 15", sent, tries)
	}
	*o.clock = o.clock.Add(time.Hour)
	if _, err := o.ResendSignUpCode(t.Context(), o.pool, o.client, user.Sub); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}
