package saml

import (
	"crypto"
	"crypto/rsa"
	_ "crypto/sha1" //nolint:gosec // OAEP's default digest; nothing is signed by it
	_ "crypto/sha256"
	_ "crypto/sha512"
	"fmt"

	"github.com/beevik/etree"
)

// Identifiers of XML Encryption (xmlenc-core1 §5). The identifier of OAEP's SHA-256 digest is the one of XML Encryption;
// some software writes one that exists nowhere (xmldsig#sha256), and it is refused like any other unknown.
const (
	nsEncryption   = "http://www.w3.org/2001/04/xmlenc#"
	nsEncryption11 = "http://www.w3.org/2009/xmlenc11#"

	typeElement = nsEncryption + "Element"

	oaepMGF1P = nsEncryption + "rsa-oaep-mgf1p" // MGF1 by SHA-1, whatever the digest
	oaep11    = nsEncryption11 + "rsa-oaep"     // MGF1 by the hash that its MGF names, SHA-1 if it names none

	digestSHA1 = "http://www.w3.org/2000/09/xmldsig#sha1"
)

// blockCipher is an algorithm that content is encrypted by.
type blockCipher struct {
	keyBytes      int
	authenticated bool // GCM; else CBC
}

// blockCiphers are those that are opened. Triple DES is not (its blocks are short, its time is over), and CBC only where
// a signature was verified before: see opener.
func blockCiphers() map[string]blockCipher {
	return map[string]blockCipher{
		nsEncryption11 + "aes128-gcm": {16, true},
		nsEncryption11 + "aes192-gcm": {24, true},
		nsEncryption11 + "aes256-gcm": {32, true},
		nsEncryption + "aes128-cbc":   {16, false},
		nsEncryption + "aes192-cbc":   {24, false},
		nsEncryption + "aes256-cbc":   {32, false},
	}
}

// advertised is what our metadata asks providers to encrypt by: authenticated encryption only.
func advertised() []string {
	return []string{nsEncryption11 + "aes256-gcm", nsEncryption11 + "aes128-gcm", oaep11, oaepMGF1P}
}

// keyTransport reads the EncryptionMethod of an EncryptedKey. RSA PKCS #1 v1.5 is refused: its padding is an oracle
// (Bleichenbacher), and whoever can ask us to open something could ask it.
func keyTransport(method *etree.Element) (*rsa.OAEPOptions, error) {
	algorithm, _ := attr(method, "Algorithm")
	if algorithm != oaepMGF1P && algorithm != oaep11 {
		return nil, fmt.Errorf("key transport %q is not allowed", algorithm)
	}
	// SHA-1 is the standard's default for both (xmlenc-core1 §5.5.2). Here it needs no resistance to collisions.
	options := &rsa.OAEPOptions{Hash: crypto.SHA1, MGFHash: crypto.SHA1}
	seen := map[string]bool{}
	for _, el := range method.ChildElements() {
		var err error
		switch {
		case is(el, nsSignature, "DigestMethod"):
			options.Hash, err = oaepDigest(el)
		case is(el, nsEncryption11, "MGF") && algorithm == oaep11:
			options.MGFHash, err = oaepMGF(el)
		default:
			err = fmt.Errorf("%s in the key's EncryptionMethod", el.Tag) // OAEPparams among them, which nobody uses
		}
		if err == nil && seen[el.Tag] {
			err = fmt.Errorf("%s given twice", el.Tag)
		}
		if err != nil {
			return nil, err
		}
		seen[el.Tag] = true
	}
	return options, nil
}

func oaepDigest(el *etree.Element) (crypto.Hash, error) {
	switch algorithm, _ := attr(el, "Algorithm"); algorithm {
	case digestSHA1:
		return crypto.SHA1, nil
	case digestSHA256:
		return crypto.SHA256, nil
	case digestSHA384:
		return crypto.SHA384, nil
	case digestSHA512:
		return crypto.SHA512, nil
	default:
		return 0, fmt.Errorf("OAEP digest %q is not known", algorithm)
	}
}

func oaepMGF(el *etree.Element) (crypto.Hash, error) {
	algorithm, _ := attr(el, "Algorithm")
	switch algorithm {
	case nsEncryption11 + "mgf1sha1":
		return crypto.SHA1, nil
	case nsEncryption11 + "mgf1sha256":
		return crypto.SHA256, nil
	case nsEncryption11 + "mgf1sha384":
		return crypto.SHA384, nil
	case nsEncryption11 + "mgf1sha512":
		return crypto.SHA512, nil
	}
	return 0, fmt.Errorf("OAEP mask generation %q is not known", algorithm)
}
