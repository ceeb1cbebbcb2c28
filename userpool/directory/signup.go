package directory

import (
	"context"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"portico/userpool"
)

// SignUp is a person's wish for an account.
type SignUp struct {
	Username   string // as typed; in pools that sign in with e-mail or phone, that address
	Password   string
	Attributes map[string]string
}

// SignUp creates an unconfirmed user and sends the confirmation code. It fails with ErrSignUpOff, *AttributeError,
// *PasswordError, ErrCompromised, ErrUserExists, ErrLimit (also where the phone or address had its share of messages) or ErrBusy,
// and then nothing was written. ErrUndelivered comes with the user: the account exists, and a new code can be asked for. A pool
// that verifies nothing by itself returns no delivery: an administrator confirms.
func (d *Directory) SignUp(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, wish SignUp) (userpool.User, *Delivery, error) {
	if !pool.SelfSignUp {
		return userpool.User{}, nil, ErrSignUpOff
	}
	user, err := d.draft(pool, client, wish)
	if err != nil {
		return userpool.User{}, nil, err
	}
	if err := whole(pool, user); err != nil {
		return userpool.User{}, nil, err
	}
	if err := conforms(pool, wish.Password); err != nil {
		return userpool.User{}, nil, err
	}
	delivery := d.signUpDelivery(pool, user)
	if err := d.refused(delivery); err != nil {
		return userpool.User{}, nil, err
	}
	if err := d.Meter.allow(ctx, pool.ID, actSignUp, nobody(pool, wish.Username), d.Now()); err != nil {
		return userpool.User{}, nil, err
	}
	password, err := d.chosenPassword(ctx, pool, user.Username, wish.Password)
	if err != nil {
		return userpool.User{}, nil, err
	}
	made := userpool.NewUser{User: user, Password: password, Aliases: pool.AliasesOf(user.Attributes)}
	var code string
	if delivery != nil {
		code = d.signUpCode(pool, delivery)
		stored := d.confirmationCode(user, userpool.CodeSignUp, delivery, code)
		made.Code = &stored
	}
	err = d.Storage.CreateUser(ctx, pool.UsernameKey(user.Username), made)
	if errors.Is(err, userpool.ErrUsernameTaken) || errors.Is(err, userpool.ErrAliasTaken) {
		return userpool.User{}, nil, ErrUserExists
	}
	if err != nil {
		return userpool.User{}, nil, err
	}
	if delivery == nil {
		return user, nil, nil
	}
	return user, delivery, d.deliver(ctx, pool, client, userpool.CodeSignUp, delivery, code)
}

// draft checks names and attributes and makes the user as it will be stored.
func (d *Directory) draft(pool *userpool.Pool, client *userpool.AppClient, wish SignUp) (userpool.User, error) {
	now := d.Now()
	user := userpool.User{
		Pool: pool.ID, Sub: d.NewSub(), Username: wish.Username, Status: userpool.Unconfirmed, Enabled: true,
		Attributes: map[string]string{}, Created: now, Modified: now, Version: 1,
	}
	for name, value := range wish.Attributes {
		if value = strings.TrimSpace(value); value != "" {
			user.Attributes[name] = value
		}
	}
	if err := nameUser(pool, &user); err != nil {
		return userpool.User{}, err
	}
	for name, value := range user.Attributes {
		if client != nil && !client.CanWrite(name) && !pool.Schema[name].Required {
			return userpool.User{}, &AttributeError{name, "This app may not set it."}
		}
		if err := pool.Schema.Check(name, value); err != nil {
			return userpool.User{}, &AttributeError{name, err.Error()}
		}
	}
	for _, kind := range []string{userpool.AliasEmail, userpool.AliasPhone} {
		delete(user.Attributes, kind+"_verified") // not the person's to say
		if user.Attributes[kind] != "" {
			user.Attributes[kind+"_verified"] = "false"
		}
	}
	return user, nil
}

// nameUser applies the pool's rule for user names. Where people sign in with an address, the address becomes an
// attribute and the stored name is the sub.
func nameUser(pool *userpool.Pool, user *userpool.User) error {
	name := user.Username
	if len(pool.SignInWith) > 0 {
		for _, kind := range pool.SignInWith {
			if (kind == userpool.AliasEmail && userpool.LooksLikeEmail(name)) || (kind == userpool.AliasPhone && userpool.LooksLikePhone(name)) {
				user.Attributes[kind] = name
				user.Username = string(user.Sub)
				return nil
			}
		}
		switch {
		case len(pool.SignInWith) > 1:
			return &AttributeError{"username", "Username should be either an email or a phone number."}
		case pool.SignInWith[0] == userpool.AliasPhone:
			return &AttributeError{"username", "Username should be a phone number."}
		default:
			return &AttributeError{"username", "Username should be an email."}
		}
	}
	if n := utf8.RuneCountInString(name); n < 1 || n > 128 || strings.ContainsFunc(name, notNameRune) {
		return &AttributeError{"username", "Use 1 to 128 letters, digits or signs, without spaces."}
	}
	for provider := range pool.Providers {
		// "<Provider>_<id>" is what a person from a provider will be called: nobody may sit on that name.
		if strings.HasPrefix(strings.ToLower(name), strings.ToLower(provider)+"_") {
			return &AttributeError{"username", "This beginning is kept for people from an identity provider. Choose another name."}
		}
	}
	if userpool.LooksLikeEmail(name) && pool.UsesAlias(userpool.AliasEmail) {
		return &AttributeError{"username", "Username cannot be of email format, since user pool is configured for email alias."}
	}
	if userpool.LooksLikePhone(name) && pool.UsesAlias(userpool.AliasPhone) {
		return &AttributeError{"username", "Username cannot be of phone number format, since user pool is configured for phone number alias."}
	}
	return nil
}

// notNameRune is the complement of the API's pattern [\p{L}\p{M}\p{S}\p{N}\p{P}].
func notNameRune(r rune) bool {
	return !unicode.In(r, unicode.L, unicode.M, unicode.S, unicode.N, unicode.P)
}
