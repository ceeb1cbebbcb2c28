package userpool

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/words"
)

// tagPrefix begins the tags that are ours: settings of a pool that Cognito has no member for. As tags they travel through
// the API, Terraform and CloudFormation unchanged.
const tagPrefix = "portico:"

// Tags of a pool that are settings of ours, beside LinkingTag.
const (
	DialectTag         = "portico:dialect"          // Dialect
	SessionLifetimeTag = "portico:session-lifetime" // a duration such as 12h
	SessionIdleTag     = "portico:session-idle"     // a duration such as 30m
	DeviceLifetimeTag  = "portico:device-lifetime"  // a duration such as 720h
	SigningTag         = "portico:signing"          // SigningRS256 or SigningES256
	TokenBudgetTag     = "portico:token-budget"     // a number of bytes
	AccountTag         = "portico:account"          // "off", or the parts of the account page that people have, between spaces
	OfferPasskeyTag    = "portico:offer-passkey"    // "on" offers a passkey after a sign-in with a password
	LanguageTag        = "portico:language"         // the code of a language the pages speak where a person wants none of those offered
	LanguagesTag       = "portico:languages"        // codes of the languages that are offered, between spaces
)

// Dialect is how a pool's OAuth endpoints answer where Cognito and the standards differ.
type Dialect string

// The dialects. Nothing is checked less in either.
const (
	DialectCognito  Dialect = "cognito"  // what apps written for Cognito expect
	DialectStandard Dialect = "standard" // RFC 6749, OpenID Connect Core and their certification suite to the letter
)

// The algorithms a pool may sign its tokens with (RFC 7518 §3.1). Cognito has RS256 alone.
const (
	SigningRS256 = "RS256"
	SigningES256 = "ES256"
)

// SessionPolicy is how long a browser stays signed in at a pool.
type SessionPolicy struct {
	Lifetime time.Duration // from the sign-in on, whatever happens in between
	Idle     time.Duration // from the last use on; 0: use does not matter, as in Cognito
}

// Limits of sessions. The default is Cognito's one hour, fixed.
const (
	defaultSessionLifetime = time.Hour
	minSessionLifetime     = 5 * time.Minute
	MaxSessionLifetime     = 90 * 24 * time.Hour
)

// Limits of the size above which a token is reported, in bytes of its compact form. A browser keeps cookies of 4096 bytes,
// name, value and attributes together (RFC 6265 §6.1): the default leaves 256 of them for the name and the attributes, and an
// ID and an access token of that size still share one header line of 8 KB, as nginx has it, and an ALB's 11 KB.
const (
	defaultTokenBudget = 4096 - 256
	minTokenBudget     = 1024
	maxTokenBudget     = 65536
)

// assembleTags reads our settings. A value that Check would refuse counts as the default.
func (p *Pool) assembleTags(api types.UserPoolType) {
	tags := api.UserPoolTags
	p.Linking = assembleLinking(tags)
	p.Dialect = DialectCognito
	if Dialect(tags[DialectTag]) == DialectStandard {
		p.Dialect = DialectStandard
	}
	p.Signing = SigningRS256
	if tags[SigningTag] == SigningES256 {
		p.Signing = SigningES256
	}
	p.Sessions = assembleSessions(tags)
	p.TokenBudget = defaultTokenBudget
	if n, ok := parseTokenBudget(tags[TokenBudgetTag]); ok {
		p.TokenBudget = n
	}
	p.Languages, p.Language = assembleLanguages(tags)
	p.Account = assembleAccount(tags[AccountTag])
	p.OfferPasskey = tags[OfferPasskeyTag] == "on"
	p.Support = supportAddress(tags[SupportTag])
}

// AccountPart is a part of the account page.
type AccountPart string

// The parts, in the order of the page.
const (
	AccountProfile  AccountPart = "profile"
	AccountWays     AccountPart = "ways" // to sign in
	AccountLinks    AccountPart = "links"
	AccountSessions AccountPart = "sessions"
	AccountDownload AccountPart = "download"
	AccountDelete   AccountPart = "delete"
)

// accountOff switches the whole page off.
const accountOff = "off"

// AccountParts are all of them.
func AccountParts() []AccountPart {
	return []AccountPart{AccountProfile, AccountWays, AccountLinks, AccountSessions, AccountDownload, AccountDelete}
}

// assembleAccount gives the parts of the account page: all of them unless said otherwise. What is not known counts as not
// said, and Check tells it.
func assembleAccount(tag string) []AccountPart {
	if tag == "" {
		return AccountParts()
	}
	var parts []AccountPart
	for _, name := range strings.Fields(tag) {
		if part := AccountPart(name); slices.Contains(AccountParts(), part) && !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	return parts
}

// HasAccount reports whether people have a part of the account page; without any there is no page.
func (p *Pool) HasAccount(part AccountPart) bool { return slices.Contains(p.Account, part) }

// assembleLanguages gives the languages a pool offers, all of ours unless said otherwise, and the one of them that it speaks
// by itself: English, or else the first.
func assembleLanguages(tags map[string]string) (offered []string, usual string) {
	for _, code := range strings.Fields(tags[LanguagesTag]) {
		if _, known := words.Find(code); known && !slices.Contains(offered, code) {
			offered = append(offered, code)
		}
	}
	if len(offered) == 0 {
		offered = words.Codes()
	}
	for _, code := range []string{tags[LanguageTag], words.Default} {
		if slices.Contains(offered, code) {
			return offered, code
		}
	}
	return offered, offered[0]
}

func assembleSessions(tags map[string]string) SessionPolicy {
	policy := SessionPolicy{Lifetime: defaultSessionLifetime}
	if d, err := time.ParseDuration(tags[SessionLifetimeTag]); err == nil && d >= minSessionLifetime && d <= MaxSessionLifetime {
		policy.Lifetime = d
	}
	if d, err := time.ParseDuration(tags[SessionIdleTag]); err == nil && d >= minSessionLifetime && d < policy.Lifetime {
		policy.Idle = d
	}
	return policy
}

// deviceLifetime is how long a device stays remembered; a value that Check would refuse counts as the default.
func deviceLifetime(tags map[string]string) time.Duration {
	if d, err := time.ParseDuration(tags[DeviceLifetimeTag]); err == nil && d >= minDeviceLifetime && d <= MaxDeviceLifetime {
		return d
	}
	return defaultDeviceLifetime
}

func parseTokenBudget(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= minTokenBudget && n <= maxTokenBudget
}

func assembleLinking(tags map[string]string) Linking {
	switch policy := Linking(tags[LinkingTag]); policy {
	case LinkingAsk, LinkingAutomatic:
		return policy
	}
	return LinkingOff
}
