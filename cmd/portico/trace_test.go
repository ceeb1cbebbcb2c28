package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"portico/federation/practice"
	"portico/federation/trace"
	"portico/userpool"
	"portico/web/visit"
)

// waitForTrace waits until a trace is stored: failures are written beside the request.
func (r *rig) waitForTrace(t *testing.T, reference string) trace.Trace {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; {
		found, err := r.db.Trace(t.Context(), reference)
		if err == nil {
			return found
		}
		if !errors.Is(err, userpool.ErrNotFound) || time.Now().After(deadline) {
			t.Fatalf("trace %s: %v", reference, err)
		}
		time.Sleep(time.Millisecond)
	}
}

// leftWith finds the reference in the log line of the newest request that left for a provider.
func (r *rig) leftWith(t *testing.T) string {
	t.Helper()
	reference := ""
	for line := range strings.Lines(r.log.String()) {
		if strings.Contains(line, `outcome="sent to provider"`) {
			reference = referencePattern.FindString(line)
		}
	}
	if reference == "" {
		t.Fatalf("nobody left for a provider:\n%s", r.log.String())
	}
	return reference
}

var referencePattern = regexp.MustCompile(`[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}`)

func TestTraceOfASignIn(t *testing.T) {
	for _, w := range ways() {
		t.Run(w.provider, func(t *testing.T) {
			r := newRig(t)
			b := r.tab(t)
			deliver := w.leave(b, authorizeAt(acme, "identity_provider", w.provider))
			reference := r.leftWith(t)
			if code := b.toApp(deliver(b)).Get("code"); code == "" {
				t.Fatal("no code")
			}
			got, err := r.db.Trace(t.Context(), reference)
			if err != nil {
				t.Fatal(err)
			}
			text := got.Text()
			for _, part := range []string{
				"Trace " + reference, "A new person signed in with " + w.provider, acmePool, appID, "Went to " + w.provider, "Came back from " + w.provider,
				"With the person, at " + w.provider, "Session opened", "written    email", "pass  signature", "pass  audience", "pass  issuer",
			} {
				if !strings.Contains(text, part) {
					t.Errorf("the trace lacks %q:\n%s", part, text)
				}
			}
			if lines := strings.Count(r.log.String(), "reference="+reference+" "); lines < 2 {
				t.Errorf("%d log lines have the reference of the attempt", lines)
			}
			// The second time nothing is new.
			before := r.db.Commits()
			w.leave(b, authorizeAt(acme, "identity_provider", w.provider, "prompt", "login"))(b)
			if n := r.db.Commits() - before; n != 1 { // the trace rides along
				t.Errorf("%d commits", n)
			}
			if got, err = r.db.Trace(t.Context(), r.leftWith(t)); err != nil || got.NewUser || !strings.Contains(got.Text(), "unchanged  email") {
				t.Errorf("%v:\n%s", err, got.Text())
			}
		})
	}
}

// A failed sign-in says which check refused it, and what would mend it.
func TestTraceOfAFailure(t *testing.T) {
	for _, c := range []struct {
		provider     string
		faults       practice.Faults
		check, mends string
	}{
		{"Harbor", practice.Faults{OtherAudience: true}, "audience", "ProviderDetails.client_id"},
		{"Harbor", practice.Faults{OtherNonce: true}, "nonce", "another attempt"},
		{"Harbor", practice.Faults{TokenError: true}, "token-endpoint", acme + userpool.PathIDPResponse},
		{"Harbor", practice.Faults{Outcome: practice.Cancels}, "provider-error", ""},
		{"Northwind", practice.Faults{OtherAudience: true}, "audience", userpool.ID(acmePool).EntityID()},
		{"Northwind", practice.Faults{OtherRecipient: true}, "recipient", acme + userpool.PathSAMLResponse},
		{"Northwind", practice.Faults{OtherKey: true}, "signature", "ProviderDetails.MetadataURL"},
	} {
		t.Run(c.provider+"/"+c.check, func(t *testing.T) {
			r := newRig(t)
			r.harbor.SetFaults(c.faults)
			r.northwind.SetFaults(c.faults)
			b := r.tab(t)
			var back page
			for _, w := range ways() {
				if w.provider == c.provider {
					back = w.leave(b, authorizeAt(acme, "identity_provider", c.provider))(b)
				}
			}
			if code := b.toApp(back).Get("code"); code != "" {
				t.Fatal("the app got a code")
			}
			got := r.waitForTrace(t, r.leftWith(t))
			if got.Failure == nil || got.Failure.Check != c.check || !strings.Contains(got.Text(), c.mends) || got.Outcome == trace.Succeeded {
				t.Errorf("want the check %s and %q:\n%s", c.check, c.mends, got.Text())
			}
			if c.faults.Outcome == practice.Cancels && got.Outcome != trace.Denied {
				t.Errorf("outcome %s", got.Outcome)
			}
		})
	}
}

