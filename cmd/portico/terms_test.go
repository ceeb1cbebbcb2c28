package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
)

// An app's terms of use and privacy policy stand on its sign-up page and at the foot of its pages, in the language of the page;
// both or neither. Whom people write to stands there as help, and beside the reference of an error.
func TestTermsAndSupport(t *testing.T) {
	r := newRig(t)
	terms := func(name, link, french string) types.TermsType {
		return types.TermsType{TermsName: &name, Links: map[string]string{"cognito:default": link, "cognito:french": french}}
	}
	documents := []types.TermsType{
		terms("terms-of-use", "https://acme.example/terms", "https://acme.example/conditions"),
		terms("privacy-policy", "https://acme.example/privacy", "https://acme.example/confidentialite"),
	}
	r.changed = func(stored *userpool.Declaration) {
		if *stored.Pool.Id != string(acmePool) {
			return
		}
		stored.Pool.UserPoolTags = map[string]string{userpool.SupportTag: "help@acme.example"}
		stored.Terms = map[int][]types.TermsType{}
		for i, c := range stored.Clients {
			if *c.ClientId == appID {
				stored.Terms[i] = documents
			}
		}
	}
	r.restart(t)
	b := r.tab(t)
	b.get(pageAt(userpool.PathSignUp)).shows(t, http.StatusOK, "By creating an account you agree to the",
		`href="https://acme.example/terms">Terms of use</a>`, `href="https://acme.example/privacy">Privacy policy</a>`,
		`href="mailto:help@acme.example">Help</a>`, `href="https://acme.example/privacy">Privacy</a>`, `href="https://acme.example/terms">Terms</a>`)
	b.get(pageAt(userpool.PathLogin)+"&lang=fr").shows(t, http.StatusOK,
		`href="https://acme.example/confidentialite">`, `href="https://acme.example/conditions">`)
	b.get(pageAt(userpool.PathLogin)+"&lang=he").shows(t, http.StatusOK, `href="https://acme.example/terms">`) // the API has no Hebrew

	// The page of an error, and the one at /error, of a client that is known.
	for _, address := range []string{pageAt(userpool.PathConfirm), authorizeAt(acme, "redirect_uri", "https://evil.example/")} {
		b.get(address+"&lang=en").shows(t, http.StatusBadRequest, "send this reference to <a dir=\"ltr\" href=\"mailto:help@acme.example\">help@acme.example</a>",
			`href="https://acme.example/terms">Terms</a>`, `href="mailto:help@acme.example">Help</a>`)
	}
	if p := b.get(loginAt(bravo, "client_id", bravoAppID)); strings.Contains(p.body, "acme.example/terms") || strings.Contains(p.body, "help@acme.example") {
		t.Error("another pool shows Acme's links")
	}
	documents = documents[:1]
	r.restart(t)
	if p := b.get(pageAt(userpool.PathSignUp)); strings.Contains(p.body, "acme.example/terms") || strings.Contains(p.body, "you agree") {
		t.Error("one document alone is shown")
	}
}
