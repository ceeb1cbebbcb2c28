package login_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/uuid"

	"portico/federation"
	"portico/store"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/userpool/notify"
	"portico/userpool/seal"
)

// says is a protocol whose provider says what a test puts into it.
type says struct{ assertion federation.Assertion }

func (s *says) Begin(context.Context, federation.Start) (federation.Departure, federation.Memory, error) {
	return federation.Departure{URL: "https://provider.example/"}, federation.Memory{}, nil
}

func (s *says) Finish(context.Context, federation.Answer) (federation.Assertion, error) {
	return s.assertion, nil
}

func (s *says) Protocol(*userpool.Pool, *userpool.IdentityProvider) (federation.Protocol, error) {
	return s, nil
}

// town is a pool with one native user, ines, on a real store.
type town struct {
	*login.Login
	db       *store.DB
	staff    *directory.Directory
	inbox    *notify.Inbox
	pool     *userpool.Pool
	ines     userpool.User
	upstream *says
	said     time.Time // when people authenticated at the provider; zero: it does not say
}

const inesPassword = "Doorway-Lantern-7"

func newTown(t *testing.T, policy userpool.Linking, details map[string]string) *town {
	t.Helper()
	key := seal.NewMasterKey()
	db, err := store.Open(t.Context(), store.Options{URL: filepath.Join(t.TempDir(), "test.db"), Key: key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	d := userpool.Declaration{
		Pool: types.UserPoolType{
			Id: new("us-east-1_Test00001"), Name: new("Test"), UserPoolTags: map[string]string{userpool.LinkingTag: string(policy)},
			UsernameAttributes: []types.UsernameAttributeType{types.UsernameAttributeTypeEmail},
		},
		Clients: []types.UserPoolClientType{{
			ClientId: new("client"), ClientName: new("App"), AllowedOAuthFlowsUserPoolClient: new(true),
			AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeCode}, CallbackURLs: []string{"https://app.example/cb"},
			AllowedOAuthScopes: []string{"openid"}, SupportedIdentityProviders: []string{userpool.COGNITO, "Corp", "Google"},
		}},
		Providers: []types.IdentityProviderType{
			{
				ProviderName: new("Corp"), ProviderType: types.IdentityProviderTypeTypeOidc, ProviderDetails: details,
				AttributeMapping: map[string]string{"email": "email", "email_verified": "email_verified", "custom:staff": "staff_id"},
			},
			{ProviderName: new("Google"), ProviderType: types.IdentityProviderTypeTypeGoogle, AttributeMapping: map[string]string{"email": "email"}},
		},
	}
	d.Pool.SchemaAttributes = []types.SchemaAttributeType{{Name: new("staff"), AttributeDataType: types.AttributeDataTypeString}}
	if err := db.CreatePool(t.Context(), d, nil); err != nil {
		t.Fatal(err)
	}
	w := &town{db: db, upstream: &says{}, inbox: notify.NewInbox(10, time.Now), pool: userpool.Assemble(d, userpool.Addresses{Issuer: "https://id.example/p", Origin: "https://id.example"})}
	newSub := func() userpool.Sub { return userpool.Sub(uuid.NewString()) }
	w.staff = &directory.Directory{
		Storage: db, Hasher: directory.NewHasher(), Lockout: directory.NewLockout(), Meter: directory.NewMeter(), Shares: directory.NewShares(), Now: time.Now,
		Sender: w.inbox, Digest: key.For(seal.Digest), Challenges: key.For(seal.Challenge), NewSub: newSub, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	w.Login = &login.Login{Storage: db, Passwords: w.staff, Seconds: w.staff, Protocols: w.upstream, Attempts: key.For(seal.Attempt), Challenges: key.For(seal.Challenge), Now: time.Now, NewSub: newSub}
	if err := w.staff.CreateDeclared(t.Context(), w.pool, userpool.DeclaredUser{Username: "ines@acme.example", Password: inesPassword}); err != nil {
		t.Fatal(err)
	}
	if w.ines, err = w.staff.Find(t.Context(), w.pool, "ines@acme.example"); err != nil {
		t.Fatal(err)
	}
	return w
}

// arrive signs somebody in through Corp, who says this of the person.
func (w *town) arrive(t *testing.T, subject string, claims map[string]string) (*login.Done, error) {
	t.Helper()
	w.upstream.assertion = federation.Assertion{Subject: subject, Claims: map[string][]string{}, Authenticated: w.said}
	for name, value := range claims {
		w.upstream.assertion.Claims[name] = []string{value}
	}
	query := url.Values{"client_id": {"client"}, "redirect_uri": {"https://app.example/cb"}, "response_type": {"code"}, "identity_provider": {"Corp"}}
	a, err := login.Check(w.pool, login.ParseRequest(query))
	if err != nil {
		t.Fatal(err)
	}
	step, err := w.Begin(t.Context(), a, "")
	if err != nil {
		t.Fatal(err)
	}
	depart, ok := step.(*login.Depart)
	if !ok {
		t.Fatalf("step %T", step)
	}
	return w.Finish(t.Context(), w.pool, login.Callback{Handle: depart.Handle, Attempt: depart.Attempt, Form: url.Values{}})
}

func verified(email string) map[string]string {
	return map[string]string{"email": email, "email_verified": "true"}
}

// TestPolicies: who a first sign-in is, by the pool's policy and by what both sides know of the address.
func TestPolicies(t *testing.T) {
	trusted := map[string]string{"portico_trust_email": "true"}
	for name, c := range map[string]struct {
		policy  userpool.Linking
		details map[string]string
		claims  map[string]string
		want    string // "ines", "another", "asked"
	}{
		"off":                                  {userpool.LinkingOff, trusted, verified("ines@acme.example"), "another"},
		"ask":                                  {userpool.LinkingAsk, nil, verified("ines@acme.example"), "asked"},
		"ask, another address":                 {userpool.LinkingAsk, nil, verified("kofi@acme.example"), "another"},
		"ask, address not verified there":      {userpool.LinkingAsk, nil, map[string]string{"email": "ines@acme.example", "email_verified": "false"}, "another"},
		"ask, nothing said of it":              {userpool.LinkingAsk, nil, map[string]string{"email": "ines@acme.example"}, "another"},
		"automatic, trusted":                   {userpool.LinkingAutomatic, trusted, verified("ines@acme.example"), "ines"},
		"automatic, not trusted":               {userpool.LinkingAutomatic, nil, verified("ines@acme.example"), "asked"},
		"automatic, trusted, but not verified": {userpool.LinkingAutomatic, trusted, map[string]string{"email": "ines@acme.example"}, "another"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t, c.policy, c.details)
			done, err := w.arrive(t, "u-1", c.claims)
			var prove *login.Prove
			switch {
			case errors.As(err, &prove):
				if c.want != "asked" {
					t.Fatal("asked for proof")
				}
				return
			case err != nil:
				t.Fatal(err)
			}
			if got := done.Session.Sub == w.ines.Sub; got != (c.want == "ines") || c.want == "asked" {
				t.Errorf("signed in as ines: %v, want %s", got, c.want)
			}
		})
	}
}

