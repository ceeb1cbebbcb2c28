package grant

import (
	"encoding/base64"
	"net/url"
	"strings"

	"portico/userpool"
	"portico/userpool/oauth"
)

// descriptionSecret is the one description that Cognito gives with invalid_client.
const descriptionSecret = "invalid_client_secret"

// ClientPassword is a client's name and secret from an Authorization header (RFC 6749 §2.3.1).
type ClientPassword struct {
	ID     userpool.ClientID
	Secret userpool.Secret
}

// ParseBasic reads an Authorization header. An absent header is nil without an error; every other scheme than Basic, and
// a malformed value, is invalid_client ("unsupported authentication method", RFC 6749 §5.2).
//
// RFC 6749 has both halves form-encoded, which half of the clients in the world do not do. Names and secrets of Cognito
// are letters, digits, underscore and plus, so a percent sign can only be an encoding, and a plus sign stands for itself.
func ParseBasic(header string) (*ClientPassword, error) {
	if header == "" {
		return nil, nil
	}
	scheme, encoded, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Basic") || len(header) > maxParam {
		return nil, oauth.Errorf(oauth.InvalidClient, "", "authorization header is not Basic")
	}
	text, err := base64.StdEncoding.DecodeString(strings.TrimLeft(encoded, " "))
	if err != nil {
		return nil, oauth.Errorf(oauth.InvalidClient, "", "basic credentials are not base64")
	}
	id, secret, ok := strings.Cut(string(text), ":")
	if !ok {
		return nil, oauth.Errorf(oauth.InvalidClient, "", "basic credentials have no colon")
	}
	id, err = url.PathUnescape(id)
	if err == nil {
		secret, err = url.PathUnescape(secret)
	}
	if err != nil {
		return nil, oauth.Errorf(oauth.InvalidClient, "", "basic credentials are wrongly encoded")
	}
	return &ClientPassword{ID: userpool.ClientID(id), Secret: userpool.NewSecret(secret)}, nil
}

// authenticate finds the client of a request and has it prove itself, by the one method it chose: RFC 6749 §2.3, "The
// client MUST NOT use more than one authentication method in each request."
func authenticate(r Request) (*userpool.AppClient, error) {
	id, secret := userpool.ClientID(r.Params.ClientID), r.Params.ClientSecret
	if r.Basic != nil {
		if secret != "" || id != "" && id != r.Basic.ID {
			return nil, oauth.Errorf(oauth.InvalidRequest, "", "client credentials both in the header and in the body")
		}
		id, secret = r.Basic.ID, r.Basic.Secret.Reveal()
	}
	if id == "" {
		return nil, oauth.Errorf(oauth.InvalidRequest, "", "client_id is missing")
	}
	client, known := r.Pool.Clients[id]
	switch {
	case !known:
		return nil, oauth.Errorf(oauth.InvalidClient, "", "unknown client")
	case client.Public() && secret != "":
		// It may be another client's secret on its way to the wrong place: better refused than taken for nothing.
		return nil, oauth.Errorf(oauth.InvalidClient, "", "public client %s sends a secret", id)
	case !client.Public() && !client.Authenticates(secret):
		return nil, oauth.Errorf(oauth.InvalidClient, descriptionSecret, "client %s: wrong or missing secret", id)
	}
	return client, nil
}
