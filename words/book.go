package words

import (
	"maps"
	"slices"
)

// Own are an operator's texts for one language of one pool. Only ParseOwn makes them, so they fit.
type Own struct{ texts map[string]text }

// ParseOwn reads an operator's file for a language: any of the texts there are, each with the places it has in English.
func ParseOwn(code string, data []byte) (Own, []Fault) {
	l, ok := Find(code)
	if !ok {
		return Own{}, []Fault{{Message: "is not a language of ours"}}
	}
	texts, faults := parse(data)
	faults = append(faults, compare(texts, builtIn()[Default].texts, l.tag(), false)...)
	return Own{texts}, faults
}

// Book is all words of a server: ours, with the texts of operators in place of some. The zero value is ours alone.
type Book struct {
	pools map[string]map[string]*catalogue // by pool and language
}

// NewBook makes a book of the texts that operators wrote, by pool and language.
func NewBook(own map[string]map[string]Own) Book {
	b := Book{pools: map[string]map[string]*catalogue{}}
	for pool, languages := range own {
		b.pools[pool] = map[string]*catalogue{}
		for code, texts := range languages {
			if c, ok := builtIn()[code]; ok {
				b.pools[pool][code] = c.with(texts.texts)
			}
		}
	}
	return b
}

// For are the words of a pool in a language; English where we do not speak it. An empty pool is none.
func (b Book) For(pool, code string) Words {
	if c, ok := b.pools[pool][code]; ok {
		return Words{c}
	}
	if c, ok := builtIn()[code]; ok {
		return Words{c}
	}
	return English()
}

// Pools are the pools that have texts of their own, in order.
func (b Book) Pools() []string { return slices.Sorted(maps.Keys(b.pools)) }
