package browser

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"portico/templates"
	"portico/userpool"
	"portico/words"
)

const (
	languageName = "lang"
	languageLife = 400 * 24 * time.Hour // as long as browsers keep a cookie at most (RFC 6265bis §5.5)
)

// Speak picks the words of a request's pages: by what it asks for (words.Choose), among what the pool offers. Without a pool,
// all languages are.
func (l *Look) Speak(r *http.Request, pool *userpool.Pool) words.Words {
	query := r.URL.Query()
	wishes := words.Wishes{
		Lang: query.Get(languageName), UILocales: query.Get("ui_locales"), AcceptLanguage: r.Header.Get("Accept-Language"),
	}
	if cookie, err := r.Cookie(languageName); err == nil {
		wishes.Cookie = cookie.Value
	}
	if pool == nil {
		return l.Words.For("", words.Choose(words.Codes(), words.Default, wishes))
	}
	return l.Words.For(string(pool.ID), words.Choose(pool.Languages, pool.Language, wishes))
}

// KeepLanguage stores the language that a request asks for, as Cognito does: it holds until another is asked for or the
// browser forgets it. A code that the pool does not offer is not kept.
func KeepLanguage(w http.ResponseWriter, r *http.Request, pool *userpool.Pool) {
	code := r.URL.Query().Get(languageName)
	if !slices.Contains(pool.Languages, code) {
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: languageName, Value: code, Path: "/", MaxAge: int(languageLife.Seconds()), HttpOnly: true, Secure: pool.At.Secure(),
		SameSite: http.SameSiteLaxMode,
	})
}

// languageChoice offers the page in the pool's other languages: the same address, with another lang. Pages that cannot be
// asked for again by their address offer nothing: an answer of a provider is good for one time.
func languageChoice(r *http.Request, pool *userpool.Pool) *templates.LanguageChoice {
	if pool == nil || len(pool.Languages) < 2 {
		return nil
	}
	path := r.URL.Path
	switch path {
	case userpool.PathLogin, userpool.PathSignUp, userpool.PathConfirm, userpool.PathForgot, userpool.PathNewPassword, userpool.PathConfirmForgot,
		userpool.PathChoose, userpool.PathOneTimeCode, userpool.PathMFA, userpool.PathMFAOption, userpool.PathMFASetUp, userpool.PathAddPasskey,
		userpool.PathLink, userpool.PathSignOut, userpool.PathError, userpool.PathAccount, userpool.PathAccountEdit, userpool.PathAccountVerify,
		userpool.PathAccountPassword, userpool.PathAccountLink, userpool.PathAccountUnlink, userpool.PathAccountSessions, userpool.PathAccountDelete:
	case userpool.PathResend:
		path = userpool.PathConfirm
	default:
		return nil
	}
	choice := &templates.LanguageChoice{Action: path, Fields: Fields(r.URL.Query())}
	for _, code := range words.Codes() {
		if l, ok := words.Find(code); ok && slices.Contains(pool.Languages, code) {
			choice.List = append(choice.List, templates.LanguageOption{Code: l.Code, Name: l.Name})
		}
	}
	return choice
}

// Fields are a query's values, but for the language, as fields of a form.
func Fields(query url.Values) []templates.Hidden {
	names := make([]string, 0, len(query))
	for name := range query {
		if name != languageName && name != "ui_locales" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var fields []templates.Hidden
	for _, name := range names {
		for _, value := range query[name] {
			fields = append(fields, templates.Hidden{Name: name, Value: value})
		}
	}
	return fields
}
