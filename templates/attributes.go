package templates

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// rootAttributes sets language, direction and, where the operator or the
// person decided, the colour scheme.
func rootAttributes(f Frame) templ.Attributes {
	language := f.Words.Language()
	a := templ.Attributes{"lang": language.Code}
	if language.RTL {
		a["dir"] = "rtl"
	}
	if f.Theme == "light" || f.Theme == "dark" {
		a["data-theme"] = f.Theme
	}
	return a
}

// languageAttributes are those of a button that asks for the page in another
// language. Its name is in that language, and says so to screen readers.
func languageAttributes(f Frame, l LanguageOption) templ.Attributes {
	a := templ.Attributes{"class": "link alone", "name": "lang", "value": l.Code, "lang": l.Code}
	if l.Code == f.Words.Language().Code {
		a["aria-current"] = "true"
	}
	return a
}

// runAttributes keep an address left to right in every language.
func runAttributes(r run) templ.Attributes {
	if r.LTR {
		return templ.Attributes{"dir": "ltr"}
	}
	return nil
}

func noticeAttributes(n Notice) templ.Attributes {
	switch n.Kind {
	case Good:
		return templ.Attributes{"class": "notice good"}
	case Care:
		return templ.Attributes{"class": "notice care"}
	case Bad:
		return templ.Attributes{"class": "notice bad errorMessage-customizable", "role": "alert"}
	default:
		return templ.Attributes{"class": "notice"}
	}
}

// firstProviders are those drawn in the open, at most four.
func firstProviders(list []ProviderButton) []ProviderButton {
	return list[:min(len(list), 4)]
}

func moreProviders(list []ProviderButton) []ProviderButton {
	return list[min(len(list), 4):]
}

// providerClass is the name by which Cognito's classic style sheets reach a
// provider's button.
func providerClass(m Mark) string {
	if m == MarkWorkplace {
		return "idpButton-customizable"
	}
	return "socialButton-customizable"
}

func signClass(k SignKind) string {
	switch k {
	case SignClock:
		return ""
	case SignFault:
		return "care"
	default:
		return "bad"
	}
}

func ruleClass(r Rule) string {
	switch r.State {
	case Met:
		return "met passwordCheck-valid-customizable"
	case Missing:
		return "missing passwordCheck-notValid-customizable"
	default:
		return "passwordCheck-notValid-customizable"
	}
}

func codeClass(digits int) string {
	switch digitsOf(digits) {
	case 6:
		return "d6"
	case 8:
		return "d8"
	default:
		return ""
	}
}

// rows groups neighbouring fields marked Pair two by two.
func rows(fields []Field) [][]Field {
	var out [][]Field
	for i := 0; i < len(fields); i++ {
		if fields[i].Pair && i+1 < len(fields) && fields[i+1].Pair {
			out = append(out, fields[i:i+2])
			i++
			continue
		}
		out = append(out, fields[i:i+1])
	}
	return out
}

// fieldID is a field's id, made from its form name when the view names none:
// "requiredAttributes[given_name]" becomes "requiredAttributes-given_name".
func fieldID(f Field) string {
	id := f.ID
	if id == "" {
		id = f.Name
	}
	safe := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_', r == '-':
			return r
		default:
			return '-'
		}
	}, id)
	if safe = strings.Trim(safe, "-"); safe == "" {
		return "field"
	}
	return safe
}

func hintID(f Field) string    { return fieldID(f) + "-hint" }
func problemID(f Field) string { return fieldID(f) + "-problem" }
func rulesID(f Field) string   { return fieldID(f) + "-rules" }

// inputAttributes are those of any field. A value is never drawn into a
// password: what was typed must not come back over the wire.
func inputAttributes(f Field) templ.Attributes {
	a := templ.Attributes{
		"class":     "input inputField-customizable",
		"id":        fieldID(f),
		"name":      f.Name,
		"type":      "text",
		"required":  !f.Optional,
		"autofocus": f.Autofocus,
	}
	if f.Type != "" {
		a["type"] = f.Type
	}
	if f.Type != "password" && f.Value != "" {
		a["value"] = f.Value
	}
	if f.Autocomplete != "" {
		a["autocomplete"] = f.Autocomplete
	}
	for name, n := range map[string]int{"minlength": f.MinLength, "maxlength": f.MaxLength} {
		if n > 0 {
			a[name] = strconv.Itoa(n)
		}
	}
	for name, text := range map[string]string{"min": f.Min, "max": f.Max} {
		if text != "" {
			a[name] = text
		}
	}
	if f.Type == "email" || f.Type == "tel" || f.Type == "url" {
		a["dir"] = "ltr"
	}
	if f.Type == "email" || strings.HasPrefix(f.Autocomplete, "username") {
		a["autocapitalize"] = "none"
		a["spellcheck"] = "false"
	}
	describe(a, f, "")
	return a
}

// describe ties hint, problem and rules to the input, in reading order.
func describe(a templ.Attributes, f Field, rules string) {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, hintID(f))
	}
	if f.Problem != "" {
		ids = append(ids, problemID(f))
		a["aria-invalid"] = "true"
	}
	if rules != "" {
		ids = append(ids, rules)
	}
	if len(ids) > 0 {
		a["aria-describedby"] = strings.Join(ids, " ")
	}
}

func passwordAttributes(f Field, rules []Rule) templ.Attributes {
	f.Type = "password"
	a := inputAttributes(f)
	a["autocapitalize"] = "none"
	a["spellcheck"] = "false"
	if len(rules) > 0 {
		describe(a, f, rulesID(f))
	}
	return a
}

// codeAttributes are those of a one-time code. maxlength leaves room for the
// spaces and dashes people paste; the server drops them.
func codeAttributes(f Field) templ.Attributes {
	f.Type = "text"
	a := inputAttributes(f)
	a["autocomplete"] = "one-time-code"
	a["inputmode"] = "numeric"
	a["maxlength"] = strconv.Itoa(24)
	a["spellcheck"] = "false"
	return a
}

// passkeyAttributes hand the options to the script.
func passkeyAttributes(p PasskeyForm, create bool) templ.Attributes {
	return templ.Attributes{"data-passkey": p.Options, "data-create": create, "data-autofill": p.Autofill}
}
