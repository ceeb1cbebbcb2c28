package templates

import (
	"github.com/a-h/templ"
)

func buttonClass(k ButtonKind) string {
	switch k {
	case ButtonPrimary:
		return "primary"
	case ButtonDanger:
		return "danger"
	}
	return ""
}

func badgeClass(k BadgeKind) string {
	switch k {
	case BadgeGood:
		return "good"
	case BadgeCare:
		return "care"
	case BadgeInfo:
		return "info"
	}
	return ""
}

func accountSign(danger bool) string {
	if danger {
		return "care"
	}
	return ""
}

// accountFields starts the keyboard on the first field that was refused, or else on the first.
func accountFields(v AccountFormView) []Field {
	fields := append([]Field(nil), v.Fields...)
	at := 0
	for i := range fields {
		if fields[i].Problem != "" {
			at = i
			break
		}
	}
	if len(fields) > 0 {
		fields[at].Autofocus = true
	}
	return fields
}

func accountProblems(v AccountFormView) []string {
	var problems []string
	for _, f := range v.Fields {
		problems = append(problems, f.Problem)
	}
	if v.Tick != nil {
		problems = append(problems, v.Tick.Problem)
	}
	return problems
}

func tickAttributes(t Tick) templ.Attributes {
	a := templ.Attributes{"type": "checkbox", "name": t.Name, "value": "true", "checked": t.Checked, "required": !t.Optional}
	switch {
	case t.Problem != "":
		a["aria-invalid"], a["aria-describedby"], a["autofocus"] = "true", "tick-problem", true
	case t.Hint != "":
		a["aria-describedby"] = "tick-hint"
	}
	return a
}

func accountCode(v AccountCodeView) Field {
	return Field{
		Name: "code", ID: "verification_code", Label: v.Words.Say("label.code", "n", "6"), Value: v.Code, Problem: v.Problem, Autofocus: true,
	}
}

// accountCodeRuns is what the page says of the code.
func accountCodeRuns(v AccountCodeView) []run {
	address := map[string]run{"address": {Text: v.Address, Bold: true, LTR: true}}
	switch {
	case !v.Sent:
		return runs(v.Words, "account.verify.unsent", address)
	case v.Pending:
		return runs(v.Words, "account.verify.pending", address)
	}
	return runs(v.Words, "account.verify.sent", address)
}
