package grant

import (
	"fmt"
	"time"

	"portico/userpool"
	"portico/userpool/oauth"
)

// CodeLifetime is how long an authorization code can be redeemed: Cognito's five minutes (RFC 6749 §4.1.2 allows ten).
const CodeLifetime = 5 * time.Minute

// Authorization is what a person's sign-in granted to a client, on its way from the authorization endpoint to the token
// endpoint.
type Authorization struct {
	Pool        userpool.ID
	Client      userpool.ClientID
	Sub         userpool.Sub
	Session     []byte // hash of the browser session; ending it ends codes that were issued in it
	RedirectURI string // as the app sent it; empty where the client's default stood in
	Scopes      oauth.Scopes
	Resource    string // what the access token is bound to (RFC 8707); empty where the app named nothing
	Nonce       string // empty where the app sent none
	Challenge   string // PKCE, S256; empty where the app sent none
	AuthTime    time.Time
	Provider    string // name of the provider the person came from; empty for the pool's own sign-in
}

// code is an authorization code in clear.
type code struct {
	Authorization
	id      string    // what is spent, and the ID of the family it starts
	expires time.Time // whole seconds
}

// Authorize issues an authorization code. Nothing is written: the code is the authorization itself, sealed for the pool and
// client; what is remembered is its redemption.
func (x *Exchanger) Authorize(a Authorization) string {
	c := code{Authorization: a, id: x.NewID(), expires: x.Now().Add(CodeLifetime)}
	return x.Codes.Seal(c.pack(), string(a.Pool), string(a.Client))
}

// openCode reads a code that was issued to this client in this pool. The code may have expired.
func (x *Exchanger) openCode(pool userpool.ID, client userpool.ClientID, text string) (code, error) {
	plain, err := open(x.Codes, text, pool, client)
	if err != nil {
		return code{}, err
	}
	c, err := unpackCode(plain)
	c.Pool, c.Client = pool, client
	return c, err
}

// pack writes all but pool and client, which the seal binds.
func (c code) pack() []byte {
	var p packer
	p.text(c.id)
	p.time(c.expires)
	p.text(string(c.Sub))
	p.text(string(c.Session))
	p.text(c.RedirectURI)
	p.text(c.Scopes.String())
	p.text(c.Nonce)
	p.text(c.Challenge)
	p.time(c.AuthTime)
	p.text(c.Provider)
	if c.Resource != "" { // last, and only where there is one: so did codes look before there were resources
		p.text(c.Resource)
	}
	return p
}

func unpackCode(plain []byte) (code, error) {
	u := unpacker{rest: plain}
	c := code{id: u.text(), expires: u.time()}
	c.Sub, c.Session, c.RedirectURI = userpool.Sub(u.text()), []byte(u.text()), u.text()
	scopes := u.text()
	c.Nonce, c.Challenge, c.AuthTime, c.Provider = u.text(), u.text(), u.time(), u.text()
	if len(u.rest) > 0 {
		c.Resource = u.text()
	}
	if err := u.end(); err != nil {
		return code{}, err
	}
	var err error
	if c.Scopes, err = oauth.ParseScopes(scopes); err != nil {
		return code{}, fmt.Errorf("%w: %w", errPacked, err)
	}
	return c, nil
}
