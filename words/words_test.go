package words

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func in(t *testing.T, code string) Words {
	t.Helper()
	w := Book{}.For("", code)
	if w.Language().Code != code {
		t.Fatalf("no words in %s", code)
	}
	return w
}

func TestSay(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Words{}.Say("signin.heading"), "Sign in"},
		{in(t, "de").Say("signin.heading"), "Anmelden"},
		{Words{}.Say("signin.new", "app", "Acme {app}"), "New to Acme {app}?"}, // a value is never read as a text
		{Words{}.Say("signin.new"), "New to {app}?"},
		{Words{}.Say("no.such.key"), "no.such.key"},
		{Words{}.Line(L("signin.new", "app", "Acme")), "New to Acme?"},
		{Words{}.Line(Line{}), ""},
		{Words{}.Sentences("One.", "", "Two."), "One. Two."},
		{in(t, "ja").Sentences("一。", "二。"), "一。二。"},
		{Words{}.Sentences(), ""},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

// Each language counts in its own way (Unicode CLDR, plural rules).
func TestCount(t *testing.T) {
	for _, c := range []struct {
		code string
		n    int
		want string
	}{
		{"en", 1, "You can ask again in 1 second"}, {"en", 0, "You can ask again in 0 seconds"}, {"en", 30, "You can ask again in 30 seconds"},
		{"fr", 0, "Vous pourrez en demander un autre dans 0 seconde"}, {"fr", 2, "Vous pourrez en demander un autre dans 2 secondes"},
		{"ja", 1, "あと1秒で、もう一度送れます"}, {"id", 1, "Anda dapat meminta lagi dalam 1 detik"},
		{"ar", 1, "يمكنك الطلب مرة أخرى بعد ثانية واحدة"}, {"ar", 2, "يمكنك الطلب مرة أخرى بعد ثانيتين"},
		{"ar", 3, "يمكنك الطلب مرة أخرى بعد 3 ثوانٍ"}, {"ar", 11, "يمكنك الطلب مرة أخرى بعد 11 ثانية"},
		{"ar", 102, "يمكنك الطلب مرة أخرى بعد 102 ثانية"}, {"he", 2, "אפשר לבקש שוב בעוד שתי שניות"},
	} {
		if got := in(t, c.code).Count("resend.wait", c.n); got != c.want {
			t.Errorf("%s %d: %q, want %q", c.code, c.n, got, c.want)
		}
	}
	if got := (Words{}).Count("resend.wait", -5); !strings.HasSuffix(got, "-5 seconds") {
		t.Errorf("a negative number: %q", got)
	}
}

func TestForms(t *testing.T) {
	want := map[string]string{"one": "You can ask again in {n} second", "other": "You can ask again in {n} seconds"}
	if diff := cmp.Diff(want, Words{}.Forms("resend.wait")); diff != "" {
		t.Error(diff)
	}
	if n := len(in(t, "ar").Forms("resend.wait")); n != 6 {
		t.Errorf("Arabic has %d forms, want 6", n)
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		24 * time.Hour: "It works for 24 hours.", time.Hour: "It works for 1 hour.", 90 * time.Minute: "It works for 90 minutes.",
		45 * time.Second: "It works for 45 seconds.", 1500 * time.Millisecond: "It works for 2 seconds.",
	} {
		if got := (Words{}).Duration("valid", d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func TestParts(t *testing.T) {
	got := Words{}.Parts("prove.text", "app", "Acme", "provider", "Harbor")
	want := []Part{
		{Text: "Acme"}, {Text: " has an account for "}, {Place: "address"}, {Text: ". Sign in to it once, and "}, {Text: "Harbor"},
		{Text: " will open it from now on."},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// From right to left, a name in other letters is laid out by itself, and one that turns the direction turns nothing else
// (Unicode UAX #9 §3.1.3).
func TestAttackNameThatTurnsTheDirection(t *testing.T) {
	got := in(t, "he").Say("signin.new", "app", "\u202eAcme")
	if !strings.Contains(got, "\u2068\u202eAcme\u2069") {
		t.Errorf("%+q", got)
	}
	if got := in(t, "de").Say("signin.new", "app", "Acme"); got != "Neu bei Acme?" {
		t.Errorf("%+q", got)
	}
}

// What a pool's rules say in English is found again in other languages.
func TestSaid(t *testing.T) {
	for _, c := range []struct{ code, english, want string }{
		{"de", "This is needed.", "Dieses Feld ist nötig."},
		{"de", "nickname: String must be no longer than 2048 characters", "nickname: Höchstlänge: 2048 Zeichen"},
		{"de", "custom:a b: Number cannot be less than -3", "custom:a b: Die Zahl darf nicht kleiner als -3 sein"},
		{"de", "Some new sentence.", "Some new sentence."},
		{"de", "", ""},
		{"en", "This is needed.", "This is needed."},
	} {
		if got := in(t, c.code).Said(c.english); got != c.want {
			t.Errorf("%s: %q, want %q", c.code, got, c.want)
		}
	}
}

func TestContext(t *testing.T) {
	if w, chosen := From(context.Background()); chosen || w.Language().Code != Default {
		t.Error("words out of nowhere")
	}
	if w, chosen := From(With(context.Background(), in(t, "he"))); !chosen || w.Language().Code != "he" {
		t.Error("the words were lost")
	}
}

func BenchmarkSay(b *testing.B) {
	w := Book{}.For("", "de")
	for b.Loop() {
		w.Say("signin.new", "app", "Acme Notes")
	}
}
