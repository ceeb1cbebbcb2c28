package hostedui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/words"
)

// In English, what Cognito says is said word for word: it is what the directory's errors say.
func TestCognitoSentencesWordForWord(t *testing.T) {
	w := words.English()
	for key, err := range map[string]error{
		"signin.incorrect.first": directory.ErrIncorrect, "signin.nouser.first": directory.ErrNoUser, "signin.disabled.first": directory.ErrDisabled,
		"signin.mustreset.first": directory.ErrResetRequired, "signin.locked.first": &directory.LockedError{},
		"signin.notoffered.first": login.ErrNotOffered, "signup.exists.first": directory.ErrUserExists,
		"forgot.norecovery.first": directory.ErrNoRecovery, "forgot.notresettable.first": directory.ErrNotResettable,
		"code.limit.first": directory.ErrLimit, "signin.over.first": directory.ErrTemporaryOver,
	} {
		if got := w.Say(key); got != err.Error() {
			t.Errorf("%s is %q, want %q", key, got, err.Error())
		}
	}
	for key, sentence := range map[string]string{
		"code.mismatch": "Invalid verification code provided, please try again. ", "code.expired": "Invalid code provided, please request a code again.",
		"password.compromised": directory.ErrCompromised.Error() + " ", "password.reused": directory.ErrReused.Error() + " ",
		"code.limit": directory.ErrLimit.Error() + " ", "confirm.taken.first": "An account with the email already exists.",
		"error.request.heading": "An error was encountered with the requested page.", "error.recovery.text": "Contact administrator to reset password.",
	} {
		if got := w.Say(key); !strings.HasPrefix(got, sentence) {
			t.Errorf("%s is %q, and does not begin with %q", key, got, sentence)
		}
	}
}

// Every sentence that the directory has for a field is known to the catalogue, and so has other languages.
func TestEveryFieldProblemIsTranslated(t *testing.T) {
	german := words.Book{}.For("", "de")
	files, err := filepath.Glob("../../userpool/directory/*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			made, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			if kind, ok := made.Type.(*ast.Ident); !ok || kind.Name != "AttributeError" || len(made.Elts) != 2 {
				return true
			}
			if lit, ok := made.Elts[1].(*ast.BasicLit); ok {
				found++
				if text, _ := strconv.Unquote(lit.Value); german.Said(text) == text {
					t.Errorf("%s: %q has no translation", filepath.Base(file), text)
				}
			}
			return true
		})
	}
	if found < 8 {
		t.Errorf("only %d sentences were found in userpool/directory", found)
	}
}

// The same for what a pool's schema says of a value.
func TestEverySchemaProblemIsTranslated(t *testing.T) {
	german := words.Book{}.For("", "de")
	two := int64(2)
	schema := userpool.StandardSchema()
	schema["custom:n"] = userpool.Attribute{Name: "custom:n", Type: "Number", MinValue: &two, MaxValue: &two}
	schema["custom:b"] = userpool.Attribute{Name: "custom:b", Type: "Boolean"}
	schema["custom:d"] = userpool.Attribute{Name: "custom:d", Type: "DateTime"}
	for _, c := range [][2]string{
		{"email", "x"}, {"phone_number", "x"}, {"birthdate", "x"}, {"nickname", strings.Repeat("x", 3000)}, {"nickname", "\x00"}, {"nothing", "x"},
		{"custom:n", "x"}, {"custom:n", "1"}, {"custom:n", "3"}, {"custom:b", "x"}, {"custom:d", "x"},
	} {
		err := schema.Check(c[0], c[1])
		if err == nil {
			t.Errorf("%s %.5q is taken", c[0], c[1])
		} else if german.Said(err.Error()) == err.Error() {
			t.Errorf("%q has no translation", err)
		}
	}
}

// A sentence ends where its language ends it: the link stands inside.
func TestResetStandsInsideItsSentence(t *testing.T) {
	for code, want := range map[string]string{
		"en": "Check both and try again, or [reset your password].", "ja": "両方を確かめてもう一度お試しいただくか、[パスワードを再設定]してください。",
	} {
		notice, _, err := signInNotice(words.Book{}.For("", code), directory.ErrIncorrect, "/forgotPassword")
		if err != nil || notice.Link == nil {
			t.Fatalf("%s: %+v, %v", code, notice, err)
		}
		if got := notice.Then + "[" + notice.Link.Text + "]" + notice.After; got != want {
			t.Errorf("%s: %q", code, got)
		}
	}
}
