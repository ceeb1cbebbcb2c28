package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
	"portico/userpool/notify"
)

// An operator's messages reach people in the language of the page that caused them, part by part; what the pool's own members
// say comes before them.
func TestMessagesOfTheOperator(t *testing.T) {
	r := newRig(t)
	r.letters = notify.Texts{
		string(acmePool): {"fr": {notify.SignUpCode: {notify.PartSubject: "Bienvenue", notify.PartHTML: "<p>{app} : <b>{####}</b> pour {username}</p>"}}},
		notify.Default:   {notify.Default: {notify.SignUpCode: {notify.PartText: "{####} within {hours} hours"}}},
	}
	r.restart(t)
	b := r.tab(t)
	b.get(pageAt(userpool.PathLogin) + "&lang=fr")
	b.signUpAt("first@acme.example").shows(t, http.StatusOK, "Nous avons envoyé un code")
	m := r.inbox.Messages()[0]
	code := m.Code.Reveal()
	if m.Subject != "Bienvenue" || !strings.Contains(m.HTML, "<p>Acme Notes : <b>"+code+"</b> pour first@acme.example</p>") || m.Text != code+" within 24 hours\n" ||
		!strings.Contains(m.HTML, `<html lang="fr" dir="ltr">`) {
		t.Errorf("%q, %q\n%s", m.Subject, m.Text, m.HTML)
	}
	r.changed = func(stored *userpool.Declaration) {
		stored.Pool.VerificationMessageTemplate = &types.VerificationMessageTemplateType{EmailMessage: new("Our code: {####}")}
	}
	r.restart(t)
	b.signUpAt("second@acme.example").shows(t, http.StatusOK, "Nous avons envoyé un code")
	m = r.inbox.Messages()[0]
	if code = m.Code.Reveal(); m.Subject != "Bienvenue" || m.Text != "Our code: "+code+"\n" || !strings.Contains(m.HTML, "Our code: "+code) {
		t.Errorf("beside the pool's own: %q, %q", m.Subject, m.Text)
	}
}
