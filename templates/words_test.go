package templates

import (
	"strings"
	"testing"

	"portico/words"
)

func TestTitleSaysErrorFirst(t *testing.T) {
	bad, care := &Notice{Kind: Bad}, &Notice{Kind: Care}
	for _, c := range []struct{ got, want string }{
		{title(Frame{App: "Acme Notes"}, "Sign in", nil), "Sign in · Acme Notes"},
		{title(Frame{}, "Sign in", care), "Sign in"},
		{title(Frame{App: "Acme Notes"}, "Sign in", bad), "Error: Sign in · Acme Notes"},
		{title(Frame{App: "Acme Notes"}, "Check your email", nil, "", "Wrong."), "Error: Check your email · Acme Notes"},
		{benchTitle("Inbox", nil), "Inbox · Portico"},
	} {
		if c.got != c.want {
			t.Errorf("title %q, want %q", c.got, c.want)
		}
	}
	p := page{"signup", SignUp(signUpRefused()), ""}
	if got := text(parse(t, p).all("title")[0]); !strings.HasPrefix(got, "Error: ") {
		t.Errorf("a sign-up with refused fields has the title %q", got)
	}
}

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{
		"Ines Duarte": "ID", "ines@acme.example": "IN", "tomás.o@acme.example": "TO", "X": "X", "": "•", "---": "•", "أكمي": "أك", "Ana Maria da Silva": "AS",
	} {
		if got := initials(name); got != want {
			t.Errorf("initials(%q) = %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{"acme": "A", "": "•", "«7 Notes»": "7", "مذكرات": "م"} {
		if got := initial(name); got != want {
			t.Errorf("initial(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestFieldID(t *testing.T) {
	for _, c := range []struct {
		f    Field
		want string
	}{
		{Field{Name: "requiredAttributes[given_name]"}, "requiredAttributes-given_name"},
		{Field{Name: "username", ID: "signInFormUsername"}, "signInFormUsername"},
		{Field{Name: "requiredAttributes[custom:näme]"}, "requiredAttributes-custom-n-me"},
		{Field{}, "field"},
		{Field{Name: `"><`}, "field"},
	} {
		if got := fieldID(c.f); got != c.want {
			t.Errorf("fieldID(%+v) = %q, want %q", c.f, got, c.want)
		}
	}
}

func TestRowsPairNeighbours(t *testing.T) {
	pair, whole := Field{Pair: true}, Field{}
	var shape []int
	for _, r := range rows([]Field{pair, whole, pair, pair, pair, whole}) {
		shape = append(shape, len(r))
	}
	want := []int{1, 1, 2, 1, 1}
	if len(shape) != len(want) {
		t.Fatalf("rows of %v, want %v", shape, want)
	}
	for i := range want {
		if shape[i] != want[i] {
			t.Fatalf("rows of %v, want %v", shape, want)
		}
	}
}

// focus gives the ids of the fields that take the keyboard.
func focus(t *testing.T, p page) string {
	var ids []string
	for _, n := range parse(t, p).all("input") {
		if has(n, "autofocus") {
			ids = append(ids, attr(n, "id"))
		}
	}
	return strings.Join(ids, " ")
}

// TestKeyboardStartsWhereItHelps: on the refused field, else on the only field,
// else nowhere, so that a phone's keyboard covers no other way to sign in.
func TestKeyboardStartsWhereItHelps(t *testing.T) {
	both := reset()
	both.CodeProblem, both.PasswordField.Problem = "Wrong.", "Too short."
	weak := reset()
	weak.PasswordField.Problem = "Too short."
	wrongName := signInRefused()
	wrongName.Username.Problem = "Enter your email."
	unlike, nameless := replace(), replaceRefused()
	unlike.AgainField.Problem = "This is not the same password."
	nameless.PasswordField.Problem, nameless.Fields[1].Problem = "", "This is needed."
	for _, c := range []struct {
		p    page
		want string
	}{
		{page{"sign in", SignIn(signIn()), ""}, ""},
		{page{"sign in refused", SignIn(signInRefused()), ""}, "signInFormPassword"},
		{page{"user name refused", SignIn(wrongName), ""}, "signInFormUsername"},
		{page{"sign up", SignUp(signUp()), ""}, ""},
		{page{"sign up refused", SignUp(signUpRefused()), ""}, "requiredAttributes-given_name"},
		{page{"confirm", Confirm(confirm()), ""}, "verification_code"},
		{page{"reset", Reset(reset()), ""}, "forgot_password_code"},
		{page{"reset, both refused", Reset(both), ""}, "forgot_password_code"},
		{page{"new password", NewPassword(replace()), ""}, "new_password"},
		{page{"new password, weak", NewPassword(replaceRefused()), ""}, "new_password"},
		{page{"new password, unlike", NewPassword(unlike), ""}, "confirm_password"},
		{page{"new password, without a name", NewPassword(nameless), ""}, "requiredAttributes-family_name"},
		{page{"reset, weak password", Reset(weak), ""}, "new_password"},
	} {
		if got := focus(t, c.p); got != c.want {
			t.Errorf("%s: the keyboard starts at %q, want %q", c.p.name, got, c.want)
		}
	}
}

func TestResendWaits(t *testing.T) {
	for _, wait := range []int{0, 1, 30} {
		v := confirm()
		v.WaitSeconds = wait
		d := parse(t, page{"confirm", Confirm(v), ""})
		for _, f := range d.all("form") {
			if attr(f, "name") == "" && has(f, "hidden") != (wait > 0) {
				t.Errorf("wait %d: the form that resends is hidden: %v", wait, has(f, "hidden"))
			}
		}
		if got := strings.Contains(render(t, page{"confirm", Confirm(v), ""}), words.English().Count("resend.wait", wait)+"<"); got != (wait > 0) {
			t.Errorf("wait %d: the sentence is drawn: %v", wait, got)
		}
	}
}

func TestFifthProviderIsBehindMore(t *testing.T) {
	v := signIn()
	v.Providers = providersOf("A", "B", "C", "D", "E", "F")
	d := parse(t, page{"signin", SignIn(v), ""})
	var hidden []string
	for n := range d.all("details")[0].Descendants() {
		if n.Data == "a" {
			hidden = append(hidden, strings.TrimSpace(text(n)))
		}
	}
	if got := strings.Join(hidden, ", "); got != "Continue with E, Continue with F" {
		t.Errorf("behind More: %s", got)
	}
}
