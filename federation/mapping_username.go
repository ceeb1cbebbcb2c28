package federation

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"portico/userpool"
)

// maxUsername is Cognito's limit for user names, in characters, the provider's name included.
const maxUsername = 128

// Username is the user name of a person first seen at a provider: "<ProviderName>_<subject>", as the pool stores it
// (lower-cased as a whole in a case-insensitive pool). It fails with an *Error when the subject is empty, makes the name
// too long, or holds what no user name may.
func Username(pool *userpool.Pool, provider *userpool.IdentityProvider, subject string) (string, error) {
	name := pool.StoredUsername(provider.Name + "_" + subject)
	switch {
	case subject == "":
		return "", invalidUsername("Member must have length greater than or equal to 1", "the subject is empty")
	case utf8.RuneCountInString(name) > maxUsername:
		return "", invalidUsername("Member must have length less than or equal to 128", "the user name is too long")
	case !utf8.ValidString(subject) || strings.ContainsFunc(name, notOfUsernames):
		return "", invalidUsername(`Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`, "the subject holds characters that no user name may")
	}
	return name, nil
}

// invalidUsername has Cognito's words in their form for sensitive members, without the value: it may be an address.
func invalidUsername(constraint, cause string) error {
	return Refuse("username", "1 validation error detected: Value at 'userName' failed to satisfy constraint: "+constraint, "%s", cause)
}

func notOfUsernames(r rune) bool {
	return !unicode.In(r, unicode.L, unicode.M, unicode.S, unicode.N, unicode.P)
}
