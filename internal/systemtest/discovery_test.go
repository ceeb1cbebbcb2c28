//go:build system

package systemtest

import (
	"encoding/json"
	"net/http"
	"testing"
)

// discovery is what the tests follow of the discovery document.
type discovery struct {
	Address       string   `json:"-"` // its own
	ResponseModes []string `json:"response_modes_supported"`
}

func (p *portico) discover(t *testing.T) discovery {
	t.Helper()
	found := discovery{Address: p.Issuer + "/.well-known/openid-configuration"}
	answer := p.get(t, found.Address)
	if answer.status != http.StatusOK {
		t.Fatalf("%s answers %d", found.Address, answer.status)
	}
	if err := json.Unmarshal(answer.body, &found); err != nil {
		t.Fatal(err)
	}
	return found
}
