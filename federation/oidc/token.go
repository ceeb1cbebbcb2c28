package oidc

import (
	"context"

	"portico/federation"
	"portico/federation/oauth2"
	"portico/federation/trace"
)

// tokens are what the token endpoint gave us. They are secret.
type tokens struct{ access, id string }

// exchange redeems the code (OpenID Connect Core §3.1.3).
func (p *Provider) exchange(ctx context.Context, meta metadata, code, verifier string) (tokens, error) {
	call := p.caller.Call(ctx)
	defer call.End()
	registration := p.registration
	registration.Method = meta.Method
	asked := trace.Start(ctx, room, "Code exchanged with "+p.caller.Name).Waiting().Note("One round trip to %s.", meta.Token)
	got, err := registration.Redeem(call, meta.Token, code, verifier)
	asked.End(err)
	if err != nil {
		return tokens{}, p.caller.Failed(oauth2.StepToken, call.Failure(err))
	}
	id, _ := got.Extra("id_token").(string)
	if id == "" {
		return tokens{}, federation.Refuse("id-token", "Missing id_token", "the token endpoint gave no ID token")
	}
	return tokens{access: got.AccessToken, id: id}, nil
}
