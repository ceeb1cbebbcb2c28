package main

import (
	"fmt"
	"slices"
	"strings"

	"portico/userpool"
	"portico/words"
)

type wordsCommand struct {
	Language string `arg:"" placeholder:"CODE" help:"A language, such as de or pt-BR."`
}

// Help shows an example.
func (wordsCommand) Help() string {
	return "Example:\n  portico words de > words/us-east-1_Example01/de.properties\n\nKeep the lines you change and delete the others, so that they follow later versions; then name the folder words under server.words."
}

// Run prints the catalogue.
func (c wordsCommand) Run(around surroundings) error {
	source, err := words.Source(c.Language)
	if err != nil {
		return fmt.Errorf("there is no language %q; there are: %s", c.Language, strings.Join(words.Codes(), " "))
	}
	_, err = around.stdout.Write(source)
	return err
}

// strangers are the pools that have texts of their own and do not exist.
func strangers(book words.Book, pools *userpool.Catalog) []string {
	return slices.DeleteFunc(book.Pools(), func(id string) bool {
		_, known := pools.ByID(userpool.ID(id))
		return known
	})
}
