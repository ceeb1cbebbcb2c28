package trace

import "strings"

// Place is what advice may name: the addresses that an administrator has to enter at the provider, and the provider itself.
type Place struct {
	SAML        bool
	Provider    string // its name in the pool
	EntityID    string // ours
	Consumer    string // our assertion consumer service
	RedirectURL string // our OAuth callback
	Minutes     string // how long an attempt lives, in words
}

// advice is what would mend a failed check.
type advice struct {
	text     string
	setting  string // ours; empty when the thing to change is at the provider
	provider bool   // the thing to change is at the provider
}

// Advise returns what would mend a failed check. Words in braces in the table stand for the place's values.
func (p Place) Advise(check string) (text, setting string, atProvider bool) {
	found, ok := shared()[check]
	table := openID()
	if p.SAML {
		table = saml()
	}
	if own, special := table[check]; special {
		found, ok = own, true
	}
	if !ok {
		return "", "", false
	}
	words := strings.NewReplacer("{provider}", p.Provider, "{entity_id}", p.EntityID, "{consumer}", p.Consumer,
		"{redirect_url}", p.RedirectURL, "{minutes}", p.Minutes)
	return words.Replace(found.text), found.setting, found.provider
}

// shared is advice for checks that every protocol has.
func shared() map[string]advice {
	return map[string]advice{
		"attributes": {
			"The values do not fit the pool's attributes. Change the mapping, make the attribute optional or mutable in the pool's schema, or let {provider} send the value.",
			"AttributeMapping", false,
		},
		"username": {"{provider} names this person in a way that no user name may have. Let it send another, shorter name, or choose another claim for the subject.", "", true},
		"alias":    {"Another user of the pool holds this address. Link the two accounts, or take the address from one of them.", "AliasAttributes", false},
		"linking":  {"An account with this address exists. The pool's linking policy decides what happens then.", "UserPoolTags.portico:linking", false},
		"enabled":  {"The user is disabled in the pool. Enable the user, if that is not intended.", "AdminEnableUser", false},
		"expired":  {"The person took longer than {minutes} at {provider}. Signing in again mends it; if it happens often, look at what {provider} asks of people.", "", false},
		"attempt":  {"The answer was used before, or came to another browser. Signing in again mends it.", "", false},
		"offered":  {"The app client no longer offers {provider}. Add it to the client's list, if that is not intended.", "SupportedIdentityProviders", false},
		"tls":      {"{provider} cannot be reached safely, or not for long: its certificate has to be renewed there, or its authority be made known to this server (server.extra_roots).", "", true},
		"freshness": {
			"The app asked for a new sign-in (prompt=login or max_age), and {provider} did not confirm one: the time it states is older, or it states none. Let it ask people again when it is told to, and say when it did.",
			"", true,
		},
		"hint":     {"The app named another person (id_token_hint) than the one who came from {provider}. Signing in as that person mends it.", "", false},
		"settings": {"The provider's settings cannot be used as they are.", "ProviderDetails", false},
		"request":  {"The app's own request is no longer acceptable: its settings changed while the person was away.", "AllowedOAuthScopes", false},
	}
}

// openID is advice for OpenID Connect and OAuth 2.0.
func openID() map[string]advice {
	const clock = "The clocks of this server and of {provider} disagree. Check that both keep time by NTP."
	return map[string]advice{
		"discovery":          {"The discovery document could not be read. Check that the issuer is right and that this server may reach it.", "ProviderDetails.oidc_issuer", false},
		"token-endpoint":     {"{provider} did not give tokens for the code. Check client ID and secret, and that {redirect_url} is registered there exactly so.", "ProviderDetails.client_secret", false},
		"keys":               {"The signing keys could not be read. Check the key set's address and that this server may reach it.", "ProviderDetails.jwks_uri", false},
		"userinfo":           {"The user info endpoint did not answer as it should. Check its address and the request method.", "ProviderDetails.attributes_url", false},
		"provider-error":     {"{provider} refused. Check that {redirect_url} is registered there, and that the scopes are ones it gives to this client.", "ProviderDetails.authorize_scopes", true},
		"callback":           {"What came back is no answer of an OAuth provider. Check that {provider} uses the response type code.", "", true},
		"iss-parameter":      {"The answer names another issuer than the one that was asked. If {provider} changed its issuer, change ours.", "ProviderDetails.oidc_issuer", false},
		"id-token":           {"{provider} gave no ID token. The scope openid must be among the scopes.", "ProviderDetails.authorize_scopes", false},
		"signature":          {"No key of the key set verifies the ID token. Let {provider} sign with RS256 or ES256, by a key that it publishes.", "ProviderDetails.jwks_uri", true},
		"issuer":             {"The ID token's issuer is not the one that is configured; they must be equal to the letter, a slash at the end included.", "ProviderDetails.oidc_issuer", false},
		"audience":           {"The ID token was made for another client. Enter the client ID that {provider} gave this app.", "ProviderDetails.client_id", false},
		"authorized-party":   {"The ID token was made for another client (azp). Enter the client ID that {provider} gave this app.", "ProviderDetails.client_id", false},
		"expiry":             {clock, "", true},
		"issue-time":         {clock, "", true},
		"not-before":         {clock, "", true},
		"nonce":              {"The ID token belongs to another attempt. Signing in again mends it; if not, {provider} does not return the nonce, which it must.", "", true},
		"subject":            {"{provider} does not name the person (sub). It must.", "", true},
		"at-hash":            {"ID token and access token do not belong together. That is a fault of {provider}.", "", true},
		"userinfo-subject":   {"User info speaks of another person than the ID token. Check that both addresses belong to one provider.", "ProviderDetails.attributes_url", false},
		"userinfo-signature": {"User info is signed by an unknown key. Check that both addresses belong to one provider.", "ProviderDetails.jwks_uri", false},
		"userinfo-parties":   {"User info was made for another client. Enter the client ID that {provider} gave this app.", "ProviderDetails.client_id", false},
		"token-info":         {"{provider} did not say whom its access token is for. Check that this server may reach the address beside token_url.", "ProviderDetails.token_url", false},
		"hosted-domain":      {"The account is not of an organisation that is let in. Add its domain, if that is not intended.", "ProviderDetails.portico_hosted_domain", false},
		"tenant":             {"The account is of a tenant that is not let in. Add the tenant's ID, if that is not intended.", "ProviderDetails.portico_tenants", false},
		"key-issuer":         {"The ID token is signed by a key that {provider} publishes for another issuer. Check that the issuer is of the right tenant.", "ProviderDetails.oidc_issuer", false},
		"pkce":               {"The attempt began before PKCE was turned on. Signing in again mends it.", "", false},
		"client":             {"{provider} does not accept client ID and secret. Enter those it gave this app.", "ProviderDetails.client_secret", false},
		"endpoints":          {"An address is missing in the discovery document, or is no https address. Enter it by hand, or mend the document.", "ProviderDetails.authorize_url", false},
	}
}

