package login

import (
	"context"
	"errors"
	"time"

	"portico/userpool"
	"portico/userpool/directory"
)

// NewPasswordLife is how long a person who proved a temporary password has to choose one of their own: what Cognito's pages
// give a person who resets a password.
const NewPasswordLife = 8 * time.Minute

// newPasswordKind binds sealed challenges of this kind.
const newPasswordKind challengeKind = "new-password"

// NewPassword: the person knows the temporary password and must choose another before being signed in, and give what is
// missing of the attributes the pool requires (NEW_PASSWORD_REQUIRED).
type NewPassword struct {
	Authorization *Authorization
	User          userpool.User
	Missing       []string // names of attributes, in the order to ask for them
	Challenge     string   // sealed; who brings it back has proved the password
	set           time.Time
}

func (*NewPassword) step() {}

// newPassword is what is sealed. It names the password that was proved by when it was set, so it is of use once: the commit
// that answers it replaces that password.
type newPassword struct {
	Sub userpool.Sub `json:"s"`
	Set int64        `json:"p"` // Unix microseconds
}

func (l *Login) askForPassword(a *Authorization, user userpool.User, must *directory.MustChangeError) (Step, error) {
	sealed, err := l.sealChallenge(a, newPasswordKind, NewPasswordLife, newPassword{Sub: user.Sub, Set: must.Set.UnixMicro()})
	if err != nil {
		return nil, err
	}
	return &NewPassword{
		Authorization: a, User: user, Missing: directory.MissingRequired(a.Pool, user), set: must.Set,
		Challenge: sealed,
	}, nil
}

// OpenNewPassword opens a sealed challenge again, for another page of the same client. It fails with ErrChallengeOver.
func (l *Login) OpenNewPassword(ctx context.Context, a *Authorization, sealed string) (*NewPassword, error) {
	var asked newPassword
	if err := l.openChallenge(a, newPasswordKind, sealed, &asked); err != nil {
		return nil, err
	}
	user, err := l.Storage.UserBySub(ctx, a.Pool.ID, asked.Sub)
	if errors.Is(err, userpool.ErrNotFound) || (err == nil && user.Status != userpool.ForceChangePassword) {
		return nil, ErrChallengeOver
	}
	if err != nil {
		return nil, err
	}
	return &NewPassword{
		Authorization: a, User: user, Missing: directory.MissingRequired(a.Pool, user), Challenge: sealed, set: time.UnixMicro(asked.Set),
	}, nil
}

// ReplacePassword answers the challenge: it sets the password and the attributes and signs the person in, in one commit where
// nothing more is asked of the person. It
// fails with ErrChallengeOver, userpool.ErrAliasTaken where somebody else signs in with the address given, and as
// directory.ReplaceTemporary does; the challenge can be answered again after all but the first.
func (l *Login) ReplacePassword(ctx context.Context, c *NewPassword, password string, attributes map[string]string) (Step, error) {
	a := c.Authorization
	user, change, err := l.Passwords.ReplaceTemporary(ctx, a.Pool, a.Client, directory.Replacement{
		Sub: c.User.Sub, Set: c.set, Password: password, Attributes: attributes,
	})
	if errors.Is(err, directory.ErrNotTemporary) {
		return nil, ErrChallengeOver
	}
	if err != nil {
		return nil, err
	}
	step, err := l.proved(ctx, a, proof{user: user, by: userpool.FactorPassword, change: &change})
	if errors.Is(err, userpool.ErrConflict) || errors.Is(err, userpool.ErrNotFound) {
		return nil, ErrChallengeOver // answered in another tab meanwhile, or an administrator was faster
	}
	return step, err
}
