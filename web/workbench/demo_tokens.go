package workbench

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"portico/templates"
)

// accept makes the checks every app should make, and keeps the tokens with what they say. nonce is empty on refresh.
func (d *Demo) accept(ctx context.Context, s *demoSession, provider *oidc.Provider, tokens *oauth2.Token, nonce string) error {
	raw, ok := tokens.Extra("id_token").(string)
	if !ok {
		return errors.New("the answer holds no ID token")
	}
	id, _ := d.clientOf(s)
	idToken, err := provider.Verifier(&oidc.Config{ClientID: id, Now: d.Now}).Verify(ctx, raw)
	if err != nil {
		return err
	}
	if nonce != "" && subtle.ConstantTimeCompare([]byte(idToken.Nonce), []byte(nonce)) != 1 {
		return errors.New("the ID token's nonce is not the one that was sent")
	}
	if err := idToken.VerifyAccessToken(tokens.AccessToken); err != nil {
		return err
	}
	var claims map[string]any
	if err := idToken.Claims(&claims); err != nil {
		return err
	}
	access, err := payload(tokens.AccessToken)
	if err != nil {
		return err
	}
	now := d.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	s.tokens, s.idToken, s.userInfo = tokens, raw, nil
	s.claims, s.access = claimRows(claims, now), claimRows(access, now)
	s.name = firstText(claims["given_name"], claims["name"], claims["email"], claims["cognito:username"])
	s.checks = checkRows(raw, idToken, nonce, now)
	return nil
}

// payload reads the claims of a token without verifying it: the demo app only shows them.
func payload(raw string) (map[string]any, error) {
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return nil, errors.New("the access token is not a JWT")
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, err
	}
	var claims map[string]any
	return claims, json.Unmarshal(text, &claims)
}

func checkRows(raw string, token *oidc.IDToken, nonce string, now time.Time) []templates.CheckRow {
	rows := []templates.CheckRow{
		{Name: "Signature", Note: "RS256, key " + keyID(raw) + " from the pool's key set"},
		{Name: "Issuer and audience", Note: "Both are exactly ours"},
		{Name: "Time", Note: fmt.Sprintf("Signed %s ago, good for %s more", words(now.Sub(token.IssuedAt)), words(token.Expiry.Sub(now)))},
		{Name: "Access token", Note: "Its hash is in the ID token, so they belong together"},
	}
	if nonce != "" {
		rows = append(rows, templates.CheckRow{Name: "Nonce", Note: "The one we sent"},
			templates.CheckRow{Name: "State and PKCE", Note: "Same browser, same attempt"})
	}
	return rows
}

func keyID(raw string) string {
	head, _, _ := strings.Cut(raw, ".")
	text, err := base64.RawURLEncoding.DecodeString(head)
	var header struct{ Kid string }
	if err != nil || json.Unmarshal(text, &header) != nil || len(header.Kid) < 8 {
		return "unknown"
	}
	return header.Kid[:4] + "…" + header.Kid[len(header.Kid)-3:]
}

// view draws one of the three tokens.
func (s *demoSession) view(frame templates.BenchFrame, which string) templates.DemoView {
	view := templates.DemoView{
		BenchFrame: frame, Name: s.name, Notice: s.notice, UserInfo: s.userInfo, Checks: s.checks,
		RefreshAction: "/refresh", UserInfoAction: "/userinfo", SignOutAction: "/signout",
		Tabs: []templates.NavItem{
			{Text: "ID token", Href: "/", Current: which != "access" && which != "refresh"},
			{Text: "Access token", Href: "/?token=access", Current: which == "access"},
			{Text: "Refresh token", Href: "/?token=refresh", Current: which == "refresh"},
		},
	}
	switch which {
	case "access":
		view.TokenName, view.ClaimsNote, view.Claims, view.Token = "Access token", "What the token allows", s.access, threeParts(s.tokens.AccessToken)
	case "refresh":
		view.TokenName, view.Token = "Refresh token", templates.RawToken{Opaque: s.tokens.RefreshToken}
	default:
		view.TokenName, view.ClaimsNote, view.Claims, view.Token = "ID token", "What the token says about "+s.name, s.claims, threeParts(s.idToken)
	}
	return view
}

