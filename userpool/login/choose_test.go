package login_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"portico/internal/authenticator"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
	"portico/userpool/notify"
	"portico/userpool/seal"
)

const nobodyHere = "nobody@acme.example"

// choosers is a town whose people choose how to sign in, with a clock that is moved by hand.
type choosers struct {
	*town
	inbox   *notify.Inbox
	clock   time.Time
	browser *authenticator.Browser
}

func newChoosers(t *testing.T, hidden bool) *choosers {
	t.Helper()
	c := &choosers{town: newTown(t, userpool.LinkingOff, nil), clock: time.Unix(1_800_000_000, 0)}
	now := func() time.Time { return c.clock }
	c.inbox = notify.NewInbox(10, now)
	c.Login.First, c.Login.Now = c.staff, now
	c.staff.Now, c.staff.Sender, c.staff.Later = now, c.inbox, make(chan struct{}, directory.MaxLater)
	c.staff.Challenges = seal.NewMasterKey().For(seal.Challenge)
	c.pool.FirstFactors = []userpool.Factor{userpool.FactorPassword, userpool.FactorEmailOTP, userpool.FactorPasskey}
	client := c.pool.Clients["client"]
	client.Choice, client.HideUsers = true, hidden
	c.browser = &authenticator.Browser{Origin: "https://id.example", Verifies: true}
	return c
}

// settle waits for messages that are sent after their answer.
func (c *choosers) settle() {
	for range cap(c.staff.Later) {
		c.staff.Later <- struct{}{}
	}
	for range cap(c.staff.Later) {
		<-c.staff.Later
	}
}

func (c *choosers) named(t *testing.T, typed string) *login.ChooseFirst {
	t.Helper()
	step, err := c.Named(t.Context(), c.ask(t), typed)
	choice, ok := step.(*login.ChooseFirst)
	if !ok {
		t.Fatalf("%s leads to %T, %v", typed, step, err)
	}
	return choice
}

// coded chooses a code by e-mail.
func (c *choosers) coded(t *testing.T, typed string) *login.OneTimeCode {
	t.Helper()
	step, err := c.Choose(t.Context(), c.named(t, typed), userpool.FactorEmailOTP)
	asked, ok := step.(*login.OneTimeCode)
	if !ok {
		t.Fatalf("%s leads to %T, %v", typed, step, err)
	}
	c.settle()
	return asked
}

func (c *choosers) code() string { return c.inbox.Messages()[0].Code.Reveal() }

// enrol gives ines a passkey.
func (c *choosers) enrol(t *testing.T) *authenticator.Key {
	t.Helper()
	client := c.pool.Clients["client"]
	options, err := c.staff.StartPasskey(t.Context(), c.pool, client, c.ines.Sub)
	if err != nil {
		t.Fatal(err)
	}
	key, answer, err := c.browser.Create(options)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.staff.AddPasskey(t.Context(), c.pool, client, c.ines.Sub, answer, ""); err != nil {
		t.Fatal(err)
	}
	return key
}

func factors(ways []directory.Way) string {
	var list []string
	for _, way := range ways {
		list = append(list, string(way.Factor))
	}
	return strings.Join(list, " ")
}

// The ways are those that the person has, in the order to offer them, and there is no choice of one.
func TestChooseFirst(t *testing.T) {
	c := newChoosers(t, true)
	if got := factors(c.named(t, "ines@acme.example").Ways); got != "EMAIL_OTP PASSWORD" {
		t.Errorf("without a passkey: %s", got)
	}
	c.enrol(t)
	choice := c.named(t, "ines@acme.example")
	if got := factors(choice.Ways); got != "WEB_AUTHN EMAIL_OTP PASSWORD" || len(choice.Passkey) == 0 {
		t.Errorf("with a passkey: %s", got)
	}
	again, err := c.OpenChoice(t.Context(), c.ask(t), choice.Challenge)
	if err != nil || factors(again.Ways) != factors(choice.Ways) || again.Typed != choice.Typed {
		t.Errorf("opened again: %v", err)
	}
	step, err := c.Choose(t.Context(), choice, userpool.FactorPassword)
	if given, ok := step.(*login.GivePassword); err != nil || !ok || given.Typed != "ines@acme.example" {
		t.Errorf("the password leads to %T, %v", step, err)
	}
	for _, not := range []userpool.Factor{userpool.FactorSMSOTP, userpool.FactorTOTP, "", "x"} { // not an error (Cognito's rule)
		if step, err := c.Choose(t.Context(), choice, not); err != nil || step != login.Step(choice) {
			t.Errorf("%q leads to %T, %v", not, step, err)
		}
	}
	c.clock = c.clock.Add(login.ChooseLife)
	if _, err := c.OpenChoice(t.Context(), c.ask(t), choice.Challenge); !errors.Is(err, login.ErrChallengeOver) {
		t.Errorf("too late: %v", err)
	}
}

// Whoever has a temporary password signs in with it, and with nothing else (as recorded of Cognito); so does an account that
// waits for its password to be reset.
func TestChooseFirstObeysTheStatus(t *testing.T) {
	for _, status := range []userpool.Status{userpool.ForceChangePassword, userpool.Unconfirmed, userpool.ResetRequired} {
		c := newChoosers(t, true)
		c.enrol(t)
		change := userpool.UserChange{Pool: c.pool.ID, Sub: c.ines.Sub, Version: c.ines.Version, Status: status, Modified: c.clock}
		if err := c.db.ChangeUser(t.Context(), change); err != nil {
			t.Fatal(err)
		}
		step, err := c.Named(t.Context(), c.ask(t), "ines@acme.example")
		if _, ok := step.(*login.GivePassword); err != nil || !ok {
			t.Errorf("%s leads to %T, %v", status, step, err)
		}
	}
}

func TestOneTimeCodeSignsIn(t *testing.T) {
	c := newChoosers(t, true)
	asked := c.coded(t, "ines@acme.example")
	if code := c.code(); len(code) != 8 {
		t.Errorf("the code is %q", code)
	}
	if _, err := c.AnswerOneTime(t.Context(), asked, "00000000"); !errors.Is(err, directory.ErrCodeMismatch) {
		t.Errorf("a wrong code: %v", err)
	}
	opened, err := c.OpenOneTime(t.Context(), c.ask(t), asked.Challenge)
	if err != nil {
		t.Fatal(err)
	}
	before := c.db.Commits()
	step, err := c.AnswerOneTime(t.Context(), opened, c.code()[:4]+" "+c.code()[4:])
	done, ok := step.(*login.Done)
	if err != nil || !ok || done.Session.Sub != c.ines.Sub {
		t.Fatalf("the right code leads to %T, %v", step, err)
	}
	if n := c.db.Commits() - before; n != 1 {
		t.Errorf("it took %d durable commits, want 1", n)
	}
	user, err := c.staff.Find(t.Context(), c.pool, "ines@acme.example")
	if err != nil || user.Attributes["email_verified"] != "true" {
		t.Errorf("the address is not verified: %v, %v", user.Attributes, err)
	}
}

// A code that came to an address that was not verified verifies it; in the same commit.
func TestOneTimeCodeVerifiesTheAddress(t *testing.T) {
	c := newChoosers(t, true)
	attributes := map[string]string{"email": "ines@acme.example", "email_verified": "false"}
	change := userpool.UserChange{Pool: c.pool.ID, Sub: c.ines.Sub, Version: c.ines.Version, Attributes: attributes, Modified: c.clock}
	if err := c.db.ChangeUser(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	asked := c.coded(t, "ines@acme.example")
	before := c.db.Commits()
	if _, err := c.AnswerOneTime(t.Context(), asked, c.code()); err != nil {
		t.Fatal(err)
	}
	if n := c.db.Commits() - before; n != 1 {
		t.Errorf("it took %d durable commits, want 1", n)
	}
	user, err := c.staff.Find(t.Context(), c.pool, "ines@acme.example")
	if err != nil || user.Attributes["email_verified"] != "true" {
		t.Errorf("afterwards: %v, %v", user.Attributes, err)
	}
}

func TestOneTimeCodeIsSentAgain(t *testing.T) {
	c := newChoosers(t, true)
	for _, typed := range []string{"ines@acme.example", c.pretender(t)} {
		asked := c.coded(t, typed)
		if _, err := c.SendAgain(t.Context(), asked); !errors.Is(err, directory.ErrTooSoon) {
			t.Errorf("%s, at once: %v", typed, err)
		}
		c.clock = c.clock.Add(directory.ResendWait())
		if again, err := c.SendAgain(t.Context(), asked); err != nil || !again.Sent.Equal(c.clock) {
			t.Errorf("%s, after a while: %v", typed, err)
		}
		c.settle()
	}
	if n := len(c.inbox.Messages()); n != 2 {
		t.Errorf("%d messages were sent", n)
	}
}

// pretender is a name of nobody that seems to have a choice with a code.
func (c *choosers) pretender(t *testing.T) string {
	t.Helper()
	for i := range 50 {
		typed := strings.Repeat("x", i) + nobodyHere
		step, err := c.Named(t.Context(), c.ask(t), typed)
		if err != nil {
			t.Fatal(err)
		}
		if choice, ok := step.(*login.ChooseFirst); ok && strings.Contains(factors(choice.Ways), "EMAIL_OTP") {
			return typed
		}
	}
	t.Fatal("nobody seems to be anybody")
	return ""
}

// A name that nobody has leads to the same choice each time, to a code that is never right, and to the same refusals; of the
// names some seem to have a passkey, and some nothing but a password.
func TestAttackUserEnumerationByChoice(t *testing.T) {
	c := newChoosers(t, true)
	typed := c.pretender(t)
	first, second := c.named(t, typed), c.named(t, typed)
	if !reflect.DeepEqual(first.Ways, second.Ways) || len(first.Passkey) != len(second.Passkey) || len(first.Challenge) != len(second.Challenge) {
		t.Error("the choice changes from one try to the next")
	}
	asked := c.coded(t, typed)
	if asked.Way.To.Destination != typed {
		t.Errorf("the code seems to go to %s", asked.Way.To.Destination)
	}
	if n := len(c.inbox.Messages()); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
	genuine := c.coded(t, "ines@acme.example")
	for try := range 8 {
		c.clock = c.clock.Add(20 * time.Minute)
		_, nobody := c.AnswerOneTime(t.Context(), asked, "12345678")
		_, somebody := c.AnswerOneTime(t.Context(), genuine, "12345678")
		if nobody == nil || somebody == nil || nobody.Error() != somebody.Error() {
			t.Errorf("try %d: %v of nobody, %v of somebody", try, nobody, somebody)
		}
	}
	kinds := map[string]int{}
	for i := range 60 {
		step, err := c.Named(t.Context(), c.ask(t), strings.Repeat("y", i)+nobodyHere)
		if err != nil {
			t.Fatal(err)
		}
		if choice, ok := step.(*login.ChooseFirst); ok {
			kinds[factors(choice.Ways)]++
		} else {
			kinds[reflect.TypeOf(step).String()]++
		}
	}
	if kinds["EMAIL_OTP PASSWORD"] == 0 || kinds["WEB_AUTHN EMAIL_OTP PASSWORD"] == 0 || kinds["*login.GivePassword"] == 0 {
		t.Errorf("names of nobody seem to be of these kinds only: %v", kinds)
	}
}

// Where the client hides nobody it says so.
func TestNamedNobody(t *testing.T) {
	c := newChoosers(t, false)
	if _, err := c.Named(t.Context(), c.ask(t), nobodyHere); !errors.Is(err, directory.ErrNoUser) {
		t.Error(err)
	}
	c.coded(t, "ines@acme.example")
	if n := len(c.inbox.Messages()); n != 1 {
		t.Errorf("%d messages were sent", n)
	}
}
