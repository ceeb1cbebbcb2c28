package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"portico/config"
	"portico/federation"
	"portico/store"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/notify"
	"portico/web/workbench"
)

type devCommand struct {
	Listen  string `default:"localhost:8080" placeholder:"ADDR" help:"Address of the server. Demo app and practice providers take the seven ports after it; with port 0 all are chosen freely."`
	Data    string `default:".portico" type:"path" placeholder:"DIR" help:"Folder that everything is kept in."`
	Fresh   bool   `help:"Begin anew: empty the folder first."`
	TLS     bool   `name:"tls" help:"Serve https with a certificate made on this machine."`
	Phone   bool   `help:"Let people sign up and sign in with a phone number too; the texts are in the inbox."`
	MFA     bool   `name:"mfa" help:"Require a second factor of everybody: an authenticator app, or a text, which is in the inbox."`
	JSON    bool   `name:"json" help:"Print one line of JSON once everything answers, for a CI job."`
	Verbose bool   `short:"v" help:"Log every request."`
}

// Help shows examples.
func (devCommand) Help() string {
	return "Examples:\n  portico dev\n  portico dev --fresh\n  portico dev --tls --listen localhost:8443\n  portico dev --phone\n  portico dev --mfa\n  portico dev --json --listen 127.0.0.1:0 --data /tmp/portico\n\n" +
		"Nothing it does reaches a real person or a real provider. Ctrl-C stops it; --fresh forgets what it kept."
}

