package login_test

import (
	"context"
	"errors"
	"net/url"
	"testing"
	"time"

	"portico/federation"
	"portico/userpool"
	"portico/userpool/login"
)

// samlIDP is a SAML provider as login sees one: it vouches for a person unasked, and asks for sign-outs.
type samlIDP struct {
	*house
	asserts federation.Assertion
	refuses error
	asks    federation.SignOutRequest
	issuer  string // whose requests it takes for its own
}

func (p *samlIDP) Protocol(*userpool.Pool, *userpool.IdentityProvider) (federation.Protocol, error) {
	return p, nil
}

func (p *samlIDP) FinishUnsolicited(context.Context, federation.Answer) (federation.Assertion, error) {
	return p.asserts, p.refuses
}

func (p *samlIDP) ReadSignOut(_ context.Context, answer federation.Answer) (federation.SignOutRequest, error) {
	if answer.Form.Get("issuer") != p.issuer {
		return federation.SignOutRequest{}, federation.Refuse("issuer", "", "of another provider")
	}
	return p.asks, nil
}

func (p *samlIDP) AnswerSignOut(_ context.Context, request federation.SignOutRequest) (federation.Departure, error) {
	return federation.Departure{URL: "https://provider.example/done?" + request.State}, nil
}

// newSAMLHouse is a house whose provider Northwind may begin sign-ins; details are names and values in turn.
func newSAMLHouse(t *testing.T, details ...string) *samlIDP {
	t.Helper()
	p := &samlIDP{house: newHouse(t)}
	p.Login.Upstream, p.Login.Protocols = p.db, p
	provider, _ := p.pool.Provider("Northwind")
	provider.Details = userpool.ProviderDetails{"IDPInit": "true", "IDPSignout": "true"}
	for i := 0; i < len(details); i += 2 {
		provider.Details[details[i]] = details[i+1]
	}
	p.asserts = person("kofi", "kofi@people.example")
	p.asserts.Spend = []federation.Once{{Purpose: "saml-assertion", ID: "Northwind _1", Until: p.clock().Add(time.Minute)}}
	p.asserts.Session = map[string]string{"name_id": "kofi", "session_index": "s1"}
	return p
}

func (p *samlIDP) unasked(t *testing.T, relay url.Values) (login.Step, error) {
	t.Helper()
	return p.Login.Unsolicited(t.Context(), p.pool, login.Callback{Handle: relay.Encode(), SAML: true, Post: true, Form: url.Values{}}, 0)
}

func northwind(changes ...string) url.Values {
	return query(append([]string{"identity_provider", "Northwind", "client_id", "federated"}, changes...)...)
}

// TestUnsolicitedBecomesARoundTrip: an answer that nobody asked for signs nobody in; the browser goes to the provider with a
// request of ours, and only the answer to that one does.
func TestUnsolicitedBecomesARoundTrip(t *testing.T) {
	p := newSAMLHouse(t)
	step, err := p.unasked(t, northwind())
	if err != nil {
		t.Fatal(err)
	}
	depart, ok := step.(*login.Depart)
	if !ok {
		t.Fatalf("the step is %T", step)
	}
	if _, err := p.db.UserByIdentity(t.Context(), acmeID, "Northwind", "kofi"); !errors.Is(err, userpool.ErrNotFound) {
		t.Errorf("the person was let in: %v", err)
	}
	done, err := p.Login.Finish(t.Context(), p.pool, back(depart))
	if err != nil {
		t.Fatal(err)
	}
	if done.Authorization.State != "s t" || done.Authorization.Client.ID != "federated" || done.Session.Provider != "Northwind" {
		t.Errorf("%+v", done.Authorization.Request)
	}
}

// TestAttackUnsolicitedReplayed: the same answer begins one round trip.
func TestAttackUnsolicitedReplayed(t *testing.T) {
	p := newSAMLHouse(t)
	if _, err := p.unasked(t, northwind()); err != nil {
		t.Fatal(err)
	}
	_, err := p.unasked(t, northwind())
	shown(t, err, login.InvalidState)
}

// TestAttackUnsolicitedForEver: a provider that answers our requests unasked does not go round for ever.
func TestAttackUnsolicitedForEver(t *testing.T) {
	p := newSAMLHouse(t)
	_, err := p.Login.Unsolicited(t.Context(), p.pool, login.Callback{Handle: northwind().Encode(), SAML: true, Post: true}, 4)
	shown(t, err, login.InvalidRelayState)
}

