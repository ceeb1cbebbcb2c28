package saml

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"
)

// descriptor is what a provider's metadata says and we need (saml-metadata-2.0).
type descriptor struct {
	entityID     string
	signOn       addresses // SingleSignOnService; one of the two is set
	logout       singleLogout
	wantsSigned  bool // WantAuthnRequestsSigned
	certificates []*x509.Certificate
	validUntil   time.Time     // zero if the document does not say
	cacheFor     time.Duration // zero if the document does not say
}

// Limits of metadata. Most is below 20 KB, Entra's below 100 KB; a federation's aggregate is no document for one
// provider.
const (
	maxMetadata    = 1 << 20 // bytes
	maxEntityID    = 1024    // characters (saml-core-2.0 §8.3.6)
	maxCertificate = 4096    // characters, as at Cognito
	maxSigners     = 16      // every certificate costs a verification of each bad signature
	minRSABits     = 2048
)

func metadataLimits() limits { return limits{depth: 64, elements: 20_000} }

// expectation is what an operator said of a provider that its metadata must fit.
type expectation struct {
	configured time.Time // when; certificates had to be unexpired then
	entityID   string    // which of a document's providers is meant; empty if there is one only
}

// parseMetadata reads a metadata document, in which exactly one SAML 2.0 identity provider must fit. Certificates that
// had expired when the provider was configured are left out; later expiry is no matter, as at Cognito, because a
// certificate in metadata is a frame for a key and nothing vouches for it but the metadata.
func parseMetadata(data []byte, want expectation) (*descriptor, error) {
	if len(data) > maxMetadata {
		return nil, fmt.Errorf("metadata has %d bytes, at most %d are read", len(data), maxMetadata)
	}
	root, err := parse(data, metadataLimits())
	if err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	role, err := identityProvider(root, want.entityID)
	if err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	found := &descriptor{}
	found.entityID, _ = attr(role.Parent(), "entityID")
	if found.entityID == "" || len(found.entityID) > maxEntityID || strings.TrimSpace(found.entityID) != found.entityID {
		return nil, errors.New("metadata: no usable entityID")
	}
	wants, _ := attr(role, "WantAuthnRequestsSigned")
	found.wantsSigned = isTrue(wants)
	if err := found.services(role); err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	if err := found.signers(role, want.configured); err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	if err := found.lifetimes(role); err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	return found, nil
}

// isTrue reads an xs:boolean, which has two spellings.
func isTrue(written string) bool {
	written = strings.TrimSpace(written)
	return written == "true" || written == "1"
}

// identityProvider finds the one IDPSSODescriptor, of the entity that is meant. Which of several is, nobody but the operator
// can say.
func identityProvider(root *etree.Element, meant string) (*etree.Element, error) {
	var roles []*etree.Element
	for _, entity := range entities(root) {
		if id, _ := attr(entity, "entityID"); meant != "" && id != meant {
			continue
		}
		for _, role := range children(entity, nsMetadata, "IDPSSODescriptor") {
			protocols, _ := attr(role, "protocolSupportEnumeration")
			if slices.Contains(strings.Fields(protocols), nsProtocol) {
				roles = append(roles, role)
			}
		}
	}
	switch {
	case len(roles) == 1:
	case meant != "":
		return nil, fmt.Errorf("%d SAML 2.0 identity providers of the entity ID in portico_entity_id, want exactly one", len(roles))
	default:
		return nil, fmt.Errorf("%d SAML 2.0 identity providers in the document, want exactly one: name one by portico_entity_id", len(roles))
	}
	return roles[0], nil
}

// entities are the entities of a document, which may be nested in groups.
func entities(el *etree.Element) []*etree.Element {
	if is(el, nsMetadata, "EntityDescriptor") {
		return []*etree.Element{el}
	}
	var found []*etree.Element
	if is(el, nsMetadata, "EntitiesDescriptor") {
		for _, child := range el.ChildElements() {
			found = append(found, entities(child)...)
		}
	}
	return found
}

// addresses are where a service is, by binding; nil where it is not.
type addresses struct{ redirect, post *url.URL }

// set takes the first address of each binding.
func (a *addresses) set(binding string, address *url.URL) {
	switch {
	case binding == saml.HTTPRedirectBinding && a.redirect == nil:
		a.redirect = address
	case binding == saml.HTTPPostBinding && a.post == nil:
		a.post = address
	}
}

// singleLogout is where requests to sign out and answers to the provider's own go (saml-metadata-2.0 §2.2.2: answers go to
// ResponseLocation, if there is one).
type singleLogout struct{ request, response addresses }

func (l singleLogout) offered() bool {
	return (l.request.redirect != nil || l.request.post != nil) && (l.response.redirect != nil || l.response.post != nil)
}

