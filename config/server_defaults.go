package config

import (
	"cmp"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"time"

	"portico/userpool"
)

// keyVariable holds the master key where the file names none.
const keyVariable = "PORTICO_KEY"

// takeKey takes the master key from the environment where the file names none.
func (s *Server) takeKey(env func(string) (string, bool)) {
	if key, set := env(keyVariable); set && s.Key.Empty() && s.KeyFile == "" {
		s.Key = userpool.NewSecret(key)
	}
}

// setDefaults fills what the file leaves out, and makes paths start at the file's folder.
func (s *Server) setDefaults(folder string) {
	s.Listen = cmp.Or(s.Listen, "127.0.0.1:8080")
	s.Region = cmp.Or(s.Region, "us-east-1")
	s.ShutdownTimeout = cmp.Or(s.ShutdownTimeout, 20*time.Second)
	s.Log.Format = cmp.Or(s.Log.Format, LogText)
	s.Database.MaxConnections = cmp.Or(s.Database.MaxConnections, 20)
	if s.Database.URL.Empty() {
		s.Database.URL = userpool.NewSecret("portico.db")
	}
	if !s.Database.Postgres() {
		s.Database.URL = userpool.NewSecret(below(folder, s.Database.URL.Reveal()))
	}
	for _, path := range []*string{&s.KeyFile, &s.TLS.CertFile, &s.TLS.KeyFile, &s.ExtraRoots, &s.CompromisedPasswords.File, &s.Words, &s.Messages} {
		*path = below(folder, *path)
	}
	s.SMS.setDefaults()
	if s.Mail.Enabled() {
		s.Mail.TLS = cmp.Or(s.Mail.TLS, MailStartTLS)
		s.Mail.Port = cmp.Or(s.Mail.Port, map[MailTLS]int{MailImplicit: 465, MailPlain: 25}[s.Mail.TLS], 587)
	}
	if s.URL.Host == "" {
		s.URL = localURL(s.Listen, s.TLS.Enabled())
	}
	if s.URL.Path == "/" {
		s.URL.Path = ""
	}
}

// localURL is the address of a server for this machine only, or nothing: nobody else could know it as localhost. The
// name is localhost because browsers treat it as secure, and passkeys need a name.
func localURL(listen string, secure bool) url.URL {
	host, port, err := net.SplitHostPort(listen)
	if err != nil || !loopback(host) {
		return url.URL{}
	}
	if secure {
		return url.URL{Scheme: "https", Host: "localhost:" + port}
	}
	return url.URL{Scheme: "http", Host: "localhost:" + port}
}

// below makes a relative path start at a folder.
func below(folder, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(folder, path)
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || (err == nil && ip.Unmap().IsLoopback())
}
