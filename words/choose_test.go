package words

import (
	"slices"
	"strings"
	"testing"
)

// lang, then ui_locales, then the cookie, then Accept-Language, then the pool's own.
func TestChoose(t *testing.T) {
	few := []string{"en", "fr", "zh-CN", "pt-BR"}
	for name, c := range map[string]struct {
		offered []string
		wishes  Wishes
		want    string
	}{
		"nothing wished":                   {Codes(), Wishes{}, "it"},
		"lang above all":                   {Codes(), Wishes{Lang: "de", UILocales: "fr", Cookie: "es", AcceptLanguage: "ja"}, "de"},
		"ui_locales above the cookie":      {Codes(), Wishes{UILocales: "tlh fr-CA", Cookie: "es", AcceptLanguage: "ja"}, "fr"},
		"the cookie above the header":      {Codes(), Wishes{Cookie: "es", AcceptLanguage: "ja"}, "es"},
		"the header above the pool":        {Codes(), Wishes{AcceptLanguage: "ja"}, "ja"},
		"lang that is none":                {Codes(), Wishes{Lang: "tlh", Cookie: "es"}, "es"},
		"lang is a code, not a tag":        {Codes(), Wishes{Lang: "DE", Cookie: "es"}, "es"},
		"lang that is not offered":         {few, Wishes{Lang: "de"}, "it"},
		"cookie that is not offered":       {few, Wishes{Cookie: "de", AcceptLanguage: "fr"}, "fr"},
		"weights decide":                   {Codes(), Wishes{AcceptLanguage: "fr;q=0.5, de;q=0.9, *;q=0.1"}, "de"},
		"refused by weight":                {Codes(), Wishes{AcceptLanguage: "de;q=0, fr;q=0.1"}, "fr"},
		"any":                              {Codes(), Wishes{AcceptLanguage: "*"}, "it"},
		"a country":                        {Codes(), Wishes{AcceptLanguage: "de-AT"}, "de"},
		"Portuguese of Portugal":           {Codes(), Wishes{AcceptLanguage: "pt-PT"}, "pt-BR"},
		"Chinese of Hong Kong":             {Codes(), Wishes{AcceptLanguage: "zh-HK"}, "zh-TW"},
		"Chinese of Singapore":             {Codes(), Wishes{AcceptLanguage: "zh-SG"}, "zh-CN"},
		"Chinese, by script":               {Codes(), Wishes{AcceptLanguage: "zh-Hant"}, "zh-TW"},
		"Chinese, in the other script":     {few, Wishes{AcceptLanguage: "zh-TW"}, "zh-CN"},
		"Indonesian by its old code":       {Codes(), Wishes{AcceptLanguage: "in"}, "id"},
		"Hebrew by its old code":           {Codes(), Wishes{AcceptLanguage: "iw-IL"}, "he"},
		"Basque, whose readers read more":  {Codes(), Wishes{AcceptLanguage: "eu, fr;q=0.5"}, "fr"},
		"Basque alone":                     {Codes(), Wishes{AcceptLanguage: "eu"}, "es"},
		"the second where the first lacks": {few, Wishes{AcceptLanguage: "sv, de;q=0.9, fr;q=0.8"}, "fr"},
		"a browser's":                      {Codes(), Wishes{AcceptLanguage: "nl-BE,nl;q=0.9,en-US;q=0.8,en;q=0.7"}, "nl"},
	} {
		if got := Choose(c.offered, "it", c.wishes); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// Whatever a stranger sends, one of our languages is chosen, and quickly.
func TestAttackHostileWishes(t *testing.T) {
	for _, text := range []string{
		"../../etc/passwd", "de\r\nSet-Cookie: a=b", "\x00", "de;q=NaN", ";;;,,,", strings.Repeat("de,", 1<<20), strings.Repeat("a-", 1<<20),
		strings.Repeat("-", 500), "x-" + strings.Repeat("a", 400), "<script>", "de\u202e", strings.Repeat("i-klingon ", 50),
	} {
		got := Choose(Codes(), Default, Wishes{Lang: text, UILocales: text, Cookie: text, AcceptLanguage: text})
		if !slices.Contains(Codes(), got) {
			t.Errorf("%.30q chose %q", text, got)
		}
	}
}

func FuzzChoose(f *testing.F) {
	f.Add("de", "fr-CA", "es", "nl-BE,nl;q=0.9,en-US;q=0.8")
	f.Fuzz(func(t *testing.T, lang, locales, cookie, header string) {
		got := Choose([]string{"de", "ar"}, "de", Wishes{lang, locales, cookie, header})
		if got != "de" && got != "ar" {
			t.Errorf("chose %q", got)
		}
	})
}

func BenchmarkChoose(b *testing.B) {
	for b.Loop() {
		Choose(Codes(), Default, Wishes{AcceptLanguage: "nl-BE,nl;q=0.9,en-US;q=0.8,en;q=0.7"})
	}
}