// services takes the first SingleSignOnService and SingleLogoutService of each binding we speak.
func (d *descriptor) services(role *etree.Element) error {
	for _, service := range children(role, nsMetadata, "SingleSignOnService") {
		binding, address, err := endpoint(service, "Location")
		if err != nil {
			return err
		}
		d.signOn.set(binding, address)
	}
	if d.signOn.redirect == nil && d.signOn.post == nil {
		return errors.New("no SingleSignOnService by HTTP-Redirect or HTTP-POST")
	}
	for _, service := range children(role, nsMetadata, "SingleLogoutService") {
		binding, address, err := endpoint(service, "Location")
		if err != nil {
			return err
		}
		d.logout.request.set(binding, address)
		if _, given := attr(service, "ResponseLocation"); given {
			if binding, address, err = endpoint(service, "ResponseLocation"); err != nil {
				return err
			}
		}
		d.logout.response.set(binding, address)
	}
	return nil
}

// endpoint reads an address of a service; it is nil for a binding we do not speak, whatever its address.
func endpoint(service *etree.Element, location string) (binding string, address *url.URL, err error) {
	binding, _ = attr(service, "Binding")
	if binding != saml.HTTPRedirectBinding && binding != saml.HTTPPostBinding {
		return binding, nil, nil
	}
	written, _ := attr(service, location)
	if address, err = webAddress(written); err != nil {
		return "", nil, fmt.Errorf("%s: %w", service.Tag, err)
	}
	return binding, address, nil
}

// webAddress reads an absolute http or https address without fragment. A browser is sent there, so javascript: and
// its like must not pass (crewjam/saml's CVE-2023-45683 was of this kind).
func webAddress(raw string) (*url.URL, error) {
	address, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return nil, errors.New("the address cannot be read")
	}
	if address.Scheme != "https" && address.Scheme != "http" || address.Host == "" || address.User != nil {
		return nil, errors.New("the address is not an absolute http or https address")
	}
	address.Fragment, address.RawFragment = "", ""
	return address, nil
}

// signers collects the certificates for signing: those marked so and those not marked at all (saml-metadata-2.0
// §2.4.1.1). One that cannot be used does no harm while another can.
func (d *descriptor) signers(role *etree.Element, configured time.Time) error {
	var unusable []error
	for _, key := range children(role, nsMetadata, "KeyDescriptor") {
		if use, given := attr(key, "use"); given && use != "signing" {
			continue
		}
		for _, info := range children(key, nsSignature, "KeyInfo") {
			for _, data := range children(info, nsSignature, "X509Data") {
				for _, el := range children(data, nsSignature, "X509Certificate") {
					certificate, err := readCertificate(el, configured)
					if err != nil {
						unusable = append(unusable, err)
						continue
					}
					d.certificates = append(d.certificates, certificate)
				}
			}
		}
	}
	if len(d.certificates) == 0 {
		return errors.Join(append([]error{errors.New("no usable certificate for signing")}, unusable...)...)
	}
	if len(d.certificates) > maxSigners {
		return fmt.Errorf("%d certificates for signing, at most %d are taken", len(d.certificates), maxSigners)
	}
	return nil
}

func readCertificate(el *etree.Element, configured time.Time) (*x509.Certificate, error) {
	written, err := text(el)
	if err != nil {
		return nil, err
	}
	written = strings.Join(strings.Fields(written), "")
	if len(written) > maxCertificate {
		return nil, fmt.Errorf("a certificate of more than %d characters", maxCertificate)
	}
	der, err := base64.StdEncoding.DecodeString(written)
	if err != nil {
		return nil, errors.New("a certificate that is not base64")
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("a certificate: %w", err)
	}
	if certificate.NotAfter.Before(configured) {
		return nil, fmt.Errorf("a certificate that expired on %s", certificate.NotAfter.UTC().Format(time.DateOnly))
	}
	if key, ok := certificate.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < minRSABits {
		return nil, fmt.Errorf("a certificate with an RSA key of %d bits, at least %d are needed", key.N.BitLen(), minRSABits)
	}
	return certificate, nil
}

// lifetimes takes the strictest of validUntil and cacheDuration from the role, its entity and the groups around it.
func (d *descriptor) lifetimes(el *etree.Element) error {
	for ; el != nil; el = el.Parent() {
		until, ok, err := instant(el, "validUntil")
		if err != nil {
			return err
		}
		if ok && (d.validUntil.IsZero() || until.Before(d.validUntil)) {
			d.validUntil = until
		}
		written, ok := attr(el, "cacheDuration")
		if !ok {
			continue
		}
		var duration saml.Duration
		if err := duration.UnmarshalText([]byte(written)); err != nil {
			return fmt.Errorf("cacheDuration of %s is not a duration", el.Tag)
		}
		if duration > 0 && (d.cacheFor == 0 || time.Duration(duration) < d.cacheFor) {
			d.cacheFor = time.Duration(duration)
		}
	}
	return nil
}
