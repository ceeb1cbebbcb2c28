package login

import (
	"fmt"
	"slices"
	"testing"

	"portico/userpool"
)

// TestDueAfter is the table of Cognito's rule: what the pool's policy and the user's factors ask for after a first factor.
func TestDueAfter(t *testing.T) {
	const (
		totp, sms, mail = userpool.FactorTOTP, userpool.FactorSMS, userpool.FactorEmailOTP
		off, may, must  = userpool.MFAOff, userpool.MFAOptional, userpool.MFAOn
		password        = userpool.FactorPassword
	)
	all := []userpool.Factor{totp, sms, mail}
	none, both := map[string]string{}, map[string]string{"phone_number": "+351912345678", "email": "ines@acme.example", "email_verified": "true"}
	unverified := map[string]string{"email": "ines@acme.example"}
	type on = []userpool.Factor
	for i, c := range []struct {
		mode      userpool.MFAMode
		offers    on
		has       on
		preferred userpool.Factor
		knows     map[string]string
		by        userpool.Factor
		want      string
	}{
		{off, all, on{totp, sms}, sms, both, password, "0 []"},
		{may, all, nil, "", both, password, "0 []"},
		{may, all, on{totp}, "", none, password, "1 [SOFTWARE_TOKEN_MFA]"},
		{may, all, on{sms}, "", both, password, "1 [SMS_MFA]"},
		{may, all, on{mail}, "", both, password, "1 [EMAIL_OTP]"},
		{may, all, on{sms, totp}, "", both, password, "2 [SOFTWARE_TOKEN_MFA SMS_MFA]"},
		{may, all, on{sms, totp}, sms, both, password, "1 [SMS_MFA SOFTWARE_TOKEN_MFA]"},
		{may, all, on{sms, totp}, mail, both, password, "2 [SOFTWARE_TOKEN_MFA SMS_MFA]"}, // a preference for what is off
		{may, all, on{sms}, "", none, password, "0 []"},                                   // the number is gone
		{may, on{totp}, on{sms}, sms, both, password, "0 []"},                             // the pool does not offer it any more
		{may, on{sms}, on{totp}, "", both, password, "1 [SOFTWARE_TOKEN_MFA]"},            // apps go on to count
		{must, all, on{totp}, "", both, password, "1 [SOFTWARE_TOKEN_MFA]"},
		{must, on{sms}, nil, "", both, password, "1 [SMS_MFA]"},    // without enrolment
		{must, on{mail}, nil, "", both, password, "1 [EMAIL_OTP]"}, // likewise
		{must, on{mail}, nil, "", unverified, password, "3 []"},    // an address that may be anybody's
		{must, all, nil, "", both, password, "2 [SMS_MFA EMAIL_OTP]"},
		{must, on{totp}, nil, "", both, password, "3 []"},
		{must, all, nil, "", none, password, "3 []"},
		{must, on{totp}, nil, "", none, "", "3 []"}, // the code of a sign-up is one factor
		{must, all, nil, "", both, userpool.FactorEmailOTP, "4 []"},
		{must, on{totp}, nil, "", none, userpool.FactorSMSOTP, "4 []"},
		{may, all, nil, "", both, userpool.FactorEmailOTP, "0 []"},
		{may, all, on{totp}, "", both, userpool.FactorEmailOTP, "4 []"},
		{off, all, on{totp}, "", both, userpool.FactorSMSOTP, "0 []"},
	} {
		pool := &userpool.Pool{MFA: userpool.MFAPolicy{Mode: c.mode, Factors: c.offers}}
		user := userpool.User{MFA: userpool.MFASettings{Factors: c.has, Preferred: c.preferred}, Attributes: c.knows}
		got := dueAfter(pool, user, proof{by: c.by})
		if text := fmt.Sprint(got.need, got.factors); text != c.want {
			t.Errorf("%d: %+v: got %s", i, c, text)
		}
	}
}

// A passkey is two factors only where the pool says so and the device verified the person.
func TestDueAfterPasskey(t *testing.T) {
	for _, c := range []struct {
		counts, verified bool
		want             need
	}{{false, false, needFactor}, {false, true, needFactor}, {true, false, needFactor}, {true, true, needNothing}} {
		pool := &userpool.Pool{MFA: userpool.MFAPolicy{Mode: userpool.MFAOn, Factors: []userpool.Factor{userpool.FactorTOTP}}}
		pool.Passkeys.SecondFactor = c.counts
		user := userpool.User{MFA: userpool.MFASettings{Factors: []userpool.Factor{userpool.FactorTOTP}}}
		if got := dueAfter(pool, user, proof{by: userpool.FactorPasskey, verified: c.verified}); got.need != c.want {
			t.Errorf("%+v: got %d", c, got.need)
		}
	}
}

// The rule must not write into the lists it is given: pools are shared by all requests.
func TestDueAfterLeavesItsInput(t *testing.T) {
	factors := []userpool.Factor{userpool.FactorTOTP, userpool.FactorSMS}
	pool := &userpool.Pool{MFA: userpool.MFAPolicy{Mode: userpool.MFAOn, Factors: slices.Clone(factors)}}
	user := userpool.User{MFA: userpool.MFASettings{Factors: slices.Clone(factors), Preferred: userpool.FactorSMS}, Attributes: map[string]string{"phone_number": "+1"}}
	dueAfter(pool, user, proof{by: userpool.FactorPassword})
	if !slices.Equal(pool.MFA.Factors, factors) || !slices.Equal(user.MFA.Factors, factors) {
		t.Errorf("now %v and %v", pool.MFA.Factors, user.MFA.Factors)
	}
}
