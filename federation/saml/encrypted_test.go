package saml

import (
	"crypto"
	"strings"
	"testing"

	"portico/federation"
	"portico/userpool"

	"github.com/beevik/etree"
)

// encrypted is a good response whose assertion is encrypted, signed inside, outside, or both.
func (f fixture) encrypted(tb testing.TB, by signedBy, e encrypter) *etree.Document {
	tb.Helper()
	doc := goodReply().document(tb)
	if by != byResponse {
		goodSigner(f.pair).apply(tb, assertionOf(doc))
	}
	e.apply(tb, assertionOf(doc), "EncryptedAssertion")
	if by != byAssertion {
		goodSigner(f.pair).apply(tb, doc.Root())
	}
	return doc
}

// newOpener is a fixture with keys of ours, and further details.
func newOpener(tb testing.TB, details ...string) fixture {
	tb.Helper()
	pair := loadPair(tb, "provider")
	return fixture{withDetails(tb, metadataOf(pair), details...), pair}
}

func TestEncryptedAssertion(t *testing.T) {
	f := newOpener(t)
	for algorithm, how := range blockCiphers() {
		for _, by := range []signedBy{byResponse, byAssertion, byBoth} {
			for _, beside := range []bool{false, true} {
				e := goodEncrypter(t)
				e.algorithm, e.keyBytes, e.beside = algorithm, how.keyBytes, beside
				doc := f.encrypted(t, by, e)
				if !how.authenticated && by == byAssertion {
					f.refuses(t, doc, checkEncrypted)
					continue
				}
				wantJane(t, f.accepts(t, doc))
			}
		}
	}
}

// TestOAEP: each digest under its right identifier, with MGF1 as the identifier of the whole says.
func TestOAEP(t *testing.T) {
	f := newOpener(t)
	method := func(algorithm string, inside ...string) string {
		return `<xenc:EncryptionMethod Algorithm="` + algorithm + `">` + strings.Join(inside, "") + `</xenc:EncryptionMethod>`
	}
	digest := func(id string) string { return `<ds:DigestMethod Algorithm="` + id + `"/>` }
	mgf := func(id string) string {
		return `<xenc11:MGF xmlns:xenc11="` + nsEncryption11 + `" Algorithm="` + nsEncryption11 + id + `"/>`
	}
	for _, c := range []struct {
		transport   string
		digest, mgf crypto.Hash
	}{
		{method(oaepMGF1P), crypto.SHA1, crypto.SHA1},
		{method(oaepMGF1P, digest(digestSHA1)), crypto.SHA1, crypto.SHA1},
		{method(oaepMGF1P, digest(digestSHA256)), crypto.SHA256, crypto.SHA1},
		{method(oaepMGF1P, digest(digestSHA512)), crypto.SHA512, crypto.SHA1},
		{method(oaep11), crypto.SHA1, crypto.SHA1},
		{method(oaep11, digest(digestSHA256), mgf("mgf1sha256")), crypto.SHA256, crypto.SHA256},
		{method(oaep11, mgf("mgf1sha256"), digest(digestSHA256)), crypto.SHA256, crypto.SHA256},
		{method(oaep11, digest(digestSHA256)), crypto.SHA256, crypto.SHA1},
		{method(oaep11, digest(digestSHA384), mgf("mgf1sha512")), crypto.SHA384, crypto.SHA512},
	} {
		e := goodEncrypter(t)
		e.transport, e.digest, e.mgf = c.transport, c.digest, c.mgf
		wantJane(t, f.accepts(t, f.encrypted(t, byAssertion, e)))
	}
}

// TestEncryptedForSeveral: other recipients' keys come first, and do no harm.
func TestEncryptedForSeveral(t *testing.T) {
	f := newOpener(t)
	for _, beside := range []bool{false, true} {
		e := goodEncrypter(t)
		e.keys, e.beside = maxEncryptedKeys, beside
		wantJane(t, f.accepts(t, f.encrypted(t, byAssertion, e)))
	}
}

