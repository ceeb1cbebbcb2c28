package saml

import (
	"bytes"
	"crypto/rsa"
	"log/slog"
	"strings"
	"testing"
	"time"

	"portico/federation"
)

// lasting is a provider's key with a certificate that ends at a time.
func lasting(tb testing.TB, until time.Time) keyPair {
	tb.Helper()
	key, ok := loadPair(tb, "provider").key.(*rsa.PrivateKey)
	if !ok {
		tb.Fatal("not an RSA key")
	}
	return certify(tb, key, noon().AddDate(-2, 0, 0), until)
}

// TestExpiryIsLoggedOnceADay: from thirty days before the last certificate's end, whatever the traffic.
func TestExpiryIsLoggedOnceADay(t *testing.T) {
	var out bytes.Buffer
	now := noon()
	config := testConfig(metadataOf(lasting(t, noon().AddDate(0, 0, -10)), lasting(t, noon().AddDate(0, 0, 32))))
	config.Provider.Modified = noon().AddDate(0, -3, 0)
	config.Now = func() time.Time { return now }
	config.Log = slog.New(slog.NewTextHandler(&out, nil))
	p, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range []string{"", "", "expires on 2026-04-02", "expires on 2026-04-02"} {
		now = noon().AddDate(0, 0, day)
		out.Reset()
		for range 3 {
			begin(t, p, federation.Start{Handle: "h"})
		}
		if got := out.String(); want == "" && got != "" || strings.Count(got, want) != 1 && want != "" {
			t.Errorf("day %d logs %q, want %q", day, got, want)
		}
	}
	now = noon().AddDate(0, 0, 40)
	out.Reset()
	begin(t, p, federation.Start{Handle: "h"})
	if got := out.String(); !strings.Contains(got, "expired on 2026-04-02") || !strings.Contains(got, "provider="+testName) {
		t.Errorf("logs %q", got)
	}
}

func TestCheckFile(t *testing.T) {
	for until, want := range map[time.Duration]string{40: "", 20: "expires on 2026-03-21", -5: "expired on 2026-02-24"} {
		config := testConfig(metadataOf(lasting(t, noon().Add(until*24*time.Hour))))
		got, err := CheckFile(config.Provider, noon())
		if err != nil || want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%d days: %q, %v", until, got, err)
		}
	}
	config := testConfig("<EntityDescriptor/>")
	if _, err := CheckFile(config.Provider, noon()); err == nil {
		t.Error("metadata of nobody is fine")
	}
	delete(config.Provider.Details, "MetadataFile")
	config.Provider.Details["MetadataURL"] = "https://idp.example/"
	if got, err := CheckFile(config.Provider, noon()); got != "" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// TestEntityIDPicksFromAGroup: of several providers in one document, portico_entity_id says which is meant, and only its
// certificates count.
func TestEntityIDPicksFromAGroup(t *testing.T) {
	mine, other := loadPair(t, "provider"), loadPair(t, "stranger")
	group := `<EntitiesDescriptor xmlns="` + nsMetadata + `">` +
		strings.ReplaceAll(metadataOf(other), idpEntity, "https://other.example/metadata") + metadataOf(mine) + `</EntitiesDescriptor>`
	if _, err := New(testConfig(group)); err == nil || !strings.Contains(err.Error(), "portico_entity_id") {
		t.Errorf("two providers, and nobody says which: %v", err)
	}
	config := testConfig(group)
	config.Provider.Details["portico_entity_id"] = idpEntity
	p, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	f := fixture{p, mine}
	wantJane(t, f.accepts(t, f.signed(t, goodReply(), byBoth)))
	f.pair = other
	f.refuses(t, f.signed(t, goodReply(), byBoth), checkSignature)
	config.Provider.Details["portico_entity_id"] = "https://nobody.example/"
	if _, err := New(config); err == nil {
		t.Error("an entity that is not there was found")
	}
}

// TestEntityIDMustBeTheOne: metadata of a single provider must be of the one that is meant, too.
func TestEntityIDMustBeTheOne(t *testing.T) {
	config := testConfig(metadataOf(loadPair(t, "provider")))
	config.Provider.Details["portico_entity_id"] = "https://other.example/metadata"
	if _, err := New(config); err == nil {
		t.Error("another entity was taken")
	}
}
