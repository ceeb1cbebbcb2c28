package hostedui

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/web/problem"
	"portico/words"
)

// Cognito's own sentences come first, word for word: people and test tools look for them.
func TestSignInNotice(t *testing.T) {
	for _, c := range []struct {
		err    error
		first  string
		status int
		link   bool
	}{
		{directory.ErrIncorrect, "Incorrect username or password.", 400, true},
		{fmt.Errorf("wrapped: %w", directory.ErrIncorrect), "Incorrect username or password.", 400, true},
		{directory.ErrNoUser, "User does not exist.", 400, true},
		{directory.ErrDisabled, "User is disabled.", 400, false},
		{directory.ErrTemporaryOver, "Temporary password has expired and must be reset by an administrator.", 400, false},
		{&directory.MustChangeError{}, "This password is temporary.", 400, false},
		{directory.ErrResetRequired, "Password reset required for the user", 400, true},
		{&directory.LockedError{For: 1500 * time.Millisecond}, "Password attempts exceeded", 429, false},
		{login.ErrNotOffered, "Login option is not available. Please try another one", 401, false},
	} {
		notice, status, err := signInNotice(words.English(), c.err, "/forgotPassword?x=1")
		if err != nil || notice.First != c.first || status != c.status || (notice.Link != nil) != c.link {
			t.Errorf("%v: %+v, %d, %v", c.err, notice, status, err)
		}
		if notice, _, _ := signInNotice(words.English(), c.err, ""); notice.Link != nil {
			t.Errorf("%v: a link to recovery where there is none", c.err)
		}
	}
	if notice, _, _ := signInNotice(words.English(), &directory.LockedError{For: 300 * time.Millisecond}, ""); notice.Then != "Wait 1 second, then try again. Your account is safe." {
		t.Errorf("locked: %q", notice.Then)
	}
	// What the person can do nothing about is no notice.
	var busy *problem.Page
	if _, _, err := signInNotice(words.English(), directory.ErrBusy, ""); !errors.As(err, &busy) || busy.Status != http.StatusTooManyRequests {
		t.Errorf("busy: %v", err)
	}
	broken := errors.New("disk I/O error")
	if notice, _, err := signInNotice(words.English(), broken, ""); notice != nil || !errors.Is(err, broken) {
		t.Errorf("a fault of ours is shown: %+v, %v", notice, err)
	}
}

// The page says where a code went without saying it to somebody who does not know.
func TestMask(t *testing.T) {
	for address, want := range map[string]string{
		"ines@acme.example": "i•••@a•••.example", "a@b.c": "a•••@b•••.c", "ünal@ö.example": "ü•••@ö•••.example", "x@localhost": "x•••@l•••",
		"": "•••", "nobody": "•••", "@acme.example": "•••", "x@": "•••", "+1555010": "•••",
		"+15550100": "+•••••••0100", "+351912555290": "+•••••••5290",
	} {
		if got := mask(address); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}

func TestCodeProblem(t *testing.T) {
	for _, err := range []error{directory.ErrCodeMismatch, directory.ErrCodeExpired} {
		if text, ok := codeProblem(words.English(), err, templates.MediumPhone); !ok || text == "" {
			t.Errorf("%v has no words", err)
		}
	}
	if _, ok := codeProblem(words.English(), errors.New("disk I/O error"), templates.MediumEmail); ok {
		t.Error("a fault of ours is blamed on the code")
	}
}

// The field asks for what the pool signs in with.
func TestUsernameField(t *testing.T) {
	for _, c := range []struct {
		signInWith, aliases []string
		label, kind         string
	}{
		{nil, nil, "Username", "text"},
		{nil, []string{"email"}, "Username or email", "text"},
		{nil, []string{"phone_number"}, "Username or phone number", "text"},
		{nil, []string{"email", "phone_number"}, "Username, email or phone number", "text"},
		{[]string{"email"}, nil, "Email", "email"},
		{[]string{"phone_number"}, nil, "Phone number", "tel"},
		{[]string{"email", "phone_number"}, nil, "Email or phone number", "text"},
	} {
		f := usernameField(words.English(), &userpool.Pool{SignInWith: c.signInWith, Aliases: c.aliases}, "typed")
		if f.Label != c.label || f.Type != c.kind || f.Name != "username" || f.Autocomplete != "username" || f.Value != "typed" {
			t.Errorf("%v %v: %+v", c.signInWith, c.aliases, f)
		}
	}
}

func TestMissingText(t *testing.T) {
	policy := userpool.PasswordPolicy{MinLength: 12, Lower: true, Upper: true, Number: true, Symbol: true}
	got := missingText(words.English(), policy, policy.Missing(""))
	if want := "Use 12 characters or more. Add a lower case letter. Add an upper case letter. Add a number. Add a symbol."; got != want {
		t.Errorf("got %q", got)
	}
	if got := missingText(words.English(), policy, nil); got != "" {
		t.Errorf("nothing is missing, and yet %q", got)
	}
}

// A refused password is told at its field, in Cognito's sentence and ours; the rules are marked where they were broken.
func TestExplainPassword(t *testing.T) {
	policy := userpool.PasswordPolicy{MinLength: 8, Number: true}
	for _, c := range []struct {
		err    error
		want   string
		marked bool
	}{
		{&directory.PasswordError{Missing: []userpool.PasswordRule{userpool.RuleNumber}}, "Add a number.", true},
		{directory.ErrCompromised, "Provided password cannot be used for security reasons. It is known from a data breach elsewhere. Choose another one.", false},
		{directory.ErrReused, "Password has previously been used. Choose another one.", false},
	} {
		var field templates.Field
		list := rules(words.English(), policy, false, nil)
		if !explainPassword(words.English(), &field, &list, policy, c.err) || field.Problem != c.want || (list[1].State == templates.Missing) != c.marked {
			t.Errorf("%v: %q, %+v", c.err, field.Problem, list)
		}
	}
	if explainPassword(words.English(), &templates.Field{}, new([]templates.Rule), policy, directory.ErrUserExists) {
		t.Error("a taken name is blamed on the password")
	}
}

// Limits are told to people in words and to programs in seconds, both rounded up.
func TestLimitNotice(t *testing.T) {
	for wait, want := range map[time.Duration][2]string{
		300 * time.Millisecond: {"1 second", "1"}, 90 * time.Second: {"90 seconds", "90"}, 121 * time.Second: {"3 minutes", "121"}, time.Hour: {"60 minutes", "3600"},
	} {
		w := httptest.NewRecorder()
		notice, limited := limitNotice(w, words.English(), fmt.Errorf("wrapped: %w", &directory.LimitError{For: wait}), "No code was sent.")
		if !limited || notice.Then != "No code was sent. Wait "+want[0]+", then try again." || w.Header().Get("Retry-After") != want[1] {
			t.Errorf("%v: %+v, %q", wait, notice, w.Header().Get("Retry-After"))
		}
	}
	if notice, limited := limitNotice(httptest.NewRecorder(), words.English(), directory.ErrIncorrect, ""); limited || notice != nil {
		t.Error("a wrong password passes for a limit")
	}
}
