package saml

import (
	"strings"
	"testing"
)

// corpus counts attacks.
type corpus struct{ tried, accepted int }

// try counts one; err is what became of it.
func (c *corpus) try(tb testing.TB, name string, err error) {
	tb.Helper()
	c.tried++
	if err == nil {
		c.accepted++
		tb.Errorf("accepted: %s", name)
	}
}

// TestCorpus runs every table of attacks once more, each signed in every way that leaves the attack what it is, and counts:
// how many were tried, and how many got in. Their own tests say which check refuses each.
func TestCorpus(t *testing.T) {
	var c corpus
	f := newOpener(t)
	finish := func(name, document string) {
		_, err := f.finish(t, document)
		c.try(t, name, err)
	}
	for name, attack := range attacks() {
		for _, by := range []signedBy{byResponse, byAssertion, byBoth} {
			if (strings.HasPrefix(name, "XSW1") || strings.HasPrefix(name, "XSW2")) == (by == byAssertion) {
				continue // what the attack moves is not signed so
			}
			doc := f.signed(t, goodReply(), by)
			attack(doc)
			finish(name, write(t, doc))
		}
	}
	for name, change := range statements() {
		for _, by := range []signedBy{byResponse, byAssertion, byBoth} {
			if by == byAssertion && name == "missing destination" {
				continue // SAML wants a destination in signed messages only
			}
			r := goodReply()
			field := change.in(&r)
			*field = strings.Replace(*field, change.old, change.new, 1)
			finish(name, write(t, f.signed(t, r, by)))
		}
	}
	for name, document := range hostile(write(t, f.signed(t, goodReply(), byBoth))) {
		finish(name, document)
	}
	for name, weaken := range weak(t, f.pair) {
		for _, assertion := range []bool{true, false} {
			s, doc := goodSigner(f.pair), goodReply().document(t)
			weaken(&s)
			signed := doc.Root()
			if assertion {
				signed = assertionOf(doc)
			}
			s.apply(t, signed)
			finish(name, write(t, doc))
		}
	}
	for name, attack := range encryptionAttacks(t) {
		e := goodEncrypter(t)
		attack.spoil(&e)
		finish(name, write(t, f.encrypted(t, attack.by, e)))
	}
	out := newLogout(t, sloRedirect)
	for name, attack := range logoutAttacks() {
		byPost, byRedirect := attack.try(t, out)
		c.try(t, name+", by POST", byPost)
		c.try(t, name+", by redirect", byRedirect)
	}
	t.Logf("corpus: %d tried, %d accepted", c.tried, c.accepted)
	if c.tried < 250 {
		t.Errorf("only %d attacks were tried: a table is missing", c.tried)
	}
}
