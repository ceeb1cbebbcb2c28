package directory

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"

	"portico/userpool"
)

// PasskeyProof is a person who used a passkey.
type PasskeyProof struct {
	User userpool.User
	// Verified: the authenticator verified the person by face, finger, PIN or the like, and not only that somebody was there.
	Verified bool
	// Spends is the challenge, and what the authenticator counts: to be written in the commit that the proof leads to. Until
	// then the proof proves nothing, since it could be one that was used before.
	Spends userpool.Spends
}

// AskPasskey asks for a passkey at sign-in: the options are the JSON form of PublicKeyCredentialRequestOptions. Where sub is
// given nobody else's passkey answers. No passkeys are named, so that the options tell nothing about anybody: all of ours are
// discoverable.
func (d *Directory) AskPasskey(pool *userpool.Pool, client *userpool.AppClient, sub userpool.Sub) ([]byte, error) {
	if !pool.TakesFirst(userpool.FactorPasskey) {
		return nil, ErrPasskeysOff
	}
	challenge, err := d.sealPasskey(pool, client, passkeySignIn, passkeyChallenge{Expires: d.Now().Add(passkeySignInLife).Unix(), Sub: sub})
	if err != nil {
		return nil, err
	}
	return json.Marshal(protocol.PublicKeyCredentialRequestOptions{
		Challenge: challenge, Timeout: int(passkeySignInLife.Milliseconds()), RelyingPartyID: pool.RelyingPartyID(), UserVerification: verification(pool),
	})
}

// ProvePasskey checks what an authenticator signed: answer is the JSON form of its AuthenticationResponse.
//
// It fails with ErrPasskeysOff, ErrPasskeyChallenge, ErrPasskeyOrigin, ErrPasskeyRelyingParty, ErrPasskeyUnverified,
// ErrPasskeyRefused or *LockedError, and, for a proof that holds, with ErrDisabled, ErrResetRequired or *MustChangeError.
//
// Wrong passwords do not lock passkeys: nobody guesses a signature, and a stranger's guesses must not keep the owner out.
func (d *Directory) ProvePasskey(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, answer []byte) (PasskeyProof, error) {
	if !pool.TakesFirst(userpool.FactorPasskey) {
		return PasskeyProof{}, ErrPasskeysOff
	}
	now := d.Now()
	if err := d.Meter.allowAddress(ctx, pool.ID, actPasskey, now); err != nil {
		return PasskeyProof{}, locked(err)
	}
	given, err := parseAssertion(answer)
	if err != nil {
		return PasskeyProof{}, err
	}
	said := given.Response.CollectedClientData.Challenge
	challenge, err := d.openPasskey(pool, client, passkeySignIn, said)
	if err != nil {
		return PasskeyProof{}, err
	}
	passkey, err := d.Storage.Passkey(ctx, pool.ID, given.RawID)
	if errors.Is(err, userpool.ErrNotFound) {
		return PasskeyProof{}, fmt.Errorf("%w: nobody here has it", ErrPasskeyRefused)
	}
	if err != nil {
		return PasskeyProof{}, err
	}
	if err := d.checkAssertion(pool, passkey, challenge, given); err != nil {
		return PasskeyProof{}, err
	}
	if err := d.Meter.allowAccount(ctx, pool.ID, actPasskey, string(passkey.Sub), now); err != nil {
		return PasskeyProof{}, locked(err)
	}
	user, err := d.Storage.UserBySub(ctx, pool.ID, passkey.Sub)
	if err != nil {
		return PasskeyProof{}, err
	}
	d.Meter.forgive(ctx, pool.ID, actPasskey, now)
	d.Meter.forgive(ctx, pool.ID, actName, now)
	data := given.Response.AuthenticatorData
	return PasskeyProof{
		User: user, Verified: data.Flags.HasUserVerified(),
		Spends: userpool.Spends{
			Once:    []userpool.Once{challenge.once(passkeySignIn, said)},
			Passkey: &userpool.PasskeyUse{ID: passkey.ID, Was: passkey.SignCount, Counted: data.Counter, BackedUp: data.Flags.HasBackupState(), At: now},
		},
	}, mayUsePasskey(user)
}

// mayUsePasskey is what the status of somebody who proved a passkey says about signing in. A password that an administrator
// gave, or wants reset, comes first: a passkey must not lead around it.
func mayUsePasskey(user userpool.User) error {
	switch {
	case !user.Enabled:
		return ErrDisabled
	case user.Status == userpool.ResetRequired:
		return ErrResetRequired
	case user.Status == userpool.ForceChangePassword:
		return &MustChangeError{}
	case user.Status != userpool.Confirmed:
		return fmt.Errorf("%w: the user signs in by other means", ErrPasskeyRefused)
	}
	return nil
}

func parseAssertion(answer []byte) (*protocol.ParsedCredentialAssertionData, error) {
	if len(answer) > MaxPasskeyAnswer {
		return nil, fmt.Errorf("%w: the answer is too long", ErrPasskeyRefused)
	}
	given, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil || len(given.RawID) > userpool.MaxPasskeyID {
		return nil, fmt.Errorf("%w: the answer cannot be read", ErrPasskeyRefused)
	}
	return given, nil
}

// checkAssertion is Web Authentication §7.2.
func (d *Directory) checkAssertion(pool *userpool.Pool, passkey userpool.Passkey, challenge passkeyChallenge, given *protocol.ParsedCredentialAssertionData) error {
	client, data := given.Response.CollectedClientData, given.Response.AuthenticatorData
	if challenge.Sub != "" && challenge.Sub != passkey.Sub {
		return fmt.Errorf("%w: it is somebody else's", ErrPasskeyRefused)
	}
	// Ours are discoverable, so the authenticator always says whose it is (§7.2 step 6).
	if subtle.ConstantTimeCompare(given.Response.UserHandle, passkey.Handle) != 1 {
		return fmt.Errorf("%w: the authenticator names another user", ErrPasskeyRefused)
	}
	if err := checkPlace(pool, client, data); err != nil {
		return err
	}
	err := given.Verify(client.Challenge, pool.RelyingPartyID(), "", []string{pool.At.Origin}, nil, nil, protocol.TopOriginExplicitVerificationMode,
		false, pool.Passkeys.Verify, true, passkey.PublicKey, protocol.SignaturePolicy{})
	if err != nil {
		return fmt.Errorf("%w: the signature does not hold", ErrPasskeyRefused)
	}
	if data.Flags.HasBackupEligible() != passkey.BackupEligible || (data.Flags.HasBackupState() && !passkey.BackupEligible) {
		return fmt.Errorf("%w: whether it may be copied has changed, which it never does", ErrPasskeyRefused)
	}
	return d.checkCount(pool, passkey, data.Counter)
}

// checkCount refuses an authenticator whose count did not go on: there are two of it (§6.1.1). Most passkeys do not count; they
// always say 0.
func (d *Directory) checkCount(pool *userpool.Pool, passkey userpool.Passkey, count uint32) error {
	if (count == 0 && passkey.SignCount == 0) || count > passkey.SignCount {
		return nil
	}
	d.Log.Warn("passkey refused: its count went back, so it may have been cloned", "pool", pool.ID, "sub", passkey.Sub, "was", passkey.SignCount, "is", count)
	return fmt.Errorf("%w: its count went back", ErrPasskeyRefused)
}