// TestOldEncryptionKeyStillOpens: after a rotation, providers go on encrypting for the key they know.
func TestOldEncryptionKeyStillOpens(t *testing.T) {
	config := testConfig(metadataOf(loadPair(t, "provider")))
	keys := userpool.NewSAMLKeyring(ownKey(t, "sp-encryption", testName, 1), ownKey(t, "rollover", testName, 2)).Of(testPool, testName)
	config.Keys = func() userpool.SAMLKeys { return keys }
	p, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	f := fixture{p, loadPair(t, "provider")}
	for _, file := range []string{"sp-encryption", "rollover"} {
		e := goodEncrypter(t)
		e.to = publicOf(t, file)
		wantJane(t, f.accepts(t, f.encrypted(t, byBoth, e)))
	}
	keys = userpool.NewSAMLKeyring(ownKey(t, "rollover", testName, 2)).Of(testPool, testName)
	f.refuses(t, f.encrypted(t, byBoth, goodEncrypter(t)), checkEncrypted)
}

func TestEncryptedResponsesRefusesPlain(t *testing.T) {
	f := newOpener(t, "EncryptedResponses", "true")
	wantJane(t, f.accepts(t, f.encrypted(t, byBoth, goodEncrypter(t))))
	for _, by := range []signedBy{byResponse, byAssertion, byBoth} {
		if refusal := f.refuses(t, f.signed(t, goodReply(), by), checkEncrypted); refusal.Description != saidEncrypted {
			t.Errorf("said %q", refusal.Description)
		}
	}
}

func TestEncryptedWithoutAKeyOfOurs(t *testing.T) {
	f := newFixture(t)
	f.refuses(t, f.encrypted(t, byBoth, goodEncrypter(t)), checkEncrypted)
}

// TestEncryptedInContext: a prefix that only the surroundings declare is understood, as XML Encryption wants.
func TestEncryptedInContext(t *testing.T) {
	f := newOpener(t)
	e := goodEncrypter(t)
	e.plain = func(plain []byte) []byte {
		return []byte(strings.Replace(string(plain), ` xmlns:saml="`+nsAssertion+`"`, "", 1))
	}
	wantJane(t, f.accepts(t, f.encrypted(t, byResponse, e)))
	wantJane(t, f.accepts(t, f.encrypted(t, byAssertion, e)))
}

func TestEncryptedNameID(t *testing.T) {
	f := newOpener(t)
	for algorithm, how := range blockCiphers() {
		doc := goodReply().document(t)
		e := goodEncrypter(t)
		e.algorithm, e.keyBytes = algorithm, how.keyBytes
		e.apply(t, doc.FindElement("//NameID"), "EncryptedID")
		goodSigner(f.pair).apply(t, assertionOf(doc))
		wantJane(t, f.accepts(t, doc))
	}
}

func TestAttackEncryptedNameID(t *testing.T) {
	f := newOpener(t)
	for name, spoil := range map[string]func(e *encrypter, doc *etree.Document){
		"another element": func(e *encrypter, _ *etree.Document) {
			e.plain = func([]byte) []byte {
				return []byte(`<saml:Issuer xmlns:saml="` + nsAssertion + `">admin</saml:Issuer>`)
			}
		},
		"a comment in the name": func(e *encrypter, _ *etree.Document) {
			e.plain = func(plain []byte) []byte { return []byte(strings.Replace(string(plain), "@", "<!-- -->@", 1)) }
		},
		"two names": func(_ *encrypter, doc *etree.Document) {
			subject := doc.FindElement("//Subject")
			subject.AddChild(doc.FindElement("//NameID").Copy())
		},
		"for somebody else": func(e *encrypter, _ *etree.Document) { e.to = publicOf(t, "stranger") },
	} {
		t.Run(name, func(t *testing.T) {
			doc, e := goodReply().document(t), goodEncrypter(t)
			spoil(&e, doc)
			e.apply(t, doc.FindElement("//NameID"), "EncryptedID")
			goodSigner(f.pair).apply(t, assertionOf(doc))
			f.refuses(t, doc, checkEncrypted)
		})
	}
}

