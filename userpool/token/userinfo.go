package token

import (
	"portico/userpool"
	"portico/userpool/oauth"
)

// UserInfo is what the userInfo endpoint tells a client about a user, given the scopes of its access token. In this
// answer Cognito writes the verified flags as the strings "true" and "false" and the identities as one string of JSON;
// there are no groups and no roles. In the standard dialect the flags are booleans (OpenID Connect Core §5.1).
func UserInfo(pool *userpool.Pool, client *userpool.AppClient, user userpool.User, scopes oauth.Scopes) map[string]any {
	info := map[string]any{"sub": string(user.Sub), "username": user.Username}
	form := standardClaim
	if pool.Dialect == userpool.DialectStandard {
		form = idClaim
	}
	for name, value := range granted(pool, client, user, scopes) {
		info[name] = form(name, value)
	}
	if len(user.Identities) > 0 {
		info["identities"] = identitiesText(user.Identities)
	}
	return info
}
