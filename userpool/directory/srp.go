package directory

import (
	"crypto/rand"
	"crypto/sha256"
	"math/big"
	"strings"

	"portico/userpool"
)

// The 3072-bit group of RFC 3526 §4 (group 15) with generator 2, as Cognito's SRP uses it.
const srpGroup = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD" +
	"EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
	"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F" +
	"83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B" +
	"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510" +
	"15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7" +
	"ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C" +
	"BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF"

// srpVerifier computes v = 2^x mod N, x = H(PAD(salt) | H(poolName | I | ":" | password)), where I is the stored user
// name and poolName the pool ID after its underscore. It cannot be computed later from a password hash, so it is kept
// from the day the password is set.
func srpVerifier(pool userpool.ID, username, password string, salt []byte) []byte {
	_, poolName, _ := strings.Cut(string(pool), "_")
	inner := sha256.Sum256([]byte(poolName + username + ":" + password))
	outer := sha256.New()
	outer.Write(srpPad(new(big.Int).SetBytes(salt)))
	outer.Write(inner[:])
	x := new(big.Int).SetBytes(outer.Sum(nil))
	n, _ := new(big.Int).SetString(srpGroup, 16)
	return new(big.Int).Exp(big.NewInt(2), x, n).Bytes()
}

// srpPad is minimal big-endian with a zero byte in front when the top bit is set (Java's BigInteger.toByteArray), which
// is what Cognito's clients hash; it is not padding to the length of N.
func srpPad(n *big.Int) []byte {
	b := n.Bytes()
	if len(b) == 0 || b[0]&0x80 != 0 {
		b = append([]byte{0}, b...)
	}
	return b
}

func newSRPSalt() []byte {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails since Go 1.24
	return salt
}
