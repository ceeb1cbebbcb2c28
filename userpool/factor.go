package userpool

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// Factor is a way to prove who one is, in the API's words (ChallengeNameType).
type Factor string

// The first factors (AuthFactorType, AllowedFirstAuthFactors).
const (
	FactorPassword Factor = "PASSWORD"
	FactorEmailOTP Factor = "EMAIL_OTP" // as a second factor as well
	FactorSMSOTP   Factor = "SMS_OTP"
	FactorPasskey  Factor = "WEB_AUTHN"
)

// The second factors (UserMFASettingList), with FactorEmailOTP.
const (
	FactorSMS  Factor = "SMS_MFA"
	FactorTOTP Factor = "SOFTWARE_TOKEN_MFA"
)

// MFAMode is whether a pool asks for a second factor (UserPoolMfaType).
type MFAMode string

// The modes.
const (
	MFAOff      MFAMode = "OFF"
	MFAOptional MFAMode = "OPTIONAL" // who set one up is asked for it
	MFAOn       MFAMode = "ON"       // everybody who signs in with a password is
)

// MFAPolicy is a pool's rule on second factors. With MFAOff no factor is asked for, whatever people have set up.
type MFAPolicy struct {
	Mode    MFAMode
	Factors []Factor // that the pool enables: FactorTOTP, FactorSMS, FactorEmailOTP, in this order
}

// Enables reports whether people may use a second factor.
func (p MFAPolicy) Enables(f Factor) bool { return p.Mode != MFAOff && slices.Contains(p.Factors, f) }

// Passkeys is a pool's rule on passkeys (WebAuthnConfigurationType).
type Passkeys struct {
	// RelyingPartyID is the domain passkeys are bound to; empty means the host of the pool's pages.
	RelyingPartyID string
	// Verify refuses passkeys that do not verify the person (UserVerification required); without it that is preferred only.
	Verify bool
	// SecondFactor: a passkey that verified the person satisfies MFA (MULTI_FACTOR_WITH_USER_VERIFICATION).
	SecondFactor bool
}

// TakesFirst reports whether people may sign in with a factor, where their app lets them choose (AppClient.Choice). One-time codes
// do not go with a second factor that everybody needs.
func (p *Pool) TakesFirst(f Factor) bool {
	if p.MFA.Mode == MFAOn && (f == FactorEmailOTP || f == FactorSMSOTP) {
		return false
	}
	return slices.Contains(p.FirstFactors, f)
}

// RelyingPartyID is the domain that the pool's passkeys are bound to.
func (p *Pool) RelyingPartyID() string {
	if p.Passkeys.RelyingPartyID != "" {
		return p.Passkeys.RelyingPartyID
	}
	return p.At.Host()
}

// Chooses reports whether people choose how to sign in to a client: it allows the choice (ALLOW_USER_AUTH), and the pool takes
// more than passwords.
func (p *Pool) Chooses(client *AppClient) bool {
	return client.Choice && slices.ContainsFunc(p.FirstFactors, func(f Factor) bool { return f != FactorPassword && p.TakesFirst(f) })
}

// MFASettings are the second factors a user turned on (UserMFASettingList, PreferredMfaSetting).
type MFASettings struct {
	Factors   []Factor `json:"factors,omitempty"`
	Preferred Factor   `json:"preferred,omitempty"` // one of Factors, or empty
}

// With are the settings with a factor turned on as well.
func (s MFASettings) With(f Factor) MFASettings {
	if slices.Contains(s.Factors, f) {
		return s
	}
	s.Factors = append(slices.Clone(s.Factors), f)
	return s
}

// Without are the settings with a factor turned off.
func (s MFASettings) Without(f Factor) MFASettings {
	s.Factors = slices.DeleteFunc(slices.Clone(s.Factors), func(g Factor) bool { return g == f })
	if s.Preferred == f {
		s.Preferred = ""
	}
	return s
}

// FactorDocument is what the API's GetUserPoolMfaConfig shows of a pool and DescribeUserPool does not, under the API's member
// names. MfaConfiguration, which both show, is UserPoolType's.
type FactorDocument struct {
	SoftwareTokenMfaConfiguration *types.SoftwareTokenMfaConfigType
	SmsMfaConfiguration           *types.SmsMfaConfigType
	EmailMfaConfiguration         *types.EmailMfaConfigType
	WebAuthnConfiguration         *types.WebAuthnConfigurationType
}

// assembleFactors reads how people of the pool prove who they are.
func (p *Pool) assembleFactors(d Declaration) {
	p.MFA = assembleMFA(d)
	p.FirstFactors = assembleFirstFactors(d.Pool.Policies)
	if w := d.Factors.WebAuthnConfiguration; w != nil {
		p.Passkeys = Passkeys{
			RelyingPartyID: deref(w.RelyingPartyId), Verify: w.UserVerification == types.UserVerificationTypeRequired,
			SecondFactor: w.FactorConfiguration == types.WebAuthnFactorConfigurationTypeMultiFactorWithUserVerification,
		}
	}
	if c := d.Pool.DeviceConfiguration; c != nil {
		p.Devices = Devices{
			Remember: true, OnPrompt: c.DeviceOnlyRememberedOnUserPrompt, ReplaceMFA: c.ChallengeRequiredOnNewDevice,
			Lifetime: deviceLifetime(d.Pool.UserPoolTags),
		}
	}
	if u := d.Pool.UserAttributeUpdateSettings; u != nil {
		p.VerifyBeforeUpdate = texts(u.AttributesRequireVerificationBeforeUpdate)
	}
}

func assembleMFA(d Declaration) MFAPolicy {
	policy := MFAPolicy{Mode: MFAMode(d.Pool.MfaConfiguration)}
	if policy.Mode == "" {
		policy.Mode = MFAOff
	}
	f := d.Factors
	if f.SoftwareTokenMfaConfiguration != nil && f.SoftwareTokenMfaConfiguration.Enabled {
		policy.Factors = append(policy.Factors, FactorTOTP)
	}
	if f.SmsMfaConfiguration != nil {
		policy.Factors = append(policy.Factors, FactorSMS)
	}
	if f.EmailMfaConfiguration != nil {
		policy.Factors = append(policy.Factors, FactorEmailOTP)
	}
	return policy
}

// assembleFirstFactors: a pool that says nothing takes passwords alone.
func assembleFirstFactors(policies *types.UserPoolPolicyType) []Factor {
	if policies == nil || policies.SignInPolicy == nil || len(policies.SignInPolicy.AllowedFirstAuthFactors) == 0 {
		return []Factor{FactorPassword}
	}
	var factors []Factor
	for _, f := range policies.SignInPolicy.AllowedFirstAuthFactors {
		factors = append(factors, Factor(f))
	}
	return factors
}