// TestAttackUnsolicitedRelayState: what the provider's administrator wrote, or somebody else, is checked as any request.
func TestAttackUnsolicitedRelayState(t *testing.T) {
	p := newSAMLHouse(t)
	for name, c := range map[string]struct {
		relay url.Values
		kind  login.RefusalKind
	}{
		"a stranger's callback":         {northwind("redirect_uri", "https://evil.example/callback"), login.CallbackMismatch},
		"an unknown client":             {northwind("client_id", "nobody"), login.UnknownClient},
		"no callback":                   {northwind("redirect_uri", ""), login.MissingParameter},
		"a provider that may not begin": {northwind("identity_provider", "Harbor"), login.InvalidRelayState},
		"the pool's own users":          {northwind("identity_provider", "COGNITO"), login.InvalidRelayState},
		"a provider of nobody":          {northwind("identity_provider", "Elsewhere"), login.InvalidRelayState},
		"a client without the provider": {northwind("client_id", "native"), login.InvalidRelayState},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := p.unasked(t, c.relay)
			shown(t, err, c.kind)
		})
	}
	_, err := p.unasked(t, northwind("scope", "nonsense"))
	sent(t, err, callback+"?state=s+t&error=invalid_scope")
}

func TestUnsolicitedShortRelayState(t *testing.T) {
	p := newSAMLHouse(t)
	relay := northwind("identity_provider", "", "response_type", "", "scope", "", "nonce", "")
	if step, err := p.unasked(t, relay); err != nil || step == nil {
		t.Errorf("%v", err)
	}
	// redirect_uri alone must lead to one client; here it leads to several.
	relay.Del("client_id")
	_, err := p.unasked(t, relay)
	shown(t, err, login.MissingParameter)
	p.pool.Clients = map[userpool.ClientID]*userpool.AppClient{"federated": p.pool.Clients["federated"]}
	p.asserts.Spend[0].ID = "Northwind _2"
	if _, err := p.unasked(t, relay); err != nil {
		t.Errorf("the only client: %v", err)
	}
}

func TestUnsolicitedIsOffByDefault(t *testing.T) {
	p := newSAMLHouse(t, "IDPInit", "false")
	_, err := p.unasked(t, northwind())
	shown(t, err, login.InvalidRelayState)
}

func TestUnsolicitedRefusedByTheProtocol(t *testing.T) {
	p := newSAMLHouse(t)
	p.refuses = federation.Refuse("signature", "Invalid SAML response received", "forged")
	_, err := p.unasked(t, northwind())
	sent(t, err, callback+"?error_description=Invalid+SAML+response+received&state=s+t&error=invalid_request")
	if len(p.starts) != 0 {
		t.Error("a forged answer began a round trip")
	}
}

// TestUnsolicitedAccepted: by Cognito's rules, only for a client of SAML providers.
func TestUnsolicitedAccepted(t *testing.T) {
	p := newSAMLHouse(t, "portico_idp_init", "accept")
	_, err := p.unasked(t, northwind())
	shown(t, err, login.InvalidRelayState) // the client offers Harbor too
	client := *p.pool.Clients["federated"]
	client.Providers = []string{"Northwind"}
	p.pool.Clients["federated"] = &client
	step, err := p.unasked(t, northwind())
	if err != nil {
		t.Fatal(err)
	}
	if done, ok := step.(*login.Done); !ok || done.SessionID == "" || done.Session.Provider != "Northwind" {
		t.Errorf("the step is %T", step)
	}
	_, err = p.unasked(t, northwind())
	shown(t, err, login.InvalidState) // a replay
}

func TestUnasked(t *testing.T) {
	for relay, want := range map[string]bool{
		northwind().Encode():              true,
		"redirect_uri=https%3A%2F%2Fa&x=": true,
		"":                                false,
		"s1abc.AbCd-_0123456789":          false,
		"https://app.example/deep?x=1":    false,
		"%zz":                             false,
	} {
		if got := login.Unasked(relay); got != want {
			t.Errorf("%q: %v", relay, got)
		}
	}
}

// signedIn opens a session through Northwind and returns its cookie's value.
func (p *samlIDP) signedIn(t *testing.T, index string) login.Session {
	t.Helper()
	a := person("kofi", "kofi@people.example")
	a.Session = map[string]string{"name_id": "kofi", "session_index": index}
	p.house.asserts(a)
	done, err := p.through(t, "Northwind")
	if err != nil {
		t.Fatal(err)
	}
	return done.Session
}

