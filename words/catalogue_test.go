package words

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

// readAll gives every catalogue as it is written, faults and all.
func readAll(t *testing.T) map[string]map[string]text {
	t.Helper()
	all := map[string]map[string]text{}
	for _, code := range Codes() {
		data, err := Source(code)
		if err != nil {
			t.Fatal(err)
		}
		texts, faults := parse(data)
		for _, f := range faults {
			t.Errorf("%s%s:%s", code, Extension, f)
		}
		all[code] = texts
	}
	return all
}

// No text is missing in any language, and no place for a value is lost or invented.
func TestCataloguesAreWhole(t *testing.T) {
	all := readAll(t)
	for _, code := range Codes() {
		l, _ := Find(code)
		for _, f := range compare(all[code], all[Default], l.tag(), true) {
			t.Errorf("%s%s:%s", code, Extension, f)
		}
	}
}

// A catalogue that no language uses would not be looked at by anybody.
func TestEveryCatalogueIsALanguage(t *testing.T) {
	entries, err := files.ReadDir("catalogues")
	if err != nil || len(entries) != len(languages) {
		t.Errorf("%d catalogues and %d languages (%v)", len(entries), len(languages), err)
	}
}

// sameWord holds words that are the same in English and in another language.
var sameWord = map[string][]string{
	"de": {"Name", "Website", "Domain", "Passkey"},
	"es": {"Error", "Error: {title}"},
	"id": {"Email", "Domain"},
	"it": {"Privacy", "Password", "Passkey"},
	"nl": {"Privacy", "Website", "Passkey"},
}

// A text that was left in English reads as a mistake in every other language.
func TestNothingIsLeftInEnglish(t *testing.T) {
	all := readAll(t)
	for _, code := range Codes() {
		if code == Default {
			continue
		}
		for key, ours := range all[code] {
			english := source(all[Default][key])
			if source(ours) == english && strings.ContainsFunc(english, unicode.IsLetter) && key != "title.page" && !slices.Contains(sameWord[code], english) {
				t.Errorf("%s: %s is %q in English as well", code, key, english)
			}
		}
	}
}

// Languages with a script of their own say nothing in Latin letters but names that have no other form.
func TestScripts(t *testing.T) {
	latin := strings.NewReplacer("OAuth", "", "true", "", "false", "", "ID", "", "Cookie", "", "JavaScript", "", "SMS", "")
	for code, script := range map[string]*unicode.RangeTable{
		"ar": unicode.Arabic, "he": unicode.Hebrew, "ko": unicode.Hangul, "ja": unicode.Hiragana, "zh-CN": unicode.Han, "zh-TW": unicode.Han,
	} {
		for key, one := range readAll(t)[code] {
			var words string
			for _, p := range one.pieces {
				words += p.words
			}
			words = latin.Replace(words)
			if strings.ContainsFunc(words, func(r rune) bool { return unicode.Is(unicode.Latin, r) }) {
				t.Errorf("%s: %s has Latin letters: %q", code, key, words)
			}
			if code != "ja" && key != "title.page" && !strings.ContainsFunc(words, func(r rune) bool { return unicode.Is(script, r) }) {
				t.Errorf("%s: %s is not in its script: %q", code, key, words)
			}
		}
	}
}

// source is a text as it is written.
func source(t text) string {
	var b strings.Builder
	for _, p := range t.pieces {
		if p.place != "" {
			b.WriteString("{" + p.place + "}")
			continue
		}
		b.WriteString(p.words)
	}
	return b.String()
}
