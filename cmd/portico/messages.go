package main

import (
	"fmt"
	"strings"

	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/notify"
	"portico/words"
)

type messagesCommand struct {
	Kind     string `arg:"" optional:"" placeholder:"KIND" help:"A message, such as sign-up-code; without one, the messages there are."`
	Language string `default:"en" placeholder:"CODE" help:"A language, such as de or pt-BR."`
	HTML     bool   `name:"html" xor:"part" help:"The HTML part, in place of the plain text."`
	Subject  bool   `xor:"part" help:"The subject."`
	SMS      bool   `name:"sms" xor:"part" help:"The text message."`
}

// Help shows an example.
func (messagesCommand) Help() string {
	return "Example:\n  portico messages sign-up-code --language fr --html > messages/default/fr/sign-up-code.html\n\nChange it, then name the folder messages under server.messages. The parts you do not write stay ours."
}

// Run prints a part of a message of ours, with places where values go.
func (c messagesCommand) Run(around surroundings) error {
	if c.Kind == "" {
		for _, kind := range notify.Kinds() {
			fmt.Fprintln(around.stdout, kind.FileName())
		}
		return nil
	}
	kind, known := notify.FindKind(c.Kind)
	if !known {
		return fmt.Errorf("there is no message %q; `portico messages` lists them", c.Kind)
	}
	language, known := words.Find(c.Language)
	if !known {
		return fmt.Errorf("there is no language %q; there are: %s", c.Language, strings.Join(words.Codes(), " "))
	}
	text, err := notify.Pattern(words.Book{}.For("", language.Code), kind, c.part(), directory.MessageLife(kind))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(around.stdout, strings.TrimSpace(text))
	return err
}

func (c messagesCommand) part() notify.Part {
	switch {
	case c.HTML:
		return notify.PartHTML
	case c.Subject:
		return notify.PartSubject
	case c.SMS:
		return notify.PartSMS
	}
	return notify.PartText
}

// unreadMessages are the folders of messages that belong to no user pool.
func unreadMessages(texts notify.Texts, pools *userpool.Catalog) []string {
	named := map[string]bool{}
	for _, pool := range pools.Pools() {
		named[pool.Name], named[string(pool.ID)] = true, true
	}
	var unread []string
	for _, whose := range texts.Whose() {
		if !named[whose] {
			unread = append(unread, whose)
		}
	}
	return unread
}
