package config

import (
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"portico/userpool"
)

// Server holds the boot settings, under server: in the file. The comments are its manual: meaning, default, danger.
// Relative paths start at the folder of the file.
type Server struct {
	// URL is the address people and programs know the server by: scheme, host and port, no path. Issuers begin with it,
	// and the pages of the default pool live at it, so changing it makes earlier tokens foreign. Default: localhost with the
	// port of listen, where listen is this machine only; else it must be given. It must be https, except on localhost.
	URL url.URL `yaml:"url"`
	// Listen is the address to accept connections on, host:port. An empty host means every interface. Default 127.0.0.1:8080.
	Listen string `yaml:"listen"`
	// Region begins the IDs of pools that are created without one. Client libraries take IDs apart, so it has the shape
	// of AWS's regions. It means nothing else. Default us-east-1.
	Region string `yaml:"region"`
	// Database says where everything is kept.
	Database Database `yaml:"database"`
	// Key is the master key, 32 bytes in base64, which seals all secrets in the database. Write "${NAME}" and keep the key
	// itself out of the file. Default: the environment variable PORTICO_KEY. Without key and key_file a key is made on
	// first run, with SQLite only. Who has the key and the database has everything; without the key the database is useless.
	Key userpool.Secret `yaml:"key"`
	// KeyFile is a file that holds the key instead.
	KeyFile string `yaml:"key_file"`
	// Mail is how codes reach people. Without it nothing is sent, and sign-up and recovery by code cannot be completed.
	Mail Mail `yaml:"mail"`
	// SMS is how codes reach phones. Without it no text messages are sent, and phone numbers count for nothing where a pool
	// verifies or recovers by them.
	SMS SMS `yaml:"sms"`
	// TLS is the server's certificate. Without it the server speaks plain http, for this machine or behind a proxy.
	TLS TLS `yaml:"tls"`
	// TrustedProxies are the addresses and networks of reverse proxies in front. X-Forwarded-For, -Proto and -Host are
	// believed from them and ignored from everybody else. Default: none. Danger: whoever is listed here can pretend to be
	// any address, which rate limits and logs rely on.
	TrustedProxies []netip.Prefix `yaml:"trusted_proxies"`
	// AllowPrivateProviders lets identity providers be at loopback and private addresses. Default false. Danger: whoever may
	// configure a provider can then make the server send requests into the network it stands in.
	AllowPrivateProviders bool `yaml:"allow_private_providers"`
	// ExtraRoots is a PEM file of certificate authorities to trust for identity providers and mail, beside the system's.
	ExtraRoots string `yaml:"extra_roots"`
	// CompromisedPasswords is a list of passwords that nobody may choose, for they were found in breaches. Default: none.
	CompromisedPasswords CompromisedPasswords `yaml:"compromised_passwords"`
	// Limits are how often strangers may do what costs something or guesses something.
	Limits Limits `yaml:"limits"`
	// Log says what is logged.
	Log Log `yaml:"log"`
	// ShutdownTimeout is how long requests in flight may take to finish after the signal to stop, at most 10m. Default 20s.
	ShutdownTimeout time.Duration `yaml:"shutdown_timeout"`
	// Support is an e-mail address or web address, shown on error pages. Default: none.
	Support string `yaml:"support"`
	// Links stand at the foot of the pages. Default: none.
	Links Links `yaml:"links"`
	// Words is a folder of texts in place of ours, for pages and e-mails: in it, a folder for each user pool, named by its ID,
	// and in that a file for each language, such as de.properties. They are read at start. Default: none.
	Words string `yaml:"words"`
	// Messages is a folder of e-mails and text messages in place of ours: in it, a folder for each user pool, named by its name or
	// ID, or default; in that one for each language, such as de, or default; and in that files such as sign-up-code.html, of which
	// only those you write take the place of ours. They are read at start. Default: none.
	Messages string `yaml:"messages"`
}

// Database is where everything is kept.
type Database struct {
	// URL is the path of an SQLite file, made if it is missing, or the address of a PostgreSQL database, as in
	// postgres://user:password@host/name. Default portico.db. It may hold a password, so it never prints.
	URL userpool.Secret `yaml:"url"`
	// MaxConnections bounds connections to PostgreSQL, 1 to 1000. Default 20. SQLite has one writer and ignores it.
	MaxConnections int `yaml:"max_connections"`
}

// Postgres reports whether the database is PostgreSQL, by its address.
func (d Database) Postgres() bool {
	url := d.URL.Reveal()
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

// Mail is an outgoing mail server.
type Mail struct {
	// Host is the server's name. Default: none, and nothing is sent.
	Host string `yaml:"host"`
	// Port is its port. Default: 587 with starttls, 465 with implicit, 25 with none.
	Port int `yaml:"port"`
	// Username and Password sign in there. Default: no sign-in.
	Username string          `yaml:"username"`
	Password userpool.Secret `yaml:"password"`
	// From is the sender's address; it must be given. FromName is shown before it. Default: the pool's name.
	From     string `yaml:"from"`
	FromName string `yaml:"from_name"`
	// TLS is starttls (the default; mail is not sent where the server lacks it), implicit, or none. Danger: with none the
	// codes travel in clear, so it is for a relay on this machine or a test server.
	TLS MailTLS `yaml:"tls"`
}

// Enabled reports whether mail can be sent.
func (m Mail) Enabled() bool { return m.Host != "" }

// MailTLS is how a mail connection is protected.
type MailTLS string

// The ways to protect a mail connection.
const (
	MailStartTLS MailTLS = "starttls"
	MailImplicit MailTLS = "implicit"
	MailPlain    MailTLS = "none"
)

// TLS is a certificate with its key, both PEM files. The certificate's file holds the chain, the server's own first.
type TLS struct {
	CertFile string `yaml:"cert_file"`
	KeyFile  string `yaml:"key_file"`
}

// Enabled reports whether the server itself speaks https.
func (t TLS) Enabled() bool { return t.CertFile != "" }

// Log says what is logged, to standard error.
type Log struct {
	// Level is debug, info (the default), warn or error.
	Level slog.Level `yaml:"level"`
	// Format is text (the default) or json.
	Format LogFormat `yaml:"format"`
}

// LogFormat is the form of a log line.
type LogFormat string

// The forms of a log line.
const (
	LogText LogFormat = "text"
	LogJSON LogFormat = "json"
)

// Links are web addresses at the foot of the pages; an empty one is not shown.
type Links struct {
	Help    string `yaml:"help"`
	Privacy string `yaml:"privacy"`
	Terms   string `yaml:"terms"`
}

// Origin is the server's own origin: scheme, host and port, without a slash.
func (s Server) Origin() string { return s.URL.Scheme + "://" + s.URL.Host }

// Addresses gives a pool's addresses. The issuer is below the server's URL. The pages are at the custom domain, with the
// server's scheme and port; else at the prefix domain, below the server's host; else at the server's host itself.
func (s Server) Addresses(id userpool.ID, domain, customDomain string) userpool.Addresses {
	host := s.URL.Hostname()
	switch {
	case customDomain != "":
		host = customDomain
	case domain != "":
		host = domain + "." + host
	default:
		return userpool.Addresses{Issuer: s.Origin() + "/" + string(id), Origin: s.Origin()}
	}
	if port := s.URL.Port(); port != "" {
		host += ":" + port
	}
	return userpool.Addresses{Issuer: s.Origin() + "/" + string(id), Origin: s.URL.Scheme + "://" + host}
}
