package directory

import (
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"testing"
)

// The vector was computed from the published formulas; Amazon's own clients arrive at the same values.
func TestSRPVerifier(t *testing.T) {
	salt, err := hex.DecodeString("8f3a1c5e7b9d2046a8c0e2f41638597b")
	if err != nil {
		t.Fatal(err)
	}
	v := new(big.Int).SetBytes(srpVerifier("us-east-1_aBcDeFgHi", "alice", "P2$Sword!", salt))
	sum := sha256.Sum256(srpPad(v))
	if got, want := hex.EncodeToString(sum[:]), "f3eba451c762f74d6b37ca60a4189288e507a4583a9a3093097f54734cb5f812"; got != want {
		t.Errorf("SHA-256(PAD(v)) = %s, want %s", got, want)
	}
}
