package token

import (
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"portico/userpool"
)

// identityClaim is a member of the ID token's identities claim: every member is a string, or null.
type identityClaim struct {
	UserID       string                `json:"userId"`
	ProviderName string                `json:"providerName"`
	ProviderType userpool.ProviderType `json:"providerType"`
	Issuer       *string               `json:"issuer"`
	Primary      string                `json:"primary"`
	DateCreated  string                `json:"dateCreated"` // epoch milliseconds
}

// identityRecord is the same in the user record, and so in userInfo: a boolean and a number among the strings.
type identityRecord struct {
	UserID       string                `json:"userId"`
	ProviderName string                `json:"providerName"`
	ProviderType userpool.ProviderType `json:"providerType"`
	Issuer       *string               `json:"issuer"`
	Primary      bool                  `json:"primary"`
	DateCreated  int64                 `json:"dateCreated"` // epoch milliseconds
}

func identityClaims(identities []userpool.Identity) []identityClaim {
	var claims []identityClaim
	for _, i := range identities {
		claims = append(claims, identityClaim{
			UserID: i.UserID, ProviderName: i.Provider, ProviderType: i.Type, Issuer: nullable(i.Issuer),
			Primary: strconv.FormatBool(i.Primary), DateCreated: strconv.FormatInt(i.Attached.UnixMilli(), 10),
		})
	}
	return claims
}

// identitiesText is the identities attribute of a user record: one string that holds JSON.
func identitiesText(identities []userpool.Identity) string {
	var records []identityRecord
	for _, i := range identities {
		records = append(records, identityRecord{
			UserID: i.UserID, ProviderName: i.Provider, ProviderType: i.Type, Issuer: nullable(i.Issuer),
			Primary: i.Primary, DateCreated: i.Attached.UnixMilli(),
		})
	}
	text, err := json.Marshal(records, jsontext.AllowInvalidUTF8(true))
	if err != nil {
		// Strings, booleans and integers always have a JSON form.
		panic("token: identities have no JSON form: " + err.Error())
	}
	return string(text)
}

// nullable turns an absent issuer into null: only SAML identities have one.
func nullable(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
