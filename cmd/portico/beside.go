package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/config"
	"portico/federation"
	"portico/federation/trace"
	"portico/store"
	"portico/userpool"
)

// place says which server a command works beside: that of a configuration file, or a development server.
type place struct {
	Config string `short:"c" default:"portico.yaml" type:"path" placeholder:"FILE" help:"The server's configuration file."`
	Data   string `type:"path" placeholder:"DIR" help:"The folder of a development server, in place of a configuration file."`
}

// beside is a server seen from a command beside it: its settings and its open database.
type beside struct {
	settings settings
	db       *store.DB
	file     *config.File // nil for a development server
}

// open opens the database that the server uses; a server that is running is not disturbed.
func (p place) open(ctx context.Context, around surroundings) (*beside, error) {
	quiet := slog.New(slog.DiscardHandler)
	b := &beside{}
	var err error
	if p.Data != "" {
		b.settings, err = developmentBeside(p.Data, quiet)
	} else {
		if b.file, err = config.Load(p.Config, around.env); err != nil {
			return nil, err
		}
		b.settings, err = serveSettings(b.file, around, quiet)
	}
	if err != nil {
		return nil, err
	}
	b.db, err = store.Open(ctx, b.settings.store)
	return b, err
}

// catalog loads the pools as the server sees them.
func (b *beside) catalog(ctx context.Context) (*live, error) {
	current := &live{db: b.db, addresses: b.settings.addresses, adjust: b.settings.adjust, log: b.settings.log}
	return current, current.load(ctx)
}

// today is what a development server leaves in its folder for commands beside it: ports may differ from those it was first
// started with.
type today struct {
	Home      string                       `json:"home"`
	Providers []types.IdentityProviderType `json:"providers"`
}

const todayFile = "today.json"

// leaveToday writes it. The practice providers' secrets are no secrets, but the folder is its owner's alone anyway.
func (d *development) leaveToday() error {
	text, err := json.Marshal(today{Home: d.home, Providers: d.providers()})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(d.folder, todayFile), text, 0o600)
}

// developmentBeside are the settings of the development server of a folder.
func developmentBeside(folder string, log *slog.Logger) (settings, error) {
	text, err := os.ReadFile(filepath.Join(folder, todayFile))
	if errors.Is(err, fs.ErrNotExist) {
		return settings{}, fmt.Errorf("%s is not the folder of a development server: start one with `portico dev --data %s`", folder, folder)
	}
	if err != nil {
		return settings{}, err
	}
	var now today
	if err := json.Unmarshal(text, &now); err != nil {
		return settings{}, fmt.Errorf("%s: %w", todayFile, err)
	}
	key, err := readKey(filepath.Join(folder, "master.key"))
	if err != nil {
		return settings{}, err
	}
	return settings{
		key: key, log: log, store: store.Options{URL: filepath.Join(folder, "portico.db"), Key: key, Log: log},
		outbound: federation.OutboundOptions{AllowPrivate: true},
		addresses: func(declared userpool.Declaration) userpool.Addresses {
			return userpool.Addresses{Issuer: now.Home + "/" + *declared.Pool.Id, Origin: now.Home}
		},
		adjust: func(declared *userpool.Declaration) {
			if *declared.Pool.Id == devPool {
				fitProviders(declared, now.Providers)
			}
		},
	}, nil
}

// benchTraces lets the workbench read traces.
type benchTraces struct{ *store.DB }

// Newest implements workbench.Traces.
func (t benchTraces) Newest(ctx context.Context) ([]trace.Trace, error) {
	return newestTraces(ctx, t.DB, listed)
}