// encryptionAttacks are ways to encrypt badly and the checks that refuse them, whoever signs.
func encryptionAttacks(tb testing.TB) map[string]struct {
	by    signedBy
	check string
	spoil func(e *encrypter)
} {
	tb.Helper()
	method := func(algorithm, inside string) string {
		return `<xenc:EncryptionMethod Algorithm="` + algorithm + `">` + inside + `</xenc:EncryptionMethod>`
	}
	type attack = struct {
		by    signedBy
		check string
		spoil func(e *encrypter)
	}
	content := func(change func([]byte) []byte) func(*encrypter) { return func(e *encrypter) { e.spoil = change } }
	plain := func(text string) func(*encrypter) {
		return func(e *encrypter) { e.plain = func([]byte) []byte { return []byte(text) } }
	}
	cbc := func(change func([]byte) []byte) func(*encrypter) {
		return func(e *encrypter) { e.algorithm, e.keyBytes, e.spoil = nsEncryption+"aes128-cbc", 16, change }
	}
	cut := func(to int) func([]byte) []byte { return func(b []byte) []byte { return b[:to] } }
	flip := func(at int) func([]byte) []byte {
		return func(b []byte) []byte { b[(at+len(b))%len(b)] ^= 1; return b }
	}
	return map[string]attack{
		"padding oracle: CBC in an unsigned response": {byAssertion, checkEncrypted, cbc(nil)},
		"Bleichenbacher: RSA PKCS 1 v1.5": {byBoth, checkEncrypted, func(e *encrypter) {
			e.transport, e.v15 = method(nsEncryption+"rsa-1_5", ""), true
		}},
		"triple DES":              {byBoth, checkEncrypted, func(e *encrypter) { e.algorithm, e.keyBytes = nsEncryption+"tripledes-cbc", 24 }},
		"an unknown algorithm":    {byBoth, checkEncrypted, func(e *encrypter) { e.algorithm = nsEncryption11 + "aes512-gcm" }},
		"no algorithm":            {byBoth, checkEncrypted, func(e *encrypter) { e.algorithm = "" }},
		"GCM called CBC":          {byAssertion, checkEncrypted, func(e *encrypter) { e.algorithm = nsEncryption + "aes256-cbc" }},
		"a key of another length": {byBoth, checkEncrypted, func(e *encrypter) { e.keyBytes = 16 }},
		"a digest that is nowhere": {byBoth, checkEncrypted, func(e *encrypter) {
			e.transport = method(oaepMGF1P, `<ds:DigestMethod Algorithm="`+nsSignature+`sha256"/>`)
		}},
		"MD5 digest": {byBoth, checkEncrypted, func(e *encrypter) {
			e.transport = method(oaepMGF1P, `<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#md5"/>`)
		}},
		"two digests": {byBoth, checkEncrypted, func(e *encrypter) {
			e.transport = method(oaepMGF1P, strings.Repeat(`<ds:DigestMethod Algorithm="`+digestSHA1+`"/>`, 2))
		}},
		"OAEP parameters": {byBoth, checkEncrypted, func(e *encrypter) { e.transport = method(oaepMGF1P, `<xenc:OAEPparams>AA==</xenc:OAEPparams>`) }},
		"an MGF in the old OAEP": {byBoth, checkEncrypted, func(e *encrypter) {
			e.transport = method(oaepMGF1P, `<xenc11:MGF xmlns:xenc11="`+nsEncryption11+`" Algorithm="`+nsEncryption11+`mgf1sha1"/>`)
		}},
		"an unknown MGF": {byBoth, checkEncrypted, func(e *encrypter) {
			e.transport = method(oaep11, `<xenc11:MGF xmlns:xenc11="`+nsEncryption11+`" Algorithm="sha1"/>`)
		}},
		"no key":                            {byBoth, checkEncrypted, func(e *encrypter) { e.keys = 0 }},
		"more keys than anybody needs":      {byBoth, checkEncrypted, func(e *encrypter) { e.keys = maxEncryptedKeys + 1 }},
		"encrypted for somebody else":       {byBoth, checkEncrypted, func(e *encrypter) { e.to = publicOf(tb, "stranger") }},
		"a key that is cut":                 {byBoth, checkEncrypted, func(e *encrypter) { e.wrapped = cut(100) }},
		"a key that is empty":               {byBoth, checkEncrypted, func(e *encrypter) { e.wrapped = cut(0) }},
		"a key that is too long":            {byBoth, checkEncrypted, func(e *encrypter) { e.wrapped = func(b []byte) []byte { return append(b, b...) } }},
		"GCM: empty":                        {byAssertion, checkEncrypted, content(cut(0))},
		"GCM: shorter than its nonce":       {byAssertion, checkEncrypted, content(cut(11))},
		"GCM: shorter than its tag":         {byAssertion, checkEncrypted, content(cut(27))},
		"GCM: a bit of the nonce":           {byAssertion, checkEncrypted, content(flip(0))},
		"GCM: a bit of the text":            {byAssertion, checkEncrypted, content(flip(100))},
		"GCM: a bit of the tag":             {byAssertion, checkEncrypted, content(flip(-1))},
		"CBC: empty":                        {byResponse, checkEncrypted, cbc(cut(0))},
		"CBC: an IV only":                   {byResponse, checkEncrypted, cbc(cut(16))},
		"CBC: half a block":                 {byResponse, checkEncrypted, cbc(cut(40))},
		"CBC: padding of 0 and more":        {byResponse, checkEncrypted, cbc(flipPadding)},
		"nothing":                           {byBoth, checkEncrypted, plain("")},
		"no XML":                            {byBoth, checkEncrypted, plain("hello")},
		"two elements":                      {byBoth, checkEncrypted, plain(`<a/><b/>`)},
		"an entity bomb":                    {byBoth, checkEncrypted, plain(`<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>`)},
		"deep nesting":                      {byBoth, checkEncrypted, plain(strings.Repeat("<a>", 500) + strings.Repeat("</a>", 500))},
		"a million elements":                {byBoth, checkEncrypted, plain("<a>" + strings.Repeat("<a/>", 5000) + "</a>")},
		"a whole response":                  {byBoth, checkShape, plain(`<samlp:Response xmlns:samlp="` + nsProtocol + `" ID="x"/>`)},
		"something else":                    {byBoth, checkShape, plain(`<saml:Advice xmlns:saml="` + nsAssertion + `"/>`)},
		"an assertion of another namespace": {byBoth, checkShape, plain(`<Assertion ID="x"/>`)},
		"an assertion inside something":     {byBoth, checkShape, plain(`<x><saml:Assertion xmlns:saml="` + nsAssertion + `" ID="x"/></x>`)},
		"encrypted twice":                   {byBoth, checkShape, plain(`<saml:EncryptedAssertion xmlns:saml="` + nsAssertion + `"/>`)},
		"an ID of the response":             {byBoth, checkShape, plain(`<saml:Assertion xmlns:saml="` + nsAssertion + `" ID="_response"/>`)},
		"two assertions": {byBoth, checkShape, func(e *encrypter) {
			e.plain = func(p []byte) []byte { return []byte("<x>" + string(p) + string(p) + "</x>") }
		}},
		"changed after it was signed": {byAssertion, checkSignature, func(e *encrypter) {
			e.plain = func(p []byte) []byte { return []byte(strings.ReplaceAll(string(p), "jane@", "root@")) }
		}},
	}
}

