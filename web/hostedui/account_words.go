package hostedui

import (
	"time"

	"portico/userpool"
	"portico/userpool/login"
	"portico/words"
)

// What a form of the account page has done.
const (
	flashSaved     = "saved"
	flashVerified  = "verified"
	flashPassword  = "password"
	flashUnlinked  = "unlinked"
	flashSignedOut = "signedout"
	flashElsewhere = "elsewhere"

	flashPasskey        = "passkey"
	flashPasskeyRemoved = "passkey removed"
	flashApp            = "app"
	flashAppRemoved     = "app removed"
	flashForgotten      = "forgotten"
)

func flashText(w words.Words, key string) string {
	switch key {
	case flashVerified:
		return w.Say("account.done.verified")
	case flashPassword:
		return w.Say("account.done.password")
	case flashUnlinked:
		return w.Say("account.done.unlinked")
	case flashSignedOut:
		return w.Say("account.done.signedout")
	case flashElsewhere:
		return w.Say("account.done.elsewhere")
	case flashPasskey:
		return w.Say("addpasskey.done.first")
	case flashPasskeyRemoved:
		return w.Say("account.done.passkey.removed")
	case flashApp:
		return w.Say("account.done.app")
	case flashAppRemoved:
		return w.Say("account.done.app.removed")
	case flashForgotten:
		return w.Say("device.forgotten")
	}
	return w.Say("account.done.saved")
}

// ago is how long ago something was, as roughly as people say it.
func ago(w words.Words, now, then time.Time) string {
	d := now.Sub(then)
	minutes, hours := int(d.Minutes()), int(d.Hours())
	days := hours / 24
	switch {
	case minutes < 2:
		return w.Say("ago.now")
	case hours < 1:
		return w.Count("ago.minute", minutes)
	case days < 1:
		return w.Count("ago.hour", hours)
	case days < 60:
		return w.Count("ago.day", days)
	case days < 2*365:
		return w.Count("ago.month", days/30)
	default:
		return w.Count("ago.year", days/365)
	}
}

// between stands between the parts of a small line.
const between = " · "

// device is what a person recognises a browser by.
func device(w words.Words, b login.Browser) string {
	switch {
	case b.Name != "" && b.System != "":
		return w.Say("account.device", "browser", b.Name, "system", b.System)
	case b.Name != "" || b.System != "":
		return b.Name + b.System
	}
	return w.Say("account.device.unknown")
}

// signedInWith is by what a session was opened; empty where that is not known.
func signedInWith(w words.Words, pool *userpool.Pool, s *login.Session) string {
	if s.Provider != "" {
		return w.Say("account.with.provider", "provider", providerLabel(pool, s.Provider))
	}
	switch s.Factor {
	case userpool.FactorPassword:
		return w.Say("account.with.password")
	case userpool.FactorPasskey:
		return w.Say("account.with.passkey")
	case userpool.FactorEmailOTP, userpool.FactorSMSOTP:
		return w.Say("account.with.code")
	}
	return ""
}

// providerLabel is what people call a provider, which may be gone.
func providerLabel(pool *userpool.Pool, name string) string {
	if provider, ok := pool.Provider(name); ok {
		return label(provider)
	}
	return name
}
