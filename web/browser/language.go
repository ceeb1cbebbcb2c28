package browser

import (
	"net/http"
	"slices"
	"time"

	"portico/userpool"
)

const (
	languageName = "lang"
	languageLife = 400 * 24 * time.Hour // as long as browsers keep a cookie at most (RFC 6265bis §5.5)
)

// languages are the codes of the lang parameter that Cognito's managed login knows.
var languages = [...]string{"de", "en", "es", "fr", "id", "it", "ja", "ko", "nl", "pt-BR", "zh-CN", "zh-TW"}

// KeepLanguage stores the language that a request asks for, as Cognito does: it holds until another is asked for or the
// browser forgets it. A code that is not known is not kept.
func (c *Cookies) KeepLanguage(w http.ResponseWriter, at userpool.Addresses, code string) {
	if !slices.Contains(languages[:], code) {
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: languageName, Value: code, Path: "/", MaxAge: int(languageLife.Seconds()), HttpOnly: true, Secure: at.Secure(),
		SameSite: http.SameSiteLaxMode,
	})
}
