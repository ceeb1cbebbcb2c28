package words

import (
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// forms are the plural categories of Unicode's CLDR, as keys end in them.
var forms = [...]struct {
	form plural.Form
	name string
}{
	{plural.Zero, "zero"}, {plural.One, "one"}, {plural.Two, "two"}, {plural.Few, "few"}, {plural.Many, "many"}, {plural.Other, "other"},
}

// formOf is the category of a whole number in a language.
func formOf(tag language.Tag, n int) string {
	form := plural.Cardinal.MatchPlural(tag, max(n, 0), 0, 0, 0, 0)
	for _, f := range forms {
		if f.form == form {
			return f.name
		}
	}
	return "other"
}

// formsOf are the categories that the whole numbers of our pages have in a language. They repeat after a thousand.
func formsOf(tag language.Tag) map[string]bool {
	found := map[string]bool{"other": true}
	for n := range 1000 {
		found[formOf(tag, n)] = true
	}
	return found
}

// splitForm takes the category off a plural's key.
func splitForm(key string) (stem, form string, ok bool) {
	i := strings.LastIndexByte(key, '.')
	for _, f := range forms {
		if i > 0 && key[i+1:] == f.name {
			return key[:i], f.name, true
		}
	}
	return key, "", false
}
