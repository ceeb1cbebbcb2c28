package directory

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"

	"portico/userpool"
	"portico/userpool/notify"
)

// MaxPasskeyAnswer bounds what an authenticator's answer may have, in bytes of JSON. An ES256 key without attestation comes to
// one kilobyte; certificates are not asked for.
const MaxPasskeyAnswer = 16 << 10

// handleSize is how long a user's name on authenticators is: random, so that it tells nothing of the user to whoever holds the
// authenticator (Web Authentication §14.6.1), and of the length that is recommended there.
const handleSize = 64

// StartPasskey asks for a new passkey of a user who is signed in (StartWebAuthnRegistration): the options are the JSON form of
// PublicKeyCredentialCreationOptions, with a challenge that is good for five minutes and one passkey. It fails with
// ErrPasskeysOff, userpool.ErrPasskeyLimit or userpool.ErrNotFound.
func (d *Directory) StartPasskey(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, sub userpool.Sub) ([]byte, error) {
	user, err := d.passkeyOwner(ctx, pool, sub)
	if err != nil {
		return nil, err
	}
	held, err := d.Storage.Passkeys(ctx, pool.ID, sub)
	if err != nil {
		return nil, err
	}
	if len(held) >= userpool.MaxPasskeys {
		return nil, userpool.ErrPasskeyLimit
	}
	handle, err := d.handleOf(held)
	if err != nil {
		return nil, err
	}
	challenge, err := d.sealPasskey(pool, client, passkeyAdd, passkeyChallenge{
		Expires: d.Now().Add(passkeyAddLife).Unix(), Sub: sub, Handle: handle,
	})
	if err != nil {
		return nil, err
	}
	called := pool.SignInName(user)
	return json.Marshal(protocol.PublicKeyCredentialCreationOptions{
		RelyingParty: protocol.RelyingPartyEntity{CredentialEntity: protocol.CredentialEntity{Name: client.Name}, ID: pool.RelyingPartyID()},
		User: protocol.UserEntity{
			CredentialEntity: protocol.CredentialEntity{Name: called}, DisplayName: cmp.Or(user.FullName(), called), ID: protocol.URLEncodedBase64(handle),
		},
		Challenge: challenge, Parameters: passkeyKinds(), Timeout: int(passkeyAddLife.Milliseconds()), CredentialExcludeList: descriptors(held),
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(), UserVerification: verification(pool),
		},
		Attestation: protocol.PreferNoAttestation,
	})
}

// passkeyOwner is a user who may have passkeys: one of the pool's own, who has confirmed the account.
func (d *Directory) passkeyOwner(ctx context.Context, pool *userpool.Pool, sub userpool.Sub) (userpool.User, error) {
	if !pool.TakesFirst(userpool.FactorPasskey) {
		return userpool.User{}, ErrPasskeysOff
	}
	user, err := d.Storage.UserBySub(ctx, pool.ID, sub)
	if err != nil {
		return userpool.User{}, err
	}
	if !user.Enabled {
		return userpool.User{}, userpool.ErrNotFound
	}
	if user.Status != userpool.Confirmed { // people from a provider sign in there (Cognito's rule for federated users)
		return userpool.User{}, ErrPasskeysOff
	}
	return user, nil
}

// handleOf is the user's name on authenticators: that of the passkeys there are, or a new one.
func (d *Directory) handleOf(held []userpool.Passkey) ([]byte, error) {
	if len(held) > 0 {
		return held[0].Handle, nil
	}
	handle := make([]byte, handleSize)
	_, err := io.ReadFull(d.rand(), handle)
	return handle, err
}

// passkeyKinds are the signatures that are checked: ES256, which every authenticator has, Ed25519, and RS256 of older Windows.
func passkeyKinds() []protocol.CredentialParameter {
	kinds := []protocol.CredentialParameter{}
	for _, algorithm := range []webauthncose.COSEAlgorithmIdentifier{webauthncose.AlgES256, webauthncose.AlgEdDSA, webauthncose.AlgRS256} {
		kinds = append(kinds, protocol.CredentialParameter{Type: protocol.PublicKeyCredentialType, Algorithm: algorithm})
	}
	return kinds
}

func verification(pool *userpool.Pool) protocol.UserVerificationRequirement {
	if pool.Passkeys.Verify {
		return protocol.VerificationRequired
	}
	return protocol.VerificationPreferred
}

// descriptors name passkeys, so that an authenticator that holds one of them makes no second one.
func descriptors(held []userpool.Passkey) []protocol.CredentialDescriptor {
	var list []protocol.CredentialDescriptor
	for _, p := range held {
		d := protocol.CredentialDescriptor{Type: protocol.PublicKeyCredentialType, CredentialID: p.ID}
		for _, t := range p.Transports {
			d.Transport = append(d.Transport, protocol.AuthenticatorTransport(t))
		}
		list = append(list, d)
	}
	return list
}

