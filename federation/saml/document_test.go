package saml

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// hostile are documents none of which is a response, made of a good one.
func hostile(good string) map[string]string {
	bomb := `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>`
	prefixes := ""
	for i := range maxPrefixes + 1 {
		prefixes += fmt.Sprintf(` xmlns:p%d="urn:p"`, i)
	}
	return map[string]string{
		"blank":                     " ",
		"text":                      "hello",
		"NUL":                       "\x00",
		"not UTF-8":                 strings.Replace(good, "jane", "j\xffne", 1),
		"UTF-16 by declaration":     `<?xml version="1.0" encoding="UTF-16"?>` + good,
		"DTD":                       `<!DOCTYPE r>` + good,
		"DTD behind":                good + `<!DOCTYPE r>`,
		"entity bomb":               bomb + strings.Replace(good, "jane@corp.example<", "&c;<", 1),
		"external entity":           `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + strings.Replace(good, "jane", "&x;", 1),
		"unknown entity":            strings.Replace(good, "jane", "&jane;", 1),
		"directive inside":          strings.Replace(good, "<saml:Subject>", "<!ELEMENT x><saml:Subject>", 1),
		"processing instruction":    `<?xml-stylesheet href="x"?>` + good,
		"instruction inside":        strings.Replace(good, "<saml:Subject>", "<?x?><saml:Subject>", 1),
		"two roots":                 good + good,
		"text behind":               good + "x",
		"unclosed":                  good[:len(good)-3],
		"deeply nested":             strings.Repeat("<a>", 20_000),
		"deeply nested, closed":     strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100),
		"many elements":             "<a>" + strings.Repeat("<b/>", 1001) + "</a>",
		"many prefixes":             "<a" + prefixes + "/>",
		"colons in a name":          `<a:b:c/>`,
		"attribute without a value": `<a b/>`,
	}
}

// TestHostileDocuments: each is refused at the door, without a panic, before any signature.
func TestHostileDocuments(t *testing.T) {
	f := newFixture(t)
	for name, document := range hostile(write(t, f.signed(t, goodReply(), byResponse))) {
		t.Run(name, func(t *testing.T) {
			f.refusesText(t, document, checkXML)
		})
	}
}

func TestWrongRoots(t *testing.T) {
	f := newFixture(t)
	good := write(t, f.signed(t, goodReply(), byAssertion))
	for name, document := range map[string]string{
		"no namespace":      `<Response/>`,
		"foreign namespace": strings.Replace(good, `xmlns:samlp="`+nsProtocol, `xmlns:samlp="urn:x`, 1),
		"SAML 1.1":          strings.Replace(good, nsProtocol, "urn:oasis:names:tc:SAML:1.0:protocol", 1),
		"logout response":   strings.ReplaceAll(good, "samlp:Response", "samlp:LogoutResponse"),
		"response inside":   strings.Replace(good, "<samlp:Status>", "<samlp:Response/><samlp:Status>", 1),
	} {
		t.Run(name, func(t *testing.T) { f.refusesText(t, document, checkShape) })
	}
	// An undeclared prefix is nobody's namespace.
	f.refusesText(t, strings.Replace(good, "<saml:Subject>", "<x:Subject/><saml:Subject>", 1), checkSignature)
}

// TestDescriptionsAreBland: what an app is told holds nothing of the response.
func TestDescriptionsAreBland(t *testing.T) {
	f := newFixture(t)
	r := goodReply()
	r.nameID = `<saml:NameID>secret-name ` + strings.Repeat("x", 200) + `</saml:NameID>`
	refusal := f.refuses(t, f.signed(t, r, byBoth), checkNameID)
	r = goodReply()
	r.issuer = `<saml:Issuer>secret-name</saml:Issuer>`
	other := f.refuses(t, f.signed(t, r, byBoth), checkIssuer)
	for _, text := range []string{refusal.Description, refusal.Error(), other.Description, other.Error()} {
		if strings.Contains(text, "secret-name") {
			t.Errorf("%q repeats the response", text)
		}
	}
}

// TestPanicIsARefusal: should a library panic, a stranger's response ends in an error like any other.
func TestPanicIsARefusal(t *testing.T) {
	f := newFixture(t)
	document := write(t, f.signed(t, goodReply(), byBoth))
	f.now = func() time.Time { panic("as if a parser did") }
	got, err := f.finish(t, document)
	wantRefusal(t, got, err, checkPanic)
}

// unstable are documents that encoding/xml reads, writes and reads again as something else.
func unstable() []string {
	return []string{
		`<a :b="c"/>`, `<a b:="c"/>`, `<:a></:a>`, `<a:></a:>`, `<a xmlns:="x"/>`, `<a :xmlns="x"/>`, `<a xmlns::x="y"/>`,
		`<a><:b></:b></a>`, `<!x<!-- -->><a/>`, `<a:b:c></a:b:c>`, `<a xmlns="x" :xmlns="y"/>`,
		`<a:1 xmlns:a="x"/>`, `<a a:-="x"/>`,
	}
}

// TestUnstableNames is CVE-2020-29509, 29510 and 29511, by which crewjam/saml read an assertion that nobody signed
// (CVE-2020-27846).
func TestUnstableNames(t *testing.T) {
	for _, document := range unstable() {
		if _, err := parse([]byte(document), responseLimits()); err == nil {
			t.Errorf("%s: accepted", document)
		}
	}
}
