package userpool

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// ClientSecret is one of the secrets of an app client. A client has a second one while it is being replaced: both work, so
// that an app can be given the new one before the old one is deleted.
type ClientSecret struct {
	Pool    ID
	Client  ClientID
	ID      string // unlike any other of the client
	Value   Secret
	Created time.Time
}

// MaxClientSecrets is Cognito's limit of secrets that a client has at one time.
const MaxClientSecrets = 2

// Errors of changing an app client's secrets.
var (
	// ErrSecretLimit: the client has as many secrets as it may have.
	ErrSecretLimit = fmt.Errorf("an app client has at most %d secrets", MaxClientSecrets)
	// ErrSecretExists: the value is one of the client's secrets already.
	ErrSecretExists = errors.New("the app client has this secret already")
	// ErrLastSecret: the client would have no secret left, and be a public client, whom anybody can pose as.
	ErrLastSecret = errors.New("the last secret of an app client cannot be deleted")
	// ErrPublicClient: the client was made without a secret, and the copies of its app have none to send.
	ErrPublicClient = errors.New("the app client is a public one")
)

// MayAddSecret says whether a client that has some secrets may have another.
func MayAddSecret(have []ClientSecret, value Secret) error {
	same := func(s ClientSecret) bool { return s.Value.Matches(value.Reveal()) }
	switch {
	case len(have) == 0:
		return ErrPublicClient
	case slices.ContainsFunc(have, same):
		return ErrSecretExists
	case len(have) >= MaxClientSecrets:
		return ErrSecretLimit
	}
	return nil
}

// MayDeleteSecret finds the secret that is to be deleted, and says whether it may be. An unknown ID is ErrNotFound.
func MayDeleteSecret(have []ClientSecret, id string) (int, error) {
	i := slices.IndexFunc(have, func(s ClientSecret) bool { return s.ID == id })
	switch {
	case i < 0:
		return 0, ErrNotFound
	case len(have) == 1:
		return 0, ErrLastSecret
	}
	return i, nil
}

// maxClientSecretID is the longest ID of a secret, in characters (API reference, ClientSecretDescriptorType).
const maxClientSecretID = 128

// ClientSecretID names a secret as Cognito does: the client's ID, two hyphens, and when it was made, in milliseconds. Where
// another has that name already, it is a millisecond later.
func ClientSecretID(client ClientID, created time.Time, have []ClientSecret) string {
	for at := created.UnixMilli(); ; at++ {
		suffix := "--" + strconv.FormatInt(at, 10)
		id := string(client[:min(len(client), maxClientSecretID-len(suffix))]) + suffix
		if !slices.ContainsFunc(have, func(s ClientSecret) bool { return s.ID == id }) {
			return id
		}
	}
}

// CheckClientSecret says what is wrong with a secret that an operator chose. It does not quote it.
func CheckClientSecret(text string) error {
	r := ruleOf("UserPoolClientType.ClientSecret")
	if n := len(text); n < r.min || n > r.max || !r.pattern.MatchString(text) {
		return fmt.Errorf("a client secret has %d to %d letters a to z, digits, _ and +", r.min, r.max)
	}
	return nil
}
