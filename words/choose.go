package words

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

// Wishes are what is known of the language a person wants, as it came: nothing of it is trusted.
type Wishes struct {
	Lang           string // the lang parameter: one of our codes
	UILocales      string // the ui_locales parameter (OpenID Connect Core §3.1.2.1): BCP 47 tags between spaces, best first
	Cookie         string // what an earlier lang parameter left in this browser
	AcceptLanguage string // the header (RFC 9110 §12.5.4)
}

// Limits of what is read of a wish.
const (
	maxHeader = 512 // bytes
	maxTags   = 20
)

// Choose picks one of the languages that are offered: lang, then ui_locales, then the cookie, then Accept-Language, then the
// fallback. Cognito's managed login has the first and the third.
func Choose(offered []string, fallback string, w Wishes) string {
	if slices.Contains(offered, w.Lang) {
		return w.Lang
	}
	if code, ok := best(offered, parseLocales(w.UILocales)); ok {
		return code
	}
	if slices.Contains(offered, w.Cookie) {
		return w.Cookie
	}
	if code, ok := best(offered, parseAccepted(w.AcceptLanguage)); ok {
		return code
	}
	return fallback
}

func parseLocales(text string) []language.Tag {
	if len(text) > maxHeader {
		return nil
	}
	var tags []language.Tag
	for word := range strings.FieldsSeq(text) {
		if tag, err := language.Parse(word); err == nil && len(tags) < maxTags {
			tags = append(tags, tag)
		}
	}
	return tags
}

// parseAccepted gives the tags of the header by weight, without those that are refused (q=0).
func parseAccepted(header string) []language.Tag {
	if header == "" || len(header) > maxHeader {
		return nil
	}
	tags, weights, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return nil
	}
	var wanted []language.Tag
	for i, tag := range tags {
		if weights[i] > 0 && tag != language.Und && len(wanted) < maxTags {
			wanted = append(wanted, tag)
		}
	}
	return wanted
}

var matcher = sync.OnceValue(func() language.Matcher {
	tags := make([]language.Tag, len(languages))
	for i, l := range languages {
		tags[i] = l.tag()
	}
	return language.NewMatcher(tags)
})

// best finds the first wanted language that is offered: the language itself, in whatever country. Only if there is none, it is
// one that is read by people of a wanted one: Spanish for Basque, or the other Chinese script.
func best(offered []string, wanted []language.Tag) (string, bool) {
	understood := ""
	for _, tag := range wanted {
		code, same := nearest(offered, tag)
		if same {
			return code, true
		}
		if understood == "" {
			understood = code
		}
	}
	return understood, understood != ""
}

// nearest finds the offered language nearest to a tag, and whether it is that very language in that script. It finds none for
// a language whose people are not known to read one of ours.
func nearest(offered []string, tag language.Tag) (code string, same bool) {
	base, _ := tag.Base()
	_, i, confidence := matcher().Match(tag)
	if confidence != language.No && slices.Contains(offered, languages[i].Code) {
		ours, _ := languages[i].tag().Base()
		return languages[i].Code, ours == base
	}
	for _, code := range offered {
		if ours, _ := language.Make(code).Base(); ours == base {
			return code, false
		}
	}
	return "", false
}
