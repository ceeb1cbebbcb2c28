package userpool

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// redirectPattern is a registered address whose host's first label holds a *, as in https://pr-*.preview.example.com/cb: the
// address before and after it, letter for letter. Only clients marked non-production have patterns (RFC 9700 §4.1.1 tells
// what they cost elsewhere): preview deployments come and go faster than anybody registers them.
type redirectPattern struct{ before, after string }

// isPattern reports whether a registered address has a *.
func isPattern(raw string) bool { return strings.Contains(raw, "*") }

// splitPatterns takes the patterns out of a client's addresses. A pattern that Check would refuse matches nothing.
func splitPatterns(registered []string) (exact []string, patterns []redirectPattern) {
	for _, raw := range registered {
		switch before, after, found := strings.Cut(raw, "*"); {
		case !found:
			exact = append(exact, raw)
		case patternFault(raw) == "":
			patterns = append(patterns, redirectPattern{before, after})
		}
	}
	return exact, patterns
}

const (
	httpsPrefix = "https://"
	maxLabel    = 63  // RFC 1035 §2.3.4
	maxHost     = 253 // the same, as text without the last dot
)

// wildLabel is what a * may stand for: the letters of a host's label, without the dot that would begin another. Hyphens
// stand inside only, and capitals are refused, for browsers would make small ones of them before they go there.
var wildLabel = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$`)

// matches compares letter for letter, and looks at nothing but the characters in the place of the *. They are of an alphabet
// without . / : @ ? # \ and %, so the address cannot mean another host, port or path than the pattern does, whoever reads it.
func (p redirectPattern) matches(raw string) bool {
	if len(raw) <= len(p.before)+len(p.after) || !strings.HasPrefix(raw, p.before) || !strings.HasSuffix(raw, p.after) {
		return false
	}
	if !wildLabel.MatchString(raw[len(p.before) : len(raw)-len(p.after)]) {
		return false
	}
	host, _, _ := strings.Cut(strings.TrimPrefix(raw, httpsPrefix), "/")
	label, _, _ := strings.Cut(host, ".")
	// A label that begins with xn-- reads as other letters than it is written in (RFC 5890 §2.3.2.1): no preview is named so by
	// its number or branch, and nobody should have to decode one to see where a code went.
	return len(label) <= maxLabel && !strings.HasPrefix(label, "xn--")
}

func anyMatches(patterns []redirectPattern, raw string) bool {
	return slices.ContainsFunc(patterns, func(p redirectPattern) bool { return p.matches(raw) })
}

// patternFault says what is wrong with an address that has a *; nothing is "".
func patternFault(raw string) string {
	if strings.Count(raw, "*") != 1 {
		return "has more than one *: one is allowed, in the first part of the host name"
	}
	if !strings.HasPrefix(raw, httpsPrefix) {
		return "has a * and must begin with https://, in small letters"
	}
	// With a letter for the * it must be an address like any other: no user name, no fragment, a port that is one.
	example := strings.Replace(raw, "*", "a", 1)
	if words := redirectFault(example); words != "" {
		return words
	}
	host := strings.TrimPrefix(raw, httpsPrefix)
	if i := strings.IndexAny(host, "/?"); i >= 0 {
		host = host[:i]
	}
	if u, err := url.Parse(example); err != nil || u.Host != strings.Replace(host, "*", "a", 1) {
		return "is not a URL that every program reads alike: write https://, the host name, and a path"
	}
	host, _, _ = strings.Cut(host, ":")
	label, parent, _ := strings.Cut(host, ".")
	if !isPattern(label) {
		return "has its * in another place than the first part of the host name, as in https://*.preview.example.com/callback"
	}
	if words := patternLabelFault(label); words != "" {
		return words
	}
	return patternParentFault(parent, len(host))
}

// patternLabelFault checks the label with the *.
func patternLabelFault(label string) string {
	if len(label) > maxLabel || !wildLabel.MatchString(strings.Replace(label, "*", "a", 1)) || strings.HasPrefix(label, "xn--") {
		return "may have small letters, digits and hyphens beside its *, as in https://pr-*.preview.example.com/callback"
	}
	return ""
}

// patternParentFault checks the name below which everything is the operator's: it must not be one under which anybody can
// get a name, as vercel.app is, or whoever does could receive the codes of others.
func patternParentFault(parent string, length int) string {
	labels := strings.Split(parent, ".")
	if len(labels) < 2 {
		return "needs two more parts of a host name after its *, as in *.example.com"
	}
	for _, label := range labels {
		if len(label) > maxLabel || !wildLabel.MatchString(label) {
			return "needs a host name of small letters, digits and hyphens after its *"
		}
	}
	top := labels[len(labels)-1]
	_, err := netip.ParseAddr("1." + parent)
	switch {
	case err == nil || top[0] >= '0' && top[0] <= '9':
		return "has a * in an address: it may stand in a host name only"
	case length > maxHost:
		return "has too long a host name: at most 253 characters are allowed"
	}
	// Asked about a name below the parent, because rules of the list have wildcards of their own (*.compute.amazonaws.com).
	if suffix, _ := publicsuffix.PublicSuffix("a." + parent); len(suffix) >= len(parent) {
		return "has its * directly below " + parent + ", where anybody can get a name: put it below a name of your own"
	}
	return ""
}