// An address that was never confirmed here may be an attacker's registration of somebody else's address: its owner must not be
// led into that account.
func TestAttackPreregisteredAddress(t *testing.T) {
	w := newTown(t, userpool.LinkingAutomatic, map[string]string{"portico_trust_email": "true"})
	client := w.pool.Clients["client"]
	if _, _, err := w.staff.SignUp(t.Context(), w.pool, client, directory.SignUp{Username: "victim@acme.example", Password: inesPassword}); err != nil {
		t.Fatal(err)
	}
	trap, err := w.staff.Find(t.Context(), w.pool, "victim@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	done, err := w.arrive(t, "u-victim", verified("victim@acme.example"))
	if err != nil {
		t.Fatal(err)
	}
	if done.Session.Sub == trap.Sub {
		t.Error("the owner of the address was led into the attacker's account")
	}
}

// TestLinkByAdministrator: by the provider's name for the person, or by an attribute until the first sign-in.
func TestLinkByAdministrator(t *testing.T) {
	for name, source := range map[string]directory.ProviderUser{
		"by subject":   {ProviderName: "Corp", AttributeName: userpool.CognitoSubject, AttributeValue: "u-1"},
		"by attribute": {ProviderName: "Corp", AttributeName: "custom:staff", AttributeValue: "s-77"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t, userpool.LinkingOff, nil)
			destination := directory.ProviderUser{ProviderName: "Cognito", AttributeValue: w.ines.Username}
			if err := w.staff.LinkProvider(t.Context(), w.pool, destination, source, "administrator"); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				done, err := w.arrive(t, "u-1", map[string]string{"staff_id": "s-77"})
				if err != nil || done.Session.Sub != w.ines.Sub {
					t.Fatalf("%+v, %v", done, err)
				}
			}
			user, err := w.db.UserBySub(t.Context(), w.pool.ID, w.ines.Sub)
			if err != nil || len(user.Identities) != 1 || user.Identities[0].UserID != "u-1" || user.Identities[0].Primary || user.Identities[0].Attribute != "" {
				t.Errorf("identities %+v, %v", user.Identities, err)
			}
			// Somebody else who sends the same value later is not ines: the link is bound.
			if done, err := w.arrive(t, "u-2", map[string]string{"staff_id": "s-77"}); err != nil || done.Session.Sub == w.ines.Sub {
				t.Errorf("a second person with the value is %+v, %v", done, err)
			}
			// Unlinked, the next sign-in is a user of its own, and both acts are on record.
			unlink := directory.ProviderUser{ProviderName: "Corp", AttributeName: userpool.CognitoSubject, AttributeValue: "u-1"}
			if err := w.staff.DisableProvider(t.Context(), w.pool, unlink, "administrator"); err != nil {
				t.Fatal(err)
			}
			if done, err := w.arrive(t, "u-1", nil); err != nil || done.Session.Sub == w.ines.Sub {
				t.Errorf("after unlinking: %+v, %v", done, err)
			}
			records, err := w.db.Audit(t.Context(), w.pool.ID, w.ines.Sub, 10)
			if err != nil || len(records) != 2 || records[0].Action != "identity unlinked" || records[1].Action != "identity linked" {
				t.Errorf("audit %+v, %v", records, err)
			}
		})
	}
}

