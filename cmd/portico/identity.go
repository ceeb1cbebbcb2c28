package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"portico/userpool"
	"portico/userpool/directory"
)

type identityCommand struct {
	List   identityListCommand   `cmd:"" help:"List a user's identities at providers, and what was done to them."`
	Link   identityLinkCommand   `cmd:"" help:"Attach an account at a provider to an existing user."`
	Unlink identityUnlinkCommand `cmd:"" help:"Detach a linked account: its next sign-in is a user of its own."`
}

// poolOf says which pool is meant; one alone need not be named.
type poolOf struct {
	Pool string `placeholder:"ID" help:"The user pool; needed where there are several."`
	place
}

// office is a pool's directory, opened beside the server.
type office struct {
	*beside
	staff *directory.Directory
	pool  *userpool.Pool
}

func (p poolOf) office(ctx context.Context, around surroundings) (*office, error) {
	opened, err := p.open(ctx, around)
	if err != nil {
		return nil, err
	}
	current, err := opened.catalog(ctx)
	if err != nil {
		return nil, errors.Join(err, opened.db.Close())
	}
	pool, err := p.choose(current.Catalog())
	if err != nil {
		return nil, errors.Join(err, opened.db.Close())
	}
	return &office{beside: opened, staff: opened.settings.directory(opened.db), pool: pool}, nil
}

func (p poolOf) choose(catalog *userpool.Catalog) (*userpool.Pool, error) {
	if p.Pool != "" {
		pool, ok := catalog.ByID(userpool.ID(p.Pool))
		if !ok {
			return nil, fmt.Errorf("there is no user pool %s", p.Pool)
		}
		return pool, nil
	}
	pools := catalog.Pools()
	if len(pools) != 1 {
		return nil, fmt.Errorf("there are %d user pools: say which one with --pool", len(pools))
	}
	return pools[0], nil
}

// find finds a user by name or address.
func (o *office) find(ctx context.Context, typed string) (userpool.User, error) {
	user, err := o.staff.Find(ctx, o.pool, typed)
	if errors.Is(err, userpool.ErrNotFound) {
		return userpool.User{}, fmt.Errorf("user pool %s has no user %s", o.pool.ID, typed)
	}
	return user, err
}

type identityLinkCommand struct {
	User     string `arg:"" help:"The existing user: a user name, or an address the user signs in with."`
	Provider string `arg:"" help:"The identity provider."`
	Value    string `arg:"" help:"The provider's name for the person, or with --by the attribute's value."`
	By       string `placeholder:"ATTRIBUTE" help:"Link by the value of a mapped attribute of the pool (SAML and OIDC), until the first sign-in."`
	poolOf
}

// Help shows examples.
func (identityLinkCommand) Help() string {
	return "Examples:\n  portico identity link ines@acme.example Corp 00u1a2b3\n  portico identity link ines Corp --by email ines@corp.example\n\n" +
		"Whoever controls that value at the provider is the user from then on. The account must not have a user of its own yet."
}

// Run links, by the rules of AdminLinkProviderForUser.
func (c identityLinkCommand) Run(ctx context.Context, around surroundings) error {
	o, err := c.office(ctx, around)
	if err != nil {
		return err
	}
	defer o.db.Close()
	user, err := o.find(ctx, c.User)
	if err != nil {
		return err
	}
	destination := directory.ProviderUser{ProviderName: "Cognito", AttributeName: userpool.CognitoSubject, AttributeValue: user.Username}
	err = o.staff.LinkProvider(ctx, o.pool, destination, named(c.Provider, c.By, c.Value), "administrator")
	switch {
	case errors.Is(err, userpool.ErrIdentityTaken):
		return fmt.Errorf("that account at %s has a user of its own already, or is linked: unlink it or delete that user first", c.Provider)
	case errors.Is(err, userpool.ErrLinkLimit):
		return fmt.Errorf("no more than %d identities may be linked to a user", userpool.MaxLinkedIdentities)
	case err != nil:
		return err
	}
	_, err = fmt.Fprintf(around.stdout, "Linked. %s opens the account %s from the next sign-in on.\n", c.Provider, user.Sub)
	return err
}

