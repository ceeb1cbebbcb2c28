package nearest

import (
	"strings"
	"testing"
)

func TestTo(t *testing.T) {
	known := []string{"CallbackURLs", "LogoutURLs", "ClientName", "client_id", "oidc_issuer", "tls", "log"}
	for _, c := range []struct{ word, want string }{
		{"CallbackURLS", "CallbackURLs"},
		{"callback_urls", "CallbackURLs"},
		{"CallbakcURLs", "CallbackURLs"},
		{"CallbackURL", "CallbackURLs"},
		{"clientid", "client_id"},
		{"issuer", ""},
		{"lgo", "log"},
		{"tsl", "tls"},
		{"x", ""},
		{"", ""},
		{"something else entirely", ""},
		{strings.Repeat("x", 1<<20), ""},
	} {
		got, ok := To(c.word, known)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("To(%.40q) = %q, %t; want %q", c.word, got, ok, c.want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "ab", 2}, {"ab", "ba", 1}, {"kitten", "sitting", 3}, {"ä", "a", 1}, {"abc", "abc", 0}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
		if got := distance(c.b, c.a); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d: it is not symmetric", c.b, c.a, got, c.want)
		}
	}
}
