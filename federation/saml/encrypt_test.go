package saml

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"testing"

	"github.com/beevik/etree"
)

// encrypter encrypts an element as a provider does, well or badly. The fields other than to are for doing it badly;
// goodEncrypter fills them.
type encrypter struct {
	to        *rsa.PublicKey
	algorithm string // of the content
	keyBytes  int
	transport string // the EncryptionMethod of the key, whole
	digest    crypto.Hash
	mgf       crypto.Hash
	beside    bool // EncryptedKey beside EncryptedData instead of in its KeyInfo
	keys      int  // how many EncryptedKeys, the last of them for us
	spoil     func(content []byte) []byte
	plain     func(plain []byte) []byte
	wrapped   func(value []byte) []byte
	v15       bool
}

func goodEncrypter(tb testing.TB) encrypter {
	tb.Helper()
	return encrypter{
		to: publicOf(tb, "sp-encryption"), algorithm: nsEncryption11 + "aes256-gcm", keyBytes: 32,
		transport: `<xenc:EncryptionMethod Algorithm="` + oaepMGF1P + `"><ds:DigestMethod Algorithm="` + digestSHA1 + `"/></xenc:EncryptionMethod>`,
		digest:    crypto.SHA1, mgf: crypto.SHA1, keys: 1,
	}
}

func publicOf(tb testing.TB, file string) *rsa.PublicKey {
	tb.Helper()
	public, ok := loadPair(tb, file).certificate.PublicKey.(*rsa.PublicKey)
	if !ok {
		tb.Fatal("not an RSA key")
	}
	return public
}

// apply puts an Encrypted… element in the place of an element.
func (e encrypter) apply(tb testing.TB, el *etree.Element, container string) *etree.Element {
	tb.Helper()
	plain := standing(tb, el)
	if e.plain != nil {
		plain = e.plain(plain)
	}
	secret := make([]byte, e.keyBytes)
	_, _ = rand.Read(secret)
	content := e.encrypt(tb, secret, plain)
	if e.spoil != nil {
		content = e.spoil(content)
	}
	var keys string
	for i := range e.keys {
		to := e.to
		if i < e.keys-1 {
			to = publicOf(tb, "stranger")
		}
		keys += fmt.Sprintf(`<xenc:EncryptedKey Id="_key%d">%s<xenc:CipherData><xenc:CipherValue>%s</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>`,
			i, e.transport, base64.StdEncoding.EncodeToString(e.wrap(tb, to, secret)))
	}
	inside, beside := "<ds:KeyInfo>"+keys+"</ds:KeyInfo>", ""
	if e.beside {
		inside, beside = `<ds:KeyInfo><ds:RetrievalMethod URI="#_key0" Type="`+nsEncryption+`EncryptedKey"/></ds:KeyInfo>`, keys
	}
	sealed := readDocument(tb, fmt.Sprintf(`<saml:%s xmlns:saml="%s"><xenc:EncryptedData xmlns:xenc="%s" xmlns:ds="%s" Id="_data" Type="%s">`+
		`<xenc:EncryptionMethod Algorithm="%s"/>%s<xenc:CipherData><xenc:CipherValue>%s</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>%s</saml:%s>`,
		container, nsAssertion, nsEncryption, nsSignature, typeElement, e.algorithm, inside,
		base64.StdEncoding.EncodeToString(content), bindPrefixes(beside), container)).Root()
	replace(el, sealed)
	return sealed
}

// bindPrefixes declares the prefixes on the elements beside EncryptedData, which do not inherit its declarations.
func bindPrefixes(text string) string {
	return string(bytes.ReplaceAll([]byte(text), []byte("<xenc:EncryptedKey "), []byte(`<xenc:EncryptedKey xmlns:xenc="`+nsEncryption+`" xmlns:ds="`+nsSignature+`" `)))
}

// standing is an element as text that stands alone.
func standing(tb testing.TB, el *etree.Element) []byte {
	tb.Helper()
	return canonical(tb, el)
}

func (e encrypter) encrypt(tb testing.TB, secret, plain []byte) []byte {
	tb.Helper()
	block, err := aes.NewCipher(secret)
	if err != nil {
		tb.Fatal(err)
	}
	if how := blockCiphers()[e.algorithm]; how.keyBytes != 0 && !how.authenticated {
		padding := aes.BlockSize - len(plain)%aes.BlockSize
		padded := append(bytes.Clone(plain), make([]byte, padding)...)
		padded[len(padded)-1] = byte(padding)
		iv := make([]byte, aes.BlockSize)
		_, _ = rand.Read(iv)
		sealed := make([]byte, len(padded))
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(sealed, padded)
		return append(iv, sealed...)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		tb.Fatal(err)
	}
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce)
	return aead.Seal(nonce, nonce, plain, nil)
}

func (e encrypter) wrap(tb testing.TB, to *rsa.PublicKey, secret []byte) []byte {
	tb.Helper()
	var value []byte
	var err error
	if e.v15 {
		value, err = rsa.EncryptPKCS1v15(rand.Reader, to, secret)
	} else {
		value, err = rsa.EncryptOAEPWithOptions(rand.Reader, to, secret, &rsa.OAEPOptions{Hash: e.digest, MGFHash: e.mgf})
	}
	if err != nil {
		tb.Fatal(err)
	}
	if e.wrapped != nil {
		value = e.wrapped(value)
	}
	return value
}