func threeParts(raw string) templates.RawToken {
	parts := strings.SplitN(raw, ".", 3)
	if len(parts) != 3 {
		return templates.RawToken{Opaque: raw}
	}
	return templates.RawToken{Header: parts[0], Payload: parts[1], Signature: parts[2]}
}

// meanings says of each claim what it means and what to do with it, in the order in which they are read best.
var meanings = [...][2]string{
	{"sub", "The person. Never changes and is never reused. Store this, not the email."},
	{"iss", "Who signed it: your user pool. Check it matches exactly."},
	{"aud", "Which app it is for. Refuse it if this is not your client ID."},
	{"client_id", "Which app it was given to. An access token has no aud of its own."},
	{"exp", "After this moment, refuse it."},
	{"iat", "When it was signed."},
	{"auth_time", "When the person last proved who they are. Use it to ask again before something risky."},
	{"nonce", "Matches what the demo app sent, so this answer belongs to this request."},
	{"at_hash", "A hash of the access token: the two belong together."},
	{"token_use", "Which kind of token this is. Never take one for the other."},
	{"scope", "What the app may do with it."},
	{"cognito:username", "The user name in the pool."},
	{"username", "The user name in the pool."},
	{"cognito:groups", "Groups the person is in."},
	{"identities", "The provider this person came from."},
	{"name", "Shown to the person."},
	{"given_name", "First name."},
	{"family_name", "Last name."},
	{"email", "Shown to the person. It can change."},
	{"email_verified", "Whether the pool has proof that the address is theirs."},
	{"origin_jti", "The sign-in that all these tokens come from. Revoking it ends them all."},
	{"jti", "The name of this one token."},
	{"version", "The version of the access token's form."},
}

func claimRows(claims map[string]any, now time.Time) []templates.ClaimRow {
	var rows []templates.ClaimRow
	seen := map[string]bool{}
	for _, m := range meanings {
		if value, ok := claims[m[0]]; ok {
			rows, seen[m[0]] = append(rows, claimRow(m[0], m[1], value, now)), true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(claims)) {
		if !seen[name] {
			rows = append(rows, claimRow(name, "An attribute of the person.", claims[name], now))
		}
	}
	return rows
}

func claimRow(name, meaning string, value any, now time.Time) templates.ClaimRow {
	row := templates.ClaimRow{Name: name, Meaning: meaning, Value: text(value)}
	if seconds, ok := value.(float64); ok && (name == "exp" || name == "iat" || name == "auth_time") {
		at := time.Unix(int64(seconds), 0)
		row.Value, row.Second = at.Local().Format("15:04:05")+" on "+at.Local().Format("2 January"), fmt.Sprintf("%d", int64(seconds))
		if name == "exp" {
			row.Second += " · in " + words(at.Sub(now))
		}
	}
	if list, ok := value.([]any); ok && name == "identities" && len(list) > 0 {
		if first, ok := list[0].(map[string]any); ok {
			row.Value, row.Second = text(first["providerName"]), "userId "+text(first["userId"])
		}
	}
	return row
}

// text is a JSON value as people read it.
func text(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	out, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(out)
}

func details(claims map[string]any) []templates.Detail {
	var list []templates.Detail
	for _, name := range slices.Sorted(maps.Keys(claims)) {
		list = append(list, templates.Detail{Name: name, Value: text(claims[name])})
	}
	return list
}

func firstText(values ...any) string {
	for _, v := range values {
		if s, ok := v.(string); ok && s != "" {
			return s
		}
	}
	return "there"
}

// words is a duration as people say it.
func words(d time.Duration) string {
	n, unit := int(d.Round(time.Second).Seconds()), "second"
	switch {
	case d >= 48*time.Hour:
		n, unit = int(d.Hours())/24, "day"
	case d >= 90*time.Minute:
		n, unit = int(d.Round(time.Hour).Hours()), "hour"
	case d >= 90*time.Second:
		n, unit = int(d.Round(time.Minute).Minutes()), "minute"
	}
	if n != 1 {
		unit += "s"
	}
	return fmt.Sprintf("%d %s", max(n, 0), unit)
}

// describe is what a token endpoint said went wrong.
func describe(err error) []templates.Detail {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		return []templates.Detail{{Name: "error", Value: refused.ErrorCode}, {Name: "error_description", Value: refused.ErrorDescription}}
	}
	return []templates.Detail{{Name: "error", Value: err.Error()}}
}
