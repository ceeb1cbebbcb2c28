package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"portico/config"
	"portico/federation/practice"
	"portico/store"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/notify"
	"portico/userpool/seal"
	"portico/words"
)

// Names of testdata/two_pools.yaml.
const (
	acmePool  = "us-east-1_Acme00001"
	bravoPool = "us-east-1_Bravo0001"
	acme      = "https://login.acme.example"
	bravo     = "https://login.bravo.example"
	cedar     = "https://login.cedar.example" // speaks the standard dialect

	appID          = "acmenotes"
	bravoAppID     = "bravonotes" // with the same secret and callback
	cedarAppID     = "cedarnotes" // likewise
	boardID        = "acmeboard"
	boardCallback  = "https://board.example/callback"
	appSecret      = "secretofacmenotes0000000"
	appCallback    = "https://app.example/callback"
	appLogout      = "https://app.example/bye"
	drawingsID     = "acmedrawings"
	drawingsSecret = "secretofacmedrawings0000"
	phoneID        = "acmephone"
	reportsID      = "acmereports"
	reportsSecret  = "secretofacmereports00000"
	gateID         = "acmegate"
	gateCallback   = "https://gate.example/callback"
	deskID         = "acmedesk"
	studioID       = "acmestudio"
	studioSecret   = "secretofacmestudio000000"

	adaName     = "ada@acme.example"
	adaPassword = "Doorway-Lantern-7"
	benName     = "ben@acme.example"
	benPassword = "Doorway-Lantern-8"

	trustedProxy = "192.0.2.1"
	stranger     = "198.51.100.7"
)

// rig is the server of testdata/two_pools.yaml, wired as `portico serve` wires it. Its handler is called directly, so a
// test sees exactly what the server writes; the providers are at real addresses, because the server asks them.
type rig struct {
	db        *store.DB
	live      *live
	handler   http.Handler
	routes    []string
	harbor    *practice.OIDC
	quay      *practice.OIDC
	northwind *practice.SAML
	inbox     *notify.Inbox
	came      chan struct{} // gets a value with every message
	log       *lockedBuffer
	env       map[string]string
	limits    *userpool.Limits            // in place of the file's, from the next restart on
	changed   func(*userpool.Declaration) // what a test changes of the stored pools, likewise
	words     words.Book                  // the operator's texts, likewise
	letters   notify.Texts                // the operator's messages, likewise
	conns     int                         // connections to the database, if not the store's own number
	logTo     io.Writer                   // log, except in benchmarks
	hasher    directory.PasswordHasher    // see hasherFor
	stop      func() error
}

// began is a time before which nothing of this test happened.
func (r *rig) began() time.Time { return time.Now().Add(-time.Minute) }

// Send keeps a message, as a mail server would.
func (r *rig) Send(ctx context.Context, m notify.Message) error {
	err := r.inbox.Send(ctx, m)
	r.came <- struct{}{}
	return err
}

// waitForMail waits until the inbox holds more messages than before: some are sent after the page was answered.
func (r *rig) waitForMail(t *testing.T, before int) {
	t.Helper()
	for r.inbox.Count() <= before {
		select {
		case <-r.came:
		case <-time.After(30 * time.Second):
			t.Fatal("no message came")
		}
	}
}

// newRig is a rig on a database of its own. Tests that have one share nothing, so they run side by side.
func newRig(t testing.TB) *rig {
	t.Helper()
	if test, ok := t.(*testing.T); ok {
		test.Parallel()
	}
	return newRigAt(t, preparedFile(t), 0)
}

// preparedFile is a SQLite database with the pools of testdata/two_pools.yaml in it.
func preparedFile(t testing.TB) string {
	t.Helper()
	made, err := preparedFor(t)
	if err != nil {
		t.Fatal(err)
	}
	database := filepath.Join(t.TempDir(), "portico.db")
	if err := os.WriteFile(database, made.database, 0o600); err != nil {
		t.Fatal(err)
	}
	return database
}

