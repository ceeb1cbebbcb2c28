package templates

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// title names the tab. A page that reports a fault says so first, because the
// title is the first thing a screen reader speaks after a form comes back.
func title(f Frame, page string, n *Notice, problems ...string) string {
	t := page
	if f.App != "" {
		t += " · " + f.App
	}
	if (n != nil && n.Kind == Bad) || strings.Join(problems, "") != "" {
		t = "Error: " + t
	}
	return t
}

// initial is the letter on an app's tile and on a provider without a picture.
func initial(name string) string {
	for _, r := range name {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return string(unicode.ToUpper(r))
		}
	}
	return "•"
}

func newHere(app string) string {
	if app == "" {
		return "New here?"
	}
	return "New to " + app + "?"
}

func continueTo(provider string) string {
	if provider == "" {
		return "Continue to your company"
	}
	return "Continue to " + provider
}

func backTo(app string) string {
	if app == "" {
		return "Back to the app"
	}
	return "Back to " + app
}

// hostOf gives the host a person will see in the address bar next.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

func mediumHeading(m Medium) string {
	switch m {
	case MediumPhone:
		return "Check your phone"
	case MediumEither:
		return "Check your messages"
	}
	return "Check your email"
}

func nothingYet(m Medium) string {
	switch m {
	case MediumPhone:
		return "Nothing yet? It can take a minute."
	case MediumEither:
		return "Nothing yet? It can take a minute, and an email may be in your spam folder."
	}
	return "Nothing yet? It can take a minute, and may be in your spam folder."
}

// codeNotice says that a new code went out, unless there is something more
// important to say.
func codeNotice(n *Notice, sentAgain bool) *Notice {
	if n != nil || !sentAgain {
		return n
	}
	return &Notice{Kind: Good, First: "We sent a new code.", Then: "The one before no longer works."}
}

func nobodyCanSignIn() *Notice {
	return &Notice{
		Kind:  Care,
		First: "There is no way to sign in yet.",
		Then:  "The people who run this app have not switched one on.",
	}
}

func forgotText(username Field) string {
	what := "user name"
	switch username.Type {
	case "email":
		what = "email"
	case "tel":
		what = "phone number"
	}
	return "Enter your " + what + " and we will send you a code."
}

// errorHeading never leaves a page without one: an unnamed fault is ours.
func errorHeading(v ErrorView) string {
	if v.Heading == "" {
		return "Something went wrong on our side"
	}
	return v.Heading
}

func waitSentence(seconds int) string {
	if seconds == 1 {
		return "You can ask again in 1 second"
	}
	return "You can ask again in " + strconv.Itoa(seconds) + " seconds"
}

func codeLabel(digits int) string {
	return strconv.Itoa(digitsOf(digits)) + "-digit code"
}

func digitsOf(digits int) int {
	if digits <= 0 {
		return 6
	}
	return digits
}

func supportLead(withReference bool) string {
	if withReference {
		return "If it keeps happening, send this reference to "
	}
	return "If it keeps happening, write to "
}

// isMailAddress reports whether s may be offered as a mailto link. The support
// address is a setting, but a setting with spaces or a query is only text.
func isMailAddress(s string) bool {
	local, host, found := strings.Cut(s, "@")
	return found && local != "" && host != "" && !strings.ContainsAny(s, " \t\r\n?&#:/\\<>\"'%")
}

func ruleWord(r Rule) string {
	switch r.State {
	case Met:
		return ": done"
	case Missing:
		return ": still missing"
	default:
		return ""
	}
}
