package oidc

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"

	"golang.org/x/oauth2"

	"portico/federation"
)

// tokens are what the token endpoint gave us. They are secret.
type tokens struct{ access, id string }

// exchange redeems the code (OpenID Connect Core §3.1.3).
func (p *Provider) exchange(ctx context.Context, meta metadata, code, verifier string) (tokens, error) {
	var options []oauth2.AuthCodeOption
	if verifier != "" {
		options = append(options, oauth2.VerifierOption(verifier))
	}
	ctx, cancel, _, seen := p.watched(ctx)
	defer cancel()
	got, err := p.oauthAt(meta).Exchange(ctx, code, options...)
	if err != nil {
		return tokens{}, p.failed(stepToken, seen.failure(err))
	}
	id, _ := got.Extra("id_token").(string)
	if id == "" {
		return tokens{}, federation.Refuse("id-token", "Missing id_token", "the token endpoint gave no ID token")
	}
	return tokens{access: got.AccessToken, id: id}, nil
}

// unguessable makes a nonce or a PKCE verifier: 256 bits in the alphabet of RFC 7636 §4.1.
func (p *Provider) unguessable() (string, error) {
	var b [32]byte
	if _, err := io.ReadFull(p.random, b[:]); err != nil {
		return "", fmt.Errorf("read randomness: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}