// AddPasskey stores the passkey that an authenticator made (CompleteWebAuthnRegistration), and tells its owner: answer is the JSON form of its
// RegistrationResponse, and device what the person was at, which the passkey is called by where its kind is unknown; empty where that is not
// known either.
//
// It fails with ErrPasskeysOff, ErrPasskeyChallenge, ErrPasskeyOrigin, ErrPasskeyRelyingParty, ErrPasskeyUnverified,
// ErrPasskeyUnsupported, userpool.ErrPasskeyTaken, userpool.ErrPasskeyLimit or userpool.ErrNotFound.
func (d *Directory) AddPasskey(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, sub userpool.Sub, answer []byte, device string) (userpool.Passkey, error) {
	user, err := d.passkeyOwner(ctx, pool, sub)
	if err != nil {
		return userpool.Passkey{}, err
	}
	made, err := parseCreation(answer)
	if err != nil {
		return userpool.Passkey{}, err
	}
	said := made.Response.CollectedClientData.Challenge
	challenge, err := d.openPasskey(pool, client, passkeyAdd, said)
	if err != nil {
		return userpool.Passkey{}, err
	}
	if challenge.Sub != sub {
		return userpool.Passkey{}, ErrPasskeyChallenge // signed in as somebody else meanwhile
	}
	if err := checkCreation(pool, made); err != nil {
		return userpool.Passkey{}, err
	}
	passkey := d.passkeyOf(pool, made, challenge, device)
	switch err := d.Storage.AddPasskey(ctx, passkey, challenge.once(passkeyAdd, said)); {
	case errors.Is(err, userpool.ErrSpent):
		return userpool.Passkey{}, ErrPasskeyChallenge
	case err != nil:
		return userpool.Passkey{}, err
	}
	d.Notify(ctx, pool, client, user, notify.PasskeyAdded)
	return passkey, nil
}

func parseCreation(answer []byte) (*protocol.ParsedCredentialCreationData, error) {
	if len(answer) > MaxPasskeyAnswer {
		return nil, fmt.Errorf("%w: the answer is too long", ErrPasskeyUnsupported)
	}
	made, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return nil, fmt.Errorf("%w: the answer cannot be read", ErrPasskeyUnsupported)
	}
	return made, nil
}

// checkCreation is Web Authentication §7.1. What has an error of its own in the API is looked at first, the rest by the library.
func checkCreation(pool *userpool.Pool, made *protocol.ParsedCredentialCreationData) error {
	client, data := made.Response.CollectedClientData, made.Response.AttestationObject.AuthData
	if err := checkPlace(pool, client, data); err != nil {
		return err
	}
	// Browsers take attestation away where none is asked for; what is left is none, or the key's own signature. The other
	// formats would only be more to parse.
	if format := made.Response.AttestationObject.Format; format != string(protocol.AttestationFormatNone) && format != string(protocol.AttestationFormatPacked) {
		return fmt.Errorf("%w: an attestation that was not asked for", ErrPasskeyUnsupported)
	}
	_, err := made.Verify(client.Challenge, pool.RelyingPartyID(), []string{pool.At.Origin}, nil, nil, protocol.TopOriginExplicitVerificationMode,
		false, pool.Passkeys.Verify, true, nil, passkeyKinds(), protocol.AttestationPolicy{}, protocol.SignaturePolicy{})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPasskeyUnsupported, err)
	}
	if id := data.AttData.CredentialID; len(id) == 0 || len(id) > userpool.MaxPasskeyID || (data.Flags.HasBackupState() && !data.Flags.HasBackupEligible()) {
		return fmt.Errorf("%w: its flags or its name make no sense", ErrPasskeyUnsupported)
	}
	return nil
}

// checkPlace holds where the browser was, which domain the passkey is bound to, and whether the person was verified.
func checkPlace(pool *userpool.Pool, client protocol.CollectedClientData, data protocol.AuthenticatorData) error {
	if client.Origin != pool.At.Origin || client.CrossOrigin || client.TopOrigin != "" {
		return ErrPasskeyOrigin
	}
	if domain := sha256.Sum256([]byte(pool.RelyingPartyID())); string(data.RPIDHash) != string(domain[:]) {
		return ErrPasskeyRelyingParty
	}
	if pool.Passkeys.Verify && !data.Flags.HasUserVerified() {
		return ErrPasskeyUnverified
	}
	return nil
}

func (d *Directory) passkeyOf(pool *userpool.Pool, made *protocol.ParsedCredentialCreationData, challenge passkeyChallenge, device string) userpool.Passkey {
	data := made.Response.AttestationObject.AuthData
	passkey := userpool.Passkey{
		Pool: pool.ID, Sub: challenge.Sub, ID: data.AttData.CredentialID, Handle: challenge.Handle, RelyingPartyID: pool.RelyingPartyID(),
		PublicKey: data.AttData.CredentialPublicKey, SignCount: data.Counter, BackupEligible: data.Flags.HasBackupEligible(),
		BackedUp: data.Flags.HasBackupState(), Attachment: string(made.AuthenticatorAttachment), AAGUID: data.AttData.AAGUID,
		Name: passkeyName(data.AttData.AAGUID, device), Created: d.Now(),
	}
	for _, t := range made.Response.Transports {
		if text := string(t); isTransport(text) && len(passkey.Transports) < maxTransports {
			passkey.Transports = append(passkey.Transports, text)
		}
	}
	return passkey
}

// maxTransports is how many ways to reach an authenticator are kept; there are seven.
const maxTransports = 8

// isTransport takes any short word: browsers are told to keep transports that they do not know (Web Authentication §5.8.4).
func isTransport(text string) bool {
	return len(text) > 0 && len(text) <= 16 && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz-") == ""
}
