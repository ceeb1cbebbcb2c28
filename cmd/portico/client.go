package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"portico/userpool"
)

type clientCommand struct {
	Secret clientSecretCommand `cmd:"" help:"Replace the secret of an app client without a moment in which the app has none that works."`
}

type clientSecretCommand struct {
	Add    secretAddCommand    `cmd:"" help:"Give a client a second secret beside the one it has, and print it once."`
	List   secretListCommand   `cmd:"" help:"List IDs and dates of a client's secrets."`
	Delete secretDeleteCommand `cmd:"" help:"Delete a secret that no copy of the app uses any more."`
}

// clientOf says which app client is meant.
type clientOf struct {
	Client string `required:"" placeholder:"ID" help:"The app client: its ID, or its name if no other has the same."`
	poolOf
}

// desk is a pool's office with one of its app clients.
type desk struct {
	*office
	client *userpool.AppClient
}

func (c clientOf) desk(ctx context.Context, around surroundings) (*desk, error) {
	o, err := c.office(ctx, around)
	if err != nil {
		return nil, err
	}
	client, err := o.pool.ClientNamed(c.Client)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("user pool %s, app client %s: %w", o.pool.ID, c.Client, err), o.db.Close())
	}
	return &desk{office: o, client: client}, nil
}

// shownSecret is a secret as it is printed; the value only when it was just made here.
type shownSecret struct {
	ID      string    `json:"id"`
	Created time.Time `json:"created"`
	Secret  string    `json:"secret,omitempty"`
}

type secretAddCommand struct {
	SecretStdin bool `help:"Read the secret from standard input in place of making one."`
	JSON        bool `name:"json" help:"Print JSON."`
	clientOf
}

// Help shows examples.
func (secretAddCommand) Help() string {
	return "Examples:\n  portico client secret add --client exampleserverclient\n  openssl rand -hex 24 | portico client secret add --client exampleserverclient --secret-stdin\n\n" +
		"Both secrets work from then on. Give the app the new one, then: portico client secret delete."
}

// Run adds, by the rules of AddUserPoolClientSecret.
func (c secretAddCommand) Run(ctx context.Context, around surroundings) error {
	value := random(52, lower+digits)
	if c.SecretStdin {
		var err error
		if value, err = readSecret(around.stdin); err != nil {
			return err
		}
	}
	d, err := c.desk(ctx, around)
	if err != nil {
		return err
	}
	defer d.db.Close()
	added, err := d.db.AddClientSecret(ctx, d.pool.ID, d.client.ID, userpool.NewSecret(value))
	switch {
	case errors.Is(err, userpool.ErrSecretLimit):
		return fmt.Errorf("app client %s: %w: delete one first", d.client.ID, err)
	case errors.Is(err, userpool.ErrPublicClient):
		return fmt.Errorf("app client %s: %w: its app would stop working, for it has no secret to send; make another client", d.client.ID, err)
	case err != nil:
		return fmt.Errorf("app client %s: %w", d.client.ID, err)
	}
	shown := shownSecret{ID: added.ID, Created: added.Created.UTC()}
	if !c.SecretStdin {
		shown.Secret = value
	}
	if c.JSON {
		return json.NewEncoder(around.stdout).Encode(shown)
	}
	text := fmt.Sprintf("Secret %s of app client %s works from now on, beside the other.\n", added.ID, d.client.ID)
	if shown.Secret != "" {
		text += "It is shown this once:\n" + shown.Secret + "\n"
	}
	_, err = io.WriteString(around.stdout, text)
	return err
}

// readSecret reads a secret that the operator chose, with or without a line break after it.
func readSecret(in io.Reader) (string, error) {
	const enough = 1 << 10 // a secret has 64 characters at most
	text, err := io.ReadAll(io.LimitReader(in, enough))
	if err != nil {
		return "", fmt.Errorf("read the secret: %w", err)
	}
	secret := strings.TrimRight(string(text), "\r\n")
	return secret, userpool.CheckClientSecret(secret)
}

type secretListCommand struct {
	JSON bool `name:"json" help:"Print JSON."`
	clientOf
}

// Help shows an example.
func (secretListCommand) Help() string {
	return "Example:\n  portico client secret list --client exampleserverclient"
}

// Run lists, never the values.
func (c secretListCommand) Run(ctx context.Context, around surroundings) error {
	d, err := c.desk(ctx, around)
	if err != nil {
		return err
	}
	defer d.db.Close()
	secrets, err := d.db.ClientSecrets(ctx, d.pool.ID, d.client.ID)
	if err != nil {
		return err
	}
	list := []shownSecret{}
	for _, s := range secrets {
		list = append(list, shownSecret{ID: s.ID, Created: s.Created.UTC()})
	}
	if c.JSON {
		return json.NewEncoder(around.stdout).Encode(list)
	}
	if len(list) == 0 {
		_, err = fmt.Fprintf(around.stdout, "App client %s is a public one: it has no secret.\n", d.client.ID)
		return err
	}
	for _, s := range list {
		if _, err := fmt.Fprintf(around.stdout, "%s  %s\n", s.ID, s.Created.Format(time.DateTime)); err != nil {
			return err
		}
	}
	return nil
}

type secretDeleteCommand struct {
	ID string `name:"id" required:"" placeholder:"ID" help:"The secret's ID, as the list shows it."`
	clientOf
}

// Help shows an example.
func (secretDeleteCommand) Help() string {
	return "Example:\n  portico client secret delete --client exampleserverclient --id exampleserverclient--1767225600123\n\n" +
		"It stops working within a second or so. The last secret cannot be deleted: the client would be public."
}

// Run deletes, by the rules of DeleteUserPoolClientSecret.
func (c secretDeleteCommand) Run(ctx context.Context, around surroundings) error {
	d, err := c.desk(ctx, around)
	if err != nil {
		return err
	}
	defer d.db.Close()
	err = d.db.DeleteClientSecret(ctx, d.pool.ID, d.client.ID, c.ID)
	switch {
	case errors.Is(err, userpool.ErrNotFound):
		return fmt.Errorf("app client %s has no secret %s", d.client.ID, c.ID)
	case errors.Is(err, userpool.ErrLastSecret):
		return fmt.Errorf("app client %s: %w: add another first", d.client.ID, err)
	case err != nil:
		return err
	}
	_, err = fmt.Fprintf(around.stdout, "Secret %s of app client %s is deleted.\n", c.ID, d.client.ID)
	return err
}
