package browser

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"portico/userpool"
	"portico/words"
)

func languagePool(usual string, offered ...string) *userpool.Pool {
	return &userpool.Pool{ID: "us-east-1_Test00001", Languages: offered, Language: usual, At: userpool.Addresses{Origin: "https://login.example"}}
}

func languageRequest(target, accept, cookie string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	r.Header.Set("Accept-Language", accept)
	if cookie != "" {
		r.AddCookie(&http.Cookie{Name: languageName, Value: cookie})
	}
	return r
}

// A pool is heard in the languages it offers alone, whatever is wished.
func TestSpeakWhatThePoolOffers(t *testing.T) {
	pool := languagePool("fr", "de", "fr")
	for _, c := range []struct{ target, accept, cookie, want string }{
		{"/login", "", "", "fr"}, {"/login?lang=de", "ja", "ja", "de"}, {"/login?lang=ja", "de", "", "de"},
		{"/login", "ja", "ja", "fr"}, {"/login", "en", "de", "de"}, {"/login?lang=%00&ui_locales=%ff", "\xff", "", "fr"},
	} {
		if got := new(Look).Speak(languageRequest(c.target, c.accept, c.cookie), pool).Language().Code; got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

// The operator's words are those of one pool.
func TestSpeakTheOperatorsWords(t *testing.T) {
	own, faults := words.ParseOwn("fr", []byte("signin.heading = Bienvenue"))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	look := &Look{Words: words.NewBook(map[string]map[string]words.Own{"us-east-1_Test00001": {"fr": own}})}
	pool, other := languagePool("fr", "fr"), languagePool("fr", "fr")
	other.ID = "us-east-1_Test00002"
	r := languageRequest("/login", "", "")
	if got := look.Speak(r, pool).Say("signin.heading"); got != "Bienvenue" {
		t.Errorf("%q", got)
	}
	if got := look.Speak(r, other).Say("signin.heading"); got != "Se connecter" {
		t.Errorf("another pool says %q", got)
	}
}

// Only a language of the pool is kept: the cookie holds nothing that a stranger made up.
func TestAttackLanguageInACookie(t *testing.T) {
	for target, want := range map[string]int{
		"/login?lang=de": 1, "/login?lang=ja": 0, "/login?lang=de%3B+Domain%3Devil.example": 0, "/login?lang=": 0, "/login": 0,
	} {
		w := httptest.NewRecorder()
		KeepLanguage(w, languageRequest(target, "", ""), languagePool("fr", "de", "fr"))
		if got := len(w.Result().Cookies()); got != want {
			t.Errorf("%s sets %d cookies, want %d", target, got, want)
		}
	}
}

func TestChoiceIsOfferedWhereItWorks(t *testing.T) {
	for path, action := range map[string]string{
		userpool.PathChoose: userpool.PathChoose, userpool.PathOneTimeCode: userpool.PathOneTimeCode, userpool.PathAddPasskey: userpool.PathAddPasskey,
		userpool.PathMFA: userpool.PathMFA, userpool.PathMFAOption: userpool.PathMFAOption, userpool.PathMFASetUp: userpool.PathMFASetUp,
		userpool.PathLogin: userpool.PathLogin, userpool.PathResend: userpool.PathConfirm, userpool.PathError: userpool.PathError,
		userpool.PathIDPResponse: "", userpool.PathSAMLResponse: "", userpool.PathAuthorize: "", userpool.PathTestResult: "", "/nothing": "",
	} {
		got := languageChoice(languageRequest(path+"?b=2&a=1&a=3&lang=de&ui_locales=fr", "", ""), languagePool("fr", "de", "fr"))
		if (got == nil) != (action == "") {
			t.Errorf("%s: %+v", path, got)
			continue
		}
		if got != nil && (got.Action != action || len(got.List) != 2 || len(got.Fields) != 3 || got.Fields[0].Value != "1" || got.Fields[2].Name != "b") {
			t.Errorf("%s: %+v", path, got)
		}
	}
	if languageChoice(languageRequest(userpool.PathLogin, "", ""), languagePool("fr", "fr")) != nil {
		t.Error("there is a choice of one")
	}
	if languageChoice(languageRequest(userpool.PathLogin, "", ""), nil) != nil {
		t.Error("there is a choice without a pool")
	}
}
