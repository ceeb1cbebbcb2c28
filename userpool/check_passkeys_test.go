package userpool

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func TestCheckRelyingParty(t *testing.T) {
	for id, want := range map[string]string{
		"localhost": "", "auth.example.com": "", "example.com": "", "acme.github.io": "",
		"com": "not a host name", "co.uk": "anybody can get one", "github.io": "anybody can get one", "vercel.app": "anybody can get one",
		"https://example.com": "not a host name", "example.com:443": "not a host name", "Example.com": "not a host name", "192.0.2.1": "not a host name", "": "not a host name",
		strings.Repeat("a.", 64) + "com": "too long",
	} {
		d := Declaration{Pool: types.UserPoolType{Name: new("Test")}}
		d.Factors.WebAuthnConfiguration = &types.WebAuthnConfigurationType{RelyingPartyId: &id}
		c := newChecker(d)
		c.passkeys()
		if (want == "") != (len(c.faults) == 0) || (want != "" && !strings.Contains(c.faults[0].Message, want)) {
			t.Errorf("%q: %v, want %q", id, c.faults, want)
		}
	}
}

// Browsers refuse passkeys of a domain that is not the host of the pages, nor above it.
func TestCheckRelyingPartyOfTheDomain(t *testing.T) {
	for id, fits := range map[string]bool{"auth.example.com": true, "example.com": true, "login.example.com": false, "ample.com": false, "evil.example": false} {
		d := Declaration{Pool: types.UserPoolType{Name: new("Test"), CustomDomain: new("auth.example.com")}}
		d.Factors.WebAuthnConfiguration = &types.WebAuthnConfigurationType{RelyingPartyId: &id}
		c := newChecker(d)
		c.passkeys()
		if fits != (len(c.faults) == 0) {
			t.Errorf("%q: %v", id, c.faults)
		}
	}
}

// The settings have an effect together: the pool's factors, and a client that lets people choose.
func TestFirstFactorWarnings(t *testing.T) {
	warnings := func(flows []types.ExplicitAuthFlowsType, factors ...types.AuthFactorType) string {
		d := Declaration{Clients: []types.UserPoolClientType{{ExplicitAuthFlows: flows}}}
		d.Pool.Policies = &types.UserPoolPolicyType{SignInPolicy: &types.SignInPolicyType{AllowedFirstAuthFactors: factors}}
		d.Factors.WebAuthnConfiguration = &types.WebAuthnConfigurationType{}
		c := newChecker(d)
		c.factorsWithoutEffect()
		var paths []string
		for _, f := range c.faults {
			paths = append(paths, f.Path)
		}
		return strings.Join(paths, " ")
	}
	choice := []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserAuth}
	for got, want := range map[string]string{
		warnings(choice, "PASSWORD", "WEB_AUTHN"): "",
		warnings(nil, "PASSWORD", "WEB_AUTHN"):    "Policies.SignInPolicy.AllowedFirstAuthFactors",
		warnings(choice, "PASSWORD", "EMAIL_OTP"): "WebAuthnConfiguration",
	} {
		if got != want {
			t.Errorf("warned of %q, want %q", got, want)
		}
	}
}

func TestRelyingPartyIDIsThePagesHost(t *testing.T) {
	p := &Pool{At: Addresses{Origin: "https://auth.example.com:8443"}}
	if got := p.RelyingPartyID(); got != "auth.example.com" {
		t.Errorf("without a setting: %q", got)
	}
	p.Passkeys.RelyingPartyID = "example.com"
	if got := p.RelyingPartyID(); got != "example.com" {
		t.Errorf("with one: %q", got)
	}
}
