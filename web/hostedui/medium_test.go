package hostedui

import (
	"strings"
	"testing"

	"portico/templates"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/words"
)

// People write numbers as they read them; what is stored has digits alone.
func TestDialled(t *testing.T) {
	byPhone, byMail := &userpool.Pool{SignInWith: []string{"email", "phone_number"}}, &userpool.Pool{SignInWith: []string{"email"}}
	for typed, want := range map[string]string{
		"+351 912 555 290": "+351912555290", "+1 (555) 010-0199": "+15550100199", "+49\u00a030/1234.567": "+49301234567", "+351912555290": "+351912555290",
		"ines@acme.example": "ines@acme.example", "i.d@acme.example": "i.d@acme.example", "912 555 290": "912 555 290", "+351 912 55 x": "+351 912 55 x", "": "",
	} {
		if got := dialled(byPhone, typed); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
		if got := dialled(byMail, typed); got != typed {
			t.Errorf("%q became %q in a pool without numbers", typed, got)
		}
	}
}

// The words after a forgotten password follow from the pool, never from the person.
func TestRecoveryMedium(t *testing.T) {
	for _, c := range []struct {
		by    []string
		texts int
		want  templates.Medium
	}{
		{[]string{"email"}, 9, templates.MediumEmail}, {[]string{"phone_number"}, 9, templates.MediumPhone},
		{[]string{"phone_number", "email"}, 9, templates.MediumEither}, {[]string{"phone_number", "email"}, 0, templates.MediumEmail},
	} {
		p := &Pages{Directory: &directory.Directory{Texts: directory.TextLimits{PerHour: c.texts}}}
		if got := p.recoveryMedium(&userpool.Pool{RecoverBy: c.by}); got != c.want {
			t.Errorf("%v, %d texts: %v, want %v", c.by, c.texts, got, c.want)
		}
	}
	p := &Pages{Directory: &directory.Directory{}}
	if p.canRecover(&userpool.Pool{RecoverBy: []string{"phone_number"}}) {
		t.Error("a link to recovery by phone, and nobody carries texts")
	}
}

func TestWordsOfTheMedium(t *testing.T) {
	for _, c := range []struct {
		medium templates.Medium
		name   string
		taken  string
	}{
		{medium("SMS"), "text message", "An account with the phone_number already exists."},
		{medium("EMAIL"), "email", "An account with the email already exists."},
		{medium(""), "email", "An account with the email already exists."}, // page data from before there were texts
	} {
		if got := undelivered(words.English(), c.medium).First; got != "The "+c.name+" could not be sent." {
			t.Errorf("undelivered: %q", got)
		}
		if got := aliasTaken(words.English(), c.medium).First; got != c.taken {
			t.Errorf("taken: %q", got)
		}
		if got, _ := codeProblem(words.English(), directory.ErrCodeMismatch, c.medium); !strings.HasSuffix(got, "Check the newest "+c.name+" from us.") {
			t.Errorf("wrong code: %q", got)
		}
	}
}

// The form asks for what the code is sent to, unless people sign in with it.
func TestSignUpAsksForWhereTheCodeGoes(t *testing.T) {
	for _, c := range []struct {
		verify, signIn []string
		texts          int
		want           string
	}{
		{[]string{"phone_number"}, nil, 9, "phone_number"},
		{[]string{"email", "phone_number"}, nil, 9, "email"},
		{[]string{"phone_number"}, []string{"phone_number"}, 9, ""},
		{[]string{"phone_number"}, nil, 0, ""},
		{[]string{"email", "phone_number"}, []string{"phone_number"}, 9, ""},
		{[]string{"email"}, []string{"phone_number"}, 9, "email"},
	} {
		p := &Pages{Directory: &directory.Directory{Texts: directory.TextLimits{PerHour: c.texts}}}
		got := p.asked(&userpool.Pool{AutoVerify: c.verify, SignInWith: c.signIn, Schema: userpool.StandardSchema()})
		if strings.Join(got, " ") != c.want {
			t.Errorf("%+v: asked for %v", c, got)
		}
	}
}

// The case an address is kept in does not show: it would tell somebody's address from one that was only typed.
func TestAttackUserEnumerationByCaseOfMask(t *testing.T) {
	if kept, typed := mask("Ines@Acme.Example"), mask("ines@acme.example"); kept != typed || typed != "i•••@a•••.example" {
		t.Errorf("%q and %q", kept, typed)
	}
}
