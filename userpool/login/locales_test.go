package login

import (
	"net/url"
	"strings"
	"testing"
)

// The languages a person reads go along with the request, as long as they are few: the request travels in a cookie.
func TestLocalesGoAlong(t *testing.T) {
	r := ParseRequest(url.Values{"lang": {"de"}, "ui_locales": {"fr-CA fr"}})
	if q := r.Query(); q.Get("lang") != "de" || q.Get("ui_locales") != "fr-CA fr" {
		t.Errorf("the request is made again as %v", q)
	}
	endless := strings.Repeat("fr ", 1000)
	r = ParseRequest(url.Values{"lang": {endless}, "ui_locales": {endless}})
	if q := r.Query(); len(q) != 0 {
		t.Errorf("%d bytes are carried along", len(q.Encode()))
	}
}
