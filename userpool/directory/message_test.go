package directory

import (
	"testing"
	"time"

	"portico/userpool"
	"portico/userpool/notify"
)

// Which message a code is sent in, whose texts it takes, and how long it says to work.
func TestKindsOfCodes(t *testing.T) {
	mail, text := &Delivery{Medium: userpool.MediumEmail}, &Delivery{Medium: userpool.MediumSMS}
	codes, links := &userpool.Pool{}, &userpool.Pool{Messages: userpool.Messages{
		ByLink: true, Verification: userpool.MessageTexts{Subject: "v"}, SignIn: userpool.MessageTexts{Subject: "s"}, Link: userpool.MessageTexts{Subject: "l"},
	}}
	for _, c := range []struct {
		pool    *userpool.Pool
		purpose userpool.CodePurpose
		to      *Delivery
		want    notify.Kind
		texts   string
		life    time.Duration
	}{
		{codes, userpool.CodeSignUp, mail, notify.SignUpCode, "", 24 * time.Hour},
		{links, userpool.CodeSignUp, mail, notify.SignUpLink, "l", 24 * time.Hour},
		{links, userpool.CodeSignUp, text, notify.SignUpCode, "v", 24 * time.Hour},
		{links, userpool.CodeRecovery, mail, notify.RecoveryCode, "v", time.Hour},
		{links, userpool.CodeSecond, mail, notify.SecondFactorCode, "s", codeLife(userpool.CodeSecond)},
		{links, userpool.CodeSignIn, text, notify.SignInCode, "s", codeLife(userpool.CodeSignIn)},
		{links, userpool.CodeEmail, mail, notify.AttributeCode, "v", 24 * time.Hour},
		{links, userpool.CodePhone, text, notify.AttributeCode, "v", 24 * time.Hour},
	} {
		kind := kindOf(c.pool, c.purpose, c.to)
		if kind != c.want || apiTexts(c.pool, kind).Subject != c.texts || MessageLife(kind) != c.life {
			t.Errorf("%s by %s: %s with the texts %q for %v", c.purpose, c.to.Medium, kind, apiTexts(c.pool, kind).Subject, MessageLife(kind))
		}
	}
}