// flipPadding changes the byte that the padding's length comes from, by way of the block before it.
func flipPadding(b []byte) []byte {
	b[len(b)-17] ^= 0x80
	return b
}

func TestAttackEncryption(t *testing.T) {
	f := newOpener(t)
	for name, attack := range encryptionAttacks(t) {
		t.Run(name, func(t *testing.T) {
			e := goodEncrypter(t)
			attack.spoil(&e)
			refusal := f.refuses(t, f.encrypted(t, attack.by, e), attack.check)
			if refusal.Description != saidEncrypted {
				t.Errorf("tells a stranger %q", refusal.Description)
			}
		})
	}
}

// TestAttackEncryptedButUnsigned: anybody can encrypt for us, so encryption proves nothing.
func TestAttackEncryptedButUnsigned(t *testing.T) {
	f := newOpener(t)
	doc := goodReply().document(t)
	goodEncrypter(t).apply(t, assertionOf(doc), "EncryptedAssertion")
	if refusal := f.refuses(t, doc, checkUnsigned); refusal.Description != saidEncrypted {
		t.Errorf("said %q", refusal.Description)
	}
	f.pair = loadPair(t, "stranger")
	f.refuses(t, f.encrypted(t, byAssertion, goodEncrypter(t)), checkSignature)
	f.refuses(t, f.encrypted(t, byResponse, goodEncrypter(t)), checkSignature)
}

