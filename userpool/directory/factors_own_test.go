package directory_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/notify"
)

// told are the kinds of the messages that went out since before, the oldest first.
func (o *office) told(before int) []notify.Kind {
	o.settle()
	var kinds []notify.Kind
	messages := o.inbox.Messages()
	for _, m := range slices.Backward(messages[:len(messages)-before]) {
		kinds = append(kinds, m.Kind)
	}
	return kinds
}

// A person turns codes on and off and says which is asked for first; each is told once, and what is so already is no news.
func TestOwnSecondFactors(t *testing.T) {
	o, sub := member(t, userpool.MFAOptional)
	before := o.inbox.Count()
	is := func(err error, want userpool.Factor, factors ...userpool.Factor) {
		t.Helper()
		got := o.user(t, sub).MFA
		if err != nil || !slices.Equal(got.Factors, factors) || got.Preferred != want {
			t.Errorf("%+v, %v; want %v, preferred %q", got, err, factors, want)
		}
	}
	is(o.TurnOnFactor(t.Context(), o.pool, o.client, sub, mail), "", mail)
	is(o.TurnOnFactor(t.Context(), o.pool, o.client, sub, mail), "", mail)
	if err := o.PreferFactor(t.Context(), o.pool, o.client, sub, app); !errors.Is(err, directory.ErrPreferred) {
		t.Errorf("one that is off is preferred: %v", err)
	}
	o.setUpApp(t, sub)
	is(o.PreferFactor(t.Context(), o.pool, o.client, sub, app), app, mail, app)
	is(o.PreferFactor(t.Context(), o.pool, o.client, sub, app), app, mail, app)
	is(o.TurnOffFactor(t.Context(), o.pool, o.client, sub, mail), app, app)
	is(o.TurnOffFactor(t.Context(), o.pool, o.client, sub, mail), app, app)
	is(o.TurnOffFactor(t.Context(), o.pool, o.client, sub, app), app, app) // is removed, not turned off
	want := []notify.Kind{notify.SecondStepChanged, notify.AuthenticatorAdded, notify.SecondStepChanged, notify.SecondStepChanged}
	if got := o.told(before); !slices.Equal(got, want) {
		t.Errorf("told of %v, want %v", got, want)
	}
}

// A number that nobody verified may be a stranger's, or wrong: codes that go there would lock its owner out.
func TestAttackSMSFactorForAnUnverifiedNumber(t *testing.T) {
	o, sub := member(t, userpool.MFAOptional)
	turnOn := func() error { return o.TurnOnFactor(t.Context(), o.pool, o.client, sub, sms) }
	if err := turnOn(); !errors.Is(err, directory.ErrFactorUnverified) {
		t.Errorf("without a number: %v", err)
	}
	for verified, want := range map[string]error{"false": directory.ErrFactorUnverified, "": directory.ErrFactorUnverified, "true": nil} {
		user := o.user(t, sub)
		attributes := user.Clone().Attributes
		attributes["phone_number"], attributes["phone_number_verified"] = "+351912345678", verified
		if err := o.Storage.ChangeUser(t.Context(), userpool.UserChange{
			Pool: o.pool.ID, Sub: sub, Version: user.Version, Attributes: attributes, MFA: &userpool.MFASettings{}, Modified: *o.clock,
		}); err != nil {
			t.Fatal(err)
		}
		if err := turnOn(); !errors.Is(err, want) {
			t.Errorf("verified %q: %v, want %v", verified, err, want)
		}
		if on := len(o.user(t, sub).MFA.Factors) > 0; on != (want == nil) {
			t.Errorf("verified %q: it is on: %v", verified, on)
		}
	}
	o.pool.MFA.Factors = []userpool.Factor{app}
	if err := o.TurnOnFactor(t.Context(), o.pool, o.client, sub, mail); !errors.Is(err, directory.ErrFactorOff) {
		t.Errorf("one the pool does not offer: %v", err)
	}
}

// Where everybody needs a second factor the last one stays, whichever it is.
func TestLastSecondFactorStays(t *testing.T) {
	o, sub := member(t, userpool.MFAOn)
	if err := o.TurnOnFactor(t.Context(), o.pool, o.client, sub, mail); err != nil {
		t.Fatal(err)
	}
	if err := o.TurnOffFactor(t.Context(), o.pool, o.client, sub, mail); !errors.Is(err, directory.ErrLastFactor) {
		t.Errorf("the last one is off: %v", err)
	}
	o.setUpApp(t, sub)
	if err := o.TurnOffFactor(t.Context(), o.pool, o.client, sub, mail); err != nil {
		t.Error(err)
	}
	if err := o.RemoveTOTP(t.Context(), o.pool, o.client, sub); !errors.Is(err, directory.ErrLastFactor) {
		t.Errorf("the last one is removed: %v", err)
	}
}

// Two tabs turn the last two factors off at the same moment: one of them stays.
func TestAttackLastFactorFromTwoTabs(t *testing.T) {
	o, sub := member(t, userpool.MFAOn)
	o.setUpApp(t, sub)
	if err := o.TurnOnFactor(t.Context(), o.pool, o.client, sub, mail); err != nil {
		t.Fatal(err)
	}
	failed := make(chan error, 2)
	go func() { failed <- o.RemoveTOTP(t.Context(), o.pool, o.client, sub) }()
	go func() { failed <- o.TurnOffFactor(t.Context(), o.pool, o.client, sub, mail) }()
	one, two := <-failed, <-failed
	if (one == nil) == (two == nil) || !errors.Is(errors.Join(one, two), directory.ErrLastFactor) {
		t.Errorf("%v and %v", one, two)
	}
	if left := o.user(t, sub).MFA.Factors; len(left) != 1 {
		t.Errorf("left are %v", left)
	}
}

// One-time codes do not go with a second factor: whoever signs in with those alone would be shut out by turning one on.
func TestSecondFactorLeavesAWayIn(t *testing.T) {
	k := newKeyOffice(t, func(d *userpool.Declaration) {
		d.Pool.MfaConfiguration = types.UserPoolMfaTypeOptional
		d.Factors.SoftwareTokenMfaConfiguration = &types.SoftwareTokenMfaConfigType{Enabled: true}
		d.Factors.EmailMfaConfiguration = &types.EmailMfaConfigType{}
	})
	user := k.user(t, k.ines.Sub)
	if err := k.Storage.ChangeUser(t.Context(), userpool.UserChange{Pool: k.pool.ID, Sub: user.Sub, Version: user.Version, DropPassword: true, Modified: *k.clock}); err != nil {
		t.Fatal(err)
	}
	setUp := func() error {
		begun, err := k.BeginTOTP(k.pool, k.client, k.user(t, user.Sub))
		if err != nil {
			t.Fatal(err)
		}
		return k.VerifyOwnTOTP(t.Context(), k.pool, k.client, k.user(t, user.Sub), nil, begun.Sealed, k.appCode(t, begun.Secret.Reveal()), "")
	}
	if err := k.TurnOnFactor(t.Context(), k.pool, k.client, user.Sub, mail); !errors.Is(err, directory.ErrLastWay) {
		t.Errorf("codes: %v", err)
	}
	if err := setUp(); !errors.Is(err, directory.ErrLastWay) {
		t.Errorf("an app: %v", err)
	}
	k.enrol(t, user)
	if err := setUp(); err != nil {
		t.Errorf("beside a passkey: %v", err)
	}
}
