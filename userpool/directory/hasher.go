package directory

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"

	"portico/userpool/admission"
)

// Cost of a password hash: argon2id with 19 MiB, two passes, one lane (OWASP's recommendation). About 18 ms of one core.
const (
	argonMemory  = 19 * 1024 // KiB
	argonPasses  = 2
	argonLanes   = 1
	argonSaltLen = 16
	argonKeyLen  = 32
)

// PasswordHasher turns passwords into PHC strings and holds passwords against them. Hasher is the one that programs use; a
// test whose matter is another may bring a cheaper one.
type PasswordHasher interface {
	// Hash returns the PHC string of a password under a fresh salt.
	Hash(ctx context.Context, password string) (string, error)
	// Verify compares a password with a PHC string, in constant time.
	Verify(ctx context.Context, hash, password string) (bool, error)
	// Spend costs what Verify costs and says no.
	Spend(ctx context.Context, password string) error
}

// Hasher hashes passwords, as many at once as there are cores. Others wait in a short queue; when that is full, or the
// wait grows long, ErrBusy sheds the load, so that a flood of sign-ins neither eats the memory nor starves token calls.
type Hasher struct{ gate *admission.Gate }

const (
	// queuePerSlot bounds the wait to about 16 hashes, a third of a second on one core.
	queuePerSlot = 16
	// hashPatience is for cores that are busy with something else.
	hashPatience = 3 * time.Second
)

// NewHasher makes a hasher with a place per core.
func NewHasher() *Hasher {
	cores := runtime.GOMAXPROCS(0)
	return &Hasher{gate: admission.New(cores, cores*queuePerSlot, hashPatience)}
}

// Hash returns the PHC string of a password under a fresh salt.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	salt := make([]byte, argonSaltLen)
	_, _ = rand.Read(salt) // never fails since Go 1.24
	key := argon2.IDKey([]byte(password), salt, argonPasses, argonMemory, argonLanes, argonKeyLen)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonPasses, argonLanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key)), nil
}

// Verify compares a password with a PHC string, in constant time.
func (h *Hasher) Verify(ctx context.Context, hash, password string) (bool, error) {
	p, err := parsePHC(hash)
	if err != nil {
		return false, err
	}
	leave, err := h.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	key := argon2.IDKey([]byte(password), p.salt, p.passes, p.memory, p.lanes, uint32(len(p.key)))
	return subtle.ConstantTimeCompare(key, p.key) == 1, nil
}

// Spend costs what Verify costs and says no: the answer about a user who does not exist takes the same time.
func (h *Hasher) Spend(ctx context.Context, password string) error {
	leave, err := h.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	argon2.IDKey([]byte(password), make([]byte, argonSaltLen), argonPasses, argonMemory, argonLanes, argonKeyLen)
	return nil
}

// enter waits for a place.
func (h *Hasher) enter(ctx context.Context) (leave func(), err error) {
	leave, err = h.gate.Enter(ctx)
	if errors.Is(err, admission.ErrBusy) {
		return nil, ErrBusy
	}
	return leave, err
}

type phc struct {
	memory, passes uint32
	lanes          uint8
	salt, key      []byte
}

var errPHC = errors.New("stored password hash is malformed")

// parsePHC reads $argon2id$v=19$m=…,t=…,p=…$salt$key, within bounds that keep a planted hash from costing too much.
func parsePHC(hash string) (phc, error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return phc{}, errPHC
	}
	var p phc
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.passes, &p.lanes); err != nil {
		return phc{}, errPHC
	}
	var err1, err2 error
	p.salt, err1 = base64.RawStdEncoding.DecodeString(parts[4])
	p.key, err2 = base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(p.key) < 16 || len(p.key) > 64 || p.memory > 1<<20 || p.passes == 0 || p.passes > 16 || p.lanes == 0 {
		return phc{}, errPHC
	}
	return p, nil
}
