package notify

import (
	"errors"
	"strings"
	"testing"
	"time"

	"portico/userpool"
	"portico/words"
)

func messagesOf(sms string) Own { return Own{API: userpool.MessageTexts{SMS: sms}} }

const phone = "+351912555290"

// text is a text message that can be sent.
func text() Message {
	m := ComposeText(words.English(), SignUpCode, Facts{App: "Acme Notes", Code: code, Validity: 24 * time.Hour}, Own{})
	m.To, m.Pool = phone, "us-east-1_Test00001"
	return m
}

func TestComposeTextOurWords(t *testing.T) {
	day, long := 24*time.Hour, strings.Repeat("x", 160)
	for _, c := range []struct {
		name      string
		kind      Kind
		app, host string
		valid     time.Duration
		want      string
	}{
		{"sign-up", SignUpCode, "Acme Notes", "", day, "Acme Notes: 481526 is your code. It works for 24 hours."},
		{"recovery", RecoveryCode, "Acme", "", time.Hour, "Acme: 481526 is your code to reset your password. It works for 1 hour."},
		{"nameless", SignUpCode, "", "", 0, "481526 is your code."},
		{"bound to its host", SignUpCode, "Acme", "id.acme.example", day, "Acme: 481526 is your code. It works for 24 hours.\n\n@id.acme.example #481526"},
		{"host too long", SignUpCode, "Acme", long + ".example", day, "Acme: 481526 is your code. It works for 24 hours."},
		{"time too long", SignUpCode, strings.Repeat("x", 130), "a.example", day, strings.Repeat("x", 130) + ": 481526 is your code."},
		{"app too long", SignUpCode, long, "a.example", day, "481526 is your code."},
		{"app too long in its script", SignUpCode, strings.Repeat("ж", 60), "", day, "481526 is your code."},
	} {
		m := ComposeText(words.English(), c.kind, Facts{App: c.app, Host: c.host, Code: code, Validity: c.valid}, Own{})
		if m.Text != c.want || Segments(m.Text) != 1 || m.Medium != userpool.MediumSMS || m.Subject != "" || m.HTML != "" {
			t.Errorf("%s: %q in %d messages, want %q in one", c.name, m.Text, Segments(m.Text), c.want)
		}
	}
}

func TestComposeTextOperatorsWords(t *testing.T) {
	m := ComposeText(words.English(), RecoveryCode, Facts{App: "Acme", Host: "acme.example", Code: code, Validity: time.Hour}, messagesOf("Acme says {####}, {####}!\nBye"))
	if m.Text != "Acme says 481526, 481526!\nBye" {
		t.Errorf("text %q", m.Text)
	}
	for _, useless := range []string{"Welcome!", "{####}\x00", "\x1b[2J{####}"} {
		if m := ComposeText(words.English(), SignUpCode, Facts{Code: code}, messagesOf(useless)); m.Text != "481526 is your code." {
			t.Errorf("%q became %q", useless, m.Text)
		}
	}
}

// An app's name would add a line that binds the code to another host, or a second code.
func TestAttackTextInTheAppsName(t *testing.T) {
	m := ComposeText(words.English(), SignUpCode, Facts{App: "Acme\n\n@evil.example #{####}", Host: "id.acme.example", Code: code}, Own{})
	lines := strings.Split(m.Text, "\n")
	if len(lines) != 3 || lines[2] != "@id.acme.example #481526" || strings.Count(lines[0], "481526") != 1 || strings.Contains(m.Text, "{####}") {
		t.Errorf("text %q", m.Text)
	}
}

func TestTextIsRefusedWhereItCannotBeSent(t *testing.T) {
	for name, change := range map[string]func(*Message){
		"no number":             func(m *Message) { m.To = "" },
		"an address":            func(m *Message) { m.To = "ines@acme.example" },
		"two numbers":           func(m *Message) { m.To = phone + "," + phone },
		"newline in the number": func(m *Message) { m.To = phone + "\r\nX: y" },
		"letters in the number": func(m *Message) { m.To = "+351912555290a" },
		"national number":       func(m *Message) { m.To = "912555290" },
		"no text":               func(m *Message) { m.Text = "" },
		"too many messages":     func(m *Message) { m.Text = strings.Repeat("a", 153*maxSegments+1) },
		"control character":     func(m *Message) { m.Text = "481526\x1b" },
		"carriage return":       func(m *Message) { m.Text = "481526\r\n" },
		"not a text":            func(m *Message) { m.Text = "481526\xff" },
	} {
		m := text()
		change(&m)
		for sender, err := range map[string]error{
			"Inbox": NewInbox(1, nil).Send(t.Context(), m), "SNS": new(SNS).Send(t.Context(), m), "Webhook": new(Webhook).Send(t.Context(), m),
		} {
			if !errors.Is(err, ErrMessage) {
				t.Errorf("%s, %s: %v, want ErrMessage", name, sender, err)
			} else if strings.Contains(err.Error(), "91255") || strings.Contains(err.Error(), "481526") {
				t.Errorf("%s: the error repeats the message: %v", name, err)
			}
		}
	}
}

func TestByMedium(t *testing.T) {
	mail, texts := NewInbox(9, nil), NewInbox(9, nil)
	both := ByMedium{Mail: mail, Texts: texts}
	for _, m := range []Message{letter(), text(), text()} {
		if err := both.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	if mail.Count() != 1 || texts.Count() != 2 {
		t.Errorf("%d e-mails, %d text messages; want 1 and 2", mail.Count(), texts.Count())
	}
	for _, m := range []Message{letter(), text()} {
		if err := (ByMedium{}).Send(t.Context(), m); !errors.Is(err, ErrNoCarrier) {
			t.Errorf("without a carrier: %v", err)
		}
	}
	// A carrier of texts never takes an e-mail for one.
	for _, carrier := range []Sender{new(SNS), new(Webhook)} {
		if err := carrier.Send(t.Context(), letter()); !errors.Is(err, ErrNoCarrier) {
			t.Errorf("%T took an e-mail: %v", carrier, err)
		}
	}
}
