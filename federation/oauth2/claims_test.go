package oauth2

import (
	"testing"
	"unicode/utf8"
)

// Claims of any shape become text, and a claim that is one string stays that string.
func FuzzClaims(f *testing.F) {
	for _, seed := range []string{`{"a":"x"}`, `{"a":[1,[2],{"b":null}],"c":1e3,"d":true}`, `{"a":1,"a":2}`, "{\"a\":\"\\ud83d\\ude00\"}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		said, err := ParseClaims(body)
		if err != nil {
			return
		}
		for name, values := range said.Values() {
			for _, value := range values {
				if !utf8.ValidString(value) {
					t.Fatalf("%q is not UTF-8", value)
				}
			}
			if text, ok := said.Text(name); ok && (len(values) != 1 || values[0] != text) {
				t.Fatalf("%q became %q", text, values)
			}
			said.Time(name)
		}
		said.Audience()
	})
}
