package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"portico/federation/trace"
	"portico/store"
	"portico/userpool"
	"portico/web/visit"
)

type traceCommand struct {
	Ref  string `arg:"" optional:"" name:"ref" help:"The reference, as in 7F3K-9QWM. Without one the newest traces are listed."`
	JSON bool   `name:"json" help:"Print JSON."`
	place
}

// Help shows examples.
func (traceCommand) Help() string {
	return "Examples:\n  portico trace 7F3K-9QWM\n  portico trace 7F3K-9QWM --config portico.yaml --json\n  portico trace --data .portico\n\n" +
		"Traces are kept for a week, the newest thousand of each user pool. They hold no secrets; personal values are masked."
}

// listed is how many traces are listed.
const listed = 25

// Run prints one trace, or lists the newest.
func (c traceCommand) Run(ctx context.Context, around surroundings) error {
	opened, err := c.open(ctx, around)
	if err != nil {
		return err
	}
	defer opened.db.Close()
	if c.Ref == "" {
		return c.list(ctx, around, opened.db)
	}
	reference, err := readReference(c.Ref)
	if err != nil {
		return err
	}
	found, err := opened.db.Trace(ctx, reference)
	if errors.Is(err, userpool.ErrNotFound) {
		return fmt.Errorf("there is no trace %s: it may be older than a week, or of a request that was no sign-in at a provider", reference)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(around, found)
	}
	return found.WriteText(around.stdout)
}

func (c traceCommand) list(ctx context.Context, around surroundings, db *store.DB) error {
	list, err := newestTraces(ctx, db, listed)
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(around, list)
	}
	for _, t := range list {
		fmt.Fprintf(around.stdout, "%s  %s  %-9s  %s\n", t.Reference, t.Began.UTC().Format("2006-01-02 15:04:05"), t.Outcome, t.Heading())
	}
	if len(list) == 0 {
		fmt.Fprintln(around.stdout, "There are no traces yet.")
	}
	return nil
}

// newestTraces are the newest of all pools.
func newestTraces(ctx context.Context, db *store.DB, limit int) ([]trace.Trace, error) {
	declarations, err := db.Declarations(ctx)
	if err != nil {
		return nil, err
	}
	var all []trace.Trace
	for _, d := range declarations {
		list, err := db.Traces(ctx, userpool.ID(*d.Pool.Id), limit)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	trace.Newest(all)
	return all[:min(len(all), limit)], nil
}

// readReference takes a reference as people type it: in any case, with or without the dash.
func readReference(typed string) (string, error) {
	text := strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(typed))
	if len(text) == 8 {
		text = text[:4] + "-" + text[4:]
	}
	if !visit.IsReference(text) {
		return "", fmt.Errorf("%q is no reference: want eight letters and digits, as in 7F3K-9QWM", typed)
	}
	return text, nil
}

func writeJSON(around surroundings, value any) error {
	encoder := json.NewEncoder(around.stdout)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
