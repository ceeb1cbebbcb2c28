package saml

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"portico/userpool"

	"github.com/beevik/etree"
)

// maxEncryptedKeys bounds the recipients of one message, and so the RSA operations it costs us. Most have one.
const maxEncryptedKeys = 4

// maxOpeners bounds how many of our keys are tried; an operator who rotates more often drops the old ones.
const maxOpeners = 4

// opener opens what is encrypted for us.
type opener struct {
	keys []userpool.SAMLKey
	// malleable allows CBC. It has no authentication, so whoever may send changed ciphertexts and see what becomes of them
	// can read the message (Jager and Somorovsky, "How to Break XML Encryption"). Where a signature over the ciphertext was
	// verified first, nobody but the provider can have written it.
	malleable bool
}

// open returns the element in an EncryptedAssertion or EncryptedID (saml-core-2.0 §6.1). The element has no parent yet.
func (o opener) open(container *etree.Element) (*etree.Element, error) {
	if len(o.keys) == 0 {
		return nil, errors.New("there is no key of ours that could open it")
	}
	sealed, err := only(container, nsEncryption, "EncryptedData")
	if err != nil {
		return nil, err
	}
	if kind, given := attr(sealed, "Type"); given && kind != typeElement {
		return nil, fmt.Errorf("EncryptedData is of type %q, not an element", kind)
	}
	how, err := o.blockCipher(sealed)
	if err != nil {
		return nil, err
	}
	content, err := cipherValue(sealed)
	if err != nil {
		return nil, err
	}
	plain, err := o.content(content, how, encryptedKeys(container, sealed))
	if err != nil {
		return nil, err
	}
	root, err := parse(plain, responseLimits())
	if err != nil {
		return nil, fmt.Errorf("what was encrypted is %w", err)
	}
	inherit(root, sealed)
	return root, nil
}

// inherit declares on an element the prefixes that are in scope where it was encrypted: its text may count on them
// (xmlenc-core1 §4.4), and they need not be in scope any more where it is read.
func inherit(el, sealed *etree.Element) {
	own := map[string]bool{}
	for _, a := range el.Attr {
		own[a.FullKey()] = true
	}
	for around := sealed.Parent(); around != nil; around = around.Parent() {
		for _, a := range around.Attr {
			if declares := a.Space == "xmlns" || a.FullKey() == "xmlns"; declares && !own[a.FullKey()] {
				own[a.FullKey()] = true
				el.CreateAttr(a.FullKey(), a.Value)
			}
		}
	}
}

func (o opener) blockCipher(sealed *etree.Element) (blockCipher, error) {
	method, err := only(sealed, nsEncryption, "EncryptionMethod")
	if err != nil {
		return blockCipher{}, err
	}
	if err := empty(method); err != nil {
		return blockCipher{}, err
	}
	algorithm, _ := attr(method, "Algorithm")
	how, known := blockCiphers()[algorithm]
	switch {
	case !known:
		return blockCipher{}, fmt.Errorf("encryption by %q is not allowed", algorithm)
	case !how.authenticated && !o.malleable:
		return blockCipher{}, errors.New("encryption by CBC, which is opened only in a signed Response")
	}
	return how, nil
}

// encryptedKeys are the keys that came along: inside KeyInfo, or beside the data (saml-core-2.0 §6.1 allows both).
func encryptedKeys(container, sealed *etree.Element) []*etree.Element {
	found := children(container, nsEncryption, "EncryptedKey")
	for _, info := range children(sealed, nsSignature, "KeyInfo") {
		found = append(found, children(info, nsEncryption, "EncryptedKey")...)
	}
	return found
}

// content opens the content with the first key that does. Each message of ours has one error for all of them: which step
// failed is said in the log alone.
func (o opener) content(sealed []byte, how blockCipher, wrapped []*etree.Element) ([]byte, error) {
	if len(wrapped) == 0 || len(wrapped) > maxEncryptedKeys {
		return nil, fmt.Errorf("%d encrypted keys, want one to %d", len(wrapped), maxEncryptedKeys)
	}
	var failed []error
	for _, el := range wrapped {
		for _, key := range o.keys[:min(len(o.keys), maxOpeners)] {
			plain, err := openContent(sealed, how, el, key)
			if err == nil {
				return plain, nil
			}
			failed = append(failed, err)
		}
	}
	return nil, errors.Join(failed...)
}

func openContent(sealed []byte, how blockCipher, wrapped *etree.Element, key userpool.SAMLKey) ([]byte, error) {
	secret, err := unwrap(wrapped, key)
	if err != nil {
		return nil, err
	}
	if len(secret) != how.keyBytes {
		return nil, fmt.Errorf("the encrypted key has %d bytes, its algorithm wants %d", len(secret), how.keyBytes)
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, errors.New("the encrypted key is no key")
	}
	if how.authenticated {
		return openGCM(block, sealed)
	}
	return openCBC(block, sealed)
}

// unwrap opens an EncryptedKey.
func unwrap(wrapped *etree.Element, key userpool.SAMLKey) ([]byte, error) {
	method, err := only(wrapped, nsEncryption, "EncryptionMethod")
	if err != nil {
		return nil, err
	}
	options, err := keyTransport(method)
	if err != nil {
		return nil, err
	}
	value, err := cipherValue(wrapped)
	if err != nil {
		return nil, err
	}
	secret, err := key.Decrypter().Decrypt(nil, value, options)
	if err != nil {
		return nil, errors.New("the key was not encrypted for us")
	}
	return secret, nil
}

// openGCM: 96 bits of nonce, the ciphertext, 128 bits of tag (xmlenc-core1 §5.2.4).
func openGCM(block cipher.Block, sealed []byte) ([]byte, error) {
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("GCM: %w", err)
	}
	if len(sealed) < aead.NonceSize()+aead.Overhead() {
		return nil, errors.New("the ciphertext is too short")
	}
	plain, err := aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], nil)
	if err != nil {
		return nil, errors.New("the ciphertext was changed, or encrypted by another key")
	}
	return plain, nil
}

// openCBC: a block of initialization vector, then whole blocks, of which the last byte counts the padding (xmlenc-core1
// §5.2.3; the other bytes of padding are arbitrary).
func openCBC(block cipher.Block, sealed []byte) ([]byte, error) {
	if len(sealed) < 2*aes.BlockSize || len(sealed)%aes.BlockSize != 0 {
		return nil, errors.New("the ciphertext is not made of whole blocks")
	}
	plain := make([]byte, len(sealed)-aes.BlockSize)
	cipher.NewCBCDecrypter(block, sealed[:aes.BlockSize]).CryptBlocks(plain, sealed[aes.BlockSize:])
	padding := int(plain[len(plain)-1])
	if padding == 0 || padding > aes.BlockSize {
		return nil, errors.New("the padding is wrong")
	}
	return plain[:len(plain)-padding], nil
}

// cipherValue is the octets in CipherData. A CipherReference, which would have us fetch them from an address, is none.
func cipherValue(el *etree.Element) ([]byte, error) {
	data, err := only(el, nsEncryption, "CipherData")
	if err != nil {
		return nil, err
	}
	value, err := only(data, nsEncryption, "CipherValue")
	if err != nil {
		return nil, err
	}
	if len(data.ChildElements()) != 1 {
		return nil, errors.New("CipherData holds more than its value")
	}
	written, err := text(value)
	if err != nil {
		return nil, err
	}
	octets, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(written), ""))
	if err != nil {
		return nil, errors.New("CipherValue is not base64")
	}
	return octets, nil
}