type identityUnlinkCommand struct {
	Provider string `arg:"" help:"The identity provider."`
	Value    string `arg:"" help:"The provider's name for the person, or with --by the attribute's value."`
	By       string `placeholder:"ATTRIBUTE" help:"The attribute it was linked by, while the person has not signed in since."`
	poolOf
}

// Help shows an example.
func (identityUnlinkCommand) Help() string {
	return "Example:\n  portico identity unlink Corp 00u1a2b3\n\nThe identity that created a user is not a link and stays."
}

// Run unlinks, by the rules of AdminDisableProviderForUser.
func (c identityUnlinkCommand) Run(ctx context.Context, around surroundings) error {
	o, err := c.office(ctx, around)
	if err != nil {
		return err
	}
	defer o.db.Close()
	err = o.staff.DisableProvider(ctx, o.pool, named(c.Provider, c.By, c.Value), "administrator")
	if errors.Is(err, directory.ErrNoUser) {
		return fmt.Errorf("no user is linked to that account at %s", c.Provider)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(around.stdout, "Unlinked. The next sign-in of that account at %s is a user of its own.\n", c.Provider)
	return err
}

// named is an account at a provider, by the provider's own name or by an attribute.
func named(provider, attribute, value string) directory.ProviderUser {
	if attribute == "" {
		attribute = userpool.CognitoSubject
	}
	return directory.ProviderUser{ProviderName: provider, AttributeName: attribute, AttributeValue: value}
}

type identityListCommand struct {
	User string `arg:"" help:"A user name, or an address the user signs in with."`
	JSON bool   `name:"json" help:"Print JSON."`
	poolOf
}

// identities is what the list prints.
type identities struct {
	Sub        userpool.Sub    `json:"sub"`
	Username   string          `json:"username"`
	Identities []shownIdentity `json:"identities"`
	Audit      []shownAudit    `json:"audit"`
}

type shownIdentity struct {
	Provider  string    `json:"provider"`
	Type      string    `json:"type"`
	UserID    string    `json:"user_id"`
	Attribute string    `json:"attribute,omitempty"`
	Primary   bool      `json:"primary"`
	Attached  time.Time `json:"attached"`
}

type shownAudit struct {
	At     time.Time `json:"at"`
	Actor  string    `json:"actor"`
	Action string    `json:"action"`
	Detail string    `json:"detail"`
}

func listOf(user userpool.User, records []userpool.Audit) identities {
	list := identities{Sub: user.Sub, Username: user.Username, Identities: []shownIdentity{}, Audit: []shownAudit{}}
	for _, i := range user.Identities {
		list.Identities = append(list.Identities, shownIdentity{i.Provider, string(i.Type), i.UserID, i.Attribute, i.Primary, i.Attached.UTC()})
	}
	for _, a := range records {
		list.Audit = append(list.Audit, shownAudit{a.At.UTC(), a.Actor, a.Action, a.Detail})
	}
	return list
}

// auditShown is how many records the list shows: more than a user ever has, bounded all the same.
const auditShown = 100

// Run lists.
func (c identityListCommand) Run(ctx context.Context, around surroundings) error {
	o, err := c.office(ctx, around)
	if err != nil {
		return err
	}
	defer o.db.Close()
	user, err := o.find(ctx, c.User)
	if err != nil {
		return err
	}
	records, err := o.db.Audit(ctx, o.pool.ID, user.Sub, auditShown)
	if err != nil {
		return err
	}
	list := listOf(user, records)
	if c.JSON {
		return json.NewEncoder(around.stdout).Encode(list)
	}
	return list.print(around.stdout)
}

func (l identities) print(out io.Writer) error {
	text := fmt.Sprintf("User %s (%s)\n", l.Sub, l.Username)
	if len(l.Identities) == 0 {
		text += "  no identity at any provider\n"
	}
	for _, i := range l.Identities {
		by, how := i.UserID, "linked"
		if i.Attribute != "" {
			by = i.Attribute + " = " + i.UserID
		}
		if i.Primary {
			how = "created the user"
		}
		text += fmt.Sprintf("  %s (%s)  %s  %s  %s\n", i.Provider, i.Type, by, how, i.Attached.Format(time.DateTime))
	}
	for _, a := range l.Audit {
		text += fmt.Sprintf("  %s  %s by %s: %s\n", a.At.Format(time.DateTime), a.Action, a.Actor, a.Detail)
	}
	_, err := io.WriteString(out, text)
	return err
}
