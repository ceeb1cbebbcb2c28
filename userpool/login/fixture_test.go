package login_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/federation"
	"portico/store"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/userpool/seal"
)

const (
	acmeID   userpool.ID = "us-east-1_Acme00001"
	otherID  userpool.ID = "us-east-1_Other0001"
	callback             = "https://app.example/callback"
)

// house is a Login on a real store, with providers that answer what a test says.
type house struct {
	*login.Login
	db    *store.DB
	pool  *userpool.Pool
	other *userpool.Pool // with clients and providers of the same names

	mu     sync.Mutex
	now    time.Time
	subs   int
	answer func(federation.Answer) (federation.Assertion, error) // of every provider
	begin  error                                                 // why providers cannot be reached
	starts []federation.Start
	native map[string]userpool.User // by what is typed
	typed  error                    // what the directory says of a password
}

func newHouse(t testing.TB) *house {
	t.Helper()
	key := seal.NewMasterKey()
	h := &house{now: time.Unix(1_800_000_000, 0), native: map[string]userpool.User{}}
	db, err := store.Open(t.Context(), store.Options{URL: filepath.Join(t.TempDir(), "login.db"), Key: key, Now: h.clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	declared := declare(acmeID)
	if err := db.CreatePool(t.Context(), declared, nil); err != nil {
		t.Fatal(err)
	}
	h.db, h.pool, h.other = db, assemble(declared), assemble(declare(otherID))
	h.Login = &login.Login{
		Storage: db, Passwords: h, Protocols: h, Attempts: key.For(seal.Attempt), Now: h.clock, NewSub: h.newSub,
	}
	h.asserts(person("kofi", "kofi@people.example"))
	return h
}

// assemble makes a pool at a host of its own.
func assemble(declared userpool.Declaration) *userpool.Pool {
	id := *declared.Pool.Id
	return userpool.Assemble(declared, userpool.Addresses{Issuer: "https://id.example/" + id, Origin: "https://" + strings.ToLower(id[len(id)-5:]) + ".example"})
}

// declare declares a case-insensitive pool.
func declare(id userpool.ID) userpool.Declaration {
	client := func(id string, providers ...string) types.UserPoolClientType {
		return types.UserPoolClientType{
			ClientId: &id, ClientName: &id, AllowedOAuthFlowsUserPoolClient: new(true), AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeCode},
			AllowedOAuthScopes: []string{"openid", "email", "notes/read", "notes/gone"}, CallbackURLs: []string{callback, callback + "?a=1"},
			SupportedIdentityProviders: providers,
		}
	}
	lone := client("lone", "Harbor")
	lone.DefaultRedirectURI = new(callback)
	off := client("off", "COGNITO")
	off.AllowedOAuthFlowsUserPoolClient = nil
	machine := client("machine", "COGNITO")
	machine.AllowedOAuthFlows = []types.OAuthFlowType{types.OAuthFlowTypeClientCredentials}
	implicit := client("implicit", "COGNITO")
	implicit.AllowedOAuthFlows = []types.OAuthFlowType{types.OAuthFlowTypeImplicit}
	provider := func(name string, kind types.IdentityProviderTypeType, identifiers ...string) types.IdentityProviderType {
		return types.IdentityProviderType{
			ProviderName: &name, ProviderType: kind, IdpIdentifiers: identifiers,
			AttributeMapping: map[string]string{"email": "mail", "name": "display", "custom:once": "once"},
		}
	}
	return userpool.Declaration{
		Pool: types.UserPoolType{
			Id: new(string(id)), Name: new("Acme"), UsernameConfiguration: &types.UsernameConfigurationType{CaseSensitive: new(false)},
			SchemaAttributes: []types.SchemaAttributeType{{Name: new("once"), AttributeDataType: types.AttributeDataTypeString, Mutable: new(true)}},
		},
		Clients: []types.UserPoolClientType{
			client("app", "COGNITO", "Harbor", "Northwind"), client("federated", "Harbor", "Northwind"), client("native", "COGNITO"), lone, off, machine, implicit,
		},
		Providers: []types.IdentityProviderType{
			provider("Harbor", types.IdentityProviderTypeTypeOidc, "harbor.example"), provider("Northwind", types.IdentityProviderTypeTypeSaml),
			provider("Spare", types.IdentityProviderTypeTypeOidc),
		},
		ResourceServers: []types.ResourceServerType{{
			Identifier: new("notes"), Name: new("Notes"),
			Scopes: []types.ResourceServerScopeType{{ScopeName: new("read"), ScopeDescription: new("r")}, {ScopeName: new("write"), ScopeDescription: new("w")}},
		}},
	}
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *house) advance(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func (h *house) newSub() userpool.Sub {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.subs++
	return userpool.Sub(fmt.Sprintf("00000000-0000-4000-8000-%012d", h.subs))
}

// Protocol, Begin and Finish: the house is every provider.
func (h *house) Protocol(_ *userpool.Pool, provider *userpool.IdentityProvider) (federation.Protocol, error) {
	if provider.Name == "Spare" {
		return nil, errors.New("its settings make no protocol")
	}
	return h, nil
}

func (h *house) Begin(_ context.Context, start federation.Start) (federation.Departure, federation.Memory, error) {
	if h.begin != nil {
		return federation.Departure{}, federation.Memory{}, h.begin
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.starts = append(h.starts, start)
	return federation.Departure{URL: "https://provider.example/"}, federation.Memory{Nonce: "nonce of " + start.Handle, Issued: h.now}, nil
}

func (h *house) Finish(_ context.Context, answer federation.Answer) (federation.Assertion, error) {
	return h.answer(answer)
}

// asserts makes the providers vouch for a person from now on.
func (h *house) asserts(a federation.Assertion) {
	h.answer = func(federation.Answer) (federation.Assertion, error) { return a, nil }
}

func person(subject, mail string) federation.Assertion {
	return federation.Assertion{Subject: subject, Claims: map[string][]string{"mail": {mail}, "display": {"Kofi Mensah"}}}
}

// Authenticate is the directory's.
func (h *house) Authenticate(_ context.Context, _ *userpool.Pool, _ *userpool.AppClient, typed, _ string) (userpool.User, error) {
	return h.native[typed], h.typed
}

// ReplaceTemporary is the directory's; in this house no password is temporary.
func (h *house) ReplaceTemporary(context.Context, *userpool.Pool, *userpool.AppClient, directory.Replacement) (userpool.User, userpool.UserChange, error) {
	return userpool.User{}, userpool.UserChange{}, directory.ErrNotTemporary
}

// Password is Login.Password where it signs in or fails.
func (h *house) Password(ctx context.Context, a *login.Authorization, typed, password string) (*login.Done, error) {
	step, err := h.Login.Password(ctx, a, typed, password)
	if err != nil {
		return nil, err
	}
	return step.(*login.Done), nil
}

// member makes one of the pool's own users.
func (h *house) member(t testing.TB, name string) userpool.User {
	t.Helper()
	user := userpool.User{
		Pool: acmeID, Sub: h.newSub(), Username: name, Status: userpool.Confirmed, Enabled: true, Version: 1,
		Attributes: map[string]string{"email": name + "@acme.example"}, Created: h.clock(), Modified: h.clock(),
	}
	if err := h.db.CreateUser(t.Context(), name, userpool.NewUser{User: user}); err != nil {
		t.Fatal(err)
	}
	h.native[name] = user
	return user
}

// ask is an authorization request, checked. Changes are names and values in turn.
func (h *house) ask(t testing.TB, changes ...string) *login.Authorization {
	t.Helper()
	a, err := login.Check(h.pool, login.ParseRequest(query(changes...)))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func query(changes ...string) url.Values {
	q := url.Values{
		"client_id": {"app"}, "redirect_uri": {callback}, "response_type": {"code"}, "state": {"s t"}, "scope": {"openid"}, "nonce": {"n"},
	}
	for i := 0; i < len(changes); i += 2 {
		q.Set(changes[i], changes[i+1])
		if changes[i+1] == "" {
			q.Del(changes[i])
		}
	}
	return q
}

// leave sends a browser to a provider.
func (h *house) leave(t testing.TB, provider string, changes ...string) *login.Depart {
	t.Helper()
	step, err := h.Login.Begin(t.Context(), h.ask(t, append(changes, "identity_provider", provider)...), "")
	if err != nil {
		t.Fatal(err)
	}
	depart, ok := step.(*login.Depart)
	if !ok {
		t.Fatalf("the step is %T", step)
	}
	return depart
}

// back is what comes of a departure.
func back(d *login.Depart) login.Callback {
	return login.Callback{
		Handle: d.Handle, Attempt: d.Attempt, SAML: d.Provider.Type == userpool.TypeSAML, Form: url.Values{"code": {"x"}}, Post: true,
	}
}

// through goes the whole way through a provider.
func (h *house) through(t testing.TB, provider string, changes ...string) (*login.Done, error) {
	t.Helper()
	return h.Login.Finish(t.Context(), h.pool, back(h.leave(t, provider, changes...)))
}

// commits counts the durable commits of an action.
func (h *house) commits(action func()) int64 {
	before := h.db.Commits()
	action()
	return h.db.Commits() - before
}

// shown expects a refusal that stays with us; sent one that goes to the app. Each returns it.
func shown(t *testing.T, err error, kind login.RefusalKind) *login.Refusal {
	t.Helper()
	var refusal *login.Refusal
	if !errors.As(err, &refusal) || refusal.Kind != kind {
		t.Fatalf("%v, want a refusal on a page: %s", err, kind)
	}
	return refusal
}

func sent(t *testing.T, err error, location string) *login.Return {
	t.Helper()
	var told *login.Return
	if !errors.As(err, &told) {
		t.Fatalf("%v, want the app to be told", err)
	}
	want := location + "&iss=" + url.QueryEscape(told.Authorization.Pool.At.Issuer) // RFC 9207 §2: in errors too
	if got := told.Response().Location(); got != want {
		t.Fatalf("%v, the app is told at %s, want %s", err, got, want)
	}
	return told
}

// withoutPeople is a store that knows everybody as disabled.
type withoutPeople struct{ *store.DB }

func (w withoutPeople) Session(ctx context.Context, pool userpool.ID, hash []byte) (login.Session, error) {
	s, err := w.DB.Session(ctx, pool, hash)
	s.Disabled = true
	return s, err
}

func (w withoutPeople) UserByIdentity(ctx context.Context, pool userpool.ID, provider, userID string) (userpool.User, error) {
	u, err := w.DB.UserByIdentity(ctx, pool, provider, userID)
	u.Enabled = false
	return u, err
}
