package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"portico/userpool"
	"portico/userpool/grant"
)

type revokeCommand struct {
	User     string `xor:"whose" required:"" placeholder:"NAME" help:"End all tokens of a user: a user name, or an address the user signs in with."`
	Client   string `xor:"whose" required:"" placeholder:"ID" help:"End all tokens that an app client was given until now."`
	Sessions bool   `help:"With --user: sign the user out of all browsers, too."`
	JSON     bool   `name:"json" help:"Print JSON."`
	poolOf
}

// Help shows examples.
func (revokeCommand) Help() string {
	return "Examples:\n  portico revoke --pool us-east-1_Ab1Cd2Ef3 --user ines@acme.example --sessions\n  portico revoke --pool us-east-1_Ab1Cd2Ef3 --client 3n4b5urk1ft4fl3mg5e62d9ado\n\n" +
		"Refresh tokens stop at once, access tokens at this server's own endpoints. Apps that only check signatures take an access token until it expires.\n" +
		"Without --sessions a browser stays signed in, and an app that asks gets new tokens without a question, as after Cognito's global sign-out."
}

// revoked is what the command did.
type revoked struct {
	Pool     userpool.ID       `json:"pool"`
	Sub      userpool.Sub      `json:"sub,omitempty"`
	Username string            `json:"username,omitempty"`
	Client   userpool.ClientID `json:"client,omitempty"`
	Families int               `json:"families"` // sign-ins of apps that were ended, with all their tokens
	Sessions int               `json:"sessions"` // browsers that were signed out
}

// Run revokes.
func (c revokeCommand) Run(ctx context.Context, around surroundings) error {
	if c.Client != "" && c.Sessions {
		return errors.New("--sessions goes with --user: browsers are signed in at the pool, not at an app client")
	}
	o, err := c.office(ctx, around)
	if err != nil {
		return err
	}
	defer o.db.Close()
	revoker := &grant.Revoker{Storage: o.db, Now: time.Now, NewID: uuid.NewString}
	var done revoked
	if c.Client != "" {
		done, err = o.revokeClient(ctx, revoker, userpool.ClientID(c.Client), around)
	} else {
		done, err = o.revokeUser(ctx, revoker, c.User, c.Sessions)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(around, done)
	}
	return c.say(around, done)
}

func (o *office) revokeUser(ctx context.Context, revoker *grant.Revoker, typed string, sessions bool) (revoked, error) {
	user, err := o.find(ctx, typed)
	if err != nil {
		return revoked{}, err
	}
	ended, err := revoker.SignOutUser(ctx, o.pool.ID, user.Sub, sessions, "administrator")
	return revoked{Pool: o.pool.ID, Sub: user.Sub, Username: user.Username, Families: ended.Families, Sessions: ended.Sessions}, err
}

// progressStep is after how many ended sign-ins the command says how far it is.
const progressStep = 10_000

func (o *office) revokeClient(ctx context.Context, revoker *grant.Revoker, client userpool.ClientID, around surroundings) (revoked, error) {
	if _, ok := o.pool.Clients[client]; !ok {
		return revoked{}, fmt.Errorf("user pool %s has no app client %s", o.pool.ID, client)
	}
	told := 0
	ended, err := revoker.RevokeClient(ctx, o.pool.ID, client, "administrator", func(ended int) {
		if ended-told >= progressStep {
			told = ended
			fmt.Fprintf(around.stderr, "%d ended so far\n", ended)
		}
	})
	if err != nil {
		return revoked{}, fmt.Errorf("%w (%d were ended; run it again to go on)", err, ended)
	}
	return revoked{Pool: o.pool.ID, Client: client, Families: ended}, nil
}

func (c revokeCommand) say(around surroundings, done revoked) error {
	whose := "app client " + string(done.Client)
	if done.Client == "" {
		whose = fmt.Sprintf("user %s (%s)", done.Sub, done.Username)
	}
	text := fmt.Sprintf("Ended the tokens of %s of %s.\n", counted(done.Families, "sign-in"), whose)
	switch {
	case c.Sessions:
		text += fmt.Sprintf("Ended %s.\n", counted(done.Sessions, "browser session"))
	case c.User != "":
		text += "Browsers stay signed in; --sessions ends that, too.\n"
	}
	_, err := fmt.Fprint(around.stdout, text)
	return err
}

// counted is a number of things in words.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
