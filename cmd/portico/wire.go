package main

import (
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/google/uuid"

	"portico/config"
	"portico/federation"
	"portico/federation/oauth2"
	"portico/federation/oidc"
	"portico/federation/saml"
	"portico/federation/trace"
	"portico/static"
	"portico/store"
	"portico/userpool"
	"portico/userpool/compromised"
	"portico/userpool/directory"
	"portico/userpool/grant"
	"portico/userpool/login"
	"portico/userpool/notify"
	"portico/userpool/seal"
	"portico/userpool/token"
	"portico/web"
	"portico/web/browser"
	"portico/web/endpoint"
	"portico/web/hostedui"
)

// settings are what a server is wired from, whichever subcommand runs it.
type settings struct {
	key       seal.MasterKey
	store     store.Options
	region    string
	pools     []config.Pool
	addresses func(userpool.Declaration) userpool.Addresses
	adjust    func(*userpool.Declaration)
	sender    notify.Sender
	texts     directory.TextLimits
	letters   notify.Texts
	outbound  federation.OutboundOptions
	proxies   []netip.Prefix
	look      browser.Look
	limits    userpool.Limits // zero: none but the lockout
	log       *slog.Logger
	hasher    directory.PasswordHasher // set by tests only; nil: argon2id at its full cost

	compromised *compromised.Checker // nil checks nothing
}

// service is a wired server, ready to serve.
type service struct {
	handler http.Handler
	routes  []string // what the handler serves, as patterns
	live    *live
	created []userpool.Declaration // pools that did not exist before
	close   func() error
}

// assemble introduces every room to the others: it opens the store, creates what is declared and missing, and makes the
// handler. The context ends the background work; close waits for it and closes the store.
func assemble(ctx context.Context, s settings) (*service, error) {
	db, err := store.Open(ctx, s.store)
	if err != nil {
		return nil, err
	}
	svc, err := s.wire(ctx, db)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return svc, nil
}

func (s settings) wire(ctx context.Context, db *store.DB) (*service, error) {
	created, err := declare(ctx, db, s.region, s.pools, time.Now())
	if err != nil {
		return nil, err
	}
	current := &live{db: db, addresses: s.addresses, adjust: s.adjust, log: s.log, files: s.look.Files}
	if err := current.load(ctx); err != nil {
		return nil, err
	}
	staff := s.directory(db)
	if err := people(ctx, staff, current.Catalog(), s.pools); err != nil {
		return nil, err
	}
	traces := trace.NewQueue(db, time.Now, s.log)
	server := s.server(db, current, staff, traces)

	var background sync.WaitGroup
	background.Go(func() { traces.Run(ctx) })
	background.Go(func() { current.follow(ctx) })
	background.Go(func() { sweep(ctx, db, s.log) })
	return &service{handler: server.Handler(), routes: server.Routes(), live: current, created: created, close: func() error {
		background.Wait()
		for range directory.MaxLater { // messages under way leave before the store closes
			staff.Later <- struct{}{}
		}
		return db.Close()
	}}, nil
}

func (s settings) directory(db *store.DB) *directory.Directory {
	staff := &directory.Directory{
		Storage: db, Hasher: directory.NewHasher(), Lockout: directory.NewLockout(), Meter: directory.NewMeter(), Shares: directory.NewShares(),
		Sender: s.sender, Texts: s.texts, Letters: s.letters,
		Digest: s.key.For(seal.Digest), Challenges: s.key.For(seal.Challenge), Now: time.Now, NewSub: newSub, Log: s.log, Later: make(chan struct{}, directory.MaxLater),
	}
	staff.Meter.Limits, staff.Pace = s.limits, directory.DefaultPace
	if s.hasher != nil {
		staff.Hasher = s.hasher
	}
	if s.compromised != nil { // a nil *Checker in the interface would be asked
		staff.Compromised = s.compromised
	}
	return staff
}

func (s settings) server(db *store.DB, current *live, staff *directory.Directory, traces *trace.Queue) *web.Server {
	mint := token.Mint{Keys: current.Keys, Now: time.Now, NewID: uuid.NewString, Oversized: newSizeAlarm(s.log, time.Now).oversized}
	exchanger := &grant.Exchanger{
		Storage: db, Mint: mint, Codes: s.key.For(seal.AuthorizationCode), Refreshes: s.key.For(seal.RefreshToken),
		Now: time.Now, NewID: uuid.NewString,
	}
	in := &login.Login{
		Storage: db, Upstream: db, Passwords: staff, Seconds: staff, First: staff, Notices: staff, Protocols: s.broker(current), Hints: mint, Attempts: s.key.For(seal.Attempt), Challenges: s.key.For(seal.Challenge), Now: time.Now, NewSub: newSub,
		Traces: traces, Trials: s.key.For(seal.TestLink),
	}
	s.look.Wardrobe = current.Wardrobe
	guide := &browser.Guide{Cookies: browser.NewCookies(s.key), Exchanger: exchanger, Look: &s.look}
	return &web.Server{
		Pools: current.Catalog,
		Pages: &hostedui.Pages{Login: in, Directory: staff, Guide: guide, Now: time.Now},
		Endpoints: &endpoint.Endpoints{
			Login: in, Exchanger: exchanger, Keys: current.Keys, Guide: guide,
			Metadata: current.samlMetadata, Traces: db,
		},
		Look: &s.look, Proxies: s.proxies, Log: s.log, Now: time.Now,
		Ready: func(r *http.Request) error { return db.Ping(r.Context()) },
	}
}

// broker opens the protocol of a provider by its type.
func (s settings) broker(current *live) *federation.Broker {
	client := federation.NewClient(s.outbound)
	return federation.NewBroker(func(pool *userpool.Pool, provider *userpool.IdentityProvider) (federation.Protocol, error) {
		callback := pool.At.URL(userpool.PathIDPResponse)
		switch provider.Kind() {
		case userpool.KindOIDC, userpool.KindGoogle, userpool.KindApple, userpool.KindLinkedIn, userpool.KindEntra:
			return oidc.New(oidc.Config{Provider: provider, RedirectURL: callback, Client: client})
		case userpool.KindFacebook, userpool.KindAmazon, userpool.KindGitHub, userpool.KindX, userpool.KindOAuth2:
			return oauth2.New(oauth2.Config{Provider: provider, RedirectURL: callback, Client: client})
		case userpool.KindSAML:
			return saml.New(saml.Config{Provider: provider, Pool: pool.ID, At: pool.At, Client: client, Keys: current.samlKeysOf(pool, provider), Log: s.log})
		}
		return nil, errors.New("identity providers of type " + string(provider.Type) + " are not served")
	})
}

func newSub() userpool.Sub { return userpool.Sub(uuid.NewString()) }

// look is what all pages share.
func look(server config.Server, dev bool) browser.Look {
	return browser.Look{Files: static.New(), Support: server.Support, Links: browser.Links(server.Links), Dev: dev}
}

// roots are the system's certificate authorities and those of a PEM file; nil means the system's alone.
func roots(pem []byte) (*x509.CertPool, error) {
	if len(pem) == 0 {
		return nil, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		return nil, err
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New("no certificate in it")
	}
	return pool, nil
}
