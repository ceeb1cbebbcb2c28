package login

import (
	"testing"

	"portico/userpool"
)

// TestDueAfterDevice: a remembered device takes the place of a second factor, and of nothing else.
func TestDueAfterDevice(t *testing.T) {
	const totp, sms = userpool.FactorTOTP, userpool.FactorSMS
	type on = []userpool.Factor
	for name, c := range map[string]struct {
		mode     userpool.MFAMode
		replaces bool
		has      on
		by       userpool.Factor
		want     need
		instead  bool // the device takes the place
	}{
		"one factor":                        {userpool.MFAOptional, true, on{totp}, userpool.FactorPassword, needNothing, true},
		"several":                           {userpool.MFAOn, true, on{totp, sms}, userpool.FactorPassword, needNothing, true},
		"after a passkey":                   {userpool.MFAOn, true, on{totp}, userpool.FactorPasskey, needNothing, true},
		"only listed":                       {userpool.MFAOptional, false, on{totp}, userpool.FactorPassword, needFactor, false},
		"nothing to take the place of":      {userpool.MFAOptional, true, nil, userpool.FactorPassword, needNothing, false},
		"off":                               {userpool.MFAOff, true, on{totp}, userpool.FactorPassword, needNothing, false},
		"a set-up is due":                   {userpool.MFAOn, true, nil, userpool.FactorPassword, needSetUp, false},
		"a code that goes with no factor":   {userpool.MFAOptional, true, on{totp}, userpool.FactorEmailOTP, needAnother, false},
		"a code where everybody needs more": {userpool.MFAOn, true, on{totp}, userpool.FactorSMSOTP, needAnother, false},
	} {
		pool := &userpool.Pool{MFA: userpool.MFAPolicy{Mode: c.mode, Factors: on{totp, sms}}, Devices: userpool.Devices{Remember: true, ReplaceMFA: c.replaces}}
		user := userpool.User{MFA: userpool.MFASettings{Factors: c.has}, Attributes: map[string]string{"phone_number": "+351912345678"}}
		if len(c.has) == 0 {
			user.Attributes = nil
		}
		p := proof{user: user, by: c.by, device: &userpool.Device{Key: "k"}}
		if got := dueAfter(pool, user, p); got.need != c.want {
			t.Errorf("%s: %d is due", name, got.need)
		}
		if got := p.replacing(pool) == "k"; c.want == needNothing && got != c.instead {
			t.Errorf("%s: takes the place: %v", name, got)
		}
	}
}

// TestReadHeld: what a browser says it holds is read up to the limit and no further, and nothing of it that is not in our form.
func TestReadHeld(t *testing.T) {
	entry := func(c byte) string {
		text := make([]byte, deviceMark+deviceSecret)
		for i := range text {
			text[i] = c
		}
		return string(text)
	}
	for text, want := range map[string]int{
		"": 0, ".": 0, "x": 0, entry('a'): 1, entry('a') + "x": 0, entry('a') + ".": 1, entry('a') + "." + entry('b'): 2, entry('a') + ".short." + entry('b'): 1,
		"....................": 0,
	} {
		if got := readHeld(text); len(got) != want {
			t.Errorf("%q: read %d", text, len(got))
		}
	}
}
