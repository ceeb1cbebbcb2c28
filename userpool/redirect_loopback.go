package userpool

import (
	"slices"
	"strconv"
	"strings"
)

// loopbackRedirect is a registered address of this machine, as in http://127.0.0.1:51004/callback, with its port left open:
// RFC 8252 §7.3 has a native app listen on whatever port the system gives it. Cognito wants each port registered, so only the
// standard dialect has these. localhost is none: it may resolve to somewhere else (§8.3).
type loopbackRedirect struct{ host, rest string }

// loopbackHosts are the addresses whose port is open, as they are written.
var loopbackHosts = [...]string{"http://127.0.0.1", "http://[::1]"}

// loopbackRedirects finds them among the registered addresses.
func loopbackRedirects(registered []string) []loopbackRedirect {
	var found []loopbackRedirect
	for _, raw := range registered {
		for _, host := range loopbackHosts {
			if rest, ok := strings.CutPrefix(raw, host); ok {
				found = append(found, loopbackRedirect{host, withoutPort(rest)})
			}
		}
	}
	return found
}

// matches compares letter for letter, and reads nothing but the digits in the place of the port.
func (l loopbackRedirect) matches(raw string) bool {
	rest, ok := strings.CutPrefix(raw, l.host)
	return ok && withoutPort(rest) == l.rest
}

func anyLoopback(redirects []loopbackRedirect, raw string) bool {
	return slices.ContainsFunc(redirects, func(l loopbackRedirect) bool { return l.matches(raw) })
}

// withoutPort takes a port of plain digits from the front of what follows a host. Anything else stays, and so differs.
func withoutPort(rest string) string {
	digits, ok := strings.CutPrefix(rest, ":")
	if !ok {
		return rest
	}
	end := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(digits)
	}
	port, err := strconv.ParseUint(digits[:end], 10, 16)
	if err != nil || port == 0 || digits[0] == '0' {
		return rest
	}
	return digits[end:]
}
