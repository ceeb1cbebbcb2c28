package practice

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/crewjam/saml"
)

// certificateLife is long, as everywhere in SAML: a certificate is only a wrapper for a key that both sides know.
const certificateLife = 10 * 365 * 24 * time.Hour

func selfSigned(key crypto.Signer, name string, now time.Time) (*x509.Certificate, error) {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: practiceName(name)},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(certificateLife),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("practice: certificate: %w", err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("practice: certificate: %w", err)
	}
	return certificate, nil
}

// Metadata is the provider's description of itself (saml-metadata-2.0 §2.4.3), as served at /metadata.
func (p *SAML) Metadata() ([]byte, error) {
	signing := saml.KeyDescriptor{Use: "signing", KeyInfo: saml.KeyInfo{X509Data: saml.X509Data{
		X509Certificates: []saml.X509Certificate{{Data: base64.StdEncoding.EncodeToString(p.certificate.Raw)}},
	}}}
	description := saml.EntityDescriptor{
		EntityID:   p.EntityID(),
		ValidUntil: p.options.Now().Add(certificateLife).UTC(),
		IDPSSODescriptors: []saml.IDPSSODescriptor{{
			SSODescriptor: saml.SSODescriptor{
				RoleDescriptor: saml.RoleDescriptor{
					ProtocolSupportEnumeration: "urn:oasis:names:tc:SAML:2.0:protocol",
					KeyDescriptors:             []saml.KeyDescriptor{signing},
				},
				NameIDFormats: []saml.NameIDFormat{saml.PersistentNameIDFormat, saml.EmailAddressNameIDFormat},
			},
			SingleSignOnServices: []saml.Endpoint{
				{Binding: saml.HTTPRedirectBinding, Location: p.SSOURL()},
				{Binding: saml.HTTPPostBinding, Location: p.SSOURL()},
			},
		}},
	}
	body, err := xml.MarshalIndent(description, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("practice: metadata: %w", err)
	}
	return append([]byte(xml.Header), body...), nil
}

func (p *SAML) serveMetadata(w http.ResponseWriter, _ *http.Request) {
	body, err := p.Metadata()
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/samlmetadata+xml")
	_, _ = w.Write(body)
}

// serviceProvider is who may ask, and where the answer may go.
type serviceProvider struct {
	entityID string
	acs      []saml.IndexedEndpoint // HTTP-POST only, the default first
}

// Register makes a service provider known by its entity ID and the address of its assertion consumer service, an http
// or https URL.
func (p *SAML) Register(entityID, acsURL string) error {
	return p.register(serviceProvider{
		entityID: entityID, acs: []saml.IndexedEndpoint{{Binding: saml.HTTPPostBinding, Location: acsURL}},
	})
}

// RegisterMetadata makes a service provider known by its metadata, an EntityDescriptor with an assertion consumer
// service that takes HTTP-POST.
func (p *SAML) RegisterMetadata(metadata []byte) error {
	if len(metadata) > maxBody {
		return fmt.Errorf("practice: service provider's metadata: more than %d bytes", maxBody)
	}
	var description saml.EntityDescriptor
	if err := xml.Unmarshal(metadata, &description); err != nil {
		return fmt.Errorf("practice: service provider's metadata: %w", err)
	}
	sp := serviceProvider{entityID: description.EntityID}
	for _, role := range description.SPSSODescriptors {
		for _, endpoint := range role.AssertionConsumerServices {
			if endpoint.Binding == saml.HTTPPostBinding {
				sp.acs = append(sp.acs, endpoint)
			}
		}
	}
	// saml-metadata-2.0 §2.2.3: the default is the one that says so, or else the first.
	if at := slices.IndexFunc(sp.acs, func(e saml.IndexedEndpoint) bool { return e.IsDefault != nil && *e.IsDefault }); at > 0 {
		sp.acs[0], sp.acs[at] = sp.acs[at], sp.acs[0]
	}
	return p.register(sp)
}

func (p *SAML) register(sp serviceProvider) error {
	if sp.entityID == "" || len(sp.acs) == 0 {
		return errors.New("practice: a service provider needs an entity ID and an assertion consumer service for HTTP-POST")
	}
	for _, endpoint := range sp.acs {
		// A form sent to javascript: would run there (CVE-2023-45683).
		if u, err := url.Parse(endpoint.Location); err != nil || !webAddress(u) {
			return fmt.Errorf("practice: assertion consumer service %q: want an http or https URL", endpoint.Location)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.known[sp.entityID] = sp
	return nil
}

func (p *SAML) serviceProvider(entityID string) (serviceProvider, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	sp, ok := p.known[entityID]
	return sp, ok
}