// Run serves everything for development until it is told to stop.
func (c devCommand) Run(ctx context.Context, around surroundings) error {
	folder, err := openFolder(c.Data, c.Fresh)
	if err != nil {
		return err
	}
	level := slog.LevelWarn
	if c.Verbose {
		level = slog.LevelInfo
	}
	log := newLog(config.Log{Level: level, Format: config.LogText}, around.stderr)
	d, err := c.open(folder, log)
	if err != nil {
		return err
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	svc, err := assemble(background, d.settings)
	if err != nil {
		stop()
		return err
	}
	sites, err := d.sites(svc)
	if err != nil {
		stop()
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() {
		served <- serveUntil(ctx, 10*time.Second, log, sites...)
		cancel() // a server that fails ends the others
	}()
	err = d.announce(ctx, around.stdout, c.JSON, svc)
	if err != nil {
		cancel()
	}
	d.practiceStops(ctx)
	failed := <-served
	stop()
	closed := svc.close()
	if err == nil {
		err = failed
	}
	if err == nil {
		err = closed
	}
	if err == nil && !c.JSON {
		_, err = fmt.Fprintln(around.stdout, "Stopped. What it kept is in", c.Data)
	}
	return err
}

// development is a development server before it serves: sockets are open, so every address is known.
type development struct {
	settings settings
	folder   string
	cert     *devCertificate // nil: plain http
	phone    bool            // people may have a phone number in place of an address
	mfa      bool            // everybody is asked for a second factor
	sockets  map[string][]net.Listener
	home     string        // http://localhost:PORT
	demo     string        // http://127.0.0.1:PORT
	twins    []devProvider // practice providers, in the order of the sign-in page
	inbox    *notify.Inbox
	log      *slog.Logger
}

// Parts of development that have a port of their own, in the order of their ports.
var devParts = [...]string{"portico", "demo", "oidc", "saml", "google", "apple", "facebook", "amazon"}

func (c devCommand) open(folder string, log *slog.Logger) (*development, error) {
	d := &development{folder: folder, phone: c.Phone, mfa: c.MFA, log: log, sockets: map[string][]net.Listener{}, inbox: notify.NewInbox(200, time.Now)}
	if err := d.openSockets(c.Listen); err != nil {
		return nil, err
	}
	scheme := "http"
	if c.TLS {
		scheme = "https"
		var err error
		if d.cert, err = devCertificates(folder, time.Now()); err != nil {
			return nil, err
		}
	}
	// Pages at localhost, everything else at 127.0.0.1: two ports of localhost are one site to a browser and share cookies,
	// so posts between them would not be cross-site as they are in production.
	d.home = scheme + "://localhost:" + portOf(d.sockets["portico"][0])
	d.demo = scheme + "://127.0.0.1:" + portOf(d.sockets["demo"][0])
	if err := d.wire(); err != nil {
		return nil, err
	}
	return d, d.leaveToday()
}

// addressOf is where a practice provider is: always plain http.
func (d *development) addressOf(part string) string {
	return "http://127.0.0.1:" + portOf(d.sockets[part][0])
}

// openSockets opens an address for each part: the one that was given, and those after it. Where another program has the
// port of a practice provider, that gets a free one.
func (d *development) openSockets(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("--listen %q: want host:port, as in localhost:8080", address)
	}
	number, err := net.LookupPort("tcp", port)
	if err != nil {
		return fmt.Errorf("--listen %q: %w", address, err)
	}
	for i, part := range devParts {
		at := "0"
		if number != 0 {
			at = fmt.Sprint(number + i)
		}
		d.sockets[part], err = listen(net.JoinHostPort(host, at))
		if err != nil && i > 1 {
			d.sockets[part], err = listen(net.JoinHostPort(host, "0"))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// wire makes the practice providers and the settings of the server.
func (d *development) wire() error {
	key, err := keyFile(filepath.Join(d.folder, "master.key"))
	if err != nil {
		return err
	}
	at := userpool.Addresses{Issuer: d.home + "/" + devPool, Origin: d.home}
	if err := d.practice(at); err != nil {
		return err
	}
	seed, err := d.seed()
	if err != nil {
		return err
	}
	d.settings = settings{
		key: key, region: "us-east-1", pools: []config.Pool{seed}, sender: d.inbox, texts: directory.TextLimits{PerHour: devTexts}, log: d.log, look: look(config.Server{}, true),
		store: store.Options{URL: filepath.Join(d.folder, "portico.db"), Key: key, Log: d.log},
		addresses: func(declared userpool.Declaration) userpool.Addresses {
			return userpool.Addresses{Issuer: d.home + "/" + *declared.Pool.Id, Origin: d.home}
		},
		adjust: d.adjust, limits: devLimits(), outbound: federation.OutboundOptions{AllowPrivate: true},
	}
	return nil
}

// devLimits leave out what would be in the way of a test run, in which everybody has one address and few accounts sign in
// often. Codes are as few as elsewhere: an app must show what that looks like.
func devLimits() userpool.Limits {
	codes := userpool.DefaultLimits().Account
	codes.SignIn, codes.SignUp = userpool.Rate{}, userpool.Rate{}
	return userpool.Limits{Account: codes}
}

// devTexts is as many text messages an hour as the inbox could ever want.
const devTexts = 1_000_000

// practiceStops lets practice providers give up on clients they keep waiting, once the context ends.
func (d *development) practiceStops(ctx context.Context) {
	<-ctx.Done()
	for _, p := range d.twins {
		p.handler.Close()
	}
}

// sites are the servers, each on its own port.
func (d *development) sites(svc *service) ([]site, error) {
	var secure *tls.Config
	client := http.DefaultClient
	if d.cert != nil {
		secure, client = d.cert.server(), d.cert.client()
	}
	facts := d.facts(svc)
	files := d.settings.look.Files
	look := d.settings.look
	look.Wardrobe = svc.live.Wardrobe
	bench := &workbench.Bench{Files: files, Inbox: d.inbox, Traces: benchTraces{svc.live.db}, Facts: facts, Look: &look, Pools: svc.live.Catalog}
	app := devClient(svc.live.Catalog(), devClientID)
	if app == nil || app.Public() {
		return nil, fmt.Errorf("the folder %s holds no development pool: start with --fresh", d.folder)
	}
	demo := &workbench.Demo{
		Files: files, Facts: facts, Messages: d.inbox.Count, Issuer: d.home + "/" + devPool, Domain: d.home, ClientID: devClientID,
		Secret: app.Secrets[0], Choice: devChoiceClientID, Client: client, Now: time.Now, Providers: d.buttons(),
		Hint: "Sign in as " + devUser + " with " + devPassword + ", or choose a practice provider.",
	}
	front := &switchboard{server: svc.handler, bench: bench.Handler()}
	sites := []site{
		{handler: front, listeners: d.sockets["portico"], tls: secure},
		{handler: demo.Handler(), listeners: d.sockets["demo"], tls: secure},
	}
	for _, p := range d.twins {
		sites = append(sites, site{handler: p.handler, listeners: d.sockets[p.part]})
	}
	return sites, nil
}

// switchboard shows the home page, the inbox, the traces and the workshop of looks where the server itself has nothing.
type switchboard struct{ server, bench http.Handler }

func (s *switchboard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if first == "branding" || r.Method == http.MethodGet && (first == "" || first == "inbox" || first == "traces") {
		s.bench.ServeHTTP(w, r)
		return
	}
	s.server.ServeHTTP(w, r)
}

// openFolder makes the data folder, emptied if it is to be fresh. Only a folder of ours is emptied.
func openFolder(path string, fresh bool) (string, error) {
	mark := filepath.Join(path, "master.key")
	if fresh {
		entries, err := os.ReadDir(path)
		if err == nil && len(entries) > 0 {
			if _, err := os.Stat(mark); err != nil {
				return "", fmt.Errorf("--fresh: %s was not made by portico dev, so it is left alone", path)
			}
			if err := os.RemoveAll(path); err != nil {
				return "", err
			}
		}
	}
	return path, os.MkdirAll(path, 0o700)
}
