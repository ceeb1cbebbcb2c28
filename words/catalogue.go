package words

import (
	"embed"
	"fmt"
	"maps"
	"sync"

	"golang.org/x/text/language"
)

// Extension ends the name of a catalogue's file.
const Extension = ".properties"

//go:embed catalogues/*.properties
var files embed.FS

// catalogue is every text in one language. It never changes.
type catalogue struct {
	language Language
	tag      language.Tag
	texts    map[string]text
}

// with is the catalogue with some texts in place of its own.
func (c *catalogue) with(own map[string]text) *catalogue {
	texts := maps.Clone(c.texts)
	maps.Copy(texts, own)
	return &catalogue{language: c.language, tag: c.tag, texts: texts}
}

// builtIn reads the embedded catalogues, once: they are the same for everybody, and never change.
var builtIn = sync.OnceValue(func() map[string]*catalogue {
	all := map[string]*catalogue{}
	for _, l := range languages {
		data, err := Source(l.Code)
		if err != nil {
			panic(err) // a test reads them all
		}
		texts, _ := parse(data)
		all[l.Code] = &catalogue{language: l, tag: l.tag(), texts: texts}
	}
	return all
})

// Source is the embedded catalogue of a language as it is written.
func Source(code string) ([]byte, error) {
	data, err := files.ReadFile("catalogues/" + code + Extension)
	if err != nil {
		return nil, fmt.Errorf("words: no catalogue for %q", code)
	}
	return data, nil
}
