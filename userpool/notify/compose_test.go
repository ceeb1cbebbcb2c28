package notify

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"portico/userpool"
	"portico/words"
)

var code = userpool.NewSecret("481526")

func TestComposeOurWords(t *testing.T) {
	m := Compose(words.English(), SignUpCode, Facts{App: "Acme Notes", Code: code, Validity: 24 * time.Hour}, Own{})
	want := `Your code for Acme Notes is 481526.

Confirm your email
Enter this code on the page you came from. It works for 24 hours.

If you did not ask for it, you can ignore this email.
`
	if diff := cmp.Diff(want, m.Text); diff != "" {
		t.Error(diff)
	}
	if m.Preview() != "Your code for Acme Notes is 481526." || m.Subject != "Confirm your email" {
		t.Errorf("preview %q, subject %q", m.Preview(), m.Subject)
	}
	m = Compose(words.English(), RecoveryCode, Facts{App: "", Code: code, Validity: time.Hour}, Own{})
	if m.Preview() != "Your code is 481526." || m.Subject != "Reset your password" || !strings.Contains(m.Text, "works for 1 hour.") {
		t.Errorf("recovery: %q, %q", m.Subject, m.Text)
	}
}

func TestComposeSaysHowLongTheCodeWorks(t *testing.T) {
	for d, want := range map[time.Duration]string{
		24 * time.Hour: " It works for 24 hours.", time.Hour: " It works for 1 hour.", 90 * time.Minute: " It works for 90 minutes.",
		15 * time.Minute: " It works for 15 minutes.", 45 * time.Second: " It works for 45 seconds.", 0: "",
	} {
		m := Compose(words.English(), SignUpCode, Facts{App: "", Code: code, Validity: d}, Own{})
		if want = "Enter this code on the page you came from." + want; m.Before[0] != want {
			t.Errorf("%v: %q, want %q", d, m.Before[0], want)
		}
	}
}

func TestComposeTheOperatorsWords(t *testing.T) {
	for _, test := range []struct {
		name              string
		texts             userpool.MessageTexts
		subject, text     string
		inHTML, notInHTML string
		before, after     []string
	}{
		{
			"HTML", userpool.MessageTexts{Subject: "Your code: {####}", Body: "<style>p{}</style><p>Hi &amp; welcome</p><p>Use <b>{####}</b> now.</p>Bye"},
			"Your code: 481526", "Hi & welcome\nUse 481526 now.\nBye\n", "<b>481526</b>", "{####}",
			[]string{"Hi & welcome", "Use"}, []string{"now.", "Bye"},
		},
		{
			"plain", userpool.MessageTexts{Body: "Code {####}\nTom & Ana"},
			"Confirm your email", "Code 481526\nTom & Ana\n", "Code 481526<br>\nTom &amp; Ana", "{####}",
			[]string{"Code"}, []string{"Tom & Ana"},
		},
		{
			"line ends in the subject", userpool.MessageTexts{Subject: "A\r\nBcc: x@y.example", Body: "{####} {####}"},
			"A Bcc: x@y.example", "481526 481526\n", "481526 481526", "{####}", nil, []string{"481526"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := Compose(words.English(), SignUpCode, Facts{App: "Acme", Code: code, Validity: time.Hour}, Own{API: test.texts})
			if m.Subject != test.subject || m.Text != test.text {
				t.Errorf("subject %q, text %q", m.Subject, m.Text)
			}
			if !strings.Contains(m.HTML, test.inHTML) || strings.Contains(m.HTML, test.notInHTML) {
				t.Errorf("HTML: %s", m.HTML)
			}
			if diff := cmp.Diff([][]string{test.before, test.after}, [][]string{m.Before, m.After}); diff != "" {
				t.Error(diff)
			}
			m.To = "ines@acme.example"
			if err := m.check(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestComposeNeverLeavesThePersonWithoutACode(t *testing.T) {
	m := Compose(words.English(), SignUpCode, Facts{App: "Acme", Code: code, Validity: time.Hour}, Own{API: userpool.MessageTexts{Subject: " \n", Body: "Welcome!"}})
	if !strings.Contains(m.Text, "481526") || !strings.Contains(m.HTML, "481526") || m.Subject == "" {
		t.Errorf("%q: %s", m.Subject, m.Text)
	}
}

// A message is in one language, says so to mail programs, and shows its code from left to right.
func TestComposeInALanguage(t *testing.T) {
	hebrew := words.Book{}.For("", "he")
	m := Compose(hebrew, RecoveryCode, Facts{App: "Acme", Code: code, Validity: time.Hour}, Own{})
	want := "הקוד שלך עבור \u2068Acme\u2069 הוא 481526.\n\nאיפוס הסיסמה\nיש להקליד את הקוד הזה בדף שממנו הגעת. הוא תקף לשעה.\n\n" +
		"אם לא ביקשת אותו, אפשר להתעלם מההודעה הזאת. הסיסמה שלך נשארת כפי שהיא.\n"
	if diff := cmp.Diff(want, m.Text); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(m.HTML, `<html lang="he" dir="rtl">`) || !strings.Contains(m.HTML, `<p dir="ltr" style="`+styleCode+`">481526</p>`) {
		t.Errorf("HTML: %s", m.HTML)
	}
	m = Compose(hebrew, RecoveryCode, Facts{App: "Acme", Code: code, Validity: time.Hour}, Own{API: userpool.MessageTexts{Subject: "Your code", Body: "Code {####}"}})
	if m.Subject != "Your code" || m.Text != "Code 481526\n" || !strings.Contains(m.HTML, `<html lang="en" dir="ltr">`) {
		t.Errorf("the operator's own message became %q, %q", m.Subject, m.Text)
	}
}

func TestAttackMarkupInTheAppsName(t *testing.T) {
	m := Compose(words.English(), SignUpCode, Facts{App: "<img src=x>\nBcc: y", Code: code, Validity: time.Hour}, Own{})
	if strings.Contains(m.HTML, "<img") {
		t.Errorf("HTML: %s", m.HTML)
	}
	if m.Preview() != "Your code for <img src=x> Bcc: y is 481526." {
		t.Errorf("text: %q", m.Text)
	}
}

func TestAttackMessageInALog(t *testing.T) {
	m := Compose(words.English(), SignUpCode, Facts{App: "Acme", Code: code, Validity: time.Hour}, Own{})
	m.To = "ines@acme.example"
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("sent", "message", m, "list", []Message{m})
	asJSON, err := json.Marshal(struct{ M Message }{m})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprintf("%v %+v %#v %s", m, m, m, &m), log.String(), string(asJSON), fmt.Sprintf("%+v", Received{Message: m})} {
		if strings.Contains(text, "481526") || strings.Contains(text, "ines@") {
			t.Errorf("printed: %s", text)
		}
	}
}
