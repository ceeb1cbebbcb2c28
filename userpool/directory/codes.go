package directory

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"
	"unicode"

	"portico/userpool"
	"portico/userpool/notify"
	"portico/words"
)

// Lifetimes of codes (Cognito's). Those of a sign-in live as long as the step that asks for them.
const (
	signUpCodeLife   = 24 * time.Hour
	recoveryCodeLife = time.Hour
	signInCodeLife   = 3 * time.Minute
)

// SignUpCodeLife is how long a sign-up code works.
func SignUpCodeLife() time.Duration { return signUpCodeLife }

func codeLife(purpose userpool.CodePurpose) time.Duration {
	switch purpose {
	case userpool.CodeRecovery:
		return recoveryCodeLife
	case userpool.CodeSecond, userpool.CodeSignIn:
		return signInCodeLife
	}
	return signUpCodeLife
}

// digits of codes. Cognito's one-time passwords have eight: nothing else stands between a stranger and the account.
const (
	codeDigits   = 6
	signInDigits = 8
)

// newCode is so many random digits.
func (d *Directory) newCode(digits int) string {
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
	n, err := rand.Int(d.rand(), limit)
	if err != nil {
		panic("directory: no randomness: " + err.Error())
	}
	return fmt.Sprintf("%0*d", digits, n)
}

// confirmationCode is a code as it is stored: by its keyed hash.
func (d *Directory) confirmationCode(user userpool.User, purpose userpool.CodePurpose, to *Delivery, code string) userpool.ConfirmationCode {
	now := d.Now()
	return userpool.ConfirmationCode{
		Pool: user.Pool, Sub: user.Sub, Purpose: purpose, MAC: d.codeMAC(user.Pool, user.Sub, purpose, to, code),
		Medium: to.Medium, Sent: now, Expires: now.Add(codeLife(purpose)),
	}
}

// codeMAC hashes what a person typed; spaces and dashes do not count, since people type codes as they read them. A code
// sent to a phone is bound to its number: it proves neither an e-mail address nor another number, whatever has been
// changed of the pool or the user since; neither does a code of a second factor. (Other codes sent by e-mail keep the form they
// had before there were others.)
func (d *Directory) codeMAC(pool userpool.ID, sub userpool.Sub, purpose userpool.CodePurpose, to *Delivery, typed string) []byte {
	digits := plainCode(typed)
	if to != nil && (to.Medium == userpool.MediumSMS || purpose == userpool.CodeSecond) {
		return d.Digest.MAC(digits, string(pool), string(sub), string(purpose), to.Medium, to.Destination)
	}
	return d.Digest.MAC(digits, string(pool), string(sub), string(purpose))
}

// plainCode is a code without the spaces and dashes people type as they read it.
func plainCode(typed string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || unicode.IsSpace(r) {
			return -1
		}
		return r
	}, typed)
}

// deliver sends a code that is stored already. Where a phone or an address has had its share of
// messages, or this server its share of texts, there are no more: then it fails with ErrLimit.
func (d *Directory) deliver(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, purpose userpool.CodePurpose, to *Delivery, code string) error {
	if !d.Shares.take(purpose, to, d.Texts.PerHour, d.Now()) {
		d.Log.Warn("message not sent: its destination, or the server, had its share", "pool", pool.ID, "kind", purpose, "medium", to.Medium)
		return ErrLimit
	}
	said, _ := words.From(ctx) // a message speaks the language of the page that caused it
	message := composed(said, pool, client, purpose, to, userpool.NewSecret(code))
	message.To, message.Pool = to.Destination, pool.ID
	if err := d.Sender.Send(ctx, message); err != nil {
		d.Log.Error("message not delivered", "pool", pool.ID, "kind", purpose, "medium", to.Medium, "err", err)
		return errors.Join(ErrUndelivered, err)
	}
	return nil
}

// composed writes the message.
func composed(said words.Words, pool *userpool.Pool, client *userpool.AppClient, purpose userpool.CodePurpose, to *Delivery, code userpool.Secret) notify.Message {
	kind, life := notify.SignUpCode, codeLife(purpose)
	if purpose == userpool.CodeRecovery {
		kind = notify.RecoveryCode
	}
	if to.Medium == userpool.MediumSMS {
		return notify.ComposeText(kind, client.Name, pool.At.PublicHost(), code, notify.OurTextWords(said, life), pool.Messages)
	}
	return notify.Compose(said, kind, client.Name, code, life, pool.Messages)
}
