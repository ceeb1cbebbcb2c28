package config

import (
	"errors"
	"strings"
	"testing"
)

const termsFile = `server:
  url: http://localhost:8080
pools:
  - PoolName: Acme
    Clients:
      - ClientName: machine
      - ClientName: notes
        Terms:
          - TermsName: terms-of-use
            Links: {"cognito:default": "https://acme.example/terms"}
          - TermsName: privacy-policy
            Links:
              "cognito:default": https://acme.example/privacy
`

// The terms of a client stand in its own document, and belong to that client.
func TestTermsOfAClient(t *testing.T) {
	file, err := Parse("portico.yaml", []byte(termsFile), noEnv)
	if err != nil {
		t.Fatal(err)
	}
	terms := file.Pools[0].Declaration.Terms
	if len(terms) != 1 || len(terms[1]) != 2 || *terms[1][0].TermsName != "terms-of-use" || terms[1][1].Links["cognito:default"] != "https://acme.example/privacy" {
		t.Errorf("%+v", terms)
	}
	_, err = Parse("portico.yaml", []byte(strings.Replace(termsFile, "https://acme.example/privacy", "http://acme.example/privacy", 1)), noEnv)
	var faults *Faults
	if want := "portico.yaml:13: pools[0].Clients[1].Terms[1].Links.cognito:default: wants a web address that begins with https://"; !errors.As(err, &faults) || !strings.Contains(faults.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
}
