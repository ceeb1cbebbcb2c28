package userpool

import (
	"cmp"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// Messages are the operator's texts as the API has them, one for all languages.
type Messages struct {
	Verification MessageTexts // codes that confirm an account or an address, and that recover a password
	SignIn       MessageTexts // codes of a sign-in, as the first factor or the second
	Link         MessageTexts // the e-mail that confirms an account by a link
	ByLink       bool         // accounts are confirmed by a link, where the message is an e-mail (CONFIRM_WITH_LINK)
}

// MessageTexts are texts with {####} where the code goes, or with {##text##} for a link; empty means ours. Subject and Body are
// those of an e-mail, SMS is a text message.
type MessageTexts struct{ Subject, Body, SMS string }

func assembleMessages(d Declaration) Messages {
	api := d.Pool
	m := Messages{
		Verification: MessageTexts{deref(api.EmailVerificationSubject), deref(api.EmailVerificationMessage), deref(api.SmsVerificationMessage)},
		SignIn:       MessageTexts{SMS: deref(api.SmsAuthenticationMessage)},
	}
	// The template is the newer form of the same three settings; the API shows each in both places.
	if t := api.VerificationMessageTemplate; t != nil {
		v := m.Verification
		m.Verification = MessageTexts{cmp.Or(deref(t.EmailSubject), v.Subject), cmp.Or(deref(t.EmailMessage), v.Body), cmp.Or(deref(t.SmsMessage), v.SMS)}
		m.Link = MessageTexts{Subject: deref(t.EmailSubjectByLink), Body: deref(t.EmailMessageByLink)}
		m.ByLink = t.DefaultEmailOption == types.DefaultEmailOptionTypeConfirmWithLink
	}
	// SetUserPoolMfaConfig has a text message of its own, which is the same setting.
	if s := d.Factors.SmsMfaConfiguration; s != nil {
		m.SignIn.SMS = cmp.Or(deref(s.SmsAuthenticationMessage), m.SignIn.SMS)
	}
	if e := d.Factors.EmailMfaConfiguration; e != nil {
		m.SignIn.Subject, m.SignIn.Body = deref(e.Subject), deref(e.Message)
	}
	return m
}
