package userpool

import "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

// The two documents an app client may have (TermsName).
const (
	termsOfUse    = "terms-of-use"
	privacyPolicy = "privacy-policy"
)

// Terms are an app's terms of use and privacy policy: web addresses by the code of a language, and under termsDefault for all
// others.
type Terms struct{ use, privacy map[string]string }

// termsDefault stands for every language without an address of its own.
const termsDefault = ""

// termsLanguages are the API's names of languages (LanguageIdType). It has none for Arabic and Hebrew, which take the default.
func termsLanguages() map[string]string {
	return map[string]string{
		"cognito:default": termsDefault, "cognito:english": "en", "cognito:french": "fr", "cognito:spanish": "es", "cognito:german": "de",
		"cognito:bahasa-indonesia": "id", "cognito:italian": "it", "cognito:japanese": "ja", "cognito:korean": "ko",
		"cognito:portuguese-brazil": "pt-BR", "cognito:chinese-simplified": "zh-CN", "cognito:chinese-traditional": "zh-TW", "cognito:dutch": "nl",
	}
}

// In gives both addresses in a language; false where one of them is missing, and then neither is shown (Cognito's rule).
func (t Terms) In(language string) (use, privacy string, both bool) {
	use, privacy = inLanguage(t.use, language), inLanguage(t.privacy, language)
	return use, privacy, use != "" && privacy != ""
}

func inLanguage(links map[string]string, language string) string {
	if link := links[language]; link != "" {
		return link
	}
	return links[termsDefault]
}

func assembleTerms(documents []types.TermsType) Terms {
	var t Terms
	for _, d := range documents {
		links := map[string]string{}
		for name, link := range d.Links {
			if code, known := termsLanguages()[name]; known {
				links[code] = link
			}
		}
		switch deref(d.TermsName) {
		case termsOfUse:
			t.use = links
		case privacyPolicy:
			t.privacy = links
		}
	}
	return t
}
