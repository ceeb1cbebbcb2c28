package directory

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"
	"time"
	"unicode"

	"portico/userpool"
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

// signUpCode is what confirms a sign-up: digits to type, or, in a link, which nobody types, 128 random bits.
func (d *Directory) signUpCode(pool *userpool.Pool, to *Delivery) string {
	if !byLink(pool, to) {
		return d.newCode(codeDigits)
	}
	raw := make([]byte, linkCodeSize)
	if _, err := io.ReadFull(d.rand(), raw); err != nil {
		panic("directory: no randomness: " + err.Error())
	}
	return hex.EncodeToString(raw)
}

// linkCodeSize is that of the code in a link, in bytes.
const linkCodeSize = 16

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
// changed of the pool or the user since. So is every code sent by e-mail, but for that of a sign-up, which keeps the form it had
// before there were others: nobody's address changes before it is confirmed. Whoever still reads the mailbox of an address that
// was left behind must not recover the account with a code that came there.
func (d *Directory) codeMAC(pool userpool.ID, sub userpool.Sub, purpose userpool.CodePurpose, to *Delivery, typed string) []byte {
	digits := plainCode(typed)
	bound := purpose != userpool.CodeSignUp // to where it went
	if to != nil && (bound || to.Medium == userpool.MediumSMS) {
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
	message := d.composed(ctx, pool, client, kindOf(pool, purpose, to), to, code)
	if err := d.Sender.Send(ctx, message); err != nil {
		d.Log.Error("message not delivered", "pool", pool.ID, "kind", purpose, "medium", to.Medium, "err", err)
		return errors.Join(ErrUndelivered, err)
	}
	return nil
}