func TestProviderSignsOut(t *testing.T) {
	p := newSAMLHouse(t)
	p.issuer = "northwind"
	first, second := p.signedIn(t, "s1"), p.signedIn(t, "s2")
	once := func(id string) federation.Once {
		return federation.Once{Purpose: "saml-logout-request", ID: id, Until: p.clock().Add(time.Minute)}
	}
	answer := federation.Answer{Form: url.Values{"issuer": {"northwind"}}}
	p.asks = federation.SignOutRequest{ID: "_1", Subject: "kofi", Sessions: []string{"s1"}, State: "their state", Spend: once("_1")}
	out, err := p.Login.ServeSignOut(t.Context(), p.pool, answer)
	if err != nil {
		t.Fatal(err)
	}
	if out.Sessions != 1 || out.Provider.Name != "Northwind" || out.Departure.URL != "https://provider.example/done?their state" {
		t.Errorf("%+v", out)
	}
	if p.alive(t, first) || !p.alive(t, second) {
		t.Error("the wrong session ended")
	}
	// Attack: whoever kept the request uses it again.
	if _, err := p.Login.ServeSignOut(t.Context(), p.pool, answer); !errors.Is(err, userpool.ErrSpent) {
		t.Errorf("a replay: %v", err)
	}
	p.asks = federation.SignOutRequest{ID: "_2", Subject: "kofi", Spend: once("_2")}
	if out, err := p.Login.ServeSignOut(t.Context(), p.pool, answer); err != nil || out.Sessions != 1 || p.alive(t, second) {
		t.Errorf("%+v, %v", out, err)
	}
	// Nobody is left: the provider is answered all the same.
	p.asks = federation.SignOutRequest{ID: "_3", Subject: "nobody", Spend: once("_3")}
	if out, err := p.Login.ServeSignOut(t.Context(), p.pool, answer); err != nil || out.Sessions != 0 {
		t.Errorf("%+v, %v", out, err)
	}
}

func (p *samlIDP) alive(t *testing.T, s login.Session) bool {
	t.Helper()
	alive, err := p.db.SessionAlive(t.Context(), acmeID, s.Hash)
	if err != nil {
		t.Fatal(err)
	}
	return alive
}

// TestAttackLogoutOfNoProvider: a request that no provider stands behind ends nothing, and one of a provider without
// IDPSignout is not heard.
func TestAttackLogoutOfNoProvider(t *testing.T) {
	p := newSAMLHouse(t)
	p.issuer = "northwind"
	session := p.signedIn(t, "s1")
	p.asks = federation.SignOutRequest{ID: "_1", Subject: "kofi", Spend: federation.Once{Purpose: "x", ID: "1", Until: p.clock()}}
	if _, err := p.Login.ServeSignOut(t.Context(), p.pool, federation.Answer{Form: url.Values{"issuer": {"evil"}}}); !errors.Is(err, login.ErrNoSignOut) {
		t.Errorf("%v", err)
	}
	provider, _ := p.pool.Provider("Northwind")
	provider.Details["IDPSignout"] = "false"
	if _, err := p.Login.ServeSignOut(t.Context(), p.pool, federation.Answer{Form: url.Values{"issuer": {"northwind"}}}); !errors.Is(err, login.ErrNoSignOut) {
		t.Errorf("%v", err)
	}
	if !p.alive(t, session) {
		t.Error("the session ended")
	}
}

// TestAttackLogoutByAnotherProvider: a provider ends its own sessions only, though another has people of the same name.
func TestAttackLogoutByAnotherProvider(t *testing.T) {
	p := newSAMLHouse(t)
	harbor, _ := p.pool.Provider("Harbor")
	harbor.Type, harbor.Details = userpool.TypeSAML, userpool.ProviderDetails{"IDPSignout": "true"}
	northwind, _ := p.pool.Provider("Northwind")
	p.issuer = "harbor"
	session := p.signedIn(t, "s1")
	northwind.Details["IDPSignout"] = "false" // so that Harbor is who asks
	p.asks = federation.SignOutRequest{ID: "_1", Subject: "kofi", Spend: federation.Once{Purpose: "x", ID: "1", Until: p.clock()}}
	out, err := p.Login.ServeSignOut(t.Context(), p.pool, federation.Answer{Form: url.Values{"issuer": {"harbor"}}})
	if err != nil || out.Sessions != 0 || !p.alive(t, session) {
		t.Errorf("%+v, %v", out, err)
	}
}
