package words

import (
	"slices"

	"golang.org/x/text/language"
)

// Language is a language the pages speak.
type Language struct {
	Code  string // as in Cognito's lang parameter; a BCP 47 tag
	Name  string // in the language itself
	RTL   bool   // written from right to left
	Tight bool   // sentences follow each other without a space
}

// Default is the language where nothing else was chosen.
const Default = "en"

// languages are Cognito's twelve and two that are written from right to left, in the order of a choice.
var languages = [...]Language{
	{Code: "id", Name: "Bahasa Indonesia"},
	{Code: "de", Name: "Deutsch"},
	{Code: "en", Name: "English"},
	{Code: "es", Name: "Español"},
	{Code: "fr", Name: "Français"},
	{Code: "it", Name: "Italiano"},
	{Code: "nl", Name: "Nederlands"},
	{Code: "pt-BR", Name: "Português (Brasil)"},
	{Code: "he", Name: "עברית", RTL: true},
	{Code: "ar", Name: "العربية", RTL: true},
	{Code: "ko", Name: "한국어"},
	{Code: "ja", Name: "日本語", Tight: true},
	{Code: "zh-CN", Name: "简体中文", Tight: true},
	{Code: "zh-TW", Name: "繁體中文", Tight: true},
}

// Codes are the codes of all languages, in the order of a choice.
func Codes() []string {
	codes := make([]string, len(languages))
	for i, l := range languages {
		codes[i] = l.Code
	}
	return codes
}

// Find finds a language by its code, exactly as Codes writes it.
func Find(code string) (Language, bool) {
	i := slices.IndexFunc(languages[:], func(l Language) bool { return l.Code == code })
	if i < 0 {
		return Language{}, false
	}
	return languages[i], true
}

func (l Language) tag() language.Tag { return language.Make(l.Code) }