// A callback without a sealed attempt of this browser stores nothing, however often it comes: strangers cannot fill the store.
func TestCallbackOfAStrangerLeavesNoTrace(t *testing.T) {
	r := newRig(t)
	for range 200 {
		b := r.tab(t)
		b.get(acme + userpool.PathIDPResponse + "?state=made.up&code=1")
		b.post(acme+userpool.PathSAMLResponse, url.Values{"RelayState": {"made.up"}, "SAMLResponse": {"PA=="}})
	}
	list, err := newestTraces(t.Context(), r.db, 100)
	if err != nil || len(list) != 0 {
		t.Errorf("%d traces, %v", len(list), err)
	}
}

// Whoever may read traces must not learn whom the server knows, or be able to act for anybody.
func TestSecretsInTraces(t *testing.T) {
	r := newRig(t)
	var secrets []string
	keep := func(more ...string) {
		for _, s := range more {
			if len(s) > 3 {
				secrets = append(secrets, s)
			}
		}
	}
	keep(adaName, adaPassword, benName, benPassword, appSecret, drawingsSecret, reportsSecret, "harbor-secret", "quay-secret")
	keep("st/ate=1&x", "st%2Fate%3D1%26x", "nonce-of-the-app", "eyJ")
	for _, b := range r.tryEverything(t, keep) {
		for _, c := range b.cookies(acme) {
			keep(c.Value)
		}
	}
	for _, faults := range []practice.Faults{{OtherAudience: true}, {OtherIssuer: true}, {NoSubject: true}, {OtherUserInfo: true}, {Outcome: practice.Cancels}} {
		r.harbor.SetFaults(faults)
		r.northwind.SetFaults(faults)
		for _, w := range ways() {
			b := r.tab(t)
			w.leave(b, authorizeAt(acme, "identity_provider", w.provider))(b)
			r.waitForTrace(t, r.leftWith(t))
		}
	}
	for _, person := range practice.People() {
		keep(person.ID, person.Email, person.Name)
	}
	list, err := newestTraces(t.Context(), r.db, 1000)
	if err != nil || len(list) < 12 {
		t.Fatalf("%d traces are too few to say anything (%v)", len(list), err)
	}
	for _, tr := range list {
		document, err := json.Marshal(tr)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range secrets {
			if all := string(document) + tr.Text(); strings.Contains(all, secret) {
				t.Errorf("a trace holds %q:\n%s", secret, tr.Text())
			}
		}
	}
}

// The page of an attempt that took too long, or cannot be finished, shows the reference of the attempt.
func TestErrorPageShowsTheReferenceOfTheAttempt(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	w := ways()[1] // an OpenID provider refuses a code that is used twice, so we would not come as far as that
	deliver := w.leave(b, authorizeAt(acme, "identity_provider", w.provider))
	name, value := b.attempt(acme)
	reference := r.leftWith(t)
	deliver(b)
	b.plant(acme, name, value)
	again := deliver(b) // spent
	if !strings.Contains(again.body, reference) || !visit.IsReference(reference) {
		t.Errorf("the page does not show %s:\n%s", reference, again.body)
	}
	if again.StatusCode != http.StatusBadRequest {
		t.Errorf("status %d", again.StatusCode)
	}
	// What had succeeded stays the trace of the attempt.
	if got, err := r.db.Trace(t.Context(), reference); err != nil || got.Outcome != trace.Succeeded {
		t.Errorf("%v %s", err, got.Outcome)
	}
}

// Whoever can begin attempts can make them fail, as often as they like: a minute's budget of them is stored.
func TestFailingCallbacksStoreNoMoreThanTheBudget(t *testing.T) {
	r := newRig(t)
	for range 1000 {
		begun := r.serve(newRequest(t, http.MethodGet, authorizeAt(acme, "identity_provider", "Harbor"), nil))
		to, err := begun.Location()
		if err != nil {
			t.Fatal(err)
		}
		back := newRequest(t, http.MethodGet, acme+userpool.PathIDPResponse+"?error=access_denied&state="+url.QueryEscape(to.Query().Get("state")), nil)
		for _, c := range begun.Cookies() {
			back.AddCookie(c)
		}
		if answer := r.serve(back); answer.StatusCode != http.StatusFound {
			t.Fatalf("status %d", answer.StatusCode)
		}
	}
	r.waitForTrace(t, r.leftWithFirst(t))
	list, err := newestTraces(t.Context(), r.db, 1000)
	if err != nil || len(list) == 0 || len(list) > 2*60 { // a minute may have ended meanwhile
		t.Errorf("%d traces are stored (%v)", len(list), err)
	}
}

// leftWithFirst finds the reference in the log line of the first request that left for a provider.
func (r *rig) leftWithFirst(t *testing.T) string {
	t.Helper()
	for line := range strings.Lines(r.log.String()) {
		if strings.Contains(line, `outcome="sent to provider"`) {
			return referencePattern.FindString(line)
		}
	}
	t.Fatal("nobody left for a provider")
	return ""
}
