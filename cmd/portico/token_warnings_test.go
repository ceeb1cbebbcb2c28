package main

import (
	"strings"
	"testing"

	"portico/userpool/token"
)

// TestSizeAdvice: the largest claim that a setting can make smaller decides which one is named.
func TestSizeAdvice(t *testing.T) {
	for _, c := range []struct {
		use     token.Use
		largest []string
		want    string
	}{
		{token.UseID, []string{"cognito:groups", "email"}, "The tag portico:client:web:groups says"},
		{token.UseAccess, []string{"cognito:groups"}, "The tag portico:client:web:groups says"},
		{token.UseID, []string{"cognito:roles", "cognito:groups"}, "The tag portico:client:web:id-token leaves out"},
		{token.UseID, []string{"cognito:username", "identities"}, "as identities."},
		{token.UseID, []string{"iss", "picture"}, "The tag portico:client:web:id-token says"},
		{token.UseAccess, []string{"sub", "custom:bio"}, "The tag portico:client:web:access-token adds custom:bio."},
		{token.UseAccess, []string{"scope", "custom:bio"}, "fewer scopes"},
		{token.UseAccess, []string{"iss", "sub"}, "raise the budget"},
		{token.UseAccess, nil, "raise the budget"},
	} {
		var size token.Oversize
		size.Use = c.use
		for _, name := range c.largest {
			size.Largest = append(size.Largest, token.ClaimSize{Name: name, Bytes: 100})
		}
		if got := sizeAdvice(size, "web"); !strings.Contains(got, c.want) {
			t.Errorf("%s token with %q: %q, want %q", c.use, c.largest, got, c.want)
		}
	}
}
