package token

import (
	"errors"
	"testing"
)

// FuzzVerifyHint: signatures are deterministic and the encoding is strict, so nothing but the very ID tokens that were minted
// passes as a hint, and everything else is ErrHint.
func FuzzVerifyHint(f *testing.F) {
	m, g := testMint(f), janeGrant(f, "openid email")
	tokens := mustMint(f, m, g)
	for _, seed := range []string{tokens.ID, tokens.Access, tokens.ID + "=", tokens.ID[:len(tokens.ID)-1], "a.b.c", "..", "eyJhbGciOiJub25lIn0.e30.", forge(f, sharedOtherKeys()[0], "", claimsOf(f, tokens.ID))} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		hint, err := m.VerifyHint(g.Pool, raw)
		switch {
		case raw == tokens.ID:
			if err != nil || hint.Sub != g.User.Sub || hint.Client != g.Client.ID {
				t.Errorf("hint %+v, error %v", hint, err)
			}
		case !errors.Is(err, ErrHint) || hint != (Hint{}):
			t.Errorf("%q gives %+v, error %v", raw, hint, err)
		}
	})
}
