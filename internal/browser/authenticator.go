//go:build system

package browser

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// Authenticator is a passkey authenticator that Chromium plays: part of the machine, with a screen lock, and somebody before it
// who agrees to everything, or to nothing (Absent).
type Authenticator struct {
	page *Page
	id   webauthn.AuthenticatorID
}

// Authenticator gives the tab one.
func (p *Page) Authenticator() *Authenticator {
	p.tb.Helper()
	id := run(p, "add an authenticator", func(ctx context.Context, t *chromedp.Target) (webauthn.AuthenticatorID, error) {
		if _, err := cdp.Call(ctx, t, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return "", err
		}
		added, err := cdp.Call(ctx, t, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
			Options: &webauthn.VirtualAuthenticatorOptions{
				Protocol: webauthn.AuthenticatorProtocolCtap2, Ctap2version: webauthn.Ctap2versionCtap21, Transport: webauthn.AuthenticatorTransportInternal,
				HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
			},
		})
		return added.AuthenticatorID, err
	})
	return &Authenticator{page: p, id: id}
}

// Present has the person before the authenticator agree at once to what is asked from now on, Absent has nobody there:
// questions stay open.
func (a *Authenticator) Present() { a.page.tb.Helper(); a.presence(true) }

// Absent is described with Present.
func (a *Authenticator) Absent() { a.page.tb.Helper(); a.presence(false) }

func (a *Authenticator) presence(there bool) {
	a.page.tb.Helper()
	a.page.do("set who is there", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, webauthn.SetAutomaticPresenceSimulation, webauthn.SetAutomaticPresenceSimulationParams{AuthenticatorID: a.id, Enabled: there})
		return err
	}))
}

// Unverified has the authenticator fail to recognise the person.
func (a *Authenticator) Unverified() {
	a.page.tb.Helper()
	a.page.do("forget the person", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: a.id})
		return err
	}))
}

// Credentials are the passkeys it keeps.
func (a *Authenticator) Credentials() []*webauthn.Credential {
	a.page.tb.Helper()
	return run(a.page, "list the passkeys", func(ctx context.Context, t *chromedp.Target) ([]*webauthn.Credential, error) {
		found, err := cdp.Call(ctx, t, webauthn.GetCredentials, webauthn.GetCredentialsParams{AuthenticatorID: a.id})
		return found.Credentials, err
	})
}

// Put gives it a passkey in place of the one of the same name: another copy of it, for instance.
func (a *Authenticator) Put(key *webauthn.Credential) {
	a.page.tb.Helper()
	a.page.do("put a passkey", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, webauthn.RemoveCredential, webauthn.RemoveCredentialParams{AuthenticatorID: a.id, CredentialID: key.CredentialID}); err != nil {
			return err
		}
		// Said in Chromium's older words: it refuses the newest, even where they say nothing.
		add := cdp.Command[map[string]any, cdp.Empty]{Method: webauthn.CommandAddCredential}
		_, err := cdp.Call(ctx, t, add, map[string]any{"authenticatorId": a.id, "credential": map[string]any{
			"credentialId": key.CredentialID, "isResidentCredential": true, "rpId": key.RpID, "privateKey": key.PrivateKey,
			"userHandle": key.UserHandle, "signCount": key.SignCount,
		}})
		return err
	}))
}
