package directory

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"portico/userpool"
)

// UnwritableError: the app's client may not write the attribute (NotAuthorizedException).
type UnwritableError struct{ Name string }

func (e *UnwritableError) Error() string { return "A client attempted to write unauthorized attribute" }

// Update is what came of changing attributes.
type Update struct {
	User userpool.User
	Sent []*Delivery // codes that were sent
	// Pending are attributes whose new value counts only once its code is given.
	Pending []string
}

// UpdateAttributes changes attributes of a person on the person's own word (UpdateUserAttributes). An empty value takes an
// attribute away. A new address or number is unverified, and a code goes to it where the pool verifies it by itself; where
// the pool wants it verified before, it stays pending and the old one counts.
//
// It fails with *UnwritableError or *AttributeError, userpool.ErrAliasTaken (in pools whose people sign in with addresses, one
// counts before it is verified), ErrLimit, and then nothing was changed. ErrUndelivered comes with the update: what it says was
// done, and another code can be asked for. One commit, and one for each pending attribute.
func (d *Directory) UpdateAttributes(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, sub userpool.Sub, given map[string]string) (Update, error) {
	for try := 0; ; try++ {
		user, err := d.Storage.UserBySub(ctx, pool.ID, sub)
		if err != nil {
			return Update{}, err
		}
		update, err := d.update(ctx, pool, client, user, given)
		if errors.Is(err, userpool.ErrConflict) && try < conflictRetries {
			continue
		}
		return update, err
	}
}

// renewal is a new address or number of a person.
type renewal struct {
	to      *Delivery
	code    string // empty where none is sent
	pending bool
}

func (d *Directory) update(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, user userpool.User, given map[string]string) (Update, error) {
	changed, renewals, err := d.changedBy(pool, client, user, given)
	if err != nil {
		return Update{}, err
	}
	if err := d.mayRenew(ctx, pool, user, renewals); err != nil {
		return Update{}, err
	}
	result := Update{User: user}
	for i := range renewals {
		if r := &renewals[i]; r.pending {
			if err := d.Storage.SaveCode(ctx, d.attributeCode(user, r, r.to.Destination), d.Now()); err != nil {
				return Update{}, err
			}
			result.Pending = append(result.Pending, r.to.Attribute)
		}
	}
	if err := d.writeAttributes(ctx, pool, user, changed, renewals); err != nil {
		return Update{}, err
	}
	if !maps.Equal(user.Attributes, changed.Attributes) {
		result.User = changed
		result.User.Version++
	}
	return result, d.deliverRenewals(ctx, pool, client, renewals, &result)
}

// changedBy applies what is given to the user, and says which addresses and numbers are new.
func (d *Directory) changedBy(pool *userpool.Pool, client *userpool.AppClient, user userpool.User, given map[string]string) (userpool.User, []renewal, error) {
	changed := user.Clone()
	if changed.Attributes == nil {
		changed.Attributes = map[string]string{}
	}
	var renewals []renewal
	for _, name := range slices.Sorted(maps.Keys(given)) {
		value := strings.TrimSpace(given[name])
		if err := mayWrite(pool, client, name, value); err != nil {
			return userpool.User{}, nil, err
		}
		contact := name == userpool.AliasEmail || name == userpool.AliasPhone
		switch {
		case value == user.Attributes[name]:
		case value == "":
			delete(changed.Attributes, name)
			if contact {
				delete(changed.Attributes, name+"_verified")
			}
		case contact:
			r := d.renew(pool, name, value)
			if !r.pending {
				changed.Attributes[name], changed.Attributes[name+"_verified"] = value, "false"
			}
			renewals = append(renewals, r)
		default:
			changed.Attributes[name] = value
		}
	}
	return changed, renewals, stillNamed(pool, user, changed)
}

// Writable reports whether a person may change an attribute through the client: it is in the schema, mutable, the client's to
// write (required ones always are), and not one that we alone say.
func Writable(pool *userpool.Pool, client *userpool.AppClient, name string) bool {
	attribute, known := pool.Schema[name]
	return known && attribute.Mutable && !attribute.DeveloperOnly && !ours(name) && (client.CanWrite(name) || attribute.Required)
}

// ours are attributes that a person's word is nothing for.
func ours(name string) bool {
	return name == "sub" || name == "identities" || strings.HasSuffix(name, "_verified") || strings.HasPrefix(name, "cognito:")
}