func TestLinkRefusals(t *testing.T) {
	w := newTown(t, userpool.LinkingOff, nil)
	ines := directory.ProviderUser{ProviderName: "Cognito", AttributeValue: w.ines.Username}
	corp := func(subject string) directory.ProviderUser {
		return directory.ProviderUser{ProviderName: "Corp", AttributeName: userpool.CognitoSubject, AttributeValue: subject}
	}
	link := func(destination, source directory.ProviderUser) error {
		return w.staff.LinkProvider(t.Context(), w.pool, destination, source, "administrator")
	}
	var refused *directory.LinkError
	if err := link(ines, ines); !errors.As(err, &refused) {
		t.Errorf("a native source: %v", err)
	}
	if err := link(ines, directory.ProviderUser{ProviderName: "Google", AttributeName: "email", AttributeValue: "x@gmail.com"}); !errors.As(err, &refused) {
		t.Errorf("a social source by attribute: %v", err)
	}
	if err := link(ines, directory.ProviderUser{ProviderName: "Corp", AttributeName: "nickname", AttributeValue: "x"}); !errors.As(err, &refused) {
		t.Errorf("an attribute that is not mapped: %v", err)
	}
	if err := link(directory.ProviderUser{ProviderName: "Cognito", AttributeValue: "nobody"}, corp("u-9")); !errors.Is(err, directory.ErrNoUser) {
		t.Errorf("no destination: %v", err)
	}
	if _, err := w.arrive(t, "u-1", nil); err != nil {
		t.Fatal(err)
	}
	if err := link(ines, corp("u-1")); !errors.Is(err, userpool.ErrIdentityTaken) {
		t.Errorf("an identity with a user of its own: %v", err)
	}
	for i := range userpool.MaxLinkedIdentities {
		if err := link(ines, corp(fmt.Sprintf("l-%d", i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := link(ines, corp("l-9")); !errors.Is(err, userpool.ErrLinkLimit) {
		t.Errorf("the sixth identity: %v", err)
	}
}

// AdminDisableProviderForUser on a native user takes the password away.
func TestDisablePassword(t *testing.T) {
	w := newTown(t, userpool.LinkingOff, nil)
	who := directory.ProviderUser{ProviderName: "Cognito", AttributeName: userpool.CognitoSubject, AttributeValue: w.ines.Username}
	if err := w.staff.DisableProvider(t.Context(), w.pool, who, "administrator"); err != nil {
		t.Fatal(err)
	}
	client := w.pool.Clients["client"]
	client.HideUsers = true
	if _, err := w.staff.Authenticate(t.Context(), w.pool, client, "ines@acme.example", inesPassword); !errors.Is(err, directory.ErrIncorrect) {
		t.Errorf("the password still works: %v", err)
	}
}
