package practice

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"

	"portico/userpool"
	"portico/userpool/oauth"
)

// facebookGraph is the part of the Graph API that sign-in needs.
type facebookGraph struct {
	*Social
	proofs bool // appsecret_proof is required
}

// serveMe answers with the fields that were asked for. Without any, those are the ID and the name.
func (g facebookGraph) serveMe(w http.ResponseWriter, r *http.Request) {
	a, ok := g.open(w, r)
	if !ok {
		return
	}
	profile := facebookProfile(a)
	fields := graphFields(r.URL.Query().Get("fields"))
	if len(fields) == 0 {
		fields = []string{"name"}
	}
	answer := a.identified(map[string]any{}, "id")
	for _, field := range fields {
		value, exists := profile[field]
		switch {
		case field == "id":
		case !exists:
			graphFault(w, "OAuthException", 100, "(#100) Tried accessing nonexisting field ("+field+") on node type (User)")
			return
		case value != nil && value != "":
			answer[field] = value
		}
	}
	writeJSON(w, http.StatusOK, answer)
}

// open checks the access token and its proof: an HMAC of it under the app's secret, so that a token which leaked from a
// browser is of no use elsewhere.
func (g facebookGraph) open(w http.ResponseWriter, r *http.Request) (access, bool) {
	token, a, ok := g.profileOf(r)
	query := r.URL.Query()
	mac := hmac.New(sha256.New, []byte(g.options.ClientSecret))
	_, _ = mac.Write([]byte(token))
	switch {
	case token == "":
		graphFault(w, "OAuthException", 2500, "An active access token must be used to query information about the current user.")
	case !ok:
		graphFault(w, "OAuthException", 190, "Error validating access token: Session has expired.")
	case !query.Has("appsecret_proof") && g.proofs:
		graphFault(w, "GraphMethodException", 100, "API calls from the server require an appsecret_proof argument")
	case query.Has("appsecret_proof") && !userpool.NewSecret(hex.EncodeToString(mac.Sum(nil))).Matches(query.Get("appsecret_proof")):
		graphFault(w, "GraphMethodException", 100, "Invalid appsecret_proof provided in the API argument")
	default:
		return a, true
	}
	return access{}, false
}

// facebookProfile are all fields that exist; nil and empty ones are left out of answers.
func facebookProfile(a access) map[string]any {
	claims := a.person.all()
	profile := map[string]any{}
	for _, field := range []string{"middle_name", "name_format", "short_name", "link", "gender", "birthday", "locale", "age_range"} {
		profile[field] = claims[field]
	}
	profile["name"], profile["first_name"], profile["last_name"] = claims["name"], claims["given_name"], claims["family_name"]
	profile["email"] = nil
	if slices.Contains(a.scopes, oauth.ScopeEmail) {
		profile["email"] = claims["email"]
	}
	address, own := claims["picture"].(string)
	if !own {
		address = portrait("silhouette")
	}
	profile["picture"] = map[string]any{"data": map[string]any{
		"url": address, "width": 50, "height": 50, "is_silhouette": !own,
	}}
	return profile
}

// graphFields splits a list of fields. A field may have modifiers and fields of its own: picture.type(large){url}.
func graphFields(list string) []string {
	var fields []string
	depth, start := 0, 0
	list += ","
	for i, c := range list {
		switch {
		case c == '{' || c == '(':
			depth++
		case c == '}' || c == ')':
			depth--
		case c == ',' && depth <= 0:
			field := strings.TrimSpace(list[start:i])
			if end := strings.IndexAny(field, ".{("); end >= 0 {
				field = field[:end]
			}
			if field != "" {
				fields = append(fields, field)
			}
			start = i + 1
		}
	}
	return fields
}

// serveDebug says what an access token is: whose, for which app and until when. The caller shows the app's own token,
// which is "ID|secret".
func (g facebookGraph) serveDebug(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if !userpool.NewSecret(g.options.ClientID + "|" + g.options.ClientSecret).Matches(query.Get("access_token")) {
		graphFault(w, "OAuthException", 190, "Invalid OAuth access token.")
		return
	}
	a, valid := g.tokens.get(query.Get("input_token"), g.options.Now())
	data := map[string]any{"is_valid": valid, "scopes": a.scopes}
	if valid {
		data["app_id"] = either(a.faults.OtherAudience, "another-app", g.options.ClientID)
		data["user_id"] = a.person.ID
	}
	writeJSON(w, http.StatusOK, map[string]any{"data": data})
}
