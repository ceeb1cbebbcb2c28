package directory

import (
	"context"
	"net/url"
	"time"

	"portico/userpool"
	"portico/userpool/notify"
	"portico/words"
)

// kindOf is the kind of message that carries a code.
func kindOf(pool *userpool.Pool, purpose userpool.CodePurpose, to *Delivery) notify.Kind {
	switch purpose {
	case userpool.CodeRecovery:
		return notify.RecoveryCode
	case userpool.CodeSecond:
		return notify.SecondFactorCode
	case userpool.CodeSignIn:
		return notify.SignInCode
	case userpool.CodeEmail, userpool.CodePhone:
		return notify.AttributeCode
	}
	if byLink(pool, to) {
		return notify.SignUpLink
	}
	return notify.SignUpCode
}

// byLink reports whether a sign-up is confirmed by a link: only an e-mail can carry one.
func byLink(pool *userpool.Pool, to *Delivery) bool {
	return pool.Messages.ByLink && to != nil && to.Medium == userpool.MediumEmail
}

// ConfirmsByLink reports whether what went out to confirm a sign-up was a link.
func ConfirmsByLink(pool *userpool.Pool, medium string) bool {
	return pool.Messages.ByLink && medium != userpool.MediumSMS
}

// composed writes a message in the language of the page that caused it. client may be nil: then no app is named.
func (d *Directory) composed(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, kind notify.Kind, to *Delivery, code string) notify.Message {
	said, _ := words.From(ctx)
	facts := notify.Facts{Username: pool.SignInName(to.user), Code: userpool.NewSecret(code), Validity: MessageLife(kind)}
	if client != nil {
		facts.App = client.Name
	}
	if kind == notify.SignUpLink {
		facts.Link, facts.Code = userpool.NewSecret(confirmLink(pool, client, to.user.Sub, code)), userpool.Secret{}
	}
	own := notify.Own{API: apiTexts(pool, kind), File: d.Letters.For(pool, said.Language().Code, kind)}
	var message notify.Message
	if to.Medium == userpool.MediumSMS {
		facts.Host = pool.At.PublicHost()
		message = notify.ComposeText(said, kind, facts, own)
	} else {
		message = notify.Compose(said, kind, facts, own)
	}
	message.To, message.Pool = to.Destination, pool.ID
	return message
}

// MessageLife is how long the code or the link of a message works; 0 for one that carries neither.
func MessageLife(kind notify.Kind) time.Duration {
	switch {
	case kind.Notice():
		return 0
	case kind == notify.RecoveryCode:
		return codeLife(userpool.CodeRecovery)
	case kind == notify.SecondFactorCode, kind == notify.SignInCode:
		return codeLife(userpool.CodeSignIn)
	}
	return codeLife(userpool.CodeSignUp)
}

// apiTexts are the texts of a kind that the pool's own members hold. Cognito has none for notices.
func apiTexts(pool *userpool.Pool, kind notify.Kind) userpool.MessageTexts {
	switch kind {
	case notify.SignUpCode, notify.RecoveryCode, notify.AttributeCode:
		return pool.Messages.Verification
	case notify.SecondFactorCode, notify.SignInCode:
		return pool.Messages.SignIn
	case notify.SignUpLink:
		return pool.Messages.Link
	}
	return userpool.MessageTexts{}
}

// confirmLink is the address that confirms a sign-up. Cognito's parameters are not documented; these are the ones reported. The
// user is named by sub: addresses end up in histories and logs, and names do not belong there.
func confirmLink(pool *userpool.Pool, client *userpool.AppClient, sub userpool.Sub, code string) string {
	query := url.Values{"user_name": {string(sub)}, "confirmation_code": {code}}
	if client != nil {
		query.Set("client_id", string(client.ID))
	}
	return pool.At.URL(userpool.PathConfirmUser) + "?" + query.Encode()
}
