package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"portico/federation"
	"portico/federation/practice"
	"portico/userpool"
	"portico/userpool/login"
	"portico/userpool/seal"
)

// command runs a subcommand beside a rig's server and returns its exit code and what it printed.
func (r *rig) command(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(context.Background(), append(args, "--config", "testdata/two_pools.yaml"), surroundings{
		env:    func(name string) (string, bool) { value, ok := r.env[name]; return value, ok },
		stdout: &stdout, stderr: &stderr, configDir: func() (string, error) { return t.TempDir(), nil },
	})
	return code, stdout.String(), stderr.String()
}

func TestProviderIsTriedWithoutAPerson(t *testing.T) {
	r := newRig(t)
	for _, name := range []string{"Harbor", "Northwind"} {
		code, out, errs := r.command(t, "idp", "test", name, "--pool", acmePool)
		if code != 0 || !strings.Contains(out, "pass  settings") || !strings.Contains(out, acme+userpool.PathTestIDP+"?link=") || strings.Contains(out, "FAIL") {
			t.Errorf("%s: exit code %d\n%s%s", name, code, out, errs)
		}
		if strings.Contains(out, "harbor-secret") {
			t.Error("it prints a secret")
		}
	}
	code, _, errs := r.command(t, "idp", "test", "Nobody")
	if code != exitFailed || !strings.Contains(errs, "no user pool has an identity provider Nobody") {
		t.Errorf("exit code %d, %s", code, errs)
	}
	code, _, errs = r.command(t, "idp", "test", "Northwind")
	if code != exitFailed || !strings.Contains(errs, "--pool") {
		t.Errorf("exit code %d, %s", code, errs)
	}
}

// A wrong secret, or a provider that is gone, is a failed check with advice, and exit code 1.
func TestProviderThatCannotWorkFailsItsTest(t *testing.T) {
	r := newRig(t)
	r.harbor.SetFaults(practice.Faults{TokenError: true})
	dead := map[string]string{"HARBOR": "http://127.0.0.1:1", "QUAY": r.env["QUAY"]}
	for what, c := range map[string]struct {
		env    map[string]string
		name   string
		check  string
		advice string
	}{
		"gone":         {dead, "Harbor", "discovery", "oidc_issuer"},
		"other secret": {map[string]string{"HARBOR": r.env["QUAY"]}, "Harbor", "client", "client_secret"},
	} {
		t.Run(what, func(t *testing.T) {
			for name, value := range r.env {
				if _, other := c.env[name]; !other {
					c.env[name] = value
				}
			}
			beside := &rig{env: c.env}
			code, out, _ := beside.command(t, "idp", "test", c.name, "--pool", acmePool, "--json")
			var got tested
			if err := json.Unmarshal([]byte(out), &got); err != nil {
				t.Fatalf("%v in %s", err, out)
			}
			failed := false
			for _, f := range got.Findings {
				failed = failed || f.Check == c.check && f.Verdict == federation.Bad && strings.Contains(f.Setting, c.advice) && f.Advice != ""
			}
			if code != exitFailed || !failed {
				t.Errorf("exit code %d, want the check %s to fail:\n%s", code, c.check, out)
			}
		})
	}
}

// trialLink makes the link as the command does.
func (r *rig) trialLink(t *testing.T, name string) string {
	t.Helper()
	_, out, _ := r.command(t, "idp", "test", name, "--pool", acmePool, "--json")
	var got tested
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return got.Link
}

// A trial signs nobody in: no user, no session, no code, nothing spent; one commit, which is the trace.
func TestTrialSignsNobodyIn(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.provider, func(t *testing.T) {
			r := newRig(t)
			b := r.tab(t)
			link := r.trialLink(t, w.provider)
			deliver := w.leave(b, link)
			before := r.db.Commits()
			page := deliver(b)
			if n := r.db.Commits() - before; n != 1 {
				t.Errorf("%d commits", n)
			}
			if page.StatusCode != http.StatusOK || page.Request.URL.Path != userpool.PathTestResult {
				t.Fatalf("status %d at %s", page.StatusCode, page.Request.URL)
			}
			for _, part := range []string{"The test with " + w.provider + " succeeded", "No user was made, no session opened, no code sent.", "written", "Checks"} {
				if !strings.Contains(page.body, part) {
					t.Errorf("the page lacks %q", part)
				}
			}
			if strings.Contains(page.body, "Development") || b.cookie(acme, sessionCookie) != "" {
				t.Error("the page speaks of development, or somebody is signed in")
			}
			r.absent(t, acmePool, w.provider, "kofi-90ab")
			// Only the browser that made the test sees its outcome.
			if other := r.tab(t).get(acme + userpool.PathTestResult); other.StatusCode != http.StatusBadRequest {
				t.Errorf("another browser: status %d", other.StatusCode)
			}
			// The same person then signs in for real, so the test spent nothing.
			if code := b.toApp(w.leave(b, authorizeAt(acme, "identity_provider", w.provider))(b)).Get("code"); code == "" {
				t.Error("no sign-in after the test")
			}
		})
	}
}

func TestFailedTrialSaysWhy(t *testing.T) {
	r := newRig(t)
	r.northwind.SetFaults(practice.Faults{OtherAudience: true})
	b := r.tab(t)
	page := ways()[1].leave(b, r.trialLink(t, "Northwind"))(b)
	for _, part := range []string{"The test with Northwind failed at the check audience", userpool.ID(acmePool).EntityID(), "What to do"} {
		if !strings.Contains(page.body, part) {
			t.Errorf("the page lacks %q:\n%s", part, page.body)
		}
	}
}

// A link that is made up, changed, of another pool, or too old begins nothing.
func TestForgedTrialLinkBeginsNothing(t *testing.T) {
	r := newRig(t)
	good, err := url.Parse(r.trialLink(t, "Harbor"))
	if err != nil {
		t.Fatal(err)
	}
	ticket := good.Query().Get("link")
	key, err := seal.ParseMasterKey(r.env["PORTICO_KEY"])
	if err != nil {
		t.Fatal(err)
	}
	old := login.SealTrial(key.For(seal.TestLink), acmePool, "Harbor", r.began().Add(-2*login.TrialLife))
	for what, address := range map[string]string{
		"none":         acme + userpool.PathTestIDP,
		"made up":      acme + userpool.PathTestIDP + "?link=AAAA",
		"changed":      acme + userpool.PathTestIDP + "?link=" + ticket[:len(ticket)-2] + "AA",
		"another pool": bravo + userpool.PathTestIDP + "?link=" + ticket,
		"old":          acme + userpool.PathTestIDP + "?link=" + old,
		"as a result":  acme + userpool.PathTestResult + "?link=" + ticket,
	} {
		b := r.tab(t)
		page := b.get(address)
		if page.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: status %d at %s", what, page.StatusCode, page.Request.URL)
		}
		for name := range b.cookies(acme) {
			if strings.HasPrefix(name, attemptCookie) {
				t.Errorf("%s: an attempt began", what)
			}
		}
	}
	// The link's own seal is no permission to see a trace.
	b := r.tab(t)
	b.plant(acme, "__Host-test-result", ticket)
	if page := b.get(acme + userpool.PathTestResult); page.StatusCode != http.StatusBadRequest {
		t.Errorf("the link as a result: status %d", page.StatusCode)
	}
}
