package directory

import (
	"context"
	"crypto/subtle"
	"encoding/base32"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"time"
	"unicode/utf8"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"portico/userpool"
	"portico/userpool/notify"
)

// Authenticator apps, as Cognito's: RFC 6238 with SHA-1, six digits, steps of half a minute, and a step of tolerance either way.
const (
	totpPeriod = 30 // seconds
	totpSkew   = 1  // steps
	totpBytes  = 20 // of the secret: 160 bits (RFC 4226 §4, R6)
)

// TOTPSetupLife is how long a person has to enter the first code of an app.
const TOTPSetupLife = 8 * time.Minute

// MaxFactorName is how long a name of an app or device may be, in characters.
const MaxFactorName = 64

// Errors of authenticator apps.
var (
	// ErrTOTPOff: the pool offers no authenticator apps.
	ErrTOTPOff = errors.New("Software Token MFA has not been enabled by the userPool") //nolint:staticcheck // Cognito's text
	// ErrCodeUsed: the code is right, and was taken before.
	ErrCodeUsed = errors.New("Your software token has already been used once.") //nolint:staticcheck // Cognito's text
	// ErrSetupOver: the set-up took too long, was finished before, or the user has changed since. It starts again.
	ErrSetupOver = errors.New("the set-up is over")
)

// base32Text is a secret as people type it: RFC 4648, without padding.
var base32Text = base32.StdEncoding.WithPadding(base32.NoPadding)

// TOTPSetup is an app that is being set up (AssociateSoftwareToken). Nothing is stored of it until its first code proves that
// the app has the secret.
type TOTPSetup struct {
	Secret  userpool.Secret // as people type it: 32 letters and digits
	URI     userpool.Secret // otpauth://totp/…, for a QR code
	Sealed  string          // what ConfirmTOTP must be given; it holds the secret, and opens here only
	Expires time.Time
}

// totpSetup is what is sealed. It names the user as it was, so that a set-up is finished once: the commit that finishes it
// makes another version.
type totpSetup struct {
	Secret  []byte `json:"s"`
	Version int64  `json:"v"`
	Expires int64  `json:"e"` // Unix seconds
}

// BeginTOTP makes the secret of a new app for a user, who keeps an app that was set up before until the new one has proved
// itself. It fails with ErrTOTPOff.
func (d *Directory) BeginTOTP(pool *userpool.Pool, client *userpool.AppClient, user userpool.User) (TOTPSetup, error) {
	if !pool.MFA.Enables(userpool.FactorTOTP) {
		return TOTPSetup{}, ErrTOTPOff
	}
	begun := totpSetup{Secret: make([]byte, totpBytes), Version: user.Version, Expires: d.Now().Add(TOTPSetupLife).Unix()}
	if _, err := io.ReadFull(d.rand(), begun.Secret); err != nil {
		return TOTPSetup{}, err
	}
	plain, err := json.Marshal(begun)
	if err != nil {
		return TOTPSetup{}, err
	}
	return shown(pool, client, user, begun, d.Challenges.Seal(plain, string(pool.ID), string(user.Sub), "totp")), nil
}

// OpenTOTP opens a set-up that was begun, to be shown again. It fails with ErrSetupOver.
func (d *Directory) OpenTOTP(pool *userpool.Pool, client *userpool.AppClient, user userpool.User, sealed string) (TOTPSetup, error) {
	begun, err := d.openTOTP(pool, user, sealed)
	if err != nil {
		return TOTPSetup{}, err
	}
	return shown(pool, client, user, begun, sealed), nil
}

func (d *Directory) openTOTP(pool *userpool.Pool, user userpool.User, sealed string) (totpSetup, error) {
	plain, err := d.Challenges.Open(sealed, string(pool.ID), string(user.Sub), "totp")
	var begun totpSetup
	if err != nil || json.Unmarshal(plain, &begun) != nil || d.Now().Unix() >= begun.Expires || begun.Version != user.Version {
		return totpSetup{}, ErrSetupOver
	}
	if !pool.MFA.Enables(userpool.FactorTOTP) { // not any more
		return totpSetup{}, ErrSetupOver
	}
	return begun, nil
}

