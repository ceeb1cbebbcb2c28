package directory_test

import (
	"testing"
)

// FuzzPasskeyAnswers: whatever a browser posts, nothing breaks, nobody is let in and nothing is stored.
func FuzzPasskeyAnswers(f *testing.F) {
	for _, seed := range []string{"", "{}", `{"id":"AA","rawId":"AA","type":"public-key","response":{}}`, `{"response":{"attestationObject":"oWNmbXRkbm9uZQ"}}`} {
		f.Add([]byte(seed))
	}
	k := newKeyOffice(f, nil)
	options, err := k.StartPasskey(f.Context(), k.pool, k.client, k.ines.Sub)
	if err != nil {
		f.Fatal(err)
	}
	if _, made, err := k.browser.Create(options); err == nil {
		f.Add(made[:len(made)/2])
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		if proof, err := k.ProvePasskey(t.Context(), k.pool, k.client, answer); err == nil {
			t.Errorf("signs in %s", proof.User.Sub)
		}
		if made, err := k.AddPasskey(t.Context(), k.pool, k.client, k.ines.Sub, answer, "x"); err == nil {
			t.Errorf("makes %x", made.ID)
		}
	})
}
