package authenticator

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// Key is one passkey with its private half. Its fields may be changed to lie.
type Key struct {
	ID      []byte
	Handle  []byte // the user's name, as it was given when the key was made
	RPID    string
	Private *ecdsa.PrivateKey
	Count   uint32 // what it said last
}

// Browser is an authenticator in a browser at an origin.
type Browser struct {
	Origin   string
	Verifies bool // whether it verifies the person, and says so
	Counts   bool // whether it counts its uses; others always say 0
	Backs    bool // whether its keys are copied elsewhere: BE and BS
	AAGUID   [16]byte
	// RPID answers for another domain than the options name, as no browser would.
	RPID string
}

// Flags of authenticator data (Web Authentication §6.1).
const (
	present  = 1 << 0
	verified = 1 << 2
	eligible = 1 << 3
	backedUp = 1 << 4
	attested = 1 << 6
)

// Options are those members of both kinds of options that matter here.
type Options struct {
	Challenge string `json:"challenge"`
	RPID      string `json:"rpId"`
	RP        struct {
		ID string `json:"id"`
	} `json:"rp"`
	User struct {
		ID          string `json:"id"`
		Name        string `json:"name"`
		DisplayName string `json:"displayName"`
	} `json:"user"`
	Exclude []struct {
		ID string `json:"id"`
	} `json:"excludeCredentials"`
	Allow []struct {
		ID string `json:"id"`
	} `json:"allowCredentials"`
	UserVerification string `json:"userVerification"`
	Selection        struct {
		ResidentKey      string `json:"residentKey"`
		UserVerification string `json:"userVerification"`
	} `json:"authenticatorSelection"`
}

// Read reads options.
func Read(options []byte) (Options, error) {
	var o Options
	err := json.Unmarshal(options, &o)
	return o, err
}

// Create makes a key as navigator.credentials.create does, and the answer to post.
func (b *Browser) Create(options []byte) (*Key, []byte, error) {
	o, err := Read(options)
	if err != nil {
		return nil, nil, err
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	key := &Key{ID: make([]byte, 32), RPID: o.RP.ID, Private: private}
	if key.Handle, err = base64.RawURLEncoding.DecodeString(o.User.ID); err != nil {
		return nil, nil, err
	}
	_, _ = rand.Read(key.ID) // never fails since Go 1.24
	if b.RPID != "" {
		key.RPID = b.RPID
	}
	answer, err := b.Attest(key, o.Challenge)
	return key, answer, err
}

// Attest is the answer that makes a key known.
func (b *Browser) Attest(key *Key, challenge string) ([]byte, error) {
	public, err := coseKey(&key.Private.PublicKey)
	if err != nil {
		return nil, err
	}
	data := b.data(key, attested)
	data = append(data, b.AAGUID[:]...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(key.ID)))
	data = append(append(data, key.ID...), public...)
	// {"fmt": "none", "attStmt": {}, "authData": data} in CBOR.
	object := append([]byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59"), byte(len(data)>>8), byte(len(data)))
	client := clientData("webauthn.create", challenge, b.Origin)
	return json.Marshal(map[string]any{
		"id": text(key.ID), "rawId": text(key.ID), "type": "public-key", "authenticatorAttachment": "platform", "clientExtensionResults": map[string]any{},
		"response": map[string]any{
			"clientDataJSON": text(client), "attestationObject": text(append(object, data...)), "transports": []string{"internal", "hybrid"},
		},
	})
}

// Get signs in with a key as navigator.credentials.get does.
func (b *Browser) Get(key *Key, options []byte) ([]byte, error) {
	o, err := Read(options)
	if err != nil {
		return nil, err
	}
	if b.Counts {
		key.Count++
	}
	data := b.data(key, 0)
	client := clientData("webauthn.get", o.Challenge, b.Origin)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(data[:len(data):len(data)], hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, key.Private, digest[:])
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{
		"id": text(key.ID), "rawId": text(key.ID), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{
			"clientDataJSON": text(client), "authenticatorData": text(data), "signature": text(signature), "userHandle": text(key.Handle),
		},
	})
}

// data is the authenticator data without the attested key.
func (b *Browser) data(key *Key, flags byte) []byte {
	flags |= present
	if b.Verifies {
		flags |= verified
	}
	if b.Backs {
		flags |= eligible | backedUp
	}
	domain := sha256.Sum256([]byte(key.RPID))
	if b.RPID != "" {
		domain = sha256.Sum256([]byte(b.RPID))
	}
	return binary.BigEndian.AppendUint32(append(domain[:], flags), key.Count)
}

func clientData(kind, challenge, origin string) []byte {
	raw, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false})
	if err != nil {
		panic(fmt.Sprint("authenticator: ", err))
	}
	return raw
}

// coseKey is a P-256 key as COSE_Key in CBOR (RFC 9053 §7.1.1): {1: 2, 3: -7, -1: 1, -2: x, -3: y}.
func coseKey(key *ecdsa.PublicKey) ([]byte, error) {
	point, err := key.Bytes()
	if err != nil {
		return nil, err
	}
	out := append([]byte("\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"), point[1:33]...)
	return append(append(out, "\x22\x58\x20"...), point[33:]...), nil
}

func text(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }
