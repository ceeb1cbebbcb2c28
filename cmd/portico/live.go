package main

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"portico/static"
	"portico/store"
	"portico/userpool"
	"portico/userpool/token"
	"portico/web/browser"
)

// pollEvery is how soon a change of settings made elsewhere (another replica, a command) is noticed.
const pollEvery = time.Second

// live is what is in memory of the store: pools, clients, providers and keys. It is swapped as a whole when the store's
// settings version moves.
type live struct {
	db        *store.DB
	addresses func(userpool.Declaration) userpool.Addresses
	adjust    func(*userpool.Declaration) // development: today's ports; nil otherwise
	log       *slog.Logger
	files     *static.Files // what looks begin with; nil in commands, which draw no pages
	now       atomic.Pointer[snapshot]
}

type snapshot struct {
	version int64
	catalog *userpool.Catalog
	keys    *token.Keyring
	saml    *userpool.SAMLKeyring
	worn    *browser.Wardrobe
}

func (l *live) Catalog() *userpool.Catalog { return l.now.Load().catalog }

func (l *live) Wardrobe() *browser.Wardrobe { return l.now.Load().worn }

func (l *live) Keys(pool userpool.ID) (*token.KeySet, bool) { return l.now.Load().keys.Of(pool) }

// load reads everything. The version is read first: a change in between is then noticed by the next poll.
func (l *live) load(ctx context.Context) error {
	version, err := l.db.SettingsVersion(ctx)
	if err != nil {
		return err
	}
	declarations, err := l.db.Declarations(ctx)
	if err != nil {
		return err
	}
	var pools []*userpool.Pool
	for _, d := range declarations {
		if l.adjust != nil {
			l.adjust(&d)
		}
		pools = append(pools, userpool.Assemble(d, l.addresses(d)))
	}
	catalog, err := userpool.NewCatalog(pools...)
	if err != nil {
		return err
	}
	keys, err := l.db.Keys(ctx)
	if err != nil {
		return err
	}
	ring, err := token.NewKeyring(keys...)
	if err != nil {
		return err
	}
	saml, err := samlKeys(ctx, l.db, pools)
	if err != nil {
		return err
	}
	l.now.Store(&snapshot{version: version, catalog: catalog, keys: ring, saml: saml, worn: l.dress(catalog)})
	return nil
}

// dress readies the looks of the pools.
func (l *live) dress(catalog *userpool.Catalog) *browser.Wardrobe {
	if l.files == nil {
		return nil
	}
	var before *browser.Wardrobe
	if last := l.now.Load(); last != nil {
		before = last.worn
	}
	return browser.NewWardrobe(l.files, catalog, before)
}

// follow reloads when the version moves, until the context ends. A failed look keeps what is there.
func (l *live) follow(ctx context.Context) {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		version, err := l.db.SettingsVersion(ctx)
		if err == nil && version != l.now.Load().version {
			err = l.load(ctx)
		}
		if err != nil && ctx.Err() == nil {
			l.log.Warn("settings could not be read; going on with the old ones", "err", err)
		}
	}
}

// sweepEvery is how often what has expired is deleted.
const sweepEvery = 10 * time.Minute

// sweep deletes what has expired, until the context ends.
func sweep(ctx context.Context, db *store.DB, log *slog.Logger) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if n, err := db.Sweep(ctx, time.Now()); err != nil && ctx.Err() == nil {
			log.Warn("expired rows could not be deleted", "err", err)
		} else if n > 0 {
			log.Debug("expired rows deleted", "rows", n)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