// newRigAt is a rig on any database, with a number of connections to it or, for 0, the store's own.
func newRigAt(t testing.TB, database string, conns int) *rig {
	t.Helper()
	made, err := preparedFor(t)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{conns: conns, log: &lockedBuffer{}, inbox: notify.NewInbox(100, time.Now), came: make(chan struct{}, 1000), hasher: hasherFor(t)}
	r.logTo = r.log
	if _, measured := t.(*testing.B); measured {
		r.logTo = io.Discard
	}
	env := r.startProviders(t, made.provider)
	env["DATABASE"], env["PORTICO_KEY"] = database, made.key.Encode()
	r.env = env
	if r.stop, err = r.wire(env); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.stop(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// restart stops the server and starts it again on its database.
func (r *rig) restart(t testing.TB) {
	t.Helper()
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	var err error
	if r.stop, err = r.wire(r.env); err != nil {
		t.Fatal(err)
	}
}

// wire wires the server. Providers are at the addresses of the environment, whatever the database remembers of them.
func (r *rig) wire(env map[string]string) (closeIt func() error, err error) {
	lookup := func(name string) (string, bool) { value, ok := env[name]; return value, ok }
	file, err := config.Load("testdata/two_pools.yaml", lookup)
	if err != nil {
		return nil, err
	}
	s, err := serveSettings(file, surroundings{env: lookup}, newLog(file.Server.Log, r.logTo))
	if err != nil {
		return nil, err
	}
	s.sender, s.store.MaxConns, s.look.Words, s.letters, s.hasher = r, r.conns, r.words, r.letters, r.hasher
	if r.limits != nil {
		s.limits = *r.limits
	}
	s.adjust = func(stored *userpool.Declaration) {
		if r.changed != nil {
			r.changed(stored)
		}
		for _, declared := range file.Pools {
			if *declared.Declaration.Pool.Id != *stored.Pool.Id {
				continue
			}
			details := map[string]map[string]string{}
			for _, p := range declared.Declaration.Providers {
				details[*p.ProviderName] = p.ProviderDetails
			}
			for i := range stored.Providers {
				stored.Providers[i].ProviderDetails = details[*stored.Providers[i].ProviderName]
			}
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	if r.db, err = store.Open(ctx, s.store); err != nil {
		cancel()
		return nil, err
	}
	svc, err := s.wire(ctx, r.db)
	if err != nil {
		cancel()
		_ = r.db.Close()
		return nil, err
	}
	r.live, r.handler, r.routes = svc.live, svc.handler, svc.routes
	return func() error { cancel(); return svc.close() }, nil
}

// prepared is a database with pools, keys and people in it: making keys and hashing passwords takes longer than a test.
type prepared struct {
	database []byte
	key      seal.MasterKey
	provider *rsa.PrivateKey // of all practice providers
}

// Each is prepared when the first test, or the first benchmark, wants it.
var (
	preparedForTests      = sync.OnceValues(func() (prepared, error) { return prepare(quickHasher{directory.NewHasher()}) })
	preparedForBenchmarks = sync.OnceValues(func() (prepared, error) { return prepare(directory.NewHasher()) })
)

func preparedFor(t testing.TB) (prepared, error) {
	if _, measured := t.(*testing.B); measured {
		return preparedForBenchmarks()
	}
	return preparedForTests()
}

func prepare(hasher directory.PasswordHasher) (p prepared, err error) {
	folder, err := os.MkdirTemp("", "portico-test")
	if err != nil {
		return p, err
	}
	defer os.RemoveAll(folder)
	p.key = seal.NewMasterKey()
	if p.provider, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		return p, err
	}
	database := filepath.Join(folder, "portico.db")
	r := &rig{logTo: io.Discard, inbox: notify.NewInbox(1, time.Now), hasher: hasher}
	closeIt, err := r.wire(map[string]string{
		"DATABASE": database, "PORTICO_KEY": p.key.Encode(),
		"HARBOR": "http://127.0.0.1:1", "QUAY": "http://127.0.0.1:2", "NORTHWIND": "http://127.0.0.1:3",
	})
	if err != nil {
		return p, err
	}
	if err := closeIt(); err != nil {
		return p, err
	}
	p.database, err = os.ReadFile(database)
	return p, err
}

// startProviders starts the three providers and returns where they are.
func (r *rig) startProviders(t testing.TB, key *rsa.PrivateKey) map[string]string {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	serve := func(h http.Handler) string {
		server := httptest.NewServer(h)
		t.Cleanup(server.Close)
		return server.URL
	}
	openID := func(name, secret string) *practice.OIDC {
		p, err := practice.NewOIDC(practice.OIDCOptions{
			Name: name, ClientID: "portico", ClientSecret: secret, Key: key, RedirectURIs: []string{acme + userpool.PathIDPResponse},
		})
		must(err)
		return p
	}
	r.harbor, r.quay = openID("Harbor", "harbor-secret"), openID("Quay", "quay-secret")
	var err error
	r.northwind, err = practice.NewSAML(practice.SAMLOptions{Name: "Northwind", Key: key})
	must(err)
	must(r.northwind.Register(userpool.ID(acmePool).EntityID(), acme+userpool.PathSAMLResponse))
	must(r.northwind.Register(userpool.ID(bravoPool).EntityID(), bravo+userpool.PathSAMLResponse))
	at := map[string]string{"HARBOR": serve(r.harbor), "QUAY": serve(r.quay), "NORTHWIND": serve(r.northwind)}
	must(r.harbor.SetIssuer(at["HARBOR"]))
	must(r.quay.SetIssuer(at["QUAY"]))
	must(r.northwind.SetBaseURL(at["NORTHWIND"]))
	return at
}
