package login

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"net/url"
	"time"

	"portico/federation"
	"portico/federation/trace"
	"portico/userpool"
	"portico/userpool/oauth"
)

// ProofLife is how long a person has to prove an account before the sign-in at the provider is forgotten.
const ProofLife = 10 * time.Minute

// proofContext binds sealed proofs, beside the pool; handles of attempts never look like it.
const proofContext = "proof"

// Prove is not a failure but the need for a page: somebody in the pool has the address that the provider vouches for, and the
// pool's policy is to ask. Pending is sealed and goes into a cookie; nothing is written yet.
type Prove struct {
	Authorization *Authorization
	Provider      *userpool.IdentityProvider
	Pending       string
}

func (e *Prove) Error() string { return "sign-in waits for proof of the existing account" }

// pending is a verified sign-in that waits for proof.
type pending struct {
	Query    string              `json:"q"` // and Hinted, Replaces: as in attempt
	Name     string              `json:"p"` // of the provider
	Subject  string              `json:"s"`
	Issuer   string              `json:"i,omitempty"`
	Claims   map[string][]string `json:"c,omitempty"`
	Spend    []federation.Once   `json:"o"`
	Session  map[string]string   `json:"u,omitempty"`
	User     userpool.Sub        `json:"l"` // who may be the same person
	Issued   int64               `json:"t"`
	Said     int64               `json:"a,omitempty"` // Assertion.Authenticated, in Unix seconds
	Hinted   userpool.Sub        `json:"h,omitempty"`
	Replaces []byte              `json:"b,omitempty"`
	Trace    *trace.Departure    `json:"r,omitempty"`
}

// Pending is a sign-in that waits for proof, opened again.
type Pending struct {
	Authorization *Authorization
	Provider      *userpool.IdentityProvider
	User          userpool.User // the account to prove
	assertion     federation.Assertion
	spend         []federation.Once
	hash          []byte // SHA-256 of what was sealed; names it
}

// seal makes the error that leads to the page. Only claims that are mapped are kept; if even they are too large for a cookie,
// they wait for the next sign-in.
func (l *Login) askForProof(ctx context.Context, a *Authorization, provider *userpool.IdentityProvider, assertion federation.Assertion, spend []federation.Once, user userpool.User) error {
	query, hinted := l.remembered(a)
	waiting := pending{
		Query: query, Hinted: hinted, Replaces: a.replaces, Name: provider.Name, Subject: assertion.Subject, Issuer: assertion.Issuer,
		Claims: map[string][]string{}, Spend: spend, Session: assertion.Session, User: user.Sub, Issued: l.Now().Unix(), Trace: trace.From(ctx).Departed(),
	}
	if !assertion.Authenticated.IsZero() {
		waiting.Said = assertion.Authenticated.Unix()
	}
	for _, claim := range provider.Mapping {
		if values, ok := assertion.Claims[claim]; ok {
			waiting.Claims[claim] = values
		}
	}
	for range 2 {
		plain, err := json.Marshal(waiting)
		if err != nil {
			return err
		}
		packed, err := squeeze(plain)
		if err != nil {
			return err
		}
		if sealed := l.Attempts.Seal(packed, string(a.Pool.ID), proofContext); len(sealed) <= maxAttempt {
			return &Prove{Authorization: a, Provider: provider, Pending: sealed}
		}
		waiting.Claims, waiting.Session = nil, nil
	}
	return a.back(oauth.Errorf(oauth.InvalidRequest, "", "request is too long to wait for proof"))
}

// OpenProof opens what Prove sealed. It fails with a *Refusal when it is foreign or took too long.
func (l *Login) OpenProof(ctx context.Context, pool *userpool.Pool, sealed string) (*Pending, error) {
	packed, err := l.Attempts.Open(sealed, string(pool.ID), proofContext)
	if err != nil {
		return nil, &Refusal{Kind: InvalidState, Err: errors.New("no sign-in of this browser waits for proof")}
	}
	plain, err := unsqueeze(packed)
	if err != nil {
		return nil, err
	}
	var waiting pending
	if err := json.Unmarshal(plain, &waiting); err != nil {
		return nil, err
	}
	if !l.Now().Before(time.Unix(waiting.Issued, 0).Add(ProofLife)) {
		return nil, &Refusal{Kind: Expired, Again: waiting.Query, Err: errors.New("the proof took too long")}
	}
	query, err := url.ParseQuery(waiting.Query)
	if err != nil {
		return nil, err
	}
	a, err := Check(pool, ParseRequest(query))
	if err != nil {
		return nil, err
	}
	a.hinted, a.replaces = waiting.Hinted, waiting.Replaces
	provider, ok := pool.Provider(waiting.Name)
	if !ok || !a.Client.Offers(provider.Name) {
		return nil, &Refusal{Kind: InvalidState, Client: a.Client, Err: errors.New("the provider is gone")}
	}
	l.traceProof(ctx, a, provider, waiting)
	user, err := l.Storage.UserBySub(ctx, pool.ID, waiting.User)
	if err != nil {
		return nil, err
	}
	assertion := federation.Assertion{
		Subject: waiting.Subject, Issuer: waiting.Issuer, Claims: waiting.Claims, Session: waiting.Session, Spend: waiting.Spend,
	}
	if waiting.Said > 0 {
		assertion.Authenticated = time.Unix(waiting.Said, 0)
	}
	hash := sha256.Sum256([]byte(sealed))
	return &Pending{Authorization: a, Provider: provider, User: user, spend: waiting.Spend, assertion: assertion, hash: hash[:]}, nil
}

// Link proves the account by its password, and by its second factor where one would be asked for at a sign-in, and attaches the
// provider to it, in the commit that signs the person in: *Done, or the step that asks for the factor, which Answer ends.
// Nothing is set up here: what is to be proved is that the account is the person's. Errors are directory's, as in Password.
func (l *Login) Link(ctx context.Context, p *Pending, password string) (Step, error) {
	a := p.Authorization
	user, err := l.Passwords.Authenticate(ctx, a.Pool, a.Client, p.User.Username, password)
	if err != nil {
		return nil, err
	}
	if user.Sub != p.User.Sub {
		return nil, errors.New("the proven account is not the one that was asked for")
	}
	proved := proof{user: user, by: userpool.FactorPassword}
	if due := dueAfter(a.Pool, user, proved); len(due.factors) > 0 {
		return l.askSecond(ctx, a, user, proved, due, p.hash)
	}
	done, err := l.admit(ctx, a, p.Provider, p.assertion, p.spend, choice{linkTo: user.Sub})
	if err != nil {
		return nil, err // and not a *Done that is nil
	}
	return done, nil
}

// Separate goes on without linking: the person gets an account of its own.
func (l *Login) Separate(ctx context.Context, p *Pending) (Step, error) {
	done, err := l.admit(ctx, p.Authorization, p.Provider, p.assertion, p.spend, choice{separate: true})
	if err != nil {
		return nil, err // and not a *Done that is nil
	}
	return done, nil
}
