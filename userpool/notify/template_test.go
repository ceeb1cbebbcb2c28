package notify

import (
	"strings"
	"testing"
	"time"

	"portico/userpool"
	"portico/words"
)

// One line for each way a text can be wrong, and where it says so.
func TestParsePartFindsWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name string
		kind Kind
		part Part
		text string
		line int
		says string
	}{
		{"no code", SignUpCode, PartText, "Welcome", 1, "lacks {####}"},
		{"no code in a text message", SignInCode, PartSMS, "Welcome", 1, "lacks {####}"},
		{"no link", SignUpLink, PartText, "Welcome", 1, "lacks {link}"},
		{"unknown place", SignUpCode, PartText, "{####}\nfor {user}", 2, "has a place {user}"},
		{"code in a notice", PasswordChanged, PartText, "a\n\n{####}", 3, "has a place {####}"},
		{"link in a code's letter", SignUpCode, PartHTML, "<p>{####} {link}</p>", 1, "has a place {link}"},
		{"link in a subject", SignUpLink, PartSubject, "Open {link}", 1, "has a place {link}"},
		{"marked link in plain text", SignUpLink, PartText, "{link} {##here##}", 1, "has a place {##here##}"},
		{"too few signs", SignUpCode, PartText, "{####} {###}", 1, "has a place {###}"},
		{"empty", SignUpCode, PartText, " \n", 1, "is empty"},
		{"two lines", SignUpCode, PartSubject, "a\nb", 2, "must be one line"},
		{"long subject", SignUpCode, PartSubject, strings.Repeat("é", 141), 1, "140 characters are the limit"},
		{"long text message", SignUpCode, PartSMS, "{####}" + strings.Repeat("x", 155), 1, "160 characters are the limit"},
		{"long text", SignUpCode, PartText, "{####}" + strings.Repeat("x", maxText), 1, "is too long"},
		{"long letter", SignUpCode, PartHTML, "{####}" + strings.Repeat("x", MaxHTML), 1, "is too long"},
		{"not UTF-8", SignUpCode, PartText, "{####}\xff", 1, "is not UTF-8"},
		{"unseen", SignUpCode, PartText, "{####}\n\u202e", 2, "controls and is not seen"},
		{"script", SignUpCode, PartHTML, "<p>{####}</p>\n<script>x()</script>", 2, "has an element <script>"},
		{"event", SignUpCode, PartHTML, "<p>{####}</p>\n\n<p onclick=x()>", 3, "has an attribute onclick"},
		{"javascript link", SignUpCode, PartHTML, "{####}<a href=' javascript:x'>", 1, "has an address in <a>"},
		{"plain link", SignUpCode, PartHTML, "{####}<a href=http://acme.example>", 1, "has an address in <a>"},
		{"code in an address", SignUpCode, PartHTML, "{####}<a href='https://evil.example/{####}'>", 1, "has an address in <a>"},
		{"picture from elsewhere", SignUpCode, PartHTML, "{####}\n<img src=https://acme.example/i.png>", 2, "would be fetched"},
		{"drawing", SignUpCode, PartHTML, "{####}<img src='data:image/svg+xml,<svg>'>", 1, "would be fetched"},
		{"style from elsewhere", SignUpCode, PartHTML, "{####}\n<style>\np{background:URL(x)}</style>", 2, "with url("},
		{"hidden by an escape", SignUpCode, PartHTML, "{####}<p style='background:u\\72l(x)'>", 1, `with \`},
		{"linked style sheet", SignUpCode, PartHTML, "{####}<link rel=stylesheet href=https://a.example>", 1, "has an element <link>"},
		{"form", SignUpCode, PartHTML, "{####}<form action=https://a.example>", 1, "has an element <form>"},
		{"refresh", SignUpCode, PartHTML, "{####}<meta http-equiv=refresh content='0;url=https://a.example'>", 1, "has an attribute http-equiv"},
		{"conditional comment", SignUpCode, PartHTML, "{####}<!--[if mso]><script></script><![endif]-->", 1, "has a comment"},
		{"place in an attribute", SignUpCode, PartHTML, "{####}<p title='{username}'>", 1, "has a place in the attribute title"},
		{"place in a style", SignUpCode, PartHTML, "{####}<p style='color:{app}'>", 1, "has a place in a style"},
	} {
		_, faults := ParsePart(c.kind, c.part, []byte(c.text))
		found := false
		for _, f := range faults {
			found = found || (f.Line == c.line && strings.Contains(f.Message, c.says))
		}
		if !found {
			t.Errorf("%s: %v, want line %d: %s", c.name, faults, c.line, c.says)
		}
	}
}

func TestParsePartTakesWhatIsRight(t *testing.T) {
	for _, c := range []struct {
		kind Kind
		part Part
		text string
	}{
		{SignUpCode, PartSubject, "Your code: {####}\n"},
		{SignUpCode, PartText, "\ufeffHello {username},\r\n{####} works for {minutes} minutes ({hours} h) at {app}."},
		{SignUpCode, PartHTML, "<!DOCTYPE html><html><head><style>p{color:#333} b{}</style></head><body><p style='margin:0'>{####}<br><img alt=Acme src='data:image/png;base64,AA=='> <a href='https://acme.example/a?b=c'>Acme</a></body></html>"},
		{SignUpLink, PartHTML, "<p><a href='{link}'>Confirm</a> or {##click here##}</p>"},
		{SignUpLink, PartText, "{link}"},
		{PasswordChanged, PartSMS, "{app}: the password of {username} was changed"},
	} {
		if _, faults := ParsePart(c.kind, c.part, []byte(c.text)); len(faults) > 0 {
			t.Errorf("%s %s: %v", c.kind, c.part, faults)
		}
	}
}

// A user name, an app's name and an address are values: in the HTML part they are text, and what looks like a place in them is
// not filled in.
func TestAttackMarkupInTheValuesOfALetter(t *testing.T) {
	letter, faults := ParsePart(SignUpCode, PartHTML, []byte("<p>{username} at {app}: {####}</p>"))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	m := Compose(words.English(), SignUpCode, Facts{App: "<img src=x>", Username: `{####}"><script>`, Code: code}, Own{File: Template{PartHTML: letter}})
	if !strings.Contains(m.HTML, `<p>{####}&#34;&gt;&lt;script&gt; at &lt;img src=x&gt;: 481526</p>`) {
		t.Error(m.HTML)
	}
	link := userpool.NewSecret(`https://a.example/?x="><script>`)
	m = Compose(words.English(), SignUpLink, Facts{Link: link}, Own{File: Template{PartHTML: "<a href='{link}'>x</a>"}})
	if strings.Contains(m.HTML, "<script>") || !strings.Contains(m.HTML, "&#34;&gt;") {
		t.Error(m.HTML)
	}
}

// Only the parts that an operator wrote are theirs, and the API's texts come before those of files.
func TestOnlyThePartsPresentAreOverridden(t *testing.T) {
	facts := Facts{App: "Acme", Username: "ines", Code: code, Validity: time.Hour}
	ours := Compose(words.English(), RecoveryCode, facts, Own{})
	m := Compose(words.English(), RecoveryCode, facts, Own{File: Template{PartSubject: "For {username}: {####}"}})
	if m.Subject != "For ines: 481526" || m.Text != ours.Text || m.HTML != ours.HTML {
		t.Errorf("subject alone: %q, %q", m.Subject, m.Text)
	}
	m = Compose(words.English(), RecoveryCode, facts, Own{File: Template{PartText: "Type\n{####}\nwithin {minutes} minutes"}})
	if m.Subject != ours.Subject || m.Text != "Type\n481526\nwithin 60 minutes\n" || m.HTML != ours.HTML || m.Before[0] != "Type" || m.After[0] != "within 60 minutes" {
		t.Errorf("text alone: %+v", m)
	}
	m = Compose(words.English(), RecoveryCode, facts, Own{API: userpool.MessageTexts{Body: "API {####}"}, File: Template{PartSubject: "File", PartText: "File {####}"}})
	if m.Subject != "File" || m.Text != "API 481526\n" {
		t.Errorf("beside the API: %q, %q", m.Subject, m.Text)
	}
	m = ComposeText(words.English(), SignInCode, facts, Own{API: userpool.MessageTexts{SMS: "API {####}"}, File: Template{PartSMS: "File {####}"}})
	if m.Text != "API 481526" {
		t.Errorf("text message: %q", m.Text)
	}
}

func TestTextsOfAPoolAndLanguage(t *testing.T) {
	pool := &userpool.Pool{ID: "us-east-1_A", Name: "Acme"}
	at := func(text string) map[Kind]Template { return map[Kind]Template{SignUpCode: {PartSubject: text}} }
	texts := Texts{
		"Acme":  {"fr": at("Acme, French"), Default: at("Acme")},
		Default: {"de": at("everybody, German"), Default: {SignUpCode: {PartSubject: "everybody", PartText: "{####}"}}},
	}
	for language, want := range map[string]string{"fr": "Acme, French", "de": "Acme", "en": "Acme"} {
		if got := texts.For(pool, language, SignUpCode); got[PartSubject] != want || got[PartText] != "{####}" {
			t.Errorf("%s: %v", language, got)
		}
	}
	other := &userpool.Pool{ID: "us-east-1_B", Name: "Other"}
	if got := texts.For(other, "de", SignUpCode)[PartSubject]; got != "everybody, German" {
		t.Errorf("another pool: %q", got)
	}
	if got := Texts(nil).For(other, "de", RecoveryCode); len(got) != 0 {
		t.Errorf("without texts: %v", got)
	}
}
