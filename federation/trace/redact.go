package trace

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

const maxValues = 8 // values of one claim that are shown

// redactAll redacts the values of a claim and joins nothing: how many there were is part of their shape.
func redactAll(name string, values []string) []string {
	out := make([]string, 0, min(len(values), maxValues+1))
	for i, value := range values {
		if i == maxValues {
			out = append(out, fmt.Sprintf("and %d more", len(values)-i))
			break
		}
		out = append(out, redact(name, value))
	}
	return out
}

// redact keeps of a value what helps to mend a mapping: whether it is there, its kind and its length. What names no person
// (issuer, audience, times, flags) stays as it is; tokens, codes and their like are left out.
func redact(name, value string) string {
	switch {
	case hidden(name):
		return fmt.Sprintf("not shown (%s)", characters(value))
	case strings.TrimSpace(value) == "":
		return "blank"
	case open(name):
		return clip(maskAddresses(printable(cutBytes(value, maxScrubbed))), maxName)
	case value == "true" || value == "false":
		return value
	case strings.Contains(value, "@"):
		return maskAddress(value)
	}
	if strings.HasPrefix(value, "https://") || strings.HasPrefix(value, "http://") {
		if u, err := url.Parse(cutBytes(value, maxScrubbed)); err == nil && u.Host != "" {
			return u.Scheme + "://" + clip(u.Host, maxName) + "/…"
		}
	}
	return mask(value)
}

// hidden names claims of which nothing may be kept.
func hidden(name string) bool {
	switch strings.ToLower(name) {
	case "access_token", "id_token", "refresh_token", "code", "nonce", "at_hash", "c_hash", "s_hash", "sid", "jti", "state",
		"client_secret", "password", "sessionindex":
		return true
	}
	return strings.HasSuffix(strings.ToLower(name), "_token")
}

// open names claims that say nothing of the person and that checks are about.
func open(name string) bool {
	switch name {
	case "iss", "aud", "azp", "exp", "iat", "nbf", "auth_time", "acr", "amr", "hd", "tid", "ver", "email_verified",
		"phone_number_verified", "updated_at", "token_type", "scope":
		return true
	}
	return false
}

// mask keeps the first character of a text of four or more, and its length.
func mask(value string) string {
	first := ""
	if utf8.RuneCountInString(value) >= 4 {
		if r, _ := utf8.DecodeRuneInString(value); r != utf8.RuneError && r > ' ' {
			first = string(r)
		}
	}
	return first + "… (" + characters(value) + ")"
}

func characters(value string) string {
	n := utf8.RuneCountInString(value)
	if n == 1 {
		return "1 character"
	}
	return strconv.Itoa(n) + " characters"
}

// maskAddress keeps the domain of an e-mail address and the first letter of the rest.
func maskAddress(value string) string {
	local, domain, _ := strings.Cut(value, "@")
	if !domainPattern.MatchString(domain) {
		return mask(value)
	}
	first := ""
	if utf8.RuneCountInString(local) >= 2 {
		if r, _ := utf8.DecodeRuneInString(local); r != utf8.RuneError && r > ' ' {
			first = string(r)
		}
	}
	return first + "…@" + clip(domain, maxName)
}

// shorten keeps both ends of a long name, enough to tell two people apart at the provider, and the shape of a short one.
func shorten(name string) string {
	if strings.Contains(name, "@") {
		return maskAddress(name)
	}
	runes := []rune(name)
	if len(runes) < 12 {
		return mask(name)
	}
	return Scrub(string(runes[:3])) + "…" + Scrub(string(runes[len(runes)-2:])) + " (" + characters(name) + ")"
}

var (
	domainPattern  = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z.-]{0,252}$`)
	addressPattern = regexp.MustCompile(`[^\s"'<>()=,;:/?&]+@[0-9A-Za-z][0-9A-Za-z.-]*`)
	linkPattern    = regexp.MustCompile(`https?://[^\s"'<>]+`)
	longPattern    = regexp.MustCompile(`[0-9A-Za-z_\-+/=%.~]{33,}`)
)

// Scrub takes out of a sentence what may be a person or a secret: addresses are masked, links lose what follows their path,
// and long words of the alphabet that tokens are written in are cut to their first letters.
func Scrub(text string) string {
	text = printable(cutBytes(text, maxScrubbed))
	if len(text) < shortText && !strings.Contains(text, "@") && !strings.Contains(text, "://") {
		return text // as most are; the patterns below would find nothing
	}
	var links []string
	text = linkPattern.ReplaceAllStringFunc(text, func(link string) string {
		links = append(links, plainLink(link))
		return "\x00" // put back below: a link may be long
	})
	text = maskAddresses(text)
	text = longPattern.ReplaceAllStringFunc(text, cutWord)
	for _, link := range links {
		text = strings.Replace(text, "\x00", link, 1)
	}
	return text
}

// shortText is shorter than what longPattern finds.
const shortText = 33

// maxScrubbed bounds the work on a text that a provider chose, in bytes; what is kept of it is shorter.
const maxScrubbed = 1024

func cutBytes(text string, limit int) string { return text[:min(len(text), limit)] }

// printable makes one line of valid UTF-8 of a text.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
}

func maskAddresses(text string) string {
	if !strings.Contains(text, "@") {
		return text
	}
	return addressPattern.ReplaceAllStringFunc(text, maskAddress)
}

func cutWord(word string) string { return word[:4] + "… (" + characters(word) + ")" }

// maxSegment is the longest part of a path that is shown: a tenant's UUID fits, a token does not.
const maxSegment = 40

// plainLink is a link without user, query and fragment.
func plainLink(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return "a link"
	}
	segments := strings.Split(u.EscapedPath(), "/")
	for i, segment := range segments {
		if len(segment) > maxSegment {
			segments[i] = cutWord(segment)
		}
	}
	plain := u.Scheme + "://" + u.Host + maskAddresses(strings.Join(segments, "/"))
	if u.RawQuery != "" {
		plain += "?…"
	}
	return clip(plain, 2*maxName)
}

// clip cuts a text to a number of characters.
func clip(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return string([]rune(text)[:limit-1]) + "…"
}