// mayWrite holds permission, schema and mutability.
func mayWrite(pool *userpool.Pool, client *userpool.AppClient, name, value string) error {
	attribute, known := pool.Schema[name]
	switch {
	case !known:
		return &AttributeError{name, name + ": Attribute does not exist in the schema."}
	case ours(name), attribute.DeveloperOnly, !client.CanWrite(name) && !attribute.Required:
		return &UnwritableError{name}
	case !attribute.Mutable:
		return &AttributeError{name, "Attribute cannot be updated."}
	case value == "" && attribute.Required:
		return &AttributeError{name, "This is needed."}
	case value == "":
		return nil
	}
	if err := pool.Schema.Check(name, value); err != nil {
		return &AttributeError{name, err.Error()}
	}
	return nil
}

// stillNamed holds that a person of a pool that signs in with addresses keeps one to sign in with.
func stillNamed(pool *userpool.Pool, before, after userpool.User) error {
	named := func(u userpool.User) bool {
		return slices.ContainsFunc(pool.SignInWith, func(kind string) bool { return u.Attributes[kind] != "" })
	}
	if named(before) && !named(after) && before.Status != userpool.ExternalProvider {
		return &AttributeError{pool.SignInWith[0], "This is needed."}
	}
	return nil
}

// renew decides about a new address or number: whether a code goes to it, and whether it counts before the code is given.
func (d *Directory) renew(pool *userpool.Pool, attribute, value string) renewal {
	r := renewal{to: &Delivery{Medium: userpool.MediumEmail, Attribute: attribute, Destination: value}}
	if attribute == userpool.AliasPhone {
		r.to.Medium = userpool.MediumSMS
	}
	r.pending = slices.Contains(pool.VerifyBeforeUpdate, attribute)
	if r.pending || (slices.Contains(pool.AutoVerify, attribute) && d.carries(attribute)) {
		r.code = d.newCode(codeDigits)
	}
	return r
}

// mayRenew refuses, before anything is written, codes that could not be sent.
func (d *Directory) mayRenew(ctx context.Context, pool *userpool.Pool, user userpool.User, renewals []renewal) error {
	for _, r := range renewals {
		if r.code == "" {
			continue
		}
		if err := d.reachable(r.to); err != nil {
			return err
		}
		if err := d.Meter.allow(ctx, pool.ID, actAttribute, string(user.Sub)+" "+r.to.Attribute, d.Now()); err != nil {
			return err
		}
	}
	return nil
}

// reachable reports why a code for an attribute could not be sent.
func (d *Directory) reachable(to *Delivery) error {
	switch {
	case !d.carries(to.Attribute), to.Medium == userpool.MediumSMS && !d.Texts.reaches(to.Destination):
		return &AttributeError{to.Attribute, "We cannot send messages to numbers of this country."}
	case d.exhausted(attributePurpose(to.Attribute), to):
		return ErrLimit
	}
	return nil
}

// writeAttributes commits what counts at once, with the code for it.
func (d *Directory) writeAttributes(ctx context.Context, pool *userpool.Pool, user, changed userpool.User, renewals []renewal) error {
	if maps.Equal(user.Attributes, changed.Attributes) {
		return nil
	}
	change := userpool.UserChange{
		Pool: pool.ID, Sub: user.Sub, Version: user.Version, Attributes: changed.Attributes, Aliases: aliasesOf(pool, changed), Modified: d.Now(),
	}
	for i := range renewals {
		if r := &renewals[i]; r.code != "" && !r.pending {
			change.Codes = append(change.Codes, d.attributeCode(user, r, ""))
		}
	}
	return d.Storage.ChangeUser(ctx, change)
}

// aliasesOf are a changed user's aliases; nil leaves them, for people from a provider hold none.
func aliasesOf(pool *userpool.Pool, user userpool.User) *[]userpool.Alias {
	if user.Status == userpool.ExternalProvider {
		return nil
	}
	aliases := pool.AliasesOf(user.Attributes)
	return &aliases
}

func (d *Directory) attributeCode(user userpool.User, r *renewal, pending string) userpool.ConfirmationCode {
	code := d.confirmationCode(user, attributePurpose(r.to.Attribute), r.to, r.code)
	code.Pending = pending
	return code
}

func attributePurpose(attribute string) userpool.CodePurpose {
	if attribute == userpool.AliasPhone {
		return userpool.CodePhone
	}
	return userpool.CodeEmail
}

// deliverRenewals sends the codes. One that does not arrive undoes nothing.
func (d *Directory) deliverRenewals(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, renewals []renewal, result *Update) error {
	var failed error
	for _, r := range renewals {
		if r.code == "" {
			continue
		}
		result.Sent = append(result.Sent, r.to)
		failed = errors.Join(failed, d.deliver(ctx, pool, client, attributePurpose(r.to.Attribute), r.to, r.code))
	}
	return failed
}
