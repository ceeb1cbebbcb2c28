package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"portico/federation"
	"portico/userpool"
	"portico/userpool/login"
	"portico/userpool/seal"
)

type idpCommand struct {
	Test idpTestCommand `cmd:"" help:"Try the connection to an identity provider, before anybody depends on it."`
}

type idpTestCommand struct {
	Name string `arg:"" name:"name" help:"The provider's name in the user pool."`
	Pool string `placeholder:"ID" help:"The user pool; needed where several have a provider of this name."`
	JSON bool   `name:"json" help:"Print JSON."`
	place
}

// Help shows examples.
func (idpTestCommand) Help() string {
	return "Examples:\n  portico idp test Okta\n  portico idp test Okta --config portico.yaml --pool eu-west-1_Ab1Cd2Ef3\n  portico idp test Harbor --data .portico\n\n" +
		"Discovery or metadata, keys, addresses, certificates and client credentials are tried from this machine. The link it prints\n" +
		"signs a person in at the provider without creating a user here, and shows the trace of it.\nExit code 1 says that a check failed."
}

// tested is what the command prints.
type tested struct {
	Pool     userpool.ID           `json:"user_pool_id"`
	Provider string                `json:"provider"`
	Type     userpool.ProviderType `json:"type"`
	Findings []advised             `json:"findings"`
	Link     string                `json:"link,omitempty"`
}

type advised struct {
	federation.Finding
	Advice  string `json:"advice,omitempty"`
	Setting string `json:"setting,omitempty"`
}

// Run tries a provider.
func (c idpTestCommand) Run(ctx context.Context, around surroundings) error {
	opened, err := c.open(ctx, around)
	if err != nil {
		return err
	}
	defer opened.db.Close()
	current, err := opened.catalog(ctx)
	if err != nil {
		return err
	}
	pool, provider, known, err := c.find(opened, current.Catalog())
	if err != nil {
		return err
	}
	result := tested{Pool: pool.ID, Provider: provider.Name, Type: provider.Type}
	findings := probe(ctx, opened.settings.broker(current), pool, provider)
	failed := 0
	for _, f := range findings {
		a := advised{Finding: f}
		if f.Verdict != federation.Good {
			a.Advice, a.Setting, _ = login.Place(pool, provider.Name, provider).Advise(f.Check)
		}
		if f.Verdict == federation.Bad {
			failed++
		}
		result.Findings = append(result.Findings, a)
	}
	if known {
		ticket := login.SealTrial(opened.settings.key.For(seal.TestLink), pool.ID, provider.Name, time.Now())
		result.Link = pool.At.URL(userpool.PathTestIDP) + "?" + url.Values{"link": {ticket}}.Encode()
	}
	if c.JSON {
		err = writeJSON(around, result)
	} else {
		result.print(around, pool.Name)
	}
	if err == nil && failed > 0 {
		err = fmt.Errorf("%d of %d checks failed", failed, len(findings))
	}
	return err
}

// find looks for the provider in the file first, where it may be newer than in the database, and then in the database. known
// reports whether the server knows a provider of this name.
func (c idpTestCommand) find(opened *beside, catalog *userpool.Catalog) (pool *userpool.Pool, provider *userpool.IdentityProvider, known bool, err error) {
	type hit struct {
		pool     *userpool.Pool
		provider *userpool.IdentityProvider
		known    bool
	}
	var hits []hit
	for _, p := range catalog.Pools() {
		if c.Pool != "" && string(p.ID) != c.Pool {
			continue
		}
		h := hit{pool: p}
		h.provider, h.known = p.Provider(c.Name)
		if declared := opened.declared(p); declared != nil {
			if newer, ok := declared.Provider(c.Name); ok {
				h.pool, h.provider = declared, newer
			}
		}
		if h.provider != nil {
			hits = append(hits, h)
		}
	}
	switch len(hits) {
	case 0:
		return nil, nil, false, fmt.Errorf("no user pool has an identity provider %s", c.Name)
	case 1:
		return hits[0].pool, hits[0].provider, hits[0].known, nil
	}
	return nil, nil, false, fmt.Errorf("%d user pools have an identity provider %s: name one with --pool", len(hits), c.Name)
}

// declared is a pool of the database as the file declares it now; nil if it does not.
func (b *beside) declared(pool *userpool.Pool) *userpool.Pool {
	if b.file == nil {
		return nil
	}
	for _, p := range b.file.Pools {
		d := p.Declaration
		if !known([]userpool.Declaration{{Pool: pool.API}}, d) {
			continue
		}
		id := string(pool.ID)
		d.Pool.Id = &id
		return userpool.Assemble(d, pool.At)
	}
	return nil
}

// probe opens the provider's protocol and tries it. A person is not there, so it takes no longer than a minute.
func probe(ctx context.Context, broker *federation.Broker, pool *userpool.Pool, provider *userpool.IdentityProvider) []federation.Finding {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	protocol, err := broker.Protocol(pool, provider)
	found := []federation.Finding{federation.Found("settings", err, "the settings make a provider")}
	if err != nil {
		return found
	}
	prober, ok := protocol.(federation.Prober)
	if !ok {
		return append(found, federation.Found("settings", errors.New("providers of this kind cannot be tried without a person"), ""))
	}
	return append(found, prober.Probe(ctx)...)
}

func (t tested) print(around surroundings, pool string) {
	fmt.Fprintf(around.stdout, "%s (%s) of user pool %s (%s)\n\n", t.Provider, t.Type, t.Pool, pool)
	words := map[federation.Verdict]string{federation.Good: "pass", federation.Bad: "FAIL", federation.Unclear: " ?  "}
	for _, f := range t.Findings {
		fmt.Fprintf(around.stdout, "  %s  %-20s %s\n", words[f.Verdict], f.Check, f.Detail)
		if f.Advice != "" {
			fmt.Fprintf(around.stdout, "        %s\n", f.Advice)
		}
		if f.Setting != "" {
			fmt.Fprintf(around.stdout, "        Setting: %s\n", f.Setting)
		}
	}
	if t.Link == "" {
		fmt.Fprintf(around.stdout, "\nThe server does not know this provider yet; once it does, this command prints a link to sign in by.\n\n")
		return
	}
	fmt.Fprintf(around.stdout, "\nTo sign in there without creating a user here, open this within ten minutes, while the server runs:\n\n  %s\n\n", t.Link)
}
