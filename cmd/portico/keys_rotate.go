package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"time"

	"portico/store"
	"portico/userpool"
	"portico/userpool/token"
)

const (
	// defaultOverlap is how long new keys are published before they sign. Verifiers keep the key set for as long as they
	// like: five minutes if they heed our headers, two hours at the JWT authorizers of API Gateway, which is the longest of
	// those we know that do not fetch it again for a key they do not know. And an hour more.
	defaultOverlap = 3 * time.Hour
	// minOverlap is twice what our own headers let a verifier keep the key set for; less is for emergencies, and is 0.
	minOverlap = 10 * time.Minute
	maxOverlap = 30 * 24 * time.Hour
	// clockMargin is how far ahead of its time a key may be withdrawn: a replica's clock may be ahead of ours.
	clockMargin = 5 * time.Minute
)

type keysRotateCommand struct {
	After   *time.Duration `placeholder:"DURATION" help:"How long the new keys are published before they sign: 3h unless said otherwise, 10m at least, or 0s in an emergency."`
	Replace bool           `help:"Withdraw the keys of a rotation under way that do not sign yet."`
	Forget  bool           `help:"After a theft: sign with the new keys at once, and refuse everything that the keys before have signed."`
	poolOf
}

// Help shows examples.
func (keysRotateCommand) Help() string {
	return "Examples:\n  portico keys rotate --pool us-east-1_Ab1Cd2Ef3\n  portico keys rotate --after 24h\n  portico keys rotate --forget\n\n" +
		"The new keys are for the algorithm that the pool's tag " + userpool.SigningTag + " names. Running servers follow by themselves."
}

// Validate refuses an overlap that would break verifiers, or that nobody can have meant.
func (c keysRotateCommand) Validate() error {
	switch {
	case c.Forget && c.Replace:
		return errors.New("--forget withdraws every key: leave out --replace")
	case c.After == nil:
		return nil
	case c.Forget:
		return errors.New("--forget signs with the new keys at once: leave out --after")
	case *c.After != 0 && (*c.After < minOverlap || *c.After > maxOverlap):
		return fmt.Errorf("--after is %s at least and %s at most, or 0s in an emergency", minOverlap, maxOverlap)
	}
	return nil
}

// Run makes the next pair of keys.
func (c keysRotateCommand) Run(ctx context.Context, around surroundings) error {
	o, err := c.office(ctx, around)
	if err != nil {
		return err
	}
	defer o.db.Close()
	r := rotation{pool: o.pool.ID, alg: o.signing(), now: time.Now(), overlap: c.overlap(), replace: c.Replace, forget: c.Forget}
	if err := r.run(ctx, o.db); err != nil {
		return err
	}
	if err := r.report(around.stdout, around.stderr); err != nil {
		return err
	}
	return listKeys(ctx, o.db, o.pool.ID, around.stdout)
}

func (c keysRotateCommand) overlap() time.Duration {
	switch {
	case c.Forget:
		return 0
	case c.After != nil:
		return *c.After
	}
	return defaultOverlap
}

// signing is the algorithm of the pool's next keys: what its tag says in the configuration file, where it is changed
// first, and otherwise in the store.
func (o *office) signing() string {
	if o.file != nil {
		stored := []userpool.Declaration{{Pool: o.pool.API}}
		for _, declared := range o.file.Pools {
			if _, tagged := declared.Declaration.Pool.UserPoolTags[userpool.SigningTag]; tagged && known(stored, declared.Declaration) {
				return userpool.Assemble(declared.Declaration, userpool.Addresses{}).Signing
			}
		}
	}
	return o.pool.Signing
}

// rotation is one change of a pool's keys.
type rotation struct {
	pool            userpool.ID
	alg             string
	now             time.Time
	overlap         time.Duration
	replace, forget bool
}

func (r rotation) run(ctx context.Context, db *store.DB) error {
	pair, err := token.NewPair(r.pool, r.alg, r.now, r.signsFrom(), rand.Reader)
	if err != nil {
		return err
	}
	switch {
	case r.forget:
		err = db.ReplaceKeys(ctx, r.pool, pair)
	case r.replace:
		err = db.ReplaceWaitingKeys(ctx, r.pool, pair, r.now.Add(clockMargin))
	default:
		err = db.AddKeys(ctx, r.pool, pair, r.now)
	}
	if errors.Is(err, store.ErrKeysWait) {
		return fmt.Errorf("a rotation of user pool %s is under way: see when its keys sign with `portico keys list`, and wait for it, or withdraw them with --replace", r.pool)
	}
	return err
}

func (r rotation) signsFrom() time.Time { return r.now.Add(r.overlap) }

// report says what was done, and warns of what it costs.
func (r rotation) report(out, warnings io.Writer) error {
	begin := shownTime(r.signsFrom())
	if r.forget {
		_, err := fmt.Fprintf(out, "New %s keys of user pool %s sign now; all keys before are forgotten.\n"+
			"Tokens they signed are refused here within a second, and elsewhere once a verifier fetches the key set again.\n"+
			"People stay signed in: refresh tokens are not signed with these keys, and fetch new tokens.\n\n", r.alg, r.pool)
		return err
	}
	if r.overlap == 0 {
		_, err := fmt.Fprintln(warnings, "Warning: verifiers that keep the key set refuse new tokens until they fetch it again.")
		if err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(out, "New %s keys of user pool %s are published now and sign from %s.\n"+
		"Tokens of the keys before stay good until they expire.\n\n", r.alg, r.pool, begin)
	return err
}
