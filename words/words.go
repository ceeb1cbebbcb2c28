package words

import (
	"strconv"
	"strings"
	"time"
)

// Words are the texts of one language, as one user pool has them. The zero value is English.
type Words struct{ c *catalogue }

// English is our own English.
func English() Words { return Words{} }

func (w Words) catalogue() *catalogue {
	if w.c == nil {
		return builtIn()[Default]
	}
	return w.c
}

// Language is the language of the words.
func (w Words) Language() Language { return w.catalogue().language }

// Say is the text of a key, with values in its places: names and values follow each other. A place without a value stays as
// it is written. A key that is not there is said itself, which a test keeps from happening.
func (w Words) Say(key string, with ...string) string {
	c := w.catalogue()
	t, ok := c.texts[key]
	switch {
	case !ok:
		return key
	case len(t.pieces) == 1 && t.pieces[0].place == "":
		return t.pieces[0].words
	}
	var b strings.Builder
	for _, p := range t.pieces {
		c.write(&b, p, with)
	}
	return b.String()
}

// Isolates (Unicode UAX #9 §3.1): a value between them is laid out by itself, so that a name in Latin letters does not move
// the full stop after it. Pages that are read from left to right do without, as everybody's do; and so do numbers, which need
// none: who copies a code out of an e-mail must not copy what is not seen.
const firstStrong, popIsolate = "\u2068", "\u2069"

func (c *catalogue) write(b *strings.Builder, p piece, with []string) {
	value, filled := valueOf(p.place, with)
	switch {
	case p.place == "":
		b.WriteString(p.words)
	case !filled:
		b.WriteString("{" + p.place + "}")
	case c.language.RTL && strings.Trim(value, "0123456789") != "":
		b.WriteString(firstStrong + value + popIsolate)
	default:
		b.WriteString(value)
	}
}

func valueOf(place string, with []string) (string, bool) {
	for i := 0; i+1 < len(with); i += 2 {
		if with[i] == place {
			return with[i+1], true
		}
	}
	return "", false
}

// Part is a part of a text whose places are drawn, not filled: a link, an address in bold letters.
type Part struct {
	Text  string
	Place string // the place that stands here; empty for words
}

// Parts is the text of a key in its parts. Values that are given are filled in, as in Say.
func (w Words) Parts(key string, with ...string) []Part {
	c := w.catalogue()
	t, ok := c.texts[key]
	if !ok {
		return []Part{{Text: key}}
	}
	parts := make([]Part, 0, len(t.pieces))
	for _, p := range t.pieces {
		if _, filled := valueOf(p.place, with); p.place != "" && !filled {
			parts = append(parts, Part{Place: p.place})
			continue
		}
		var b strings.Builder
		c.write(&b, p, with)
		parts = append(parts, Part{Text: b.String()})
	}
	return parts
}

// Count is the text of a plural's key for a number, which stands in its place {n}.
func (w Words) Count(key string, n int, with ...string) string {
	c := w.catalogue()
	form := key + "." + formOf(c.tag, n)
	if _, ok := c.texts[form]; !ok {
		form = key + ".other"
	}
	return w.Say(form, append(with, "n", strconv.Itoa(n))...)
}

// Forms are the plural forms of a key with {n} left open, by the names of CLDR's categories: for a script that counts.
func (w Words) Forms(key string) map[string]string {
	found := map[string]string{}
	for _, f := range forms {
		if _, ok := w.catalogue().texts[key+"."+f.name]; ok {
			found[f.name] = w.Say(key + "." + f.name)
		}
	}
	return found
}

// Duration is the text for a length of time, of a key that has plurals for hours, minutes and seconds: the largest of them
// that divides it.
func (w Words) Duration(key string, d time.Duration) string {
	switch {
	case d >= time.Hour && d%time.Hour == 0:
		return w.Count(key+".hours", int(d/time.Hour))
	case d >= time.Minute && d%time.Minute == 0:
		return w.Count(key+".minutes", int(d/time.Minute))
	}
	return w.Count(key+".seconds", int(d.Round(time.Second)/time.Second))
}

// Sentences puts whole sentences one after the other; empty ones are left out.
func (w Words) Sentences(list ...string) string {
	space := " "
	if w.Language().Tight {
		space = ""
	}
	var b strings.Builder
	for _, s := range list {
		if s != "" && b.Len() > 0 {
			b.WriteString(space)
		}
		b.WriteString(s)
	}
	return b.String()
}

// Line is a text that is yet to be said in some language.
type Line struct {
	Key  string
	With []string
}

// L makes a Line.
func L(key string, with ...string) Line { return Line{Key: key, With: with} }

// Line says a line; nothing for the zero Line.
func (w Words) Line(l Line) string {
	if l.Key == "" {
		return ""
	}
	return w.Say(l.Key, l.With...)
}
