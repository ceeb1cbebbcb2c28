package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"testing"

	"golang.org/x/crypto/argon2"

	"portico/userpool/directory"
)

// quickHasher writes real argon2id hashes of the least cost there is, and reads what the real one reads: the cost stands in
// the hash. Stories about sign-in hash hundreds of passwords, and none of them is about what a hash costs; that is held by
// userpool/directory. It lives in a test file, so that no program can have it.
type quickHasher struct{ *directory.Hasher }

// Hash is one pass over 8 KiB, the least that argon2 takes (RFC 9106 §3.1).
func (quickHasher) Hash(_ context.Context, password string) (string, error) {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails since Go 1.24
	text := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=8,t=1,p=1$%s$%s", argon2.Version, text(salt), text(argon2.IDKey([]byte(password), salt, 1, 8, 1, 32))), nil
}

// Spend does what Verify does with such a hash.
func (h quickHasher) Spend(ctx context.Context, password string) error {
	hash, err := h.Hash(ctx, "")
	if err != nil {
		return err
	}
	_, err = h.Verify(ctx, hash, password)
	return err
}

// hasherFor is the quick one, except in benchmarks: what they measure is what an operator gets.
func hasherFor(t testing.TB) directory.PasswordHasher {
	if _, measured := t.(*testing.B); measured {
		return directory.NewHasher()
	}
	return quickHasher{directory.NewHasher()}
}
