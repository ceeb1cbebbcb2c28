package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"portico/config"
	"portico/federation"
	"portico/store"
	"portico/userpool"
	"portico/userpool/notify"
	"portico/words"
)

type serveCommand struct {
	Config string `short:"c" default:"portico.yaml" type:"path" placeholder:"FILE" help:"The configuration file."`
}

// Help shows an example.
func (serveCommand) Help() string {
	return "Example:\n  portico serve --config portico.yaml\n\nPools that the file declares and the database lacks are created; what exists is not changed. Ctrl-C or SIGTERM stops it when the requests in flight are done."
}

// Run serves until it is told to stop.
func (c serveCommand) Run(ctx context.Context, around surroundings) error {
	file, err := config.Load(c.Config, around.env)
	if err != nil {
		return err
	}
	server := file.Server
	log := newLog(server.Log, around.stderr)
	for _, warning := range file.Warnings {
		log.Warn("configuration", "setting", warning.In(c.Config))
	}
	s, err := serveSettings(file, around, log)
	if err != nil {
		return err
	}
	listeners, err := listen(server.Listen)
	if err != nil {
		return err
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	svc, err := assemble(background, s)
	if err != nil {
		stop()
		return err
	}
	for _, id := range strangers(s.look.Words, svc.live.Catalog()) {
		log.Warn("configuration", "setting", server.Words+": no user pool has the ID "+id+", so nobody reads its texts")
	}
	for _, name := range unreadMessages(s.letters, svc.live.Catalog()) {
		log.Warn("configuration", "setting", server.Messages+": no user pool has the name or ID "+name+", so nobody reads its messages")
	}
	for _, d := range svc.created {
		log.Info("user pool created", "pool", *d.Pool.Id)
	}
	front := site{handler: svc.handler, listeners: listeners}
	if server.TLS.Enabled() {
		if front.tls, err = certificate(server.TLS); err != nil {
			stop()
			return err
		}
	}
	for _, pool := range svc.live.Catalog().Pools() {
		log.Info("serving", "pool", pool.ID, "name", pool.Name, "domain", pool.At.Origin, "issuer", pool.At.Issuer)
	}
	log.Info("ready", "listen", listeners[0].Addr().String(), "url", server.Origin())
	err = serveUntil(ctx, server.ShutdownTimeout, log, front)
	stop()
	closed := svc.close()
	log.Info("stopped")
	if err == nil {
		err = closed
	}
	return err
}

// serveSettings turns the file into what a server is wired from.
func serveSettings(file *config.File, around surroundings, log *slog.Logger) (settings, error) {
	server := file.Server
	key, keyPath, err := masterKey(server, around.configDir)
	if err != nil {
		return settings{}, err
	}
	if keyPath != "" {
		log.Info("master key", "file", keyPath)
	}
	var pem []byte
	if server.ExtraRoots != "" {
		if pem, err = os.ReadFile(server.ExtraRoots); err != nil {
			return settings{}, fmt.Errorf("server.extra_roots: %w", err)
		}
	}
	trusted, err := roots(pem)
	if err != nil {
		return settings{}, fmt.Errorf("server.extra_roots: %w", err)
	}
	s := settings{
		key: key, region: server.Region, pools: file.Pools, log: log, proxies: server.TrustedProxies, look: look(server, false),
		store:     store.Options{URL: server.Database.URL.Reveal(), Key: key, MaxConns: server.Database.MaxConnections, Log: log},
		outbound:  federation.OutboundOptions{AllowPrivate: server.AllowPrivateProviders, Roots: trusted},
		addresses: declaredAddresses(server),
		limits:    server.Limits.Rates(),
	}
	if s.compromised, err = compromisedPasswords(server.CompromisedPasswords, s.outbound, log); err != nil {
		return settings{}, err
	}
	s.look.Words, s.letters = words.NewBook(file.Words), file.Messages
	carriers := notify.ByMedium{}
	if m := server.Mail; m.Enabled() {
		carriers.Mail = &notify.SMTP{
			Host: m.Host, Port: m.Port, Encryption: notify.Encryption(m.TLS), Username: m.Username, Password: m.Password,
			From: m.From, FromName: m.FromName, RootCAs: trusted, Timeout: 20 * time.Second,
		}
	}
	carriers.Texts, s.texts, err = texts(server.SMS, trusted)
	s.sender = carriers
	return s, err
}

// declaredAddresses gives a pool its addresses from its own document.
func declaredAddresses(server config.Server) func(userpool.Declaration) userpool.Addresses {
	return func(d userpool.Declaration) userpool.Addresses {
		var domain, custom string
		if d.Pool.Domain != nil {
			domain = *d.Pool.Domain
		}
		if d.Pool.CustomDomain != nil {
			custom = *d.Pool.CustomDomain
		}
		return server.Addresses(userpool.ID(*d.Pool.Id), domain, custom)
	}
}

// certificate loads the server's certificate. TLS 1.2 is the oldest that is spoken, as at Cognito's managed login.
func certificate(files config.TLS) (*tls.Config, error) {
	pair, err := tls.LoadX509KeyPair(files.CertFile, files.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("server.tls: %w", err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, nil
}

func newLog(settings config.Log, out io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: settings.Level}
	if settings.Format == config.LogJSON {
		return slog.New(slog.NewJSONHandler(out, options))
	}
	return slog.New(slog.NewTextHandler(out, options))
}
