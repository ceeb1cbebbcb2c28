package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// differs says how an answer is not as wanted; nothing if it is.
func (p page) differs(want string) string {
	kind, rest, _ := strings.Cut(want, " ")
	switch {
	case len(want) == 3:
		if fmt.Sprint(p.StatusCode) != want {
			return fmt.Sprintf("status %d, want %s\nlocation %q\n%s", p.StatusCode, want, p.Header.Get("Location"), p.body)
		}
	case kind == "no":
		if got := p.Header.Values(rest); len(got) > 0 {
			return fmt.Sprintf("header %s: %q, want none", rest, got)
		}
	case kind == "body":
		if !matches(rest, strings.TrimSpace(p.body)) {
			return fmt.Sprintf("body\n%s\nwant\n%s", p.body, rest)
		}
	case kind == "has":
		if !strings.Contains(p.body, rest) {
			return fmt.Sprintf("body has no %q:\n%s", rest, p.body)
		}
	case kind == "lacks":
		if strings.Contains(p.body, rest) {
			return fmt.Sprintf("body has %q:\n%s", rest, p.body)
		}
	case kind == "id" || kind == "access":
		return p.differsInClaim(kind+"_token", rest)
	case strings.HasSuffix(kind, ":"):
		if got := strings.Join(p.Header.Values(strings.TrimSuffix(kind, ":")), " | "); !matches(rest, got) {
			return fmt.Sprintf("header %s %q, want %q", kind, got, rest)
		}
	default:
		return fmt.Sprintf("cannot read %q", want)
	}
	return ""
}

// differsInClaim says how a claim of a token that an answer hands out is not as wanted.
func (p page) differsInClaim(token, want string) string {
	payload, err := p.payload(token)
	if err != nil {
		return fmt.Sprintf("%s: %v", token, err)
	}
	name, value, _ := strings.Cut(want, " ")
	if name == "lacks" {
		if claim, there := payload[value]; there {
			return fmt.Sprintf("%s has %s %s", token, value, claim)
		}
		return ""
	}
	if got := string(payload[name]); !matches(value, got) {
		return fmt.Sprintf("%s has %s %s, want %s", token, name, got, value)
	}
	return ""
}

// payload reads a token of a token response, or of an implicit response in the fragment.
func (p page) payload(token string) (claims map[string]json.RawMessage, err error) {
	var raw string
	if to, err := p.Location(); err == nil {
		fragment, err := url.ParseQuery(to.EscapedFragment())
		if err != nil {
			return nil, err
		}
		raw = fragment.Get(token)
	} else {
		var body map[string]any
		if err := json.Unmarshal([]byte(p.body), &body); err != nil {
			return nil, err
		}
		raw, _ = body[token].(string)
	}
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return nil, fmt.Errorf("there is none in %s", p.body)
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, err
	}
	return claims, json.Unmarshal(text, &claims)
}

// matches compares with a pattern in which * stands for anything.
func matches(pattern, text string) bool {
	quoted := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, `(?s:.*)`)
	return regexp.MustCompile(`^` + quoted + `$`).MatchString(text)
}
