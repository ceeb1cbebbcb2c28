package tracepage

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"portico/federation/trace"
	"portico/templates"
)

func sample() trace.Trace {
	began := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	return trace.Trace{
		Reference: "7F3K-9QWM", Pool: "us-east-1_A", Provider: "Harbor", Type: "OIDC", Began: began, Ended: began.Add(5200 * time.Millisecond), Outcome: trace.Failed,
		Steps: []trace.Step{
			{Took: 100_000, Sentence: "Went to Harbor", Room: "federation/oidc"},
			{At: 100_000, Took: 5_000_000, Sentence: "With the person, at Harbor", Person: true},
			{At: 5_100_000, Took: 100_000, Sentence: "Code exchanged with Harbor", Room: "federation/oidc", Waiting: true, Failed: true},
		},
		Checks:  []trace.Check{{Name: "callback", Passed: true}, {Name: "token-endpoint", Detail: "status 400"}},
		Claims:  []trace.Claim{{Name: "email", Values: []string{"i…@a.example", "and 3 more"}}},
		Mapping: []trace.Mapped{{Attribute: "email", Claim: "email", Fate: trace.Refused}},
		Failure: &trace.Failure{Check: "token-endpoint", Cause: "status 400", Advice: "Check the secret.", Setting: "ProviderDetails.client_secret"},
	}
}

// The scale leaves out the person's five seconds: each of the two steps takes half of it.
func TestScaleLeavesOutThePerson(t *testing.T) {
	v := View(templates.BenchFrame{}, sample())
	if v.Steps[0].Start != 0 || v.Steps[0].Width != 500 || !v.Steps[1].Gap || v.Steps[2].Start != 500 || v.Steps[2].Width != 500 {
		t.Errorf("%+v", v.Steps)
	}
	if v.Edge != "200 ms from edge to edge" {
		t.Error(v.Edge)
	}
}

func TestPageSaysWhy(t *testing.T) {
	var page bytes.Buffer
	if err := templates.Trace(View(templates.BenchFrame{}, sample())).Render(t.Context(), &page); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		"A sign-in with Harbor failed at the check token-endpoint", "Why: token-endpoint", "Check the secret.", "ProviderDetails.client_secret",
		"waiting for others", "i…@a.example, and 3 more", "1 of 2 passed",
	} {
		if !strings.Contains(page.String(), part) {
			t.Errorf("the page lacks %q", part)
		}
	}
}

func TestRows(t *testing.T) {
	rows := Rows([]trace.Trace{sample()}, "/traces/")
	if len(rows) != 1 || rows[0].Href != "/traces/7F3K-9QWM" || rows[0].Kind != templates.Bad || rows[0].Took != "5.2 s" {
		t.Errorf("%+v", rows)
	}
}
