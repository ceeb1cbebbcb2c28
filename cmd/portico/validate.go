package main

import (
	"fmt"
	"slices"
	"time"

	"portico/config"
)

type validateCommand struct {
	Config string `short:"c" default:"portico.yaml" type:"path" placeholder:"FILE" help:"The configuration file."`
}

// Help shows an example.
func (validateCommand) Help() string {
	return "Example:\n  portico validate --config portico.yaml\n\nExit code 2 says that the file has faults."
}

// Run checks the file and says what is in it.
func (c validateCommand) Run(around surroundings) error {
	file, err := config.Load(c.Config, around.env)
	if err != nil {
		return err
	}
	for _, warning := range file.Warnings {
		fmt.Fprintln(around.stdout, "warning:", warning.In(c.Config))
	}
	tokens, err := tokenWarnings(file, time.Now())
	if err != nil {
		return err
	}
	factors, err := factorWarnings(file, time.Now())
	if err != nil {
		return err
	}
	for _, warning := range slices.Concat(samlWarnings(file, time.Now()), tokens, factors) {
		fmt.Fprintln(around.stdout, "warning:", warning)
	}
	clients := 0
	for _, pool := range file.Pools {
		clients += len(pool.Declaration.Clients)
	}
	_, err = fmt.Fprintf(around.stdout, "%s is good: %d user pools, %d app clients.\n", c.Config, len(file.Pools), clients)
	return err
}
