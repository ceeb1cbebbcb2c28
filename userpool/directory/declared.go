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
	err = d.Storage.CreateUser(ctx, pool.UsernameKey(user.Username), userpool.NewUser{
		User: user, Password: password, Aliases: pool.AliasesOf(user.Attributes),
	})
	if errors.Is(err, userpool.ErrUsernameTaken) || errors.Is(err, userpool.ErrAliasTaken) {
		return nil
	}
	return err
}
