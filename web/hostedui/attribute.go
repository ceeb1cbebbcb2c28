package hostedui

import (
	"portico/templates"
	"portico/words"
)

// examplePhone shows the form of a phone number.
const examplePhone = "+351 912 345 678"

// attributeField draws a standard attribute, with OpenID Connect's meaning and the browser's autofill name.
func attributeField(w words.Words, name, value string) templates.Field {
	f := templates.Field{Name: "requiredAttributes[" + name + "]", Value: value}
	known := map[string]struct{ label, kind, autocomplete string }{
		"name": {"label.name", "text", "name"}, "given_name": {"label.given_name", "text", "given-name"},
		"family_name": {"label.family_name", "text", "family-name"}, "middle_name": {"label.middle_name", "text", "additional-name"},
		"nickname": {"label.nickname", "text", "nickname"}, "preferred_username": {"label.preferred_username", "text", "username"},
		"profile": {"label.profile", "url", "url"}, "picture": {"label.picture", "url", "photo"}, "website": {"label.website", "url", "url"},
		"email": {"label.email", "email", "email"}, "gender": {"label.gender", "text", "sex"}, "birthdate": {"label.birthdate", "date", "bday"},
		"zoneinfo": {"label.zoneinfo", "text", "off"}, "locale": {"label.locale", "text", "language"},
		"phone_number": {"label.phone", "tel", "tel"}, "address": {"label.address", "text", "street-address"},
		"updated_at": {"label.updated_at", "number", "off"},
	}[name]
	f.Label, f.Type, f.Autocomplete = w.Say(known.label), known.kind, known.autocomplete
	f.Pair = name == "given_name" || name == "family_name"
	if name == "phone_number" {
		f.Hint = w.Say("hint.phone", "example", examplePhone)
	}
	return f
}
