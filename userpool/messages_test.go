package userpool

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// The API shows each text in two places; the newer one comes first.
func TestAssembleMessages(t *testing.T) {
	template := func(t types.VerificationMessageTemplateType) *types.VerificationMessageTemplateType { return &t }
	for _, c := range []struct {
		api     types.UserPoolType
		factors FactorDocument
		want    Messages
	}{
		{want: Messages{}},
		{
			api:  types.UserPoolType{EmailVerificationSubject: ptr("s"), EmailVerificationMessage: ptr("b {####}")},
			want: Messages{Verification: MessageTexts{Subject: "s", Body: "b {####}"}},
		},
		{
			api: types.UserPoolType{
				EmailVerificationMessage: ptr("old"), SmsVerificationMessage: ptr("old"),
				VerificationMessageTemplate: template(types.VerificationMessageTemplateType{EmailSubject: ptr("s"), EmailMessage: ptr("new"), SmsMessage: ptr("sms")}),
			},
			want: Messages{Verification: MessageTexts{"s", "new", "sms"}},
		},
		{
			api: types.UserPoolType{
				EmailVerificationMessage: ptr("old"), SmsVerificationMessage: ptr("old {####}"),
				VerificationMessageTemplate: template(types.VerificationMessageTemplateType{EmailSubject: ptr("s")}),
			},
			want: Messages{Verification: MessageTexts{"s", "old", "old {####}"}},
		},
		{
			api: types.UserPoolType{VerificationMessageTemplate: template(types.VerificationMessageTemplateType{
				DefaultEmailOption: types.DefaultEmailOptionTypeConfirmWithLink, EmailSubjectByLink: ptr("s"), EmailMessageByLink: ptr("{##here##}"),
			})},
			want: Messages{ByLink: true, Link: MessageTexts{Subject: "s", Body: "{##here##}"}},
		},
		{
			api: types.UserPoolType{SmsAuthenticationMessage: ptr("in {####}")},
			factors: FactorDocument{
				EmailMfaConfiguration: &types.EmailMfaConfigType{Subject: ptr("s"), Message: ptr("m {####}")}, SmsMfaConfiguration: &types.SmsMfaConfigType{},
			},
			want: Messages{SignIn: MessageTexts{"s", "m {####}", "in {####}"}},
		},
		{
			api:     types.UserPoolType{SmsAuthenticationMessage: ptr("old {####}")},
			factors: FactorDocument{SmsMfaConfiguration: &types.SmsMfaConfigType{SmsAuthenticationMessage: ptr("new {####}")}},
			want:    Messages{SignIn: MessageTexts{SMS: "new {####}"}},
		},
	} {
		if got := Assemble(Declaration{Pool: c.api, Factors: c.factors}, Addresses{}).Messages; got != c.want {
			t.Errorf("%+v, want %+v", got, c.want)
		}
	}
}
