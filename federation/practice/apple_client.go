package practice

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/go-jose/go-jose/v4"

	"portico/userpool/oauth"
)

const (
	appleAudience = "https://appleid.apple.com"
	// appleSecretLife is the longest that a client secret may live, in seconds: six months.
	appleSecretLife = 15_777_000
	clockSkew       = 5 * time.Minute
)

// appleSecret are the claims of a client secret. The audience is a text, not a list.
type appleSecret struct {
	Issuer   string `json:"iss"`
	Subject  string `json:"sub"`
	Audience string `json:"aud"`
	Issued   int64  `json:"iat"`
	Expires  int64  `json:"exp"`
}

// appleClient checks who the client is: client_id and client_secret are in the body, and the secret is a JWT that was
// signed with the key registered for the team. Basic authentication there is none.
func (s *Social) appleClient(o AppleOptions) func(*http.Request, url.Values) error {
	return func(_ *http.Request, form url.Values) error {
		if form.Get("client_id") != s.options.ClientID {
			return &oauth.Error{Code: oauth.InvalidClient}
		}
		if err := s.appleSecret(o, form.Get("client_secret")); err != nil {
			return &oauth.Error{Code: oauth.InvalidClient, Err: err}
		}
		return nil
	}
}

func (s *Social) appleSecret(o AppleOptions, token string) error {
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return err
	}
	if signed.Signatures[0].Header.KeyID != o.KeyID {
		return errors.New("another key")
	}
	payload, err := signed.Verify(o.PublicKey)
	if err != nil {
		return err
	}
	var claims appleSecret
	if err := json.Unmarshal(payload, &claims); err != nil {
		return err
	}
	now := s.options.Now()
	issued, expires := time.Unix(claims.Issued, 0), time.Unix(claims.Expires, 0)
	switch {
	case claims.Issuer != o.TeamID, claims.Subject != s.options.ClientID:
		return errors.New("another team or client")
	case claims.Audience != appleAudience && claims.Audience != s.BaseURL():
		return errors.New("for somebody else")
	case issued.After(now.Add(clockSkew)), !now.Before(expires), claims.Expires-claims.Issued > appleSecretLife:
		return errors.New("not of this time")
	}
	return nil
}
