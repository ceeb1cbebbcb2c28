package saml

import (
	"github.com/beevik/etree"
	"github.com/crewjam/saml"

	"portico/userpool"
)

// SPMetadata is our own metadata document for a pool: what a provider's administrator imports instead of typing it
// (Cognito has no such document). It holds no key, for requests are not signed and assertions not encrypted.
func SPMetadata(pool userpool.ID, at userpool.Addresses) []byte {
	doc := etree.NewDocument()
	doc.CreateProcInst("xml", `version="1.0" encoding="UTF-8"`)
	entity := doc.CreateElement("md:EntityDescriptor")
	entity.CreateAttr("xmlns:md", nsMetadata)
	entity.CreateAttr("entityID", pool.EntityID())

	role := entity.CreateElement("md:SPSSODescriptor")
	role.CreateAttr("AuthnRequestsSigned", "false")
	role.CreateAttr("WantAssertionsSigned", "true")
	role.CreateAttr("protocolSupportEnumeration", nsProtocol)
	role.CreateElement("md:NameIDFormat").SetText(string(saml.UnspecifiedNameIDFormat))

	consumer := role.CreateElement("md:AssertionConsumerService")
	consumer.CreateAttr("Binding", saml.HTTPPostBinding)
	consumer.CreateAttr("Location", at.URL(userpool.PathSAMLResponse))
	consumer.CreateAttr("index", "0")
	consumer.CreateAttr("isDefault", "true")

	doc.Indent(2)
	document, err := doc.WriteToBytes()
	if err != nil {
		return nil // unreachable: writing to memory does not fail
	}
	return document
}
