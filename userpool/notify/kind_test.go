package notify

import (
	"strings"
	"testing"
	"time"

	"portico/userpool"
	"portico/words"
)

// Every kind says something of its own in every language, as both parts, and fits one text message.
func TestEveryKindInEveryLanguage(t *testing.T) {
	for _, language := range words.Codes() {
		said := words.Book{}.For("", language)
		for _, kind := range Kinds() {
			facts := Facts{App: "Acme", Username: "ines", Validity: 24 * time.Hour, Code: code}
			secret := "481526"
			switch {
			case kind == SignUpLink:
				secret, facts.Code, facts.Link = "https://id.example/?c=1", userpool.Secret{}, userpool.NewSecret("https://id.example/?c=1")
			case kind.Notice():
				secret, facts.Code = "", userpool.Secret{}
			}
			m := Compose(said, kind, facts, Own{})
			m.To = "ines@acme.example"
			if err := m.check(); err != nil || !strings.Contains(m.Text, secret) || !strings.Contains(m.HTML, secret) || strings.Contains(m.Text, "{") {
				t.Errorf("%s, %s: %v\n%s", language, kind, err, m.Text)
			}
			if kind.Notice() != (m.Code.Empty() && m.Link.Empty()) {
				t.Errorf("%s carries a secret: %v", kind, !kind.Notice())
			}
			if kind.MailOnly() {
				continue
			}
			short := ComposeText(said, kind, facts, Own{})
			if Segments(short.Text) != 1 || !strings.Contains(short.Text, secret) || strings.Contains(short.Text, "{") {
				t.Errorf("%s, %s: %q in %d messages", language, kind, short.Text, Segments(short.Text))
			}
		}
	}
}

func TestKindsAreFoundByName(t *testing.T) {
	for _, kind := range Kinds() {
		if found, ok := FindKind(kind.FileName()); !ok || found != kind || strings.ContainsAny(kind.FileName(), " /.") {
			t.Errorf("%s is found as %s", kind.FileName(), found)
		}
	}
	if _, ok := FindKind("sign-up code"); ok {
		t.Error("a name with a space is one")
	}
}

func TestComposeANoticeAndALink(t *testing.T) {
	m := Compose(words.English(), PasswordChanged, Facts{App: "Acme Notes"}, Own{})
	if want := "Acme Notes\n\nYour password was changed\nIf it was you, there is nothing to do.\n\nIf it was not you, reset your password and tell the people who run the app.\n"; m.Text != want {
		t.Errorf("notice: %q", m.Text)
	}
	address := "https://id.example/confirmUser?a=b&c=d"
	facts := Facts{App: "Acme Notes", Link: userpool.NewSecret(address), Validity: 24 * time.Hour}
	m = Compose(words.English(), SignUpLink, facts, Own{})
	if !strings.Contains(m.Text, "\n"+address+"\n") || !strings.Contains(m.HTML, `<a href="https://id.example/confirmUser?a=b&amp;c=d">`) {
		t.Errorf("link: %s\n%s", m.Text, m.HTML)
	}
	api := userpool.MessageTexts{Subject: "Welcome", Body: "<p>Hello, {##click here##} now</p>"}
	m = Compose(words.English(), SignUpLink, facts, Own{API: api})
	if m.Subject != "Welcome" || m.Text != "Hello, click here "+address+" now\n" || !strings.Contains(m.HTML, `<a href="https://id.example/confirmUser?a=b&amp;c=d">click here</a>`) {
		t.Errorf("Cognito's link: %q\n%s", m.Text, m.HTML)
	}
	// Without the mark the person would be left without a link.
	if m = Compose(words.English(), SignUpLink, facts, Own{API: userpool.MessageTexts{Body: "Welcome {####}"}}); !strings.Contains(m.Text, address) {
		t.Errorf("a body without a link: %q", m.Text)
	}
}
