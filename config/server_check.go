package config

import (
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"portico/userpool"
	"portico/userpool/nearest"
	"portico/userpool/seal"
)

// report files a fault or a warning at a path.
type report func(path, format string, args ...any)

// check finds what single values do not show. It runs before defaults are set, so every fault is about something that
// stands in the file or is missing from it.
func (s *Server) check(fault report) {
	s.checkAddresses(fault)
	s.checkDatabase(fault)
	s.checkKey(fault)
	s.checkMail(fault)
	s.SMS.check(fault)
	if (s.TLS.CertFile == "") != (s.TLS.KeyFile == "") {
		fault("server.tls", "needs both cert_file and key_file")
	}
	if !region.MatchString(s.Region) && s.Region != "" {
		fault("server.region", "is not of the shape of AWS's regions: write it as in us-east-1")
	}
	if s.ShutdownTimeout < 0 || s.ShutdownTimeout > 10*time.Minute {
		fault("server.shutdown_timeout", "is out of range: 0 to 10m")
	}
	if f := s.Log.Format; f != "" && f != LogText && f != LogJSON {
		fault("server.log.format", "wants text or json")
	}
	s.checkPages(fault)
	s.CompromisedPasswords.check(fault)
}

var region = regexp.MustCompile(`^[a-z]{2}-(gov-)?[a-z]+-\d$`)

func (s *Server) checkAddresses(fault report) {
	if s.Listen != "" {
		_, port, err := net.SplitHostPort(s.Listen)
		if n, bad := strconv.Atoi(port); err != nil || bad != nil || n < 0 || n > 65535 {
			fault("server.listen", "wants host:port with a port up to 65535, as in 127.0.0.1:8080 or :8080 for every interface")
		}
	}
	switch u := s.URL; {
	case u.Host == "":
		if s.Listen != "" && localURL(s.Listen, false).Host == "" {
			fault("server.url", "is missing: a server that listens beyond this machine must know its public address, as in https://sign-in.example.com")
		}
	case (u.Path != "" && u.Path != "/") || u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		fault("server.url", "must end after the host and port: the server needs a host of its own, not a path on one")
	case u.Scheme != "https" && !loopback(u.Hostname()) && !strings.HasSuffix(u.Hostname(), ".localhost"):
		fault("server.url", "must begin with https://: plain http is for localhost only; behind a proxy that speaks https, write the address people see")
	case u.Scheme == "http" && s.TLS.CertFile != "":
		fault("server.url", "must begin with https://: tls gives the server a certificate")
	}
}

func (s *Server) checkDatabase(fault report) {
	address := s.Database.URL.Reveal()
	if n := s.Database.MaxConnections; n < 0 || n > 1000 {
		fault("server.database.max_connections", "is out of range: 1 to 1000")
	}
	if s.Database.Postgres() {
		if u, err := url.Parse(address); err != nil || len(u.Path) < 2 {
			fault("server.database.url", "is not an address of a database: write postgres://user:password@host/name, with %%-escapes for special characters in the password")
		}
		if s.Key.Empty() && s.KeyFile == "" {
			fault("server.key", "is missing: with PostgreSQL every server needs the same key; set %s, key or key_file, to what `openssl rand -base64 32` prints", keyVariable)
		}
		return
	}
	if scheme, _, found := strings.Cut(address, "://"); found {
		if near, ok := nearest.To(scheme, []string{"postgres"}); ok {
			fault("server.database.url", "is of no known kind: did you mean %s://?", near)
			return
		}
		fault("server.database.url", "is of no known kind: write the path of an SQLite file, or postgres://…")
	}
}

// checkKey checks the key of the file or of the environment.
func (s *Server) checkKey(fault report) {
	if s.Key.Empty() {
		return
	}
	if s.KeyFile != "" {
		fault("server.key_file", "cannot stand beside key: keep one of the two")
	}
	if _, err := seal.ParseMasterKey(s.Key.Reveal()); err != nil {
		fault("server.key", "wants %d bytes in base64, as `openssl rand -base64 %d` prints (from the file, or from %s)", seal.KeySize, seal.KeySize, keyVariable)
	}
}

func (s *Server) checkMail(fault report) {
	m := s.Mail
	if m == (Mail{}) {
		return
	}
	if m.Host == "" {
		fault("server.mail.host", "is missing: name the mail server, or remove mail")
	} else if !hostOrAddress(m.Host) {
		fault("server.mail.host", "wants a host name alone; the port goes to port")
	}
	if m.Port < 0 || m.Port > 65535 {
		fault("server.mail.port", "is out of range: 1 to 65535")
	}
	if address, err := mail.ParseAddress(m.From); err != nil || address.Name != "" || !userpool.LooksLikeEmail(m.From) {
		fault("server.mail.from", "wants the sender's address, as in sign-in@example.com; a name goes to from_name")
	}
	if strings.ContainsFunc(m.FromName, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		fault("server.mail.from_name", "must be one line of text")
	}
	if (m.Username == "") != m.Password.Empty() {
		fault("server.mail.password", "goes with username: give both or neither")
	}
	switch m.TLS {
	case "", MailStartTLS, MailImplicit:
	case MailPlain:
		if !m.Password.Empty() && !loopback(m.Host) {
			fault("server.mail.tls", "must not be none with a password: it would travel in clear; use starttls or implicit")
		}
	default:
		fault("server.mail.tls", "wants starttls, implicit or none")
	}
}

func (s *Server) checkPages(fault report) {
	if s.Support != "" && !userpool.LooksLikeEmail(s.Support) && !pageLink(s.Support) {
		fault("server.support", "wants an e-mail address or a web address that begins with https://")
	}
	for _, link := range [][2]string{{"help", s.Links.Help}, {"privacy", s.Links.Privacy}, {"terms", s.Links.Terms}} {
		if link[1] != "" && !pageLink(link[1]) {
			fault("server.links."+link[0], "wants a web address that begins with https://")
		}
	}
}

// pageLink: a link on the pages never runs script (javascript:) nor leaves https.
func pageLink(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && u.User == nil && (u.Scheme == "https" || (u.Scheme == "http" && loopback(u.Hostname())))
}

var hostPattern = regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\.?$`)

func hostOrAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil || (len(host) <= 253 && hostPattern.MatchString(host))
}

// warn reports what works and is hardly meant.
func (s *Server) warn(warning report) {
	if s.URL.Scheme == "https" && !s.TLS.Enabled() && len(s.TrustedProxies) == 0 {
		warning("server.url", "is https, but the server has no certificate and trusts no proxy: set tls, or list the proxy that speaks https under trusted_proxies")
	}
	for _, p := range s.TrustedProxies {
		if p.Bits() == 0 {
			warning("server.trusted_proxies", "trusts everybody: any client can pretend to be any address")
		}
	}
	if c := s.CompromisedPasswords; c.URL.Host != "" && loopback(c.URL.Hostname()) && !s.AllowPrivateProviders {
		warning("server.compromised_passwords.url", "is on this machine, where requests go only with allow_private_providers: passwords will not be checked")
	}
	if !s.Mail.Enabled() && s.SMS.Enabled() {
		warning("server.mail", "is not set: only people with a phone number can confirm a sign-up or recover a password by code")
	} else if !s.Mail.Enabled() {
		warning("server.mail", "is not set: nobody can confirm a sign-up or recover a password by code")
	} else if s.Mail.TLS == MailPlain && !loopback(s.Mail.Host) {
		warning("server.mail.tls", "is none: codes travel in clear")
	}
}
