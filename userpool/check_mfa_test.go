package userpool

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestCheckMFA holds the combinations that SetUserPoolMfaConfig refuses, and those that are hardly meant.
func TestCheckMFA(t *testing.T) {
	totp, mail := &types.SoftwareTokenMfaConfigType{Enabled: true}, &types.EmailMfaConfigType{}
	passkey := &types.WebAuthnConfigurationType{FactorConfiguration: types.WebAuthnFactorConfigurationTypeMultiFactorWithUserVerification}
	byMail := &types.AccountRecoverySettingType{RecoveryMechanisms: []types.RecoveryOptionType{{Name: "verified_email", Priority: ptr(int32(1))}}}
	byBoth := &types.AccountRecoverySettingType{RecoveryMechanisms: append(byMail.RecoveryMechanisms, types.RecoveryOptionType{Name: "verified_phone_number", Priority: ptr(int32(2))})}
	codes := &types.UserPoolPolicyType{SignInPolicy: &types.SignInPolicyType{AllowedFirstAuthFactors: []types.AuthFactorType{"PASSWORD", "EMAIL_OTP"}}}
	for name, c := range map[string]struct {
		mode     types.UserPoolMfaType
		factors  FactorDocument
		recovery *types.AccountRecoverySettingType
		policies *types.UserPoolPolicyType
		fault    string
		warning  string
	}{
		"off":                          {mode: "OFF"},
		"on, without a factor":         {mode: "ON", fault: "MfaConfiguration: ON needs a factor"},
		"on, with apps switched off":   {mode: "ON", factors: FactorDocument{SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{}}, fault: "MfaConfiguration: ON needs a factor"},
		"optional, without a factor":   {mode: "OPTIONAL", fault: "MfaConfiguration: OPTIONAL needs a factor"},
		"optional, with apps":          {mode: "OPTIONAL", factors: FactorDocument{SoftwareTokenMfaConfiguration: totp}},
		"on, with passkeys alone":      {mode: "ON", factors: FactorDocument{WebAuthnConfiguration: passkey}, warning: "MfaConfiguration: ON with passkeys as the only factor"},
		"mail, which recovers alone":   {mode: "ON", factors: FactorDocument{EmailMfaConfiguration: mail}, recovery: byMail, fault: "EmailMfaConfiguration: cannot stand beside"},
		"mail, which recovers, too":    {mode: "ON", factors: FactorDocument{EmailMfaConfiguration: mail}, recovery: byBoth},
		"mail without a place for it":  {mode: "ON", factors: FactorDocument{EmailMfaConfiguration: &types.EmailMfaConfigType{Message: ptr("no code here")}}, fault: "EmailMfaConfiguration.Message: must contain {####}"},
		"text without a place for it":  {mode: "ON", factors: FactorDocument{SmsMfaConfiguration: &types.SmsMfaConfigType{SmsAuthenticationMessage: ptr("no code here")}}, fault: "SmsMfaConfiguration.SmsAuthenticationMessage: must contain {####}"},
		"apps, while off":              {mode: "OFF", factors: FactorDocument{SoftwareTokenMfaConfiguration: totp}, warning: "SoftwareTokenMfaConfiguration: has no effect"},
		"a role for text messages":     {mode: "ON", factors: FactorDocument{SmsMfaConfiguration: &types.SmsMfaConfigType{SmsConfiguration: &types.SmsConfigurationType{SnsCallerArn: ptr("arn:aws:iam::123456789012:role/sms")}}}, warning: "SmsMfaConfiguration.SmsConfiguration: has no effect"},
		"one-time codes before second": {mode: "ON", factors: FactorDocument{SoftwareTokenMfaConfiguration: totp}, policies: codes, warning: "MfaConfiguration: ON leaves EMAIL_OTP"},
	} {
		t.Run(name, func(t *testing.T) {
			d := sound()
			d.Pool.MfaConfiguration, d.Factors, d.Pool.AccountRecoverySetting = c.mode, c.factors, c.recovery
			if c.policies != nil {
				d.Pool.Policies = c.policies
			}
			said(t, "fault", d.Check(), c.fault)
			if c.warning != "" {
				said(t, "warning", about(d.Warnings(), c.warning), c.warning)
			}
		})
	}
}

// said complains unless the only fault begins with a text; none is wanted where that is empty.
func said(t *testing.T, what string, faults []Fault, want string) {
	t.Helper()
	if want == "" && len(faults) == 0 {
		return
	}
	if len(faults) != 1 || want == "" || !strings.HasPrefix(faults[0].Error(), want) {
		t.Errorf("%s: got %q, want %q", what, texted(faults), want)
	}
}

// about are the faults at the path that a text begins with.
func about(faults []Fault, text string) []Fault {
	path, _, _ := strings.Cut(text, ":")
	var list []Fault
	for _, f := range faults {
		if f.Path == path {
			list = append(list, f)
		}
	}
	return list
}
