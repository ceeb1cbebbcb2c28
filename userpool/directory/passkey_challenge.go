package directory

import (
	"encoding/json"
	"time"

	"portico/userpool"
)

// Lives of passkey challenges. That of a sign-in stands in the page from the start, so that the user name field can offer
// passkeys; people leave such a page open. It proves no more than that the answer is not older, and works once.
const (
	passkeyAddLife    = 5 * time.Minute
	passkeySignInLife = 30 * time.Minute
)

// passkeyCeremony is what a challenge is for; it is bound into the seal, beside the pool and the client.
type passkeyCeremony string

const (
	passkeyAdd    passkeyCeremony = "passkey-add"
	passkeySignIn passkeyCeremony = "passkey-sign-in"
)

// passkeyChallenge is what a challenge holds. It is sealed, and the sealed text is the challenge: the authenticator signs it and
// the browser brings it back, so nothing is kept until then. The seal's random nonce makes each unlike any other (Web
// Authentication §13.4.3 asks for 16 random bytes; it has 24).
type passkeyChallenge struct {
	Expires int64        `json:"e"`           // Unix seconds
	Sub     userpool.Sub `json:"s,omitempty"` // who must answer; anybody where it is empty
	Handle  []byte       `json:"h,omitempty"` // passkeyAdd: the user's name on authenticators
}

// until is when the challenge is over.
func (c passkeyChallenge) until() time.Time { return time.Unix(c.Expires, 0) }

// sealPasskey makes a challenge.
func (d *Directory) sealPasskey(pool *userpool.Pool, client *userpool.AppClient, what passkeyCeremony, c passkeyChallenge) ([]byte, error) {
	plain, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	return d.Challenges.SealBytes(plain, string(pool.ID), string(client.ID), string(what)), nil
}

// openPasskey opens the challenge that an authenticator signed. It fails with ErrPasskeyChallenge.
func (d *Directory) openPasskey(pool *userpool.Pool, client *userpool.AppClient, what passkeyCeremony, text string) (passkeyChallenge, error) {
	var c passkeyChallenge
	plain, err := d.Challenges.Open(text, string(pool.ID), string(client.ID), string(what))
	if err != nil || json.Unmarshal(plain, &c) != nil || !d.Now().Before(c.until()) {
		return passkeyChallenge{}, ErrPasskeyChallenge
	}
	return c, nil
}

// once makes the challenge one that works once: it is spent in the commit that it leads to.
func (c passkeyChallenge) once(what passkeyCeremony, text string) userpool.Once {
	return userpool.Once{Purpose: string(what), ID: text, Until: c.until()}
}
