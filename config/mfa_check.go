package config

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
)

// enabledMFAs reads CloudFormation's member EnabledMfas, which names the factors that the API configures one by one.
func (p poolDocument) enabledMFAs(factors *userpool.FactorDocument, fault report) {
	for i, name := range p.EnabledMfas {
		switch userpool.Factor(name) {
		case userpool.FactorTOTP:
			if factors.SoftwareTokenMfaConfiguration == nil {
				factors.SoftwareTokenMfaConfiguration = &types.SoftwareTokenMfaConfigType{Enabled: true}
			}
		case userpool.FactorSMS:
			if factors.SmsMfaConfiguration == nil {
				factors.SmsMfaConfiguration = &types.SmsMfaConfigType{}
			}
		case userpool.FactorEmailOTP:
			if factors.EmailMfaConfiguration == nil {
				factors.EmailMfaConfiguration = &types.EmailMfaConfigType{}
			}
		default:
			fault(fmt.Sprintf("EnabledMfas[%d]", i), "is none of SOFTWARE_TOKEN_MFA, SMS_MFA and EMAIL_OTP")
		}
	}
}

// carriers: a factor whose codes nobody carries would keep its people out.
func (t *together) carriers(path string, d userpool.Declaration) {
	policy := d.MFA()
	if policy.Enables(userpool.FactorSMS) && !t.server.SMS.Enabled() {
		t.fault(path+"SmsMfaConfiguration", "needs server.sms: no text messages are sent without it")
	}
	if policy.Enables(userpool.FactorEmailOTP) && !t.server.Mail.Enabled() {
		t.fault(path+"EmailMfaConfiguration", "needs server.mail: no e-mail is sent without it")
	}
}
