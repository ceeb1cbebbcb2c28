package userpool

import (
	"maps"
	"slices"
	"strings"
	"time"

	"portico/userpool/nearest"
	"portico/words"
)

// tags checks our own tags; everybody else's are carried.
func (c *checker) tags() {
	known := map[string]func(path, value string){
		LinkingTag:         c.linking,
		DialectTag:         c.tagOneOf(string(DialectCognito), string(DialectStandard)),
		SigningTag:         c.tagOneOf(SigningRS256, SigningES256),
		SessionLifetimeTag: c.sessionLifetime,
		SessionIdleTag:     c.sessionIdle,
		DeviceLifetimeTag:  c.deviceLifetime,
		TokenBudgetTag:     c.tokenBudget,
		LanguageTag:        c.language,
		LanguagesTag:       c.languages,
		AccountTag:         c.account,
		OfferPasskeyTag:    c.tagOneOf("on", "off"),
		SupportTag:         c.support,
	}
	names := slices.Sorted(maps.Keys(known))
	for _, name := range mapKeys(c.d.Pool.UserPoolTags) {
		path, value := "UserPoolTags."+name, c.d.Pool.UserPoolTags[name]
		check, ours := known[name]
		switch {
		case ours:
			check(path, value)
		case strings.HasPrefix(name, clientTagPrefix):
			c.clientTag(path, name)
		case strings.HasPrefix(name, tagPrefix):
			c.unknownTag(path, name, names)
		}
	}
}

func (c *checker) account(path, value string) {
	if value == accountOff {
		return
	}
	known := make([]string, 0, len(AccountParts()))
	for _, part := range AccountParts() {
		known = append(known, string(part))
	}
	given := strings.Fields(value)
	for _, name := range given {
		if !slices.Contains(known, name) {
			c.fault(path, "names %q; it is %s, or parts of the page between spaces: %s", name, accountOff, strings.Join(known, ", "))
		}
	}
	if len(given) == 0 {
		c.fault(path, "is empty; it is %s, or parts of the page between spaces: %s", accountOff, strings.Join(known, ", "))
	}
}

func (c *checker) unknownTag(path, name string, names []string) {
	if near, ok := nearest.To(name, names); ok {
		c.fault(path, "is not a setting of ours: did you mean %s?", near)
		return
	}
	form := ClientTag("<ClientId or ClientName>", "<setting>")
	if word, rest, _ := strings.Cut(strings.TrimPrefix(name, tagPrefix), ":"); rest != "" {
		if _, ok := nearest.To(word, []string{"client"}); ok {
			c.fault(path, "is not a setting of ours: did you mean %s?", form)
			return
		}
	}
	c.fault(path, "is not a setting of ours; the tags that begin with %s are: %s, %s", tagPrefix, strings.Join(names, ", "), form)
}

func (c *checker) tagOneOf(values ...string) func(path, value string) {
	return func(path, value string) {
		if !slices.Contains(values, value) {
			c.fault(path, "is %q; it is %s", value, orList(values))
		}
	}
}

func (c *checker) sessionLifetime(path, value string) {
	if d, err := time.ParseDuration(value); err != nil || d < minSessionLifetime || d > MaxSessionLifetime {
		c.fault(path, "is %q; it is a duration from %s to %s, as in 12h", value, short(minSessionLifetime), short(MaxSessionLifetime))
	}
}

func (c *checker) deviceLifetime(path, value string) {
	if d, err := time.ParseDuration(value); err != nil || d < minDeviceLifetime || d > MaxDeviceLifetime {
		c.fault(path, "is %q; it is a duration from %s to %s, as in 720h", value, short(minDeviceLifetime), short(MaxDeviceLifetime))
	}
}

// sessionIdle: an idle limit that the lifetime would always beat is hardly what was meant.
func (c *checker) sessionIdle(path, value string) {
	lifetime, err := time.ParseDuration(c.d.Pool.UserPoolTags[SessionLifetimeTag])
	if err != nil {
		lifetime = defaultSessionLifetime
	}
	if d, err := time.ParseDuration(value); err != nil || d < minSessionLifetime || d >= lifetime {
		c.fault(path, "is %q; it is a duration from %s to less than the session's lifetime of %s, as in 30m", value, short(minSessionLifetime), short(lifetime))
	}
}

func (c *checker) tokenBudget(path, value string) {
	if _, ok := parseTokenBudget(value); !ok {
		c.fault(path, "is %q; it is a number of bytes from %d to %d", value, minTokenBudget, maxTokenBudget)
	}
}

func (c *checker) language(path, value string) {
	offered := strings.Fields(c.d.Pool.UserPoolTags[LanguagesTag])
	switch {
	case !c.knownLanguage(path, value):
	case len(offered) > 0 && !slices.Contains(offered, value):
		c.fault(path, "is %q, which %s does not offer", value, LanguagesTag)
	}
}

func (c *checker) languages(path, value string) {
	offered := strings.Fields(value)
	if len(offered) == 0 {
		c.fault(path, "names no language; leave it out to offer all of them")
	}
	for _, code := range offered {
		c.knownLanguage(path, code)
	}
}

func (c *checker) knownLanguage(path, code string) bool {
	_, ok := words.Find(code)
	if !ok {
		c.fault(path, "%q is no language of ours; they are: %s", code, strings.Join(words.Codes(), " "))
	}
	return ok
}

// short writes a duration of whole minutes without its zeros: 2160h, not 2160h0m0s.
func short(d time.Duration) string {
	text := strings.TrimSuffix(d.String(), "0s")
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
