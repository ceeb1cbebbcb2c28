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

// Lifetimes of codes (Cognito's).
const (
	signUpCodeLife   = 24 * time.Hour
	recoveryCodeLife = time.Hour
)

// SignUpCodeLife is how long a sign-up code works.
func SignUpCodeLife() time.Duration { return signUpCodeLife }

func codeLife(purpose userpool.CodePurpose) time.Duration {
	if purpose == userpool.CodeRecovery {
		return recoveryCodeLife
	}
	return signUpCodeLife
}

// newCode is six random digits.
func (d *Directory) newCode() string {
	n, err := rand.Int(d.rand(), big.NewInt(1_000_000))
	if err != nil {
		panic("directory: no randomness: " + err.Error())
	}
	return fmt.Sprintf("%06d", n)
}

// confirmationCode is a code as it is stored: by its keyed hash.
func (d *Directory) confirmationCode(user userpool.User, purpose userpool.CodePurpose, code string) userpool.ConfirmationCode {
	now := d.Now()
	return userpool.ConfirmationCode{
		Pool: user.Pool, Sub: user.Sub, Purpose: purpose, MAC: d.codeMAC(user.Pool, user.Sub, purpose, code),
		Medium: "EMAIL", Sent: now, Expires: now.Add(codeLife(purpose)),
	}
}

// codeMAC hashes what a person typed; spaces and dashes do not count, since people type codes as they read them.
func (d *Directory) codeMAC(pool userpool.ID, sub userpool.Sub, purpose userpool.CodePurpose, typed string) []byte {
	digits := strings.Map(func(r rune) rune {
		if r == '-' || unicode.IsSpace(r) {
			return -1
		}
		return r
	}, typed)
	return d.Digest.MAC(digits, string(pool), string(sub), string(purpose))
}

// deliver sends a code that is stored already.
func (d *Directory) deliver(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, purpose userpool.CodePurpose, to *Delivery, code string) error {
	kind := notify.SignUpCode
	if purpose == userpool.CodeRecovery {
		kind = notify.RecoveryCode
	}
	said, _ := words.From(ctx) // an e-mail speaks the language of the page that caused it
	message := notify.Compose(said, kind, client.Name, userpool.NewSecret(code), codeLife(purpose), pool.Messages)
	message.To, message.Pool = to.Destination, pool.ID
	if err := d.Sender.Send(ctx, message); err != nil {
		d.Log.Error("message not delivered", "pool", pool.ID, "kind", purpose, "err", err)
		return errors.Join(ErrUndelivered, err)
	}
	return nil
}
