package saml

import (
	"encoding/base64"
	"strconv"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"

	"portico/userpool"
)

// Description is what our metadata says of us.
type Description struct {
	Pool userpool.ID
	At   userpool.Addresses
	// Keys are published all: those that sign, or will once they have been known for a while, and those a provider may
	// encrypt for. Encryption keys are those of one provider, so the document is for it alone if it has any.
	Keys userpool.SAMLKeys
	// SignsRequests says that AuthnRequests are signed.
	SignsRequests bool
}

// SPMetadata is our own metadata document: what a provider's administrator imports instead of typing it (Cognito has no
// such document).
func SPMetadata(d Description) []byte {
	doc := etree.NewDocument()
	doc.CreateProcInst("xml", `version="1.0" encoding="UTF-8"`)
	entity := doc.CreateElement("md:EntityDescriptor")
	entity.CreateAttr("xmlns:md", nsMetadata)
	entity.CreateAttr("entityID", d.Pool.EntityID())

	role := entity.CreateElement("md:SPSSODescriptor")
	role.CreateAttr("AuthnRequestsSigned", strconv.FormatBool(d.SignsRequests))
	role.CreateAttr("WantAssertionsSigned", "true")
	role.CreateAttr("protocolSupportEnumeration", nsProtocol)
	for _, key := range d.Keys.Signing {
		keyDescriptor(role, "signing", key)
	}
	for _, key := range d.Keys.Encryption {
		el := keyDescriptor(role, "encryption", key)
		for _, algorithm := range advertised() {
			el.CreateElement("md:EncryptionMethod").CreateAttr("Algorithm", algorithm)
		}
	}
	for _, binding := range []string{saml.HTTPRedirectBinding, saml.HTTPPostBinding} {
		logout := role.CreateElement("md:SingleLogoutService")
		logout.CreateAttr("Binding", binding)
		logout.CreateAttr("Location", d.At.URL(userpool.PathSAMLLogout))
	}
	role.CreateElement("md:NameIDFormat").SetText(string(saml.UnspecifiedNameIDFormat))

	consumer := role.CreateElement("md:AssertionConsumerService")
	consumer.CreateAttr("Binding", saml.HTTPPostBinding)
	consumer.CreateAttr("Location", d.At.URL(userpool.PathSAMLResponse))
	consumer.CreateAttr("index", "0")
	consumer.CreateAttr("isDefault", "true")

	doc.Indent(2)
	document, err := doc.WriteToBytes()
	if err != nil {
		return nil // unreachable: writing to memory does not fail
	}
	return document
}

func keyDescriptor(role *etree.Element, use string, key userpool.SAMLKey) *etree.Element {
	el := role.CreateElement("md:KeyDescriptor")
	el.CreateAttr("use", use)
	info := el.CreateElement("ds:KeyInfo")
	info.CreateAttr("xmlns:ds", nsSignature)
	info.CreateElement("ds:X509Data").CreateElement("ds:X509Certificate").
		SetText(base64.StdEncoding.EncodeToString(key.Certificate.Raw))
	return el
}
