package saml

// Identifiers of XML Encryption (xmlenc-core1 §5). The identifier of OAEP's SHA-256 digest is the one of XML Encryption;
// some software writes one that exists nowhere (xmldsig#sha256), and it is refused like any other unknown.
const (
	nsEncryption   = "http://www.w3.org/2001/04/xmlenc#"
	nsEncryption11 = "http://www.w3.org/2009/xmlenc11#"

	typeElement = nsEncryption + "Element"

	aes128GCM = nsEncryption11 + "aes128-gcm"
	aes192GCM = nsEncryption11 + "aes192-gcm"
	aes256GCM = nsEncryption11 + "aes256-gcm"
	aes128CBC = nsEncryption + "aes128-cbc"
	aes192CBC = nsEncryption + "aes192-cbc"
	aes256CBC = nsEncryption + "aes256-cbc"

	oaepMGF1P = nsEncryption + "rsa-oaep-mgf1p" // MGF1 by SHA-1, whatever the digest
	oaep11    = nsEncryption11 + "rsa-oaep"     // MGF1 by the hash that its MGF names
	mgf1      = nsEncryption11 + "mgf1"         // "sha1", "sha256" … follow

	digestSHA1 = "http://www.w3.org/2000/09/xmldsig#sha1"
)

// advertised is what our metadata asks providers to encrypt by: authenticated encryption only.
func advertised() []string { return []string{aes256GCM, aes128GCM, oaep11, oaepMGF1P} }