// shown puts a set-up in the form that apps read. They show the app client's name and the person's.
func shown(pool *userpool.Pool, client *userpool.AppClient, user userpool.User, begun totpSetup, sealed string) TOTPSetup {
	secret := base32Text.EncodeToString(begun.Secret)
	issuer := atMost(client.Name, maxLabel)
	uri := url.URL{
		Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + atMost(pool.SignInName(user), maxLabel),
		RawQuery: "secret=" + secret + "&issuer=" + url.PathEscape(issuer), // a plus sign would not be read as a space
	}
	return TOTPSetup{
		Secret: userpool.NewSecret(secret), URI: userpool.NewSecret(uri.String()), Sealed: sealed, Expires: time.Unix(begun.Expires, 0),
	}
}

// maxLabel is as much of a name as an app shows, in characters: a QR code of longer ones is too fine to be read.
const maxLabel = 64

func atMost(text string, n int) string {
	if runes := []rune(text); len(runes) > n {
		return string(runes[:n])
	}
	return text
}

// ConfirmTOTP checks the first code of an app that is being set up, and makes the change by which it becomes the user's and
// is asked for from then on. The change is the caller's to commit. It fails with ErrSetupOver, ErrCodeMismatch,
// *AttributeError (the name is too long), *LockedError or ErrLimit.
func (d *Directory) ConfirmTOTP(ctx context.Context, pool *userpool.Pool, user userpool.User, sealed, code, name string) (userpool.UserChange, error) {
	begun, err := d.openTOTP(pool, user, sealed)
	if err != nil {
		return userpool.UserChange{}, err
	}
	if utf8.RuneCountInString(name) > MaxFactorName {
		return userpool.UserChange{}, &AttributeError{"friendlyDeviceName", "This is too long."}
	}
	if err := d.mayAnswer(ctx, pool.ID, user.Sub); err != nil {
		return userpool.UserChange{}, err
	}
	token := userpool.SoftwareToken{
		Pool: pool.ID, Sub: user.Sub, Secret: userpool.NewSecret(string(begun.Secret)), Name: name, Added: d.Now(),
	}
	if token.Step, err = matchTOTP(token, code, d.Now()); err != nil {
		return userpool.UserChange{}, err
	}
	settings := user.MFA.With(userpool.FactorTOTP)
	return userpool.UserChange{
		Pool: pool.ID, Sub: user.Sub, Version: user.Version, Token: &token, MFA: &settings, Modified: d.Now(),
	}, nil
}

// VerifyTOTP finishes a set-up for somebody who is signed in (VerifySoftwareToken): the app is asked for at the next sign-in, and
// the person is told (Notify). It fails as ConfirmTOTP does.
func (d *Directory) VerifyTOTP(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, sub userpool.Sub, sealed, code, name string) error {
	user, err := d.Storage.UserBySub(ctx, pool.ID, sub)
	if err != nil {
		return err
	}
	change, err := d.ConfirmTOTP(ctx, pool, user, sealed, code, name)
	if err != nil {
		return err
	}
	return d.putTOTP(ctx, pool, client, user, change)
}

func (d *Directory) putTOTP(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, user userpool.User, change userpool.UserChange) error {
	if err := d.Storage.ChangeUser(ctx, change); err != nil {
		if errors.Is(err, userpool.ErrConflict) {
			return ErrSetupOver
		}
		return err
	}
	d.SecondGiven(ctx, pool, user.Sub)
	d.Notify(ctx, pool, client, user, notify.AuthenticatorAdded)
	return nil
}

// matchTOTP finds the time step a code is of. Every step is tried, whichever fits, in the same time. It fails with
// ErrCodeMismatch, and with ErrCodeUsed for a code of a step that was taken, or of one before it (RFC 6238 §5.2).
func matchTOTP(token userpool.SoftwareToken, typed string, now time.Time) (int64, error) {
	code, secret := plainCode(typed), base32Text.EncodeToString([]byte(token.Secret.Reveal()))
	current := now.Unix() / totpPeriod
	step, used := int64(0), false
	for at := current - totpSkew; at <= current+totpSkew; at++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(at), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) != 1 {
			continue
		}
		if at <= token.Step {
			used = true
		} else if step == 0 {
			step = at
		}
	}
	switch {
	case step != 0:
		return step, nil
	case used:
		return 0, ErrCodeUsed
	}
	return 0, ErrCodeMismatch
}
