package oauth2

import (
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"portico/userpool"
)

// Claims are the members of a JSON object by their exact names.
type Claims map[string]jsontext.Value

// ParseClaims reads a JSON object. It refuses names that occur twice (RFC 7519 §4 allows that), so that no two readers
// can see different values, and text that is not UTF-8.
func ParseClaims(body []byte) (Claims, error) {
	var c Claims
	if err := json.Unmarshal(body, &c); err != nil {
		return nil, err
	}
	return c, nil
}

// Has reports whether there is such a claim, null included.
func (c Claims) Has(name string) bool { return len(c[name]) > 0 }

// Text returns a claim that is a JSON string.
func (c Claims) Text(name string) (string, bool) {
	if !c.Has(name) || c[name].Kind() != '"' {
		return "", false
	}
	return unquote(c[name]), true
}

// Audience returns aud, which is one string or an array of strings (RFC 7519 §4.1.3).
func (c Claims) Audience() ([]string, bool) {
	if one, ok := c.Text("aud"); ok {
		return []string{one}, true
	}
	var many []string
	if !c.Has("aud") || c["aud"].Kind() != '[' || json.Unmarshal(c["aud"], &many) != nil {
		return nil, false
	}
	return many, true
}

// Time returns a NumericDate (RFC 7519 §2): seconds since 1970, which may have a fraction.
func (c Claims) Time(name string) (time.Time, bool) {
	if !c.Has(name) || c[name].Kind() != '0' {
		return time.Time{}, false
	}
	seconds, err := strconv.ParseFloat(string(c[name]), 64)
	if err != nil || seconds < 0 || seconds > 1<<40 {
		return time.Time{}, false
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(fraction*1e9)), true
}

// Values gives every claim the form that attribute mapping reads. Claims that are null are left out: providers send
// null for what they do not know, which is not the same as saying that it is empty.
func (c Claims) Values() map[string][]string {
	out := make(map[string][]string, len(c)+2)
	for name, value := range c {
		if values, ok := texts(value); ok {
			out[name] = values
		}
	}
	return out
}

// texts turns a claim into text values: an array into one for each member, anything else into one.
func texts(v jsontext.Value) ([]string, bool) {
	switch v.Kind() {
	case 'n':
		return nil, false
	case '[':
		var members []jsontext.Value
		if json.Unmarshal(v, &members) != nil {
			return nil, false
		}
		out := []string{}
		for _, member := range members {
			if member.Kind() != 'n' {
				out = append(out, scalar(member))
			}
		}
		return out, true
	}
	return []string{scalar(v)}, true
}

// scalar writes one value as text: strings as they are; true and false; numbers digit for digit, since a float would
// change long ones; objects and nested arrays as compact JSON.
func scalar(v jsontext.Value) string {
	if v.Kind() == '"' {
		return unquote(v)
	}
	compact := v.Clone()
	if compact.Compact() != nil {
		return ""
	}
	return string(compact)
}

func unquote(v jsontext.Value) string {
	var s string
	if json.Unmarshal(v, &s) != nil {
		return ""
	}
	return s
}

// MappedClaims lists what a provider's attribute mapping asks of it, and before it what is always asked.
func MappedClaims(provider *userpool.IdentityProvider, always ...string) []string {
	names := slices.Clone(always)
	for _, attribute := range slices.Sorted(maps.Keys(provider.Mapping)) {
		claim := provider.Mapping[attribute]
		if claim != "access_token" && claim != "id_token" && !slices.Contains(names, claim) {
			names = append(names, claim)
		}
	}
	return names
}

// Appended is what attributes_url_add_attributes puts at the end of attributes_url: names with commas between them.
func Appended(names []string) string {
	escaped := make([]string, len(names))
	for i, name := range names {
		escaped[i] = url.QueryEscape(name)
	}
	return strings.Join(escaped, ",")
}

// Lookup finds a value by its name or, if there is none, by a path of names and positions with dots between them, as in
// picture.data.url or emails.0.value.
func (c Claims) Lookup(path string) (jsontext.Value, bool) {
	if c.Has(path) {
		return c[path], true
	}
	first, rest, more := strings.Cut(path, ".")
	if !more || !c.Has(first) {
		return nil, false
	}
	return within(c[first], rest)
}

func within(v jsontext.Value, path string) (jsontext.Value, bool) {
	switch v.Kind() {
	case '{':
		members, err := ParseClaims(v)
		if err != nil {
			return nil, false
		}
		return members.Lookup(path)
	case '[':
		position, rest, more := strings.Cut(path, ".")
		i, err := strconv.Atoi(position)
		var values []jsontext.Value
		if err != nil || json.Unmarshal(v, &values) != nil || i < 0 || i >= len(values) {
			return nil, false
		}
		if !more {
			return values[i], true
		}
		return within(values[i], rest)
	}
	return nil, false
}
