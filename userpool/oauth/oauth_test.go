package oauth

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestParseScopes(t *testing.T) {
	for text, want := range map[string]Scopes{
		"": nil, "   ": nil, "openid": {"openid"}, "openid email": {"openid", "email"}, " email  openid ": {"email", "openid"},
		"openid openid email openid": {"openid", "email"}, "https://api.example.com/read a!b#c~d": {"https://api.example.com/read", "a!b#c~d"},
		strings.Repeat("x", MaxScopeLength): {strings.Repeat("x", MaxScopeLength)},
	} {
		got, err := ParseScopes(text)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q gives %q, %v; want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"open\"id", `open\id`, "open\tid", "open\nid", "öpenid", "a\x00", "a\x7f", "\xff", strings.Repeat("x", MaxScopeLength+1)} {
		if got, err := ParseScopes(text); err == nil || got != nil {
			t.Errorf("%q gives %q", text, got)
		}
	}
}

// TestManyScopes: a request with tens of thousands of scopes is refused at the first that is too many.
func TestManyScopes(t *testing.T) {
	var all []string
	for i := range 200_000 {
		all = append(all, fmt.Sprint(i))
	}
	if got, err := ParseScopes(strings.Join(all, " ")); err == nil || got != nil {
		t.Errorf("%d scopes", len(got))
	}
	if got, err := ParseScopes(strings.Join(all[:MaxScopes], " ") + " 1 2 3"); err != nil || len(got) != MaxScopes {
		t.Errorf("%d scopes, %v", len(got), err)
	}
}

// FuzzParseScopes: what parses prints to what parses to the same; nothing repeats; every scope is within the RFC's set.
func FuzzParseScopes(f *testing.F) {
	for _, seed := range []string{"openid email", "  a a b ", "x\"", "é", strings.Repeat("x ", 60)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		scopes, err := ParseScopes(text)
		if err != nil {
			if scopes != nil {
				t.Errorf("scopes %q beside the error", scopes)
			}
			return
		}
		again, err := ParseScopes(scopes.String())
		if err != nil || !slices.Equal(again, scopes) {
			t.Errorf("%q gives %q, and that gives %q, %v", text, scopes, again, err)
		}
		seen := map[string]bool{}
		for _, s := range scopes {
			if seen[s] || s == "" || len(s) > MaxScopeLength || strings.ContainsFunc(s, notScopeChar) || !scopes.Has(s) || !strings.Contains(text, s) {
				t.Errorf("%q gives the scope %q", text, s)
			}
			seen[s] = true
		}
		if len(scopes) > MaxScopes {
			t.Errorf("%d scopes", len(scopes))
		}
	})
}

func TestError(t *testing.T) {
	cause := errors.New("the cause")
	err := error(Errorf(InvalidGrant, "shown", "logged: %w", cause))
	if got := err.Error(); got != "invalid_grant (shown): logged: the cause" {
		t.Errorf("prints %q", got)
	}
	if !errors.Is(err, cause) {
		t.Error("the cause is lost")
	}
	if got := (&Error{Code: InvalidScope}).Error(); got != "invalid_scope" {
		t.Errorf("prints %q", got)
	}
}
