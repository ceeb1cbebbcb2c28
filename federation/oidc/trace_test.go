package oidc

import (
	"net/url"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portico/federation"
	"portico/federation/trace"
	"portico/userpool"
)

// What a preset checks beyond the specification stands in the trace, with what passed before it, and there is advice for it.
func TestTraceOfPresets(t *testing.T) {
	google := newOP(t)
	google.claims["hd"] = "other.example"
	entra := newEntra(t, "common")
	for want, c := range map[string]struct {
		o     *op
		party *Provider
	}{
		"hosted-domain": {google, google.preset(t, userpool.TypeGoogle, map[string]string{"portico_hosted_domain": "acme.example"})},
		"tenant":        {entra, entra.entra(t, "common", theirs)},
	} {
		recorder := trace.New("ref", c.o.clock.Now, nil)
		ctx := trace.With(t.Context(), recorder)
		c.o.begin(t, c.party, federation.Start{Handle: "h"})
		_, err := c.party.Finish(ctx, federation.Answer{Memory: c.o.memory, Form: url.Values{"code": {testCode}}})
		refusedFor(t, err, want)
		var passed []string
		for _, check := range recorder.Finished().Checks {
			if check.Passed {
				passed = append(passed, check.Name)
			}
		}
		slices.Sort(passed)
		if diff := cmp.Diff([]string{
			"audience", "authorized-party", "callback", "expiry", "iss-parameter", "issue-time", "issuer", "nonce", "not-before", "provider-error", "signature",
		}, passed); diff != "" {
			t.Errorf("%s: %s", want, diff)
		}
		for _, check := range []string{want, "key-issuer", "token-info", "pkce"} {
			if text, _, _ := (trace.Place{Provider: "P"}).Advise(check); text == "" {
				t.Errorf("no advice for %s", check)
			}
		}
	}
}
