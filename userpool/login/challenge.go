package login

import (
	"encoding/json"
	"errors"
	"time"
)

// challengeKind says which page a sealed challenge is for; it is bound into the seal, beside the pool and the client.
type challengeKind string

// ErrChallengeOver: the challenge is not ours, took too long, or was answered before. Nothing was changed; the person signs
// in again.
var ErrChallengeOver = errors.New("the challenge is over")

// envelope is what is sealed of every challenge.
type envelope struct {
	Expires int64           `json:"e"` // Unix seconds
	Asked   json.RawMessage `json:"a"`
}

// sealChallenge seals what must be known when the person answers. Who brings it back has proved what led to it.
func (l *Login) sealChallenge(a *Authorization, kind challengeKind, life time.Duration, asked any) (string, error) {
	inner, err := json.Marshal(asked)
	if err != nil {
		return "", err
	}
	plain, err := json.Marshal(envelope{Expires: l.Now().Add(life).Unix(), Asked: inner})
	if err != nil {
		return "", err
	}
	return l.Challenges.Seal(plain, string(a.Pool.ID), string(a.Client.ID), string(kind)), nil
}

// openChallenge opens a challenge of the same client and kind. It fails with ErrChallengeOver.
func (l *Login) openChallenge(a *Authorization, kind challengeKind, sealed string, asked any) error {
	plain, err := l.Challenges.Open(sealed, string(a.Pool.ID), string(a.Client.ID), string(kind))
	var e envelope
	if err != nil || json.Unmarshal(plain, &e) != nil || l.Now().Unix() >= e.Expires || json.Unmarshal(e.Asked, asked) != nil {
		return ErrChallengeOver
	}
	return nil
}
