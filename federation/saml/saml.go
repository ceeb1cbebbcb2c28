package saml

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"portico/federation"
	"portico/userpool"
)

var _ federation.Protocol = (*Provider)(nil)

// Config is what a Provider is made of.
type Config struct {
	// Provider is the configured identity provider, of type SAML. Exactly one of its details MetadataURL and
	// MetadataFile is set.
	Provider *userpool.IdentityProvider
	// Pool and At say who we are: our entity ID and our assertion consumer service.
	Pool userpool.ID
	At   userpool.Addresses
	// Client fetches MetadataURL. It guards addresses; size and time are limited here as well. It is not needed with
	// MetadataFile.
	Client *http.Client
	// Keys are our keys at this moment: what signs our messages and opens what the provider encrypts. nil means none.
	Keys func() userpool.SAMLKeys
	// Now is the clock, time.Now if nil. Rand gives request IDs, crypto/rand if nil.
	Now  func() time.Time
	Rand io.Reader
	// Log is told once a day of certificates that expire; nil tells nobody.
	Log *slog.Logger
}

// Provider is one SAML identity provider, as its service provider sees it. It is safe for concurrent use.
type Provider struct {
	pool     userpool.ID
	name     string // the provider's name in the pool
	entityID string // ours, which is the audience of assertions
	acs      string // our assertion consumer service, which is their recipient
	slo      string // our single logout service
	metadata source
	keys     func() userpool.SAMLKeys
	expiry   *expiryWarning
	now      func() time.Time
	rand     io.Reader
	client   *http.Client // for probes; nil where none is known

	signsRequests bool   // RequestSigningAlgorithm: AuthnRequests are signed whatever the metadata says
	unsolicited   bool   // IDPInit: a response to no request of ours may come
	encryptedOnly bool   // EncryptedResponses: a plain assertion is refused
	nameIDFormat  string // what our requests ask for; empty leaves it to the provider
}

// New makes a Provider. It fails on details that are wrong or not supported, and on a MetadataFile that cannot be
// used; MetadataURL is read at the first sign-in.
func New(c Config) (*Provider, error) {
	if c.Provider == nil || c.Provider.Type != userpool.TypeSAML {
		return nil, errors.New("saml: the identity provider is not of type SAML")
	}
	fail := func(err error) (*Provider, error) {
		return nil, fmt.Errorf("saml: identity provider %s: %w", c.Provider.Name, err)
	}
	if c.Pool == "" || c.At.Origin == "" {
		return fail(errors.New("the pool's ID or address is missing"))
	}
	details := c.Provider.Details
	if err := unsupported(details); err != nil {
		return fail(err)
	}
	format, err := nameIDFormat(details["portico_name_id_format"])
	if err != nil {
		return fail(err)
	}
	if c.Keys == nil {
		c.Keys = func() userpool.SAMLKeys { return userpool.SAMLKeys{} }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	metadata, err := newSource(c)
	if err != nil {
		return fail(err)
	}
	return &Provider{
		pool:     c.Pool,
		name:     c.Provider.Name,
		expiry:   &expiryWarning{log: c.Log},
		entityID: c.Pool.EntityID(),
		acs:      c.At.URL(userpool.PathSAMLResponse),
		slo:      c.At.URL(userpool.PathSAMLLogout),
		metadata: metadata,
		client:   c.Client,
		keys:     c.Keys,
		now:      c.Now,
		rand:     c.Rand,

		signsRequests: details["RequestSigningAlgorithm"] != "",
		unsolicited:   details.True("IDPInit"),
		encryptedOnly: details.True("EncryptedResponses"),
		nameIDFormat:  format,
	}, nil
}

// unsupported refuses what an operator asked for and would not get. Each of these changes how safe a sign-in is, so
// leaving it out without a word is no choice.
func unsupported(details userpool.ProviderDetails) error {
	switch {
	case details["RequestSigningAlgorithm"] != "" && !strings.EqualFold(details["RequestSigningAlgorithm"], "rsa-sha256"):
		return errors.New("RequestSigningAlgorithm must be rsa-sha256")
	case details["portico_idp_init"] != "" && details["portico_idp_init"] != "accept" && details["portico_idp_init"] != "convert":
		return errors.New("portico_idp_init must be accept or convert")
	}
	return nil
}

// nameIDFormat reads portico_name_id_format: one of the short names of saml-core-2.0 §8.3, or a URN. Transient names are
// refused, because each sign-in would make a new user.
func nameIDFormat(written string) (string, error) {
	switch written {
	case "":
		return "", nil
	case "persistent":
		return "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent", nil
	case "emailAddress", "unspecified", "X509SubjectName", "WindowsDomainQualifiedName":
		return "urn:oasis:names:tc:SAML:1.1:nameid-format:" + written, nil
	}
	if !strings.HasPrefix(written, "urn:") || strings.HasSuffix(written, ":transient") {
		return "", errors.New("portico_name_id_format must be persistent, emailAddress, unspecified or a URN, and never transient")
	}
	return written, nil
}
