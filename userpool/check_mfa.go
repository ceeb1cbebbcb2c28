package userpool

import (
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// mfa checks the pool's rule on second factors as SetUserPoolMfaConfig does.
func (c *checker) mfa() {
	c.structure("", reflect.ValueOf(c.d.Factors))
	policy := assembleMFA(c.d)
	if policy.Mode != MFAOn && policy.Mode != MFAOptional { // or no mode at all, which is told already
		return
	}
	w := c.d.Factors.WebAuthnConfiguration
	passkeys := w != nil && w.FactorConfiguration == types.WebAuthnFactorConfigurationTypeMultiFactorWithUserVerification
	if len(policy.Factors) == 0 && !passkeys {
		c.fault("MfaConfiguration", "%s needs a factor: enable SoftwareTokenMfaConfiguration, SmsMfaConfiguration or EmailMfaConfiguration", policy.Mode)
	}
	if policy.Enables(FactorEmailOTP) && c.recoversByMailAlone() {
		c.fault("EmailMfaConfiguration", "cannot stand beside a recovery by verified_email alone: what serves as a second factor recovers no account; add verified_phone_number or admin_only to AccountRecoverySetting")
	}
}

func (c *checker) recoversByMailAlone() bool {
	setting := c.d.Pool.AccountRecoverySetting
	return setting != nil && len(setting.RecoveryMechanisms) == 1 && setting.RecoveryMechanisms[0].Name == types.RecoveryOptionNameTypeVerifiedEmail
}

// mfaHardlyMeant reports factors that nobody is asked for, and a demand that some people cannot meet.
func (c *checker) mfaHardlyMeant() {
	policy := assembleMFA(c.d)
	if sms := c.d.Factors.SmsMfaConfiguration; sms != nil && sms.SmsConfiguration != nil {
		c.fault("SmsMfaConfiguration.SmsConfiguration", "has no effect: text messages are sent as server.sms says")
	}
	c.devicesHardlyMeant(policy)
	if policy.Mode == MFAOff {
		for i, name := range []string{"SoftwareTokenMfaConfiguration", "SmsMfaConfiguration", "EmailMfaConfiguration"} {
			if slices.Contains(policy.Factors, []Factor{FactorTOTP, FactorSMS, FactorEmailOTP}[i]) {
				c.fault(name, "has no effect while MfaConfiguration is OFF")
			}
		}
		return
	}
	if policy.Mode == MFAOn && len(policy.Factors) == 0 {
		c.fault("MfaConfiguration", "ON with passkeys as the only factor lets nobody in who has none: enable SoftwareTokenMfaConfiguration as well")
	}
	first := assembleFirstFactors(c.d.Pool.Policies)
	if policy.Mode == MFAOn && (slices.Contains(first, FactorEmailOTP) || slices.Contains(first, FactorSMSOTP)) {
		c.fault("MfaConfiguration", "ON leaves EMAIL_OTP and SMS_OTP in AllowedFirstAuthFactors without effect: a one-time code does not go with a second factor")
	}
}

// devicesHardlyMeant: devices are remembered where a second factor was given.
func (c *checker) devicesHardlyMeant(policy MFAPolicy) {
	devices := c.d.Pool.DeviceConfiguration
	switch _, lifetime := c.d.Pool.UserPoolTags[DeviceLifetimeTag]; {
	case devices == nil && lifetime:
		c.fault("UserPoolTags."+DeviceLifetimeTag, "has no effect: DeviceConfiguration is missing, so no device is remembered")
	case devices == nil || policy.Mode != MFAOff:
	case devices.ChallengeRequiredOnNewDevice:
		c.fault("DeviceConfiguration.ChallengeRequiredOnNewDevice", "has no effect while MfaConfiguration is OFF: there is no second factor that a device could take the place of")
	default:
		c.fault("DeviceConfiguration", "has no effect while MfaConfiguration is OFF: the pages remember a device once its person has given a second factor")
	}
}
