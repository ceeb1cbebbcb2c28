package saml

import (
	"encoding/asn1"
	"errors"
	"math/big"

	dsig "github.com/russellhaering/goxmldsig"
)

func isECDSA(algorithm string) bool {
	switch algorithm {
	case dsig.ECDSASHA256SignatureMethod, dsig.ECDSASHA384SignatureMethod, dsig.ECDSASHA512SignatureMethod:
		return true
	}
	return false
}

// asn1Signature converts an ECDSA signature from XML Signature's form, r and s side by side in equal lengths
// (xmldsig-core1 §6.4.3), to the ASN.1 form of X.509 that Go verifies.
func asn1Signature(raw []byte) ([]byte, error) {
	const longest = 2 * 66 // P-521
	if len(raw) == 0 || len(raw)%2 != 0 || len(raw) > longest {
		return nil, errors.New("an ECDSA signature of the wrong length")
	}
	half := len(raw) / 2
	return asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(raw[:half]), new(big.Int).SetBytes(raw[half:])})
}
