package templates

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// The functions of this file turn the views of second factors into the fields
// and words of their pages.

// secondCode has the name of the field in Cognito's other pages; that of its own
// page for second factors is not on record.
func secondCode(v SecondFactorView) Field {
	return Field{
		Name: "code", ID: "mfa_code", Label: v.Words.Say("label.code", "n", "6"), Value: v.Code, Problem: v.Problem, Autofocus: true,
	}
}

// setUpCode has the keyboard only after a refusal: the QR code comes first.
func setUpCode(v SetUpAppView) Field {
	return Field{
		Name: "code", ID: "mfa_code", Label: v.Words.Say("label.code", "n", "6"), Value: v.Code, Problem: v.Problem, Autofocus: v.Problem != "",
	}
}

func setUpName(v SetUpAppView) Field {
	f := withDefaults(v.Name, Field{Name: "friendlyDeviceName", ID: "device_name", Label: v.Words.Say("mfa.app.name"), Autocomplete: "off"})
	f.Optional = true
	f.Autofocus = f.Problem != "" && v.Problem == ""
	return f
}

func setUpAddress(v SetUpAddressView) Field {
	d := Field{Name: "phone_number", Label: v.Words.Say("label.phone"), Autocomplete: "tel"}
	kind := "tel"
	if v.Way == FactorEmail {
		d, kind = Field{Name: "email", Label: v.Words.Say("label.email"), Autocomplete: "email"}, "email"
	}
	f := withDefaults(v.Address, d)
	f.Type, f.Autofocus, f.Optional = kind, true, false
	return f
}

// medium of a way that sends codes.
func (w FactorWay) medium() Medium {
	if w == FactorPhone {
		return MediumPhone
	}
	return MediumEmail
}

func secondHeading(v SecondFactorView) string {
	if v.Way == FactorApp {
		return v.Words.Say("mfa.app.heading")
	}
	return mediumHeading(v.Words, v.Way.medium())
}

func secondRuns(v SecondFactorView) []run {
	if v.Way != FactorApp {
		return namedRuns(v.Words, "confirm.sent", "address", v.Masked)
	}
	if v.App == "" {
		return runs(v.Words, "mfa.app.text.unnamed", nil)
	}
	return runs(v.Words, "mfa.app.text", map[string]run{"app": {Text: v.App, Bold: true, Own: true}})
}

func choiceHeading(v FactorChoiceView) string {
	if v.Heading != "" {
		return v.Heading
	}
	if v.SetUp {
		return v.Words.Say("mfa.setup.heading")
	}
	return v.Words.Say("mfa.choose.heading")
}

func optionTitle(f Frame, w FactorWay) string {
	switch w {
	case FactorPhone:
		return f.Words.Say("mfa.phone.title")
	case FactorEmail:
		return f.Words.Say("mfa.email.title")
	}
	return f.Words.Say("mfa.app.title")
}

// optionRuns are the line below an option's title.
func optionRuns(f Frame, o FactorOption) []run {
	switch {
	case o.Way == FactorApp:
		return runs(f.Words, "mfa.app.line", nil)
	case o.Masked != "":
		return runs(f.Words, "mfa.line.to", map[string]run{"address": {Text: o.Masked, LTR: true, Own: true}})
	case o.Way == FactorPhone:
		return runs(f.Words, "mfa.phone.line", nil)
	}
	return runs(f.Words, "mfa.email.line", nil)
}

func addressHeading(v SetUpAddressView) string {
	if v.Way == FactorEmail {
		return v.Words.Say("mfa.email.heading")
	}
	return v.Words.Say("mfa.phone.heading")
}

func addressText(v SetUpAddressView) string {
	if v.Way == FactorEmail {
		return v.Words.Say("mfa.email.text")
	}
	return v.Words.Say("mfa.phone.text")
}

// keyGroups are a secret in groups of four. They are elements, not spaces, so
// that what is copied is the secret alone.
func keyGroups(key string) []string {
	var groups []string
	for len(key) > 4 {
		groups, key = append(groups, key[:4]), key[4:]
	}
	return append(groups, key)
}

// appHref opens the authenticator app of this device. Its scheme is none that
// templ lets through by itself, so no other is let through here.
func appHref(v SetUpAppView) templ.SafeURL {
	if !strings.HasPrefix(v.URI, "otpauth://") {
		return ""
	}
	return templ.SafeURL(v.URI)
}

// quiet is the white border of a QR code, in modules (ISO/IEC 18004 §6.3.8).
const quiet = 4

func (q QRCode) viewBox() string {
	side := strconv.Itoa(q.Size + 2*quiet)
	return "-" + strconv.Itoa(quiet) + " -" + strconv.Itoa(quiet) + " " + side + " " + side
}

// asksOr is what the pages of a sign-in say of a second step, unless there is something else to say.
func asksOr(f Frame, text string) string {
	if text != "" {
		return text
	}
	return named(f.Words, "mfa.asks", "app", f.App)
}

func optionField(v FactorChoiceView) string {
	if v.Field == "" {
		return "mfaOption"
	}
	return v.Field
}
