package config

import (
	"strings"
	"testing"

	"portico/userpool"
)

const (
	withSMS  = "server: {sms: {sns: {region: eu-west-1}}}\n"
	withMail = "server: {mail: {host: smtp.example.com, from: a@example.com}}\n"
)

// Second factors are read from the API's documents and from CloudFormation's list alike.
func TestFactorsAreRead(t *testing.T) {
	for text, want := range map[string]userpool.MFAPolicy{
		`MfaConfiguration: "ON", SoftwareTokenMfaConfiguration: {Enabled: true}`: {Mode: userpool.MFAOn, Factors: []userpool.Factor{userpool.FactorTOTP}},
		`MfaConfiguration: OPTIONAL, EnabledMfas: [EMAIL_OTP, SMS_MFA, SOFTWARE_TOKEN_MFA]`: {
			Mode: userpool.MFAOptional, Factors: []userpool.Factor{userpool.FactorTOTP, userpool.FactorSMS, userpool.FactorEmailOTP},
		},
		`MfaConfiguration: OPTIONAL, SmsMfaConfiguration: {}, EmailMfaConfiguration: {Subject: Code}`: {
			Mode: userpool.MFAOptional, Factors: []userpool.Factor{userpool.FactorSMS, userpool.FactorEmailOTP},
		},
		`EnabledMfas: [SOFTWARE_TOKEN_MFA]`: {Mode: userpool.MFAOff, Factors: []userpool.Factor{userpool.FactorTOTP}},
	} {
		server := strings.TrimSuffix(withSMS, "}\n") + ", " + strings.TrimPrefix(withMail, "server: {")
		got := mustParse(t, server+"pools: [{PoolName: x, "+text+"}]\n").Pools[0].Declaration.MFA()
		if got.Mode != want.Mode || len(got.Factors) != len(want.Factors) {
			t.Errorf("%s: %+v", text, got)
			continue
		}
		for i, f := range want.Factors {
			if got.Factors[i] != f {
				t.Errorf("%s: %+v", text, got)
			}
		}
	}
}

// A factor whose codes nobody carries would keep people out, so the file is refused.
func TestFactorsNeedACarrier(t *testing.T) {
	wantFault(t, "pools: [{PoolName: x, MfaConfiguration: OPTIONAL, EnabledMfas: [SMS_MFA]}]\n", "needs server.sms")
	wantFault(t, "pools: [{PoolName: x, MfaConfiguration: \"ON\", EmailMfaConfiguration: {}}]\n", "needs server.mail")
	wantFault(t, "pools: [{PoolName: x, EnabledMfas: [PIGEON]}]\n", "is none of SOFTWARE_TOKEN_MFA")
	mustParse(t, withSMS+"pools: [{PoolName: x, MfaConfiguration: OPTIONAL, EnabledMfas: [SMS_MFA]}]\n")
	mustParse(t, "pools: [{PoolName: x, EnabledMfas: [SMS_MFA]}]\n") // off: nobody is asked
}
