package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"portico/store"
	"portico/userpool"
	"portico/userpool/token"
)

type keysListCommand struct {
	JSON bool `name:"json" help:"Print JSON."`
	poolOf
}

// Help shows examples.
func (keysListCommand) Help() string {
	return "Examples:\n  portico keys list\n  portico keys list --pool us-east-1_Ab1Cd2Ef3 --json\n\n" +
		"next: published, and signs from SINCE on. signing: makes the tokens. verifying: another signs, its tokens are still good.\n" +
		"A key is forgotten soon after UNTIL, when the last token it signed has expired."
}

// shownKeys is what the list prints.
type shownKeys struct {
	Pool userpool.ID `json:"pool"`
	Keys []shownKey  `json:"keys"`
}

type shownKey struct {
	Kid   string      `json:"kid"`
	Use   token.Use   `json:"use"`
	Alg   string      `json:"alg"`
	State token.State `json:"state"`
	Since time.Time   `json:"since"`          // when it signs first
	Until time.Time   `json:"until,omitzero"` // when it is forgotten; absent while no key follows
}

// Run lists.
func (c keysListCommand) Run(ctx context.Context, around surroundings) error {
	o, err := c.office(ctx, around)
	if err != nil {
		return err
	}
	defer o.db.Close()
	if !c.JSON {
		return listKeys(ctx, o.db, o.pool.ID, around.stdout)
	}
	list, err := keysOf(ctx, o.db, o.pool.ID)
	if err != nil {
		return err
	}
	return json.NewEncoder(around.stdout).Encode(list)
}

func keysOf(ctx context.Context, db *store.DB, pool userpool.ID) (shownKeys, error) {
	keys, err := db.Keys(ctx)
	if err != nil {
		return shownKeys{}, err
	}
	var own []token.Key
	for _, key := range keys {
		if key.Pool == pool {
			own = append(own, key)
		}
	}
	list := shownKeys{Pool: pool, Keys: []shownKey{}}
	for _, life := range token.Lives(own, time.Now()) {
		list.Keys = append(list.Keys, shownKey{
			Kid: life.ID, Use: life.Use, Alg: life.Signer.Alg(), State: life.State, Since: life.Since.UTC(), Until: life.Until.UTC(),
		})
	}
	return list, nil
}

// listKeys prints a pool's keys for people.
func listKeys(ctx context.Context, db *store.DB, pool userpool.ID, out io.Writer) error {
	list, err := keysOf(ctx, db, pool)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "KID\tUSE\tALG\tSTATE\tSINCE\tUNTIL")
	for _, key := range list.Keys {
		until := "-"
		if !key.Until.IsZero() {
			until = shownTime(key.Until)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", key.Kid, key.Use, key.Alg, key.State, shownTime(key.Since), until)
	}
	return table.Flush()
}

// shownTime is a time for people, in UTC so that it can be held beside the log of any replica.
func shownTime(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }
