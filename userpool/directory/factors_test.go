package directory_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/notify"
)

type wish = map[userpool.Factor]directory.MFASetting

const (
	app  = userpool.FactorTOTP
	sms  = userpool.FactorSMS
	mail = userpool.FactorEmailOTP
)

// member is an office with a mode for second factors, all of which it offers, and ines in it, whose address is verified.
func member(t *testing.T, mode userpool.MFAMode) (*office, userpool.Sub) {
	t.Helper()
	o := newOffice(t, nil)
	o.pool.MFA = userpool.MFAPolicy{Mode: mode, Factors: []userpool.Factor{app, sms, mail}}
	o.Texts.PerHour = 100
	user, code := o.join(t, "ines@acme.example")
	if _, err := o.ConfirmSignUp(t.Context(), o.pool, user.Sub, code); err != nil {
		t.Fatal(err)
	}
	return o, user.Sub
}

func (o *office) user(t *testing.T, sub userpool.Sub) userpool.User {
	t.Helper()
	user, err := o.Storage.UserBySub(t.Context(), o.pool.ID, sub)
	if err != nil {
		t.Fatal(err)
	}
	return user
}

// setUpApp sets an authenticator app up and returns its secret.
func (o *office) setUpApp(t *testing.T, sub userpool.Sub) string {
	t.Helper()
	setup, err := o.BeginTOTP(o.pool, o.client, o.user(t, sub))
	if err != nil {
		t.Fatal(err)
	}
	secret := setup.Secret.Reveal()
	if err := o.VerifyTOTP(t.Context(), o.pool, o.client, sub, setup.Sealed, o.appCode(t, secret), "Phone"); err != nil {
		t.Fatal(err)
	}
	return secret
}

func (o *office) appCode(t *testing.T, secret string) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, o.Now())
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// TestSetMFAPreference holds the rules of SetUserMFAPreference.
func TestSetMFAPreference(t *testing.T) {
	o, sub := member(t, userpool.MFAOptional)
	set := func(w wish, want error) {
		t.Helper()
		if err := o.SetMFAPreference(t.Context(), o.pool, sub, w); !errors.Is(err, want) {
			t.Errorf("%v: got %v, want %v", w, err, want)
		}
	}
	is := func(preferred userpool.Factor, factors ...userpool.Factor) {
		t.Helper()
		got := o.user(t, sub).MFA
		slices.Sort(got.Factors)
		slices.Sort(factors)
		if !slices.Equal(got.Factors, factors) || got.Preferred != preferred {
			t.Errorf("the settings are %+v, want %v, preferred %q", got, factors, preferred)
		}
	}
	set(wish{app: {Enabled: true}}, directory.ErrNoToken)
	set(wish{sms: {Enabled: true}}, directory.ErrNoDelivery)
	set(wish{mail: {Enabled: true, Preferred: true}}, nil)
	is(mail, mail)
	o.setUpApp(t, sub)
	is(mail, mail, app) // which the set-up turned on
	set(wish{app: {Enabled: true, Preferred: true}}, nil)
	is(app, mail, app) // there is one preference
	set(wish{app: {Enabled: true}}, nil)
	is("", mail, app)
	set(wish{app: {Enabled: true, Preferred: true}, mail: {Enabled: true, Preferred: true}}, directory.ErrPreferred)
	set(wish{app: {Preferred: true}}, directory.ErrPreferred)
	set(wish{app: {Enabled: true, Preferred: true}, mail: {}}, nil)
	is(app, app)
	set(wish{app: {}}, nil)
	is("") // and no preference for what is off
	set(wish{app: {Enabled: true}}, nil)
	is("", app) // the app was only off, not forgotten
	o.pool.MFA.Factors = []userpool.Factor{app}
	set(wish{mail: {Enabled: true}}, directory.ErrFactorOff)
	o.pool.MFA.Mode = userpool.MFAOn
	set(wish{app: {}}, directory.ErrLastFactor)
	if err := o.RemoveTOTP(t.Context(), o.pool, o.client, sub); !errors.Is(err, directory.ErrLastFactor) {
		t.Errorf("the last factor is removed: %v", err)
	}
	is("", app)
}

// An address that nobody verified is no place for codes.
func TestUnverifiedAddressIsNoFactor(t *testing.T) {
	o, sub := member(t, userpool.MFAOptional)
	user := o.user(t, sub).Clone()
	user.Attributes["email_verified"] = "false"
	change := userpool.UserChange{Pool: o.pool.ID, Sub: sub, Version: user.Version, Attributes: user.Attributes, Modified: o.Now()}
	if err := o.Storage.ChangeUser(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	if err := o.SetMFAPreference(t.Context(), o.pool, sub, wish{mail: {Enabled: true}}); !errors.Is(err, directory.ErrNoDelivery) {
		t.Errorf("got %v", err)
	}
}

func TestFactorsAreListed(t *testing.T) {
	o, sub := member(t, userpool.MFAOptional)
	list := func() string {
		t.Helper()
		states, err := o.Factors(t.Context(), o.pool, o.user(t, sub))
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, s := range states {
			b.WriteString(string(s.Factor))
			for mark, on := range map[string]bool{"+": s.Enabled, "?": s.Ready && !s.Enabled} {
				if on {
					b.WriteString(mark)
				}
			}
			b.WriteString(s.Name + " ")
		}
		return b.String()
	}
	if got := list(); got != "SOFTWARE_TOKEN_MFA SMS_MFA EMAIL_OTP? " {
		t.Errorf("at first: %s", got)
	}
	o.setUpApp(t, sub)
	o.pool.MFA.Factors = []userpool.Factor{mail}
	if got := list(); got != "SOFTWARE_TOKEN_MFA+Phone EMAIL_OTP? " { // what is set up can be removed still
		t.Errorf("with an app: %s", got)
	}
	if err := o.RemoveTOTP(t.Context(), o.pool, o.client, sub); err != nil {
		t.Fatal(err)
	}
	if got := list(); got != "EMAIL_OTP? " {
		t.Errorf("without it: %s", got)
	}
}

// A set-up is of its user, its time and its version, and of use once.
func TestSetUpOfAnAppIsOver(t *testing.T) {
	o, sub := member(t, userpool.MFAOptional)
	begin := func() directory.TOTPSetup {
		t.Helper()
		setup, err := o.BeginTOTP(o.pool, o.client, o.user(t, sub))
		if err != nil {
			t.Fatal(err)
		}
		return setup
	}
	over := func(what string, sub userpool.Sub, setup directory.TOTPSetup) {
		t.Helper()
		err := o.VerifyTOTP(t.Context(), o.pool, o.client, sub, setup.Sealed, o.appCode(t, setup.Secret.Reveal()), "")
		if !errors.Is(err, directory.ErrSetupOver) {
			t.Errorf("%s: %v", what, err)
		}
	}
	other, _ := o.join(t, "kofi@acme.example")
	over("another user's", other.Sub, begin())
	first, second := begin(), begin()
	if err := o.VerifyTOTP(t.Context(), o.pool, o.client, sub, first.Sealed, "000000", ""); !errors.Is(err, directory.ErrCodeMismatch) {
		t.Errorf("a wrong code: %v", err)
	}
	if err := o.VerifyTOTP(t.Context(), o.pool, o.client, sub, first.Sealed, o.appCode(t, first.Secret.Reveal()), ""); err != nil {
		t.Fatal(err)
	}
	over("finished", sub, first)
	over("overtaken by another", sub, second)
	late := begin()
	*o.clock = o.clock.Add(directory.TOTPSetupLife)
	over("too late", sub, late)
	o.pool.MFA.Mode = userpool.MFAOff
	if _, err := o.BeginTOTP(o.pool, o.client, o.user(t, sub)); !errors.Is(err, directory.ErrTOTPOff) {
		t.Errorf("with factors off: %v", err)
	}
}

// A clock may be half a minute off, either way, and no more. The latest code that was taken bounds what is taken.
func TestCodesOfAnApp(t *testing.T) {
	o, sub := member(t, userpool.MFAOptional)
	secret := o.setUpApp(t, sub)
	*o.clock = o.clock.Add(10 * time.Minute)
	user, now := o.user(t, sub), o.Now()
	for off, want := range map[time.Duration]error{
		-time.Minute: directory.ErrCodeMismatch, -30 * time.Second: nil, 0: nil, 30 * time.Second: nil, time.Minute: directory.ErrCodeMismatch,
	} {
		code, err := totp.GenerateCode(secret, now.Add(off))
		if err != nil {
			t.Fatal(err)
		}
		second, err := o.CheckSecond(t.Context(), o.pool, user, nil, code)
		if !errors.Is(err, want) {
			t.Errorf("%v off: %v", off, err)
		}
		if err == nil && second.Step.Step != now.Add(off).Unix()/30 {
			t.Errorf("%v off: step %d", off, second.Step.Step)
		}
		o.SecondGiven(t.Context(), o.pool, sub)
	}
}

// The owner of an account is told of an app that comes or goes: whoever took the session over cannot do it quietly.
func TestOwnerIsToldOfApps(t *testing.T) {
	o, sub := member(t, userpool.MFAOptional)
	told := func(want notify.Kind) {
		t.Helper()
		o.settle()
		if m := o.inbox.Messages()[0]; m.Kind != want || m.To != "ines@acme.example" {
			t.Errorf("the latest message is a %v to %s, want a %v", m.Kind, m.To, want)
		}
	}
	o.setUpApp(t, sub)
	told(notify.AuthenticatorAdded)
	if err := o.RemoveTOTP(t.Context(), o.pool, o.client, sub); err != nil {
		t.Fatal(err)
	}
	told(notify.AuthenticatorRemoved)
}
