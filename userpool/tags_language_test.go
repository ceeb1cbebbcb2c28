package userpool

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/words"
)

func TestCheckLanguageTags(t *testing.T) {
	for name, c := range map[string]struct {
		tags map[string]string
		want string
	}{
		"one":                       {map[string]string{LanguageTag: "pt-BR"}, ""},
		"some":                      {map[string]string{LanguagesTag: "en de  fr", LanguageTag: "de"}, ""},
		"one that is none":          {map[string]string{LanguageTag: "tlh"}, "no language of ours; they are: id de en"},
		"a tag that is no code":     {map[string]string{LanguagesTag: "en de-AT"}, `"de-AT" is no language`},
		"none":                      {map[string]string{LanguagesTag: " "}, "leave it out to offer all"},
		"usual one is not offered":  {map[string]string{LanguagesTag: "en fr", LanguageTag: "de"}, "does not offer"},
		"between commas":            {map[string]string{LanguagesTag: "en,fr"}, `"en,fr" is no language`},
		"misspelt name of the tag":  {map[string]string{"portico:langages": "en"}, "did you mean portico:languages?"},
		"misspelt name of the tag2": {map[string]string{"portico:langage": "en"}, "did you mean portico:language?"},
	} {
		t.Run(name, func(t *testing.T) {
			wantTagFault(t, Declaration{Pool: types.UserPoolType{Name: new("Test"), UserPoolTags: c.tags}}, c.want)
		})
	}
}

// A pool always offers a language, and the usual one is among them.
func TestAssembleLanguages(t *testing.T) {
	for name, c := range map[string]struct {
		tags    map[string]string
		offered []string
		usual   string
	}{
		"nothing said":           {nil, words.Codes(), "en"},
		"usual alone":            {map[string]string{LanguageTag: "ja"}, words.Codes(), "ja"},
		"some":                   {map[string]string{LanguagesTag: "fr en"}, []string{"fr", "en"}, "en"},
		"without English":        {map[string]string{LanguagesTag: "fr de fr"}, []string{"fr", "de"}, "fr"},
		"refused by Check":       {map[string]string{LanguagesTag: "tlh", LanguageTag: "tlh"}, words.Codes(), "en"},
		"usual one, not offered": {map[string]string{LanguagesTag: "fr", LanguageTag: "de"}, []string{"fr"}, "fr"},
	} {
		p := Assemble(Declaration{Pool: types.UserPoolType{UserPoolTags: c.tags}}, Addresses{})
		if !slices.Equal(p.Languages, c.offered) || p.Language != c.usual {
			t.Errorf("%s: %v, usually %s", name, p.Languages, p.Language)
		}
	}
}
