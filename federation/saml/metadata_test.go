package saml

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestMetadata(t *testing.T) {
	pair := loadPair(t, "provider")
	document := strings.Replace(metadataOf(pair, loadPair(t, "rollover")), "<EntityDescriptor",
		`<EntityDescriptor validUntil="2026-03-02T12:00:00Z" cacheDuration="P1DT1H"`, 1)
	got, err := parseMetadata([]byte(document), expectation{configured: noon()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parseMetadata([]byte("\ufeff"+document), expectation{configured: noon()}); err != nil {
		t.Errorf("with a byte order mark: %v", err)
	}
	if got.entityID != idpEntity || got.signOn.redirect.String() != idpSSO || got.signOn.post.String() != idpSSO+"/post" {
		t.Errorf("read %+v", got)
	}
	if len(got.certificates) != 2 || !got.certificates[0].Equal(pair.certificate) {
		t.Errorf("%d certificates", len(got.certificates))
	}
	if want := noon().AddDate(0, 0, 1); !got.validUntil.Equal(want) || got.cacheFor != 25*time.Hour {
		t.Errorf("valid until %s, for %s", got.validUntil, got.cacheFor)
	}
}

// TestMetadataInGroup: one identity provider inside EntitiesDescriptor is fine, and the strictest lifetime holds.
func TestMetadataInGroup(t *testing.T) {
	pair := loadPair(t, "provider")
	entity := strings.Replace(metadataOf(pair), "<IDPSSODescriptor", `<IDPSSODescriptor cacheDuration="PT2H" validUntil="2026-03-05T00:00:00Z"`, 1)
	document := `<EntitiesDescriptor xmlns="` + nsMetadata + `" cacheDuration="PT1H" validUntil="2026-03-09T00:00:00Z">` +
		`<EntityDescriptor entityID="urn:sp"><SPSSODescriptor/></EntityDescriptor><EntitiesDescriptor>` + entity + `</EntitiesDescriptor></EntitiesDescriptor>`
	got, err := parseMetadata([]byte(document), expectation{configured: noon()})
	if err != nil {
		t.Fatal(err)
	}
	if got.entityID != idpEntity || got.cacheFor != time.Hour || got.validUntil.Day() != 5 {
		t.Errorf("read %+v", got)
	}
}

func TestMetadataKeys(t *testing.T) {
	pair := loadPair(t, "provider")
	unmarked := strings.Replace(metadataOf(pair), ` use="signing"`, "", 1)
	if got, err := parseMetadata([]byte(unmarked), expectation{configured: noon()}); err != nil || len(got.certificates) != 1 {
		t.Errorf("a key without use: %v", err)
	}
	lines := strings.Replace(metadataOf(pair), pair.base64DER(), "\n  "+pair.base64DER()[:64]+"\n  "+pair.base64DER()[64:]+"\n", 1)
	if _, err := parseMetadata([]byte(lines), expectation{configured: noon()}); err != nil {
		t.Errorf("a certificate in lines: %v", err)
	}
	besides := strings.Replace(metadataOf(loadPair(t, "rollover"), pair), loadPair(t, "rollover").base64DER()[:40], "AAAA", 1)
	if got, err := parseMetadata([]byte(besides), expectation{configured: noon()}); err != nil || len(got.certificates) != 1 {
		t.Errorf("a usable certificate beside one that is not: %v", err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parseMetadata([]byte(metadataOf(certify(t, key, noon(), noon().AddDate(1, 0, 0)))), expectation{configured: noon()}); err != nil {
		t.Errorf("an ECDSA key: %v", err)
	}
}

func TestMetadataRefused(t *testing.T) {
	pair := loadPair(t, "provider")
	good := metadataOf(pair)
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	service := `<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="` + idpSSO + `"/>`
	for name, document := range map[string]string{
		"empty":                     "",
		"HTML":                      "<!doctype html><html><body>Not found</body></html>",
		"DTD":                       `<!DOCTYPE EntityDescriptor [<!ENTITY x "y">]>` + good,
		"too large":                 good + strings.Repeat(" ", maxMetadata),
		"too many elements":         strings.Replace(good, "<IDPSSO", strings.Repeat("<x/>", 20_001)+"<IDPSSO", 1),
		"a service provider":        strings.ReplaceAll(good, "IDPSSODescriptor", "SPSSODescriptor"),
		"other namespace":           strings.Replace(good, nsMetadata, "urn:x", 1),
		"SAML 1.1":                  strings.Replace(good, nsProtocol, "urn:oasis:names:tc:SAML:1.1:protocol", 1),
		"two providers":             `<EntitiesDescriptor xmlns="` + nsMetadata + `">` + good + good + `</EntitiesDescriptor>`,
		"two roles":                 strings.Replace(good, "</EntityDescriptor>", `<IDPSSODescriptor protocolSupportEnumeration="`+nsProtocol+`"/></EntityDescriptor>`, 1),
		"empty group":               `<EntitiesDescriptor xmlns="` + nsMetadata + `"/>`,
		"no entityID":               strings.Replace(good, "entityID", "entityid", 1),
		"long entityID":             strings.Replace(good, idpEntity, idpEntity+strings.Repeat("x", maxEntityID), 1),
		"no service":                strings.ReplaceAll(good, "SingleSignOnService", "SingleLogoutService"),
		"service by javascript":     strings.Replace(good, service, strings.Replace(service, idpSSO, "javascript:alert(1)//", 1), 1),
		"service by FTP":            strings.Replace(good, service, strings.Replace(service, "https:", "ftp:", 1), 1),
		"service by data":           strings.Replace(good, service, strings.Replace(service, idpSSO, "data:text/html,x", 1), 1),
		"service without host":      strings.Replace(good, service, strings.Replace(service, idpSSO, "https:///sso", 1), 1),
		"service with a password":   strings.Replace(good, service, strings.Replace(service, "https://", "https://a:b@", 1), 1),
		"relative service":          strings.Replace(good, service, strings.Replace(service, idpSSO, "/sso", 1), 1),
		"no certificate":            metadataOf(),
		"only for encryption":       strings.Replace(good, `use="signing"`, `use="encryption"`, 1),
		"certificate cut off":       strings.Replace(good, pair.base64DER(), pair.base64DER()[:200], 1),
		"certificate not base64":    strings.Replace(good, pair.base64DER(), "?", 1),
		"certificate too long":      strings.Replace(good, pair.base64DER(), strings.Repeat("A", maxCertificate+4), 1),
		"certificate expired":       metadataOf(certify(t, pair.key, noon().AddDate(-2, 0, 0), noon().AddDate(0, -2, 0))),
		"key too small":             metadataOf(certify(t, small, noon(), noon().AddDate(1, 0, 0))),
		"too many certificates":     metadataOf(make17(pair)...),
		"validUntil is no time":     strings.Replace(good, "<EntityDescriptor", `<EntityDescriptor validUntil="soon"`, 1),
		"cacheDuration is no time":  strings.Replace(good, "<EntityDescriptor", `<EntityDescriptor cacheDuration="6 hours"`, 1),
		"a processing instruction":  `<?xml-stylesheet href="x"?>` + good,
		"attribute given twice":     strings.Replace(good, "entityID=", `entityID="urn:evil" entityID=`, 1),
		"document after validUntil": strings.Replace(good, "<EntityDescriptor", `<EntityDescriptor validUntil="2020-01-01T00:00:00Z"`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := New(testConfig(document)); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func make17(pair keyPair) []keyPair {
	pairs := make([]keyPair, maxSigners+1)
	for i := range pairs {
		pairs[i] = pair
	}
	return pairs
}

// TestMetadataFileOutlivesValidUntil: a file is the operator's word and never read again (Cognito), so the date in it
// does not stop sign-ins one night.
func TestMetadataFileOutlivesValidUntil(t *testing.T) {
	f := newFixture(t)
	config := testConfig(strings.Replace(metadataOf(f.pair), "<EntityDescriptor",
		fmt.Sprintf(`<EntityDescriptor validUntil="%s"`, at(-time.Hour)), 1))
	p, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	f.Provider = p
	wantJane(t, f.accepts(t, f.signed(t, goodReply(), byBoth)))
}

func TestNewRefuses(t *testing.T) {
	good := metadataOf(loadPair(t, "provider"))
	for name, spoil := range map[string]func(*Config){
		"no provider":         func(c *Config) { c.Provider = nil },
		"another type":        func(c *Config) { c.Provider.Type = "OIDC" },
		"no pool":             func(c *Config) { c.Pool = "" },
		"no address":          func(c *Config) { c.At.Origin = "" },
		"no metadata":         func(c *Config) { delete(c.Provider.Details, "MetadataFile") },
		"both":                func(c *Config) { c.Provider.Details["MetadataURL"] = "https://idp.example/" },
		"transient names":     func(c *Config) { c.Provider.Details["portico_name_id_format"] = "transient" },
		"a name's format":     func(c *Config) { c.Provider.Details["portico_name_id_format"] = "email" },
		"signed by SHA-1":     func(c *Config) { c.Provider.Details["RequestSigningAlgorithm"] = "rsa-sha1" },
		"IdP-initiated":       func(c *Config) { c.Provider.Details["portico_idp_init"] = "yes" },
		"URL without client":  func(c *Config) { c.Provider.Details = map[string]string{"MetadataURL": "https://idp.example/"} },
		"URL by file":         func(c *Config) { c.Provider.Details = map[string]string{"MetadataURL": "file:///etc/passwd"} },
		"URL that is no URL":  func(c *Config) { c.Provider.Details = map[string]string{"MetadataURL": "https://%"} },
		"URL with a password": func(c *Config) { c.Provider.Details = map[string]string{"MetadataURL": "https://a:b@idp.example/"} },
	} {
		t.Run(name, func(t *testing.T) {
			config := testConfig(good)
			spoil(&config)
			if _, err := New(config); err == nil {
				t.Error("accepted")
			}
		})
	}
	config := testConfig(good)
	config.Provider.Details["IDPSignout"] = "true" // signs out locally
	config.Provider.Details["EncryptedResponses"] = "true"
	if _, err := New(config); err != nil {
		t.Error(err)
	}
}