// saml is advice for SAML 2.0.
func saml() map[string]advice {
	const (
		answer = "Let {provider} answer by HTTP-POST with one response, to {consumer}."
		clock  = "The clocks of this server and of {provider} disagree, or the response was delayed. Check that both keep time by NTP."
		signed = "No certificate in the metadata we have verifies the signature. Most often {provider} has a new certificate: give us its current metadata."
	)
	return map[string]advice{
		"metadata":             {"The metadata cannot be read. Check its address and that this server may reach it, or give us the document itself.", "ProviderDetails.MetadataURL", false},
		"binding":              {answer, "", true},
		"unsolicited":          {"The answer belongs to no request of ours. Start at the app, or allow sign-ins that begin at {provider}.", "ProviderDetails.IDPInit", false},
		"size":                 {"The response is larger than we read. Let {provider} send fewer attributes, groups above all.", "", true},
		"base64":               {answer, "", true},
		"xml":                  {answer, "", true},
		"shape":                {answer, "", true},
		"encrypted":            {"The assertion is encrypted for a key we do not have. Give {provider} our current metadata, or turn encryption off there.", "ProviderDetails.EncryptedResponses", false},
		"in-response-to":       {"The answer belongs to another attempt. Signing in again mends it.", "", false},
		"destination":          {"The response is for another address. Enter {consumer} as assertion consumer service (reply URL) at {provider}.", "", true},
		"recipient":            {"The assertion is for another address. Enter {consumer} as assertion consumer service (reply URL) at {provider}.", "", true},
		"issuer":               {"The answer is of another issuer than the metadata's entity ID. Give us the metadata of the provider that answers.", "ProviderDetails.MetadataURL", false},
		"issue-instant":        {clock, "", true},
		"expired":              {clock, "", true},
		"not-yet-valid":        {clock, "", true},
		"status":               {"{provider} refused. Its own log says why; often the person is not assigned to the application there.", "", true},
		"unsigned":             {"Neither response nor assertion is signed. Turn signing on at {provider}.", "", true},
		"signature":            {signed, "ProviderDetails.MetadataURL", false},
		"signing-certificate":  {"The provider goes on signing with it, and that is accepted; but a new one may come soon. Have metadata read from an address, so that it is followed.", "ProviderDetails.MetadataURL", false},
		"metadata-validity":    {"The metadata is about to be worthless. Give us the provider's current metadata.", "ProviderDetails.MetadataURL", false},
		"client":               {"Enter {entity_id} as audience (SP entity ID) and {consumer} as assertion consumer service at {provider}, then sign in by the link below.", "", true},
		"audience":             {"The assertion is for another audience. Enter {entity_id} as audience (SP entity ID) at {provider}.", "", true},
		"subject-confirmation": {"The assertion has no bearer confirmation that holds. Enter {consumer} as recipient at {provider}.", "", true},
		"conditions":           {"The assertion has conditions we do not know. Turn them off at {provider}.", "", true},
		"authn-statement":      {"The assertion does not say that the person signed in. That is a fault of {provider}.", "", true},
		"name-id":              {"The assertion does not name the person. Let {provider} send a persistent NameID.", "", true},
		"endpoints":            {"The metadata names no sign-in address that we can use. Give us the metadata of an identity provider with HTTP-Redirect or HTTP-POST.", "ProviderDetails.MetadataURL", false},
	}
}