// TestAttackEncryptedBesidePlain: a signed assertion, and an encrypted one of the attacker's beside it, in any order.
func TestAttackEncryptedBesidePlain(t *testing.T) {
	f := newOpener(t)
	for _, first := range []bool{true, false} {
		doc := f.signed(t, goodReply(), byAssertion)
		evil := goodReply()
		evil.nameID = `<saml:NameID>root</saml:NameID>`
		evil.assertionAttrs = strings.Replace(evil.assertionAttrs, "_assertion", "_evil", 1)
		other := evil.document(t)
		sealed := goodEncrypter(t).apply(t, assertionOf(other), "EncryptedAssertion")
		at := len(doc.Root().Child)
		if first {
			at = assertionOf(doc).Index()
		}
		doc.Root().InsertChildAt(at, sealed)
		f.refuses(t, doc, checkShape)
	}
}

// TestAttackSignatureInsideCiphertextWrapper: a Signature between EncryptedAssertion and its data is in nobody's place.
func TestAttackSignatureInsideCiphertextWrapper(t *testing.T) {
	f := newOpener(t)
	doc := f.encrypted(t, byAssertion, goodEncrypter(t))
	doc.FindElement("//EncryptedAssertion").CreateElement("Signature").CreateAttr("xmlns", nsSignature)
	f.refuses(t, doc, checkShape)
}

// TestAttackCiphertextElsewhere: nothing is fetched to be decrypted.
func TestAttackCiphertextElsewhere(t *testing.T) {
	f := newOpener(t)
	doc := f.encrypted(t, byAssertion, goodEncrypter(t))
	data := doc.FindElement("//EncryptedData").SelectElement("CipherData")
	data.RemoveChild(data.SelectElement("CipherValue"))
	data.CreateElement("xenc:CipherReference").CreateAttr("URI", "http://169.254.169.254/")
	f.refuses(t, doc, checkEncrypted)
}

// TestDecryptionNeverPanics: no length of key or content ends in a panic, as it did in a library.
func TestDecryptionNeverPanics(t *testing.T) {
	f := newOpener(t)
	for algorithm, how := range blockCiphers() {
		for length := range 50 {
			e := goodEncrypter(t)
			e.algorithm, e.keyBytes = algorithm, how.keyBytes
			e.spoil = func(b []byte) []byte { return b[:length] }
			_, err := f.finish(t, write(t, f.encrypted(t, byResponse, e)))
			if refusal, ok := federation.AsError(err); !ok || refusal.Check != checkEncrypted {
				t.Fatalf("%s of %d bytes: %v", algorithm, length, err)
			}
		}
	}
}
