package directory

import (
	"context"
	"errors"

	"portico/userpool"
)

// CreateDeclared makes a user that the file declares: with verified addresses, and either confirmed with a permanent
// password, or with a temporary one that must be replaced at the first sign-in. One that exists already stays as it is.
func (d *Directory) CreateDeclared(ctx context.Context, pool *userpool.Pool, declared userpool.DeclaredUser) error {
	if _, err := d.Find(ctx, pool, declared.Username); !errors.Is(err, userpool.ErrNotFound) {
		return err // exists, or could not be read
	}
	wish := SignUp{Username: declared.Username, Password: declared.Password, Attributes: map[string]string{}}
	temporary := declared.TemporaryPassword != ""
	if temporary {
		wish.Password = declared.TemporaryPassword
	}
	given := map[string]bool{}
	for _, a := range declared.UserAttributes {
		if a.Name != nil && a.Value != nil {
			wish.Attributes[*a.Name] = *a.Value
			given[*a.Name] = true
		}
	}
	verified := map[string]string{}
	for _, kind := range []string{userpool.AliasEmail, userpool.AliasPhone} {
		verified[kind] = "true"
		if given[kind+"_verified"] {
			verified[kind] = wish.Attributes[kind+"_verified"]
		}
	}
	user, err := d.draft(pool, nil, wish)
	if err != nil {
		return err
	}
	user.Status = userpool.ForceChangePassword
	if !temporary {
		user.Status = userpool.Confirmed
		if err := whole(pool, user); err != nil {
			return err
		}
	}
	for kind, value := range verified {
		if user.Attributes[kind] != "" {
			user.Attributes[kind+"_verified"] = value
		}
	}
	for _, name := range declared.Groups {
		user.Groups = append(user.Groups, userpool.Group{Name: name})
	}
	password, err := d.newPassword(ctx, pool, user.Username, wish.Password)
	if err != nil {
		return err
	}
	password.Temporary = temporary
	made := userpool.NewUser{User: user, Password: password, Aliases: pool.AliasesOf(user.Attributes)}
	if declared.SoftwareTokenSecret != "" {
		if made.Token, err = d.declaredToken(user, declared.SoftwareTokenSecret); err != nil {
			return err
		}
		made.User.MFA = user.MFA.With(userpool.FactorTOTP)
	}
	err = d.Storage.CreateUser(ctx, pool.UsernameKey(user.Username), made)
	if errors.Is(err, userpool.ErrUsernameTaken) || errors.Is(err, userpool.ErrAliasTaken) {
		return nil
	}
	return err
}

// declaredToken is an authenticator app that the file declares as set up already.
func (d *Directory) declaredToken(user userpool.User, secret string) (*userpool.SoftwareToken, error) {
	raw, err := base32Text.DecodeString(secret)
	if err != nil {
		return nil, errors.New("SoftwareTokenSecret is not base32")
	}
	return &userpool.SoftwareToken{Pool: user.Pool, Sub: user.Sub, Secret: userpool.NewSecret(string(raw)), Added: d.Now()}, nil
}
